"""Billing runs at the console: a month is closed, worked off, looked at, issued; what was set aside, exemptions, figures."""

import json
from datetime import date

import pytest
from django.urls import reverse

from billing import charting, closing
from billing.models import BillingRun, Exemption, Invoice, SetAside
from billing.months import Month
from iijiot import clock
from iijiot.job_queue import jobs
from iijiot.models import DayStep
from iijiot.proposals import Proposal
from iijiot.records import chapter
from tests.acts import BEN, again
from tests.billing.closed import closed, on
from tests.billing.owing import owe
from tests.console.conftest import told, what_was_shown
from tests.console.invoices import EXEMPT, OCTOBER, WHY, computed, worked_off
from tests.factories import CompanyFactory, ContractFactory, CustomerFactory, SetAsideFactory
from tests.factories.invoices import BillingRunFactory, ExemptionFactory
from tests.factories.prices import FEES, lined, mobile_access, price_list
from tests.house.console import list_page, logged_in, page, with_all_but

pytestmark = pytest.mark.django_db

CLOSE = "/console/billing/billingrun/close/"


@pytest.fixture
def billing(gen):
    """Gen's browser."""
    return logged_in(gen)


@pytest.fixture
def lead(emi):
    """Emi's browser."""
    return logged_in(emi)


@pytest.fixture
def prices():
    price_list()
    CompanyFactory()


def panel(shown, anchor):
    """A part of a page as it was given to its template."""
    return next(panel for panel in shown.context["panels"] if panel["anchor"] == anchor)


def close_by_hand(browser, month="2026-10"):
    """What a clerk sees before the month is closed, and what comes of confirming it."""
    shown = browser.post(CLOSE, {"step": "preview", "month": month})
    return shown, browser.post(CLOSE, {"step": "confirm", "month": month, **what_was_shown(shown)})


@pytest.mark.clause("G30.2")
def test_a_month_is_closed_by_a_button_and_its_jobs_are_handed_out(billing, gen, prices):
    contracts = [ContractFactory() for _n in range(3)]
    assert CLOSE in told(billing.get(list_page(BillingRun)))
    assert billing.get(CLOSE).context["form"]["month"].value() == "2026-10"
    shown, answer = close_by_hand(billing)
    plan = shown.context["plan"]
    assert (plan.round, plan.expected, plan.goes_on) == (1, len(contracts), False)
    run = BillingRun.objects.get()
    assert answer.url == page(run, "change")
    assert (run.started_by, run.rounds) == (gen, 1)
    assert Invoice.objects.count() == 0
    assert [job.args["pk"] for job in waiting()] == [run.pk]
    at_work = billing.get(page(run, "change"))
    assert panel(at_work, "statement")["is_running"]
    for job in waiting():
        closing.close_chunk(**job.args)
    assert Invoice.objects.drafts().count() == len(contracts)
    assert run.history.first().history_user == gen


def waiting():
    """The jobs that wait."""
    return [job for job in jobs().waiting() if job.task_name == closing.close_chunk.name]


@pytest.mark.clause("G30.2")
def test_what_was_not_shown_is_not_done(billing, prices):
    ContractFactory()
    for fingerprint in ("", "0123456789abcdef0123"):
        answer = billing.post(CLOSE, {"step": "confirm", "month": "2026-10", "fingerprint": fingerprint})
        assert answer.context["moved"]
    shown = billing.post(CLOSE, {"step": "preview", "month": "2026-10"})
    ContractFactory()
    moved = billing.post(CLOSE, {"step": "confirm", "month": "2026-10", **what_was_shown(shown)})
    assert moved.context["moved"]
    assert moved.context["plan"].expected == 2
    assert not BillingRun.objects.exists()


@pytest.mark.clause("G30.2")
def test_a_second_click_hands_out_what_is_left_and_makes_no_second_round(billing, prices):
    ContractFactory()
    shown, _answer = close_by_hand(billing)
    again_sent = billing.post(CLOSE, {"step": "confirm", "month": "2026-10", **what_was_shown(shown)})
    assert again_sent.context["moved"]
    assert again_sent.context["plan"].goes_on
    assert BillingRun.objects.get().rounds == 1


@pytest.mark.parametrize("typed", ["2026-13", "10月", "", "2026-10\x07", "26-10"])
def test_what_is_no_month_is_told_at_its_field(billing, typed):
    answer = billing.post(CLOSE, {"step": "confirm", "month": typed})
    assert answer.context["form"].errors["month"]
    assert not BillingRun.objects.exists()


@pytest.mark.clause("G30.2")
def test_a_month_to_come_and_one_after_drafts_are_refused_with_the_clause(billing, prices):
    computed_run = computed()
    for month, says in [("2026-12", "まだ始まっていません"), ("2026-11", "2026-10")]:
        answer = billing.post(CLOSE, {"step": "preview", "month": month})
        assert answer.status_code == 409
        assert says in " ".join(answer.context["form"].non_field_errors())
        assert "一般規程 第30条第2項" in told(answer)
    assert BillingRun.objects.get() == computed_run


def test_closing_a_month_needs_its_permission(desk):
    assert desk.get(CLOSE).status_code == 403
    assert desk.post(CLOSE, {"step": "confirm", "month": "2026-10"}).status_code == 403
    assert CLOSE not in told(desk.get(list_page(BillingRun)))
    assert with_all_but().put(CLOSE).status_code == 405


@pytest.mark.clause("G30.1", "G30.2")
def test_the_page_of_a_run_says_what_it_came_to_and_that_it_adds_up(billing):
    price_list({service: yen for service, yen in FEES.items() if service[0] != "vpn-gateway"})
    CompanyFactory()
    for _n in range(2):
        ContractFactory()
    gateway = ContractFactory(vpn_gateway=True)
    run = worked_off()
    shown = billing.get(page(run, "change"))
    statement = panel(shown, "statement")["told"]
    assert (statement.expected, statement.made, statement.aside, statement.missing) == (3, 2, 1, 0)
    (row,) = panel(shown, "asides")["rows"]
    assert (row["aside"].contract, row["clause"].id, row["act"]) == (gateway, "VPN6", "")
    text = told(shown)
    assert page(gateway, "change") in text
    assert "合計が一致しています" in text
    (drafts,) = panel(shown, "documents")["rows"]
    assert (drafts["many"], drafts["sums"]) == (2, (10_000, 1_000, 11_000))
    assert len(billing.get(drafts["url"]).context["cl"].result_list) == 2
    assert len(billing.get(panel(shown, "documents")["drafts"]).context["cl"].result_list) == 2


@pytest.mark.clause("G30.2")
def test_how_far_a_run_is_is_told_while_it_works(billing, prices):
    ContractFactory()
    close_by_hand(billing)
    run = BillingRun.objects.get()
    address = reverse("admin:billing_billingrun_progress", args=[run.pk])
    assert address in told(billing.get(page(run, "change")))
    answer = json.loads(billing.get(address).content)
    assert (answer["over"], answer["tried"], answer["counts"]["left"]) == (False, 0, "1")
    closing.work(run)
    answer = json.loads(billing.get(address).content)
    assert (answer["over"], answer["tried"], answer["counts"]["made"]) == (True, 1, "1")
    assert billing.post(address).status_code == 405
    assert billing.get(reverse("admin:billing_billingrun_progress", args=[999_999])).status_code == 404
    assert with_all_but("billing.view_billingrun", "billing.change_billingrun").get(address).status_code == 403


@pytest.mark.clause("G30.1")
def test_a_run_is_compared_with_the_month_before_by_service_and_kind(billing, prices):
    with on(date(2026, 8, 1)):
        contract = mobile_access(10)
        ContractFactory()
    closed("2026-09", date(2026, 10, 1))
    lined(contract, 5, billing_starts_on=date(2026, 10, 1))
    run = worked_off()
    compared = panel(billing.get(page(run, "change")), "compared")
    rows = {row.service: (row.before, row.now, row.rise, row.percent) for row in compared["rows"]}
    assert rows["mobile-access"] == (3_000, 4_500, 1_500, 50)
    assert rows["iot"][2] == 0
    assert compared["now_sum"] == sum(invoice.without_tax for invoice in Invoice.objects.of_run(run))
    (most,) = compared["largest"]
    assert (most.before, most.now, most.rise) == (3_000, 4_500, 1_500)


@pytest.mark.clause("G30.1")
def test_an_outlier_is_let_through_by_a_clerk_and_made_by_the_next_round(billing, press, prices):
    with on(date(2026, 8, 1)):
        contract = mobile_access(100)
    closed("2026-09", date(2026, 10, 1))
    lined(contract, 500, billing_starts_on=date(2026, 10, 1))
    run = worked_off()
    aside = SetAside.objects.open().get()
    assert str(aside.management_unit) in told(billing.get("/console/", {"kind": "units-aside"}))
    assert page(aside, "do", "let-through") in told(billing.get(page(run, "change")))
    assert press(aside, "let-through", browser=billing).context["form"].errors["because"]
    assert press(aside, "let-through", browser=billing, confirmed=True, because="500回線の追加").status_code == 302
    assert again(aside).history.first().history_change_reason == "500回線の追加"
    assert press(run, "close-again", browser=billing, confirmed=True).status_code == 302
    for job in waiting():
        closing.close_chunk(**job.args)
    assert again(run).rounds == 2
    assert again(aside).state == "settled"
    assert Invoice.objects.drafts().get().net == 180_000


@pytest.mark.clause("G30.1")
def test_what_has_a_cause_to_mend_is_not_let_through(billing, press):
    aside = SetAsideFactory(cause="unpriced")
    answer = press(aside, "let-through", browser=billing, confirmed=True, **WHY)
    assert answer.status_code == 409
    assert "原因を解消" in told(answer)
    assert again(aside).state == "open"
    assert "原因を解消" in told(billing.get(page(aside, "change")))


@pytest.mark.clause("G33", "G37")
def test_drafts_are_issued_as_shown_and_only_once(billing, press, prices):
    ContractFactory()
    run = computed()
    shown = billing.get(page(run, "do", "issue-run"))
    plan = shown.context["plan"]
    assert (plan.by_kind, plan.due_on) == ({"invoice": (2, 11_000)}, date(2027, 1, 4))
    assert "11,000円" in told(shown)
    assert "2027年1月4日" in told(shown)
    assert press(run, "issue-run", browser=billing, confirmed=True).status_code == 302
    assert list(Invoice.objects.order_by("number").values_list("number", flat=True)) == ["O0000001", "O0000002"]
    assert press(run, "issue-run", browser=billing, confirmed=True).status_code == 409
    assert "発行" in told(billing.get(page(run, "change")))


@pytest.mark.clause("G37")
def test_a_draft_discarded_meanwhile_is_shown_before_anything_is_issued(billing, press, prices):
    ContractFactory()
    run = computed()
    held = what_was_shown(billing.get(page(run, "do", "issue-run")))
    press(run.invoices.first(), "discard-draft", browser=billing, confirmed=True, **WHY)
    moved = billing.post(page(run, "do", "issue-run"), {"step": "confirm", **held})
    assert moved.context["moved"]
    assert moved.context["plan"].by_kind == {"invoice": (1, 5_500)}
    assert not Invoice.objects.issued().exists()


@pytest.mark.clause("G37")
def test_nothing_is_issued_while_the_run_is_at_work_or_the_company_has_no_number(billing, press):
    price_list()
    ContractFactory()
    run = closing.begin(OCTOBER, actor=BEN)
    for reason in ("登録番号", "実行中"):
        assert reason in told(billing.get(page(run, "do", "issue-run")))
    assert press(run, "issue-run", browser=billing, confirmed=True).status_code == 409


@pytest.mark.clause("G33")
def test_issuing_can_be_made_to_need_two(settings, billing, lead, press):
    settings.FOUR_EYES = ["billing.issue_invoice"]
    run = computed()
    assert press(run, "issue-run", browser=billing, confirmed=True).status_code == 302
    proposal = Proposal.objects.get()
    assert not Invoice.objects.issued().exists()
    assert press(proposal, "carry-out", browser=billing, confirmed=True).status_code in (403, 409)
    assert press(proposal, "carry-out", browser=lead, confirmed=True).status_code == 302
    assert Invoice.objects.issued().count() == 1
    assert again(proposal).state == "carried-out"


def test_runs_to_issue_wait_at_home_and_the_list_says_how_far_each_is(billing, prices):
    run = computed()
    home = told(billing.get("/console/", {"kind": "runs"}))
    assert page(run, "do", "issue-run") in home
    listed = told(billing.get(list_page(BillingRun)))
    assert "下書きあり" in listed
    BillingRunFactory(month=date(2026, 9, 1))
    found = billing.get(list_page(BillingRun), {"q": "2026年10月"}).context["cl"].result_list
    assert list(found) == [run]
    assert list(billing.get(list_page(BillingRun), {"q": "十月"}).context["cl"].result_list) == []


@pytest.mark.clause("G33")
def test_a_supervisor_exempts_a_customer_for_a_while_and_lifts_it(lead, billing, press):
    customer = CustomerFactory()
    assert billing.get(page(customer, "do", "exempt-customer")).status_code == 403
    assert press(customer, "exempt-customer", browser=lead, confirmed=True, **EXEMPT).status_code == 302
    exemption = Exemption.objects.get()
    assert (exemption.customer, exemption.exempt_from, exemption.until) == (customer, "dunning", date(2026, 12, 24))
    assert "請求内容を確認中のため" in told(billing.get(page(customer, "change")))
    twice = press(customer, "exempt-customer", browser=lead, confirmed=True, **EXEMPT)
    assert "2026年12月24日" in str(twice.context["form"].non_field_errors())
    assert press(exemption, "lift-exemption", browser=lead, confirmed=True, because="確認完了").status_code == 302
    assert again(exemption).state == "lifted"
    assert press(customer, "exempt-customer", browser=lead, confirmed=True, **EXEMPT).status_code == 302


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("until", "2026-02-30", "のように入力してください"),
        ("until", "", "必須"),
        ("since", "明日", "のように入力してください"),
        ("because", "", "必須"),
        ("because", "確認\x07", "制御文字"),
        ("exempt_from", "paying", "選択"),
    ],
)
def test_what_is_wrong_with_an_exemption_is_told_at_its_field(lead, press, recorder, field, typed, says):
    customer = CustomerFactory()
    recorder.forget()
    answer = press(customer, "exempt-customer", browser=lead, confirmed=True, **EXEMPT | {field: typed})
    assert [says in error for error in answer.context["form"].errors[field]] == [True]
    assert recorder.entries(side="row") == []


@pytest.mark.clause("G33")
@pytest.mark.parametrize(
    ("days", "says"),
    [({"since": "2026-11-24"}, "本日以降"), ({"until": "2026-11-24"}, "始まりの日以後")],
    ids=["begun yesterday", "ends before it begins"],
)
def test_an_exemption_of_impossible_days_is_refused_with_the_clause(lead, press, days, says):
    answer = press(CustomerFactory(), "exempt-customer", browser=lead, confirmed=True, **EXEMPT | days)
    assert answer.status_code == 409
    assert says in told(answer)
    assert "一般規程 第33条" in told(answer)
    assert not Exemption.objects.exists()


def test_exemptions_are_listed_by_customer(billing):
    exemption = ExemptionFactory()
    ExemptionFactory(customer=CustomerFactory(name="株式会社カロル物流", name_kana="カロルブツリュウ"))
    found = billing.get(list_page(Exemption), {"q": exemption.customer.number}).context["cl"].result_list
    assert list(found) == [exemption]


def test_the_figures_are_those_of_the_lists(billing, prices):
    owe(CustomerFactory(), 4_000, date(2026, 11, 20), state="overdue")
    with on(date(2026, 8, 1)):
        mobile_access(10)
        ContractFactory()
    closed("2026-09", date(2026, 10, 1))
    closed("2026-10", date(2026, 11, 2))
    shown = billing.get(reverse("admin:billing_billingrun_figures"))
    revenue = shown.context["revenue"]
    for month, sums, total in revenue.rows:
        documents = Invoice.objects.issued().of_month(month.first)
        assert total == sum(sums) == sum(invoice.without_tax for invoice in documents if invoice.untaxed == 0)
    drawn = sum(round(box.height * revenue.top / (revenue.base - charting.TOP)) for box in revenue.bars)
    assert abs(drawn - sum(total for _month, _sums, total in revenue.rows)) <= 10
    assert sum(part for _label, part, _width in shown.context["ages"]) == shown.context["owed"]
    assert shown.context["owed"] == Invoice.objects.open().owed_in_all()
    text = told(shown)
    assert "<svg" in text
    assert "8,000円" in text
    assert (
        " style="
        not in text.partition('<section class="console-panel" aria-labelledby="revenue">')[2].partition("</section>")[0]
    )


def test_figures_without_any_invoice_say_so(billing):
    assert "まだ発行された" in told(billing.get(reverse("admin:billing_billingrun_figures")))
    address = reverse("admin:billing_billingrun_figures")
    assert billing.post(address).status_code == 405
    assert with_all_but("billing.view_billingrun", "billing.change_billingrun").get(address).status_code == 403


def test_more_services_than_tones_share_one():
    month = Month(2026, 10)
    sums = {(month, code): 7 - place for place, code in enumerate(["a", "b", "c", "d", "e", "f", "g"])}
    revenue = charting.Revenue([month], sums)
    assert [series for series, _words in revenue.legend] == [0, 1, 2, 3, 4, 5]
    assert {box.series for box in revenue.bars} == {0, 1, 2, 3, 4, 5}
    assert revenue.total(month) == sum(sums.values())


def test_a_run_shows_in_history_who_closed_the_month(billing, gen, prices):
    ContractFactory()
    close_by_hand(billing)
    run = BillingRun.objects.get()
    assert gen.name in told(billing.get(page(run, "history")))


def test_the_pages_of_runs_open_on_a_leap_day(billing):
    with chapter(actor=BEN):
        DayStep(day=date(2028, 2, 29), step="end-contracts", done=0, finished_at=clock.now()).save()
    assert billing.get(CLOSE).status_code == 200
    assert billing.get(reverse("admin:billing_billingrun_figures")).status_code == 200
