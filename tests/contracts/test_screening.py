"""Screening: a finding for each ground, what rules can tell filled in; documents asked for and arrived."""

from datetime import date

import pytest
from django.utils.translation import override

from contracts import accepting, screening
from contracts.models import Finding, Notice
from contracts.models.finding import SCREENED, Ground
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, accept, again, screened
from tests.factories import ApplicationFactory, ContractFactory, ExternalSubscriptionFactory, TerminationFactory
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db


def finding(application, ground: str) -> Finding:
    return application.findings.get(ground=ground)


@pytest.mark.clause("G14.1.1", "G14.1.2", "G14.1.3", "G14.1.4", "G14.1.5", "G14.1.6", "G14.1.7")
def test_screening_opens_a_finding_for_each_of_the_seven_grounds():
    application = ApplicationFactory()
    screening.begin(application, actor=BEN)
    assert [f.clause.id for f in application.findings.order_by("ground")] == [f"G14.1.{n}" for n in range(1, 8)]
    assert again(application).state == "screening"


@pytest.mark.clause("G14.1.1", "G14.1.4")
def test_what_a_rule_can_tell_is_filled_in_and_the_rest_is_left_to_people():
    application = ApplicationFactory()
    screening.begin(application, actor=BEN)
    by_rule = application.findings.filter(by_rule=True)
    assert {f.ground: f.result for f in by_rule} == {"G14.1.1": "clear", "G14.1.3": "clear", "G14.1.4": "clear"}
    assert {f.result for f in application.open_findings()} == {"open"}
    assert len(application.open_findings()) == 4


@pytest.mark.clause("G14.1.1", "PMG3")
def test_a_missing_requirement_is_a_ground_with_words(aois_company):
    ContractFactory(**of(aois_company))
    application = ApplicationFactory(**of(aois_company), service_code="private-mobile-gateway")
    screening.begin(application, actor=BEN)
    found = finding(application, "G14.1.1")
    assert (found.result, found.by_rule) == ("found", True)
    assert "プライベートバックボーン" in found.text
    assert "モバイルアクセス" in found.text


@pytest.mark.clause("G14.1.1", "MA6")
def test_a_requirement_that_comes_later_is_told_with_its_day(aois_company):
    ContractFactory(**of(aois_company), starting=True, billing_starts_on=date(2027, 2, 1))
    application = ApplicationFactory(**of(aois_company), mobile_access=True, start_wished_on=date(2027, 1, 20))
    screening.begin(application, actor=BEN)
    assert "2027年2月1日（月）から可能です" in finding(application, "G14.1.1").text


@pytest.mark.clause("G14.1.4")
def test_a_contract_that_the_company_terminated_counts_even_years_later(aois_company):
    gone = ContractFactory(**of(aois_company), ended=True, ends_on=date(2025, 3, 31), notice=None)
    TerminationFactory(by_company=True, carried_out=True, contract=gone, effective_on=date(2025, 3, 31))
    application = ApplicationFactory(**of(aois_company))
    screening.begin(application, actor=BEN)
    found = finding(application, "G14.1.4")
    assert found.result == "found"
    assert gone.number in found.text


@pytest.mark.clause("G14.1.4")
def test_an_end_by_the_customers_own_notice_is_no_default(aois_company):
    ContractFactory(**of(aois_company), ended=True)
    application = ApplicationFactory(**of(aois_company))
    screening.begin(application, actor=BEN)
    assert finding(application, "G14.1.4").result == "clear"


@pytest.mark.clause("G14.1.3")
def test_an_app_to_the_right_can_propose_what_it_knows():
    def arrears(application):
        return "2026-11-20が支払期日の請求が未払いです。"

    application = ApplicationFactory()
    screening.propose(Ground.PAYMENT, arrears)
    try:
        screening.begin(application, actor=BEN)
    finally:
        screening.withdraw_proposer(Ground.PAYMENT, arrears)
    found = finding(application, "G14.1.3")
    assert (found.result, found.by_rule, found.text) == ("found", True, "2026-11-20が支払期日の請求が未払いです。")


@pytest.mark.clause("G14.1.2", "G14.1.5", "G14.1.6", "G14.1.7")
@pytest.mark.parametrize("ground", ["G14.1.2", "G14.1.5", "G14.1.6", "G14.1.7"])
@pytest.mark.parametrize("facts", ["", "  "])
def test_a_ground_that_applies_needs_its_facts(ground, facts):
    application = ApplicationFactory()
    screening.begin(application, actor=BEN)
    with override("en"), pytest.raises(RuleViolation, match="Write down the facts") as refusal:
        screening.examine(application, {ground: screening.Examined("found", facts)}, actor=BEN)
    assert refusal.value.unmet[0].clause.id == ground
    assert finding(application, ground).result == "open"


@pytest.mark.clause("G14.1.2", "G14.1.5", "G14.1.6", "G14.1.7")
@pytest.mark.parametrize("ground", ["G14.1.2", "G14.1.5", "G14.1.6", "G14.1.7"])
def test_what_a_clerk_finds_is_recorded_with_who_and_why(ground):
    application = ApplicationFactory()
    screening.begin(application, actor=BEN)
    facts = screening.Examined("found", "登記の商号と異なる", told=True)
    screening.examine(application, {ground: facts}, actor=BEN, reason="登記情報を確認")
    found = finding(application, ground)
    assert (found.result, found.text, found.told) == ("found", "登記の商号と異なる", True)
    row = found.history.first()
    assert (row.history_actor, row.history_change_reason, row.history_type) == ("Ben", "登記情報を確認", "~")


def test_examining_again_without_a_change_writes_nothing():
    application = screened(ApplicationFactory())
    before = Finding.history.count()
    screening.examine(application, {"G14.1.2": screening.Examined("clear")}, actor=BEN)
    assert Finding.history.count() == before


@pytest.mark.clause("G14.1.1")
def test_while_a_ground_is_open_nothing_is_accepted():
    application = ApplicationFactory()
    screening.begin(application, actor=BEN)
    with override("en"), pytest.raises(RuleViolation, match="Record the finding for every ground first"):
        accept(again(application))


def test_an_application_is_taken_up_once():
    application = ApplicationFactory()
    screening.begin(application, actor=BEN)
    with pytest.raises(RuleViolation):
        screening.begin(application, actor=BEN)
    assert application.findings.count() == len(SCREENED)


@pytest.mark.clause("G42.2.1")
def test_asking_for_documents_holds_the_acceptance_back():
    application = screened(ApplicationFactory())
    screening.ask_documents(application, ["登記事項証明書", " "], on=WEDNESDAY, actor=BEN)
    held = again(application)
    assert (held.state, [str(d) for d in held.missing_documents()]) == ("on-hold", ["登記事項証明書"])
    with override("en"), pytest.raises(RuleViolation, match="not possible while the state is"):
        accept(held)
    notice = Notice.objects.get(kind="documents")
    assert "登記事項証明書" in notice.body


@pytest.mark.clause("G42.2.1")
def test_with_the_last_document_the_screening_goes_on():
    application = screened(ApplicationFactory())
    screening.ask_documents(application, ["登記事項証明書", "開業届"], on=WEDNESDAY, actor=BEN)
    first, second = application.document_requests.all()
    screening.record_arrival(again(application), [first], on=date(2026, 12, 1), actor=BEN)
    assert again(application).state == "on-hold"
    screening.record_arrival(again(application), [second], on=date(2026, 12, 2), actor=BEN)
    assert again(application).state == "screening"
    assert accept(again(application)).pk


@pytest.mark.clause("G42.2.1")
def test_documents_that_never_come_are_a_ground_for_refusal():
    application = screened(ApplicationFactory())
    screening.ask_documents(application, ["開業届"], on=WEDNESDAY, actor=BEN)
    accepting.refuse_application(again(application), on=date(2026, 12, 10), actor=BEN, reason="書類未着")
    assert (again(application).state, again(application).decided_on) == ("refused", date(2026, 12, 10))


@pytest.mark.clause("G42.2.1")
def test_asking_for_nothing_is_refused():
    application = screened(ApplicationFactory())
    with pytest.raises(RuleViolation):
        screening.ask_documents(application, ["", " "], on=WEDNESDAY, actor=BEN)
    assert again(application).state == "screening"


@pytest.mark.clause("G42.2.1")
def test_a_document_of_another_application_is_not_recorded_here():
    ours, theirs = screened(ApplicationFactory()), screened(ApplicationFactory())
    screening.ask_documents(theirs, ["開業届"], on=WEDNESDAY, actor=BEN)
    screening.ask_documents(ours, ["開業届"], on=WEDNESDAY, actor=BEN)
    foreign = theirs.document_requests.get()
    with pytest.raises(RuleViolation):
        screening.record_arrival(again(ours), [foreign], on=WEDNESDAY, actor=BEN)
    assert again(foreign).arrived_on is None


@pytest.mark.clause("G14.1.1", "VPN3")
def test_what_another_customer_holds_satisfies_nothing(aois_company, carols_company):
    ContractFactory(**of(aois_company))
    ExternalSubscriptionFactory(customer=carols_company)
    application = ApplicationFactory(**of(aois_company), service_code="vpn-gateway")
    screening.begin(application, actor=BEN)
    assert "プライベートバックボーン" in finding(application, "G14.1.1").text
