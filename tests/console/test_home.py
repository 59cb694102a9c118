"""U01: home is a queue: by kind, by whose, with counts that are right and one button for what comes next."""

from datetime import date

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import BillingRun, SetAside
from contracts import screening
from iijiot import assigning, clock, roles
from iijiot.actors import Actor
from iijiot.assigning import Assignment
from iijiot.console.home import ROWS, rank, tasks_of
from iijiot.console.panels import queues
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.acts import screened
from tests.console.bulks import BEGUN
from tests.factories import (
    AccountFactory,
    AnnouncementFactory,
    ApplicationFactory,
    BulkRunFactory,
    ChangeReportFactory,
    ContactChannelFactory,
    ContractFactory,
    CustomerFactory,
    DeathFactory,
    DiscontinuationFactory,
    DocumentRequestFactory,
    EquipmentFactory,
    ErasureFactory,
    FileImportFactory,
    IncidentFactory,
    IpPoolFactory,
    MeasureFactory,
    NetworkPolicyFactory,
    NoticeFactory,
    ReorderPointFactory,
    SightingFactory,
    SimCardFactory,
    StartConditionFactory,
    SuccessionFactory,
    SuspensionFactory,
    TerminationFactory,
    TermsVersionFactory,
    UsageAlertFactory,
    UserFactory,
)
from tests.factories.invoices import InvoiceFactory
from tests.factories.partners import MOMENT, WebhookFactory
from tests.factories.payments import BankFileFactory, MandateFactory, ReceiptFactory, RefundFactory
from tests.factories.prices import PriceVersionFactory
from tests.factories.sims import LineChangeFactory, LineFactory
from tests.house.console import as_superuser, logged_in, made, page

ELSEWHERE = {"set-aside", "proposals", "failed-jobs", "arrears", "suspensions-cured"}
"""Kinds of work with tests of their own: test_pages_of_work.py, test_four_eyes.py, test_jobs_page.py, test_payments.py."""


TUESDAY = date(2026, 11, 24)


def golden():
    """Something of every kind, twice."""
    for _n in range(2):
        ApplicationFactory()
        ContractFactory(not_started=True)
        TerminationFactory(contract=ContractFactory(), effective_on=date(2026, 12, 25))
        TerminationFactory(contract=ContractFactory(), form_missing=True)
        NoticeFactory(channel="letter")
        ContactChannelFactory()
        SuspensionFactory()
        SuspensionFactory(in_force=True)
        NoticeFactory(announcement=AnnouncementFactory(measure=MeasureFactory()))
        DiscontinuationFactory()
        TermsVersionFactory()
        SuccessionFactory()
        DeathFactory()
        IpPoolFactory(scarce_since=clock.now())
        EquipmentFactory(asked=True)
        SightingFactory()
        ChangeReportFactory()
        AccountFactory(locked=True)
        ErasureFactory()
        ReorderPointFactory()
        SimCardFactory(assigned=True)
        IncidentFactory(reported_on=date(2026, 10, 1))
        awaited_card("overdue", date(2026, 11, 20))
        awaited_card("due-back", date(2026, 11, 30))
        SimCardFactory(lent=True, line=LineFactory(ordered=True))
        LineFactory(ends_on=date(2026, 12, 10), ends_under="MA8.1")
        LineChangeFactory()
        NetworkPolicyFactory()
        NetworkPolicyFactory(blocked=True)
        UsageAlertFactory(percent=100, reached_on=TUESDAY, period_first=TUESDAY, period_last=date(2026, 11, 26))
        FileImportFactory()
        WebhookFactory(stopped_at=MOMENT, why_stopped="failing")
        BulkRunFactory(state="failed", failure="データベースの停止", started_by=UserFactory(), **BEGUN)
        of_money()


def of_money():
    """Something of every kind of work with money."""
    PriceVersionFactory()
    ReceiptFactory()
    BankFileFactory()
    MandateFactory(broken=True)
    RefundFactory()
    InvoiceFactory(draft=True, run=made(BillingRun), lines=[])
    made(SetAside)
    InvoiceFactory(overdue=True)


def awaited_card(state, due):
    """A card that is to come back."""
    return SimCardFactory(lent=True, line=LineFactory(ended=True), state=state, due_back_on=due)


def test_the_counts_are_those_of_the_lists_behind_them(db):
    golden()
    browser = as_superuser()
    shown = browser.get("/console/").context
    checked = 0
    for of_kind in shown["kinds"]:
        if of_kind["queue"].name not in ELSEWHERE:
            behind = browser.get(str(of_kind["queue"].url)).context["cl"].result_list
            assert of_kind["count"] == len(behind), of_kind["queue"].name
            checked += 1
    print(f"{checked} counts compared")
    assert checked == 44
    assert shown["total"] == sum(of_kind["count"] for of_kind in shown["kinds"]) == 88
    assert len(shown["tasks"]) == ROWS


def test_the_most_urgent_of_all_kinds_are_found_by_the_days_that_the_rows_show(db, emi):
    golden()
    day, compared = clock.business_day(), 0
    for queue in queues():
        for record in queue.waiting(day).annotate(by=queue.due):
            assert record.by == queue.row(record, day).due, queue.name
            compared += 1
    request = RequestFactory().get("/console/")
    request.user = emi
    everything, five = (
        tasks_of(request, rank(queues(), day, most=most).most_urgent(queues(), day), day) for most in (100, 5)
    )
    assert five == everything[:5]
    print(f"{compared} days compared")
    assert compared == len(everything) == 88


def test_webhooks_that_stopped_wait_for_whoever_may_start_them_again(db):
    webhook = WebhookFactory(stopped_at=MOMENT, why_stopped="gone")
    WebhookFactory(stopped_at=MOMENT, why_stopped="by-hand")
    WebhookFactory(stopped_at=MOMENT, why_stopped="gone", partner__closed_on=TUESDAY)
    operator = logged_in(UserFactory(groups=[roles.OPERATOR])).get("/console/?kind=webhooks")
    (task,) = operator.context["tasks"]
    assert (task.row.record, task.row.next) == (webhook, "resume-webhook")
    assert "resume-webhook" in operator.content.decode()
    desk = logged_in(UserFactory(groups=[roles.DESK])).get("/console/")
    assert "webhooks" not in {of_kind["queue"].name for of_kind in desk.context["kinds"]}


def test_one_kind_of_work_can_be_looked_at_alone(db):
    golden()
    browser = as_superuser()
    for name in [queue.name for queue in queues()]:
        tasks = browser.get(f"/console/?kind={name}").context["tasks"]
        assert {task.kind.name for task in tasks} <= {name}
        assert len(tasks) == (0 if name in ELSEWHERE else 2), name


@pytest.mark.parametrize(
    ("made", "act"),
    [
        (ApplicationFactory, "screen"),
        (lambda: ApplicationFactory(screened=True, found={}), "accept"),
        (lambda: screened(ApplicationFactory()), "accept"),
        (lambda: DocumentRequestFactory().application, "documents-arrived"),
        (lambda: StartConditionFactory().contract, "meet-condition"),
        (lambda: ContractFactory(not_started=True), "set-start"),
        (lambda: NoticeFactory(channel="letter"), "posted"),
        (lambda: ContactChannelFactory().customer, "channel-set-up"),
    ],
)
def test_the_button_of_a_row_opens_the_dialog_that_comes_next(desk, made, act):
    record = made()
    task = next(
        task for task in desk.get("/console/").context["tasks"] if record in (task.row.record, task.row.acts_on)
    )
    assert task.act.slug == act
    opened = desk.get(task.url)
    assert opened.status_code == 200
    assert not opened.context["reasons"], "the dialog can act"


def test_who_may_not_act_gets_a_button_that_opens_the_record(db, fumi):
    application = ApplicationFactory()
    tasks = logged_in(fumi).get("/console/").context["tasks"]
    assert [(task.act, task.url) for task in tasks] == [(None, page(application, "change"))]


def test_what_one_takes_is_ones_own_until_it_is_put_back(desk, ben):
    application, _other = ApplicationFactory(), ApplicationFactory()
    assert desk.post(page(application, "do", "take"), {"step": "confirm"}).status_code == 302
    mine = desk.get("/console/?mine=1").context
    assert [task.row.record for task in mine["tasks"]] == [application]
    assert (mine["total_of_mine"], mine["total"], mine["asked"]) == (1, 2, 1)
    assert desk.get("/console/").context["tasks"][0].holder == ben
    assert desk.post(page(application, "do", "put-back"), {"step": "confirm"}).status_code == 302
    assert desk.get("/console/?mine=1").context["tasks"] == []


def test_others_see_who_has_it_may_act_all_the_same_and_may_take_it_over(ben, emi):
    application = ApplicationFactory()
    held = assigning.take(application, seen=None, actor=Actor.staff(ben))
    with pytest.raises(RuleViolation, match="担当"):
        assigning.take(application, seen=held, actor=Actor.staff(ben))
    with pytest.raises(RuleViolation, match="弁田"):
        assigning.put_back(application, actor=Actor.staff(emi))
    screening.begin(application, actor=Actor.staff(emi))
    assert Assignment.objects.held_of(application).get().user == ben, "who began first keeps it"
    assigning.take(application, seen=held, actor=Actor.staff(emi))
    assert Assignment.objects.held_of(application).get().user == emi


def test_nobody_takes_over_from_another_than_the_page_showed(desk, ben, emi):
    application = ApplicationFactory()
    address = page(application, "do", "take")
    shown = {"step": "confirm", "version": desk.get(address).context["version"]}
    held = assigning.take(application, seen=None, actor=Actor.staff(emi))
    answer = desk.post(address, shown)
    assert (answer.status_code, answer.context["moved"]) == (200, True)
    with pytest.raises(Stale):
        assigning.take(application, seen=None, actor=Actor.staff(ben))
    assert Assignment.objects.held_of(application).get().user == emi
    third = UserFactory(groups=[roles.DESK])
    assigning.take(application, seen=held, actor=Actor.staff(third))
    with pytest.raises(Stale):
        assigning.take(application, seen=held, actor=Actor.staff(ben))
    assert Assignment.objects.held_of(application).get().user == third
    assert desk.post(address, {**shown, "version": answer.context["version"]}).context["moved"]


def test_who_begins_the_screening_has_it(ben):
    application = ApplicationFactory()
    screening.begin(application, actor=Actor.staff(ben))
    assert Assignment.objects.held_of(application).get().user == ben


def test_the_clock_takes_nothing(db):
    application = ApplicationFactory()
    with pytest.raises(RuleViolation):
        assigning.take(application, seen=None, actor=Actor.clock("a step"))
    screening.begin(application, actor=Actor.command("a command"))
    assert not Assignment.objects.exists()


def test_home_asks_no_more_for_more_work(db):
    browser = as_superuser()

    def asked():
        browser.get(reverse("admin:index"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("admin:index"))
        return len(captured)

    golden()
    few = asked()
    for _n in range(3):
        golden()
    assert asked() <= few


def test_the_customer_page_has_its_open_tasks_on_top_and_nobody_elses(desk):
    application, other = ApplicationFactory(), ApplicationFactory()
    panels = desk.get(page(application.customer, "change")).context["panels"]
    assert [task.row.record for task in panels[0]["tasks"]] == [application]
    assert other not in [task.row.record for task in panels[0]["tasks"]]
    assert desk.get(page(CustomerFactory(), "change")).context["panels"][0]["tasks"] == []
