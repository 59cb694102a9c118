"""Caps, refusing and withdrawing: only the excess is refused; the fact is told in writing, the grounds where flagged."""

from datetime import date

import pytest
from django.utils.translation import override

from contracts import accepting, notifying, screening
from contracts.models import Contract, Notice
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, accept, again, screened
from tests.factories import ApplicationFactory, CapFactory, ContractFactory, ManagementUnitFactory
from tests.factories.contracts import of
from tests.vectors import days_read, group
from tests.workers import work

pytestmark = pytest.mark.django_db

LINES = [days_read(case) for case in group("legal.caps") if "lines" in case["cap"]]


def customer_with(customer, lines: int, pending_end: int = 0, on: date | None = None):
    """A customer with this many lines, some of which end on a day, and a unit that has none yet."""
    iot = ContractFactory(**of(customer))
    if lines - pending_end:
        ContractFactory(**of(customer), mobile_access=True, quantity=lines - pending_end, rests_on=[iot])
    if pending_end:
        branch = ManagementUnitFactory(customer=customer, name="支店")
        ContractFactory(customer=customer, management_unit=branch, mobile_access=True, quantity=pending_end, ends_on=on)
    return {"customer": customer, "management_unit": ManagementUnitFactory(customer=customer, name="新規")}


def refuse(application, **more):
    accepting.refuse_application(application, on=WEDNESDAY, actor=BEN, **more)
    return again(application)


@pytest.mark.clause("G14.3")
@pytest.mark.parametrize("case", LINES, ids=lambda case: f"have {case['have']}, ask {case['asked']}")
def test_only_the_excess_over_a_cap_is_refused(aois_company, case):
    CapFactory(customer=aois_company, most=case["cap"]["lines"])
    unit = customer_with(aois_company, case["have"], case.get("pending_end", 0), case.get("pending_end_day"))
    wished = case.get("wanted_from", date(2026, 12, 1))
    application = screened(
        ApplicationFactory(**unit, mobile_access=True, quantity=case["asked"], start_wished_on=wished)
    )
    if case["accepted"]:
        plan = accepting.plan_acceptance(application, on=WEDNESDAY)
        assert (plan.quantity, plan.refused_quantity) == (case["accepted"], case["refused"])
        assert accepting.accept(plan, actor=BEN).quantity == case["accepted"]
        assert again(application).quantity_accepted == case["accepted"]
    else:
        with override("en"), pytest.raises(RuleViolation, match="room for 0 lines") as refusal:
            accept(application)
        assert refusal.value.unmet[0].clause.id == "G14.3"
        assert refuse(application).state == "refused"


@pytest.mark.clause("G14.3", "MA8.1")
def test_the_customer_is_told_how_many_lines_were_refused(aois_company):
    CapFactory(customer=aois_company, most=1000)
    unit = customer_with(aois_company, 900)
    accept(screened(ApplicationFactory(**unit, mobile_access=True, quantity=150)))
    assert "150回線のうち50回線" in Notice.objects.get(kind="accepted").body


@pytest.mark.clause("G14.3")
def test_on_the_day_of_a_pending_end_its_lines_still_count(aois_company):
    CapFactory(customer=aois_company, most=1000)
    unit = customer_with(aois_company, 1000, 200, date(2026, 12, 31))
    application = screened(
        ApplicationFactory(**unit, mobile_access=True, quantity=100, start_wished_on=date(2026, 12, 31))
    )
    assert application.room() == 0


@pytest.mark.clause("G14.3")
def test_all_or_nothing_is_nothing_over_the_cap(aois_company):
    CapFactory(customer=aois_company, most=1000)
    unit = customer_with(aois_company, 900)
    application = screened(ApplicationFactory(**unit, mobile_access=True, quantity=150, all_or_nothing=True))
    with override("en"), pytest.raises(RuleViolation, match="room for 100 lines; 150 were asked for"):
        accept(application, reason="急ぎ")
    assert refuse(application).state == "refused"


@pytest.mark.clause("G14.3")
def test_a_cap_on_contracts_counts_contracts(aois_company):
    CapFactory(customer=aois_company, service="data-storage", counts="contracts", most=1)
    ContractFactory(**of(aois_company))
    accept(screened(ApplicationFactory(**of(aois_company), service_code="data-storage")))
    with override("en"), pytest.raises(RuleViolation, match=r"room for 0") as refusal:
        accept(screened(ApplicationFactory(**of(aois_company), service_code="data-storage")), reason="急ぎ")
    assert refusal.value.unmet[0].clause.id == "G14.3"


@pytest.mark.clause("G14.3")
def test_without_a_cap_there_is_no_limit(aois_company):
    ContractFactory(**of(aois_company))
    application = screened(ApplicationFactory(**of(aois_company), mobile_access=True, quantity=100_000))
    assert (application.room(), accept(application).quantity) == (None, 100_000)


@pytest.mark.clause("G14.2", "G42.2.2")
@pytest.mark.parametrize(
    ("on_paper", "channel", "clause"), [(True, "letter", "G14.2"), (False, "email", "G42.2.2")], ids=["paper", "mail"]
)
def test_a_refusal_is_told_the_way_the_application_came(aois_company, on_paper, channel, clause):
    application = screened(
        ApplicationFactory(**of(aois_company), on_paper=on_paper), found={"G14.1.6": "過去の不正利用"}
    )
    assert refuse(application, reason="不正利用のおそれ").state == "refused"
    notice = Notice.objects.get()
    assert (notice.kind, notice.channel, notice.clause, notice.state) == ("refused", channel, clause, "to-send")
    assert notice.to == ("102-0071 東京都千代田区富士見2-10-2" if on_paper else aois_company.notice_email)


@pytest.mark.clause("G14.2")
def test_the_grounds_are_recorded_and_told_only_where_flagged(aois_company):
    application = screened(ApplicationFactory(**of(aois_company)))
    screening.examine(
        application,
        {
            "G14.1.5": screening.Examined("found", "登記の商号と異なる", told=True),
            "G14.1.6": screening.Examined("found", "社内情報"),
        },
        actor=BEN,
    )
    refuse(again(application))
    body = Notice.objects.get().body
    assert "第14条第1項第5号" in body
    assert "第14条第1項第6号" not in body
    assert "社内情報" not in body
    assert "登記の商号" not in body
    assert application.findings.filter(result="found").count() == 2


@pytest.mark.clause("G14.1.7", "G13.1")
def test_without_a_ground_nothing_is_refused(aois_company):
    application = screened(ApplicationFactory(**of(aois_company)))
    with pytest.raises(RuleViolation):
        refuse(application)
    assert again(application).state == "screening"
    assert Notice.objects.count() == 0


@pytest.mark.clause("G14.1.1")
@pytest.mark.parametrize("ground", [f"G14.1.{n}" for n in range(1, 8)])
def test_each_ground_alone_allows_a_refusal(aois_company, ground):
    application = screened(ApplicationFactory(**of(aois_company)), found={ground: "事実の記載"})
    assert refuse(application).state == "refused"
    assert Contract.objects.count() == 0


@pytest.mark.clause("G12.1")
def test_an_application_is_withdrawn_before_it_is_decided_and_never_after(aois_company):
    application = ApplicationFactory(**of(aois_company))
    accepting.withdraw(application, on=WEDNESDAY, actor=BEN, reason="お客様都合")
    withdrawn = again(application)
    assert (withdrawn.state, withdrawn.decided_on) == ("withdrawn", WEDNESDAY)
    assert withdrawn.history.first().history_change_reason == "お客様都合"
    with pytest.raises(RuleViolation):
        accepting.withdraw(withdrawn, on=WEDNESDAY, actor=BEN)
    decided = ApplicationFactory(**of(aois_company), accepted=True)
    with pytest.raises(RuleViolation):
        accepting.withdraw(decided, on=WEDNESDAY, actor=BEN)


@pytest.mark.clause("G12.2.1", "G42.2.2")
@pytest.mark.django_db(transaction=True)
def test_a_mail_leaves_by_a_worker_after_its_act_is_committed_and_once(mailoutbox, aois_company):
    application = screened(ApplicationFactory(**of(aois_company)), found={"G14.1.6": "過去の不正利用"})
    refuse(application)
    assert (Notice.objects.get().state, mailoutbox) == ("to-send", [])
    work()
    notice = Notice.objects.get()
    assert (notice.state, notice.sent_at is not None) == ("sent", True)
    assert [mail.to for mail in mailoutbox] == [[aois_company.notice_email]]
    assert notifying.deliver(notice.pk) is True
    assert len(mailoutbox) == 1
