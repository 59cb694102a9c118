"""From acceptance to service: the checklist, the billing start date, and what must be there by then."""

from datetime import date

import pytest
from django.utils.translation import override

from contracts import starting
from contracts.models import StartCondition
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, accept, advance, again, end, give_notice, meet_all, screened, set_start
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    DependencyFactory,
    ExternalSubscriptionFactory,
    StartConditionFactory,
)
from tests.factories.contracts import of

pytestmark = pytest.mark.django_db

START = date(2026, 12, 10)


@pytest.fixture
def iot(aois_company):
    return ContractFactory(**of(aois_company))


@pytest.fixture
def waiting(aois_company):
    return ContractFactory(**of(aois_company), not_started=True, accepted_on=WEDNESDAY)


def accepted(customer, code: str):
    """A contract just accepted, with all that it can rest on."""
    iot = customer.contracts.filter(service_code="iot").first() or ContractFactory(**of(customer))
    backbone = ExternalSubscriptionFactory(customer=customer)
    ExternalSubscriptionFactory(customer=customer, wise_paas_use=True)
    if code != "mobile-access":
        ContractFactory(**of(customer), mobile_access=True, rests_on=[iot])
    ContractFactory(**of(customer), private_connector=True, rests_on=[iot, backbone])
    application = ApplicationFactory(**of(customer), service_code=code)
    return accept(screened(application))


@pytest.mark.clause("G3")
def test_the_clock_begins_service_on_the_billing_start_date(waiting):
    set_start(waiting, START)
    advance(date(2026, 12, 9))
    assert again(waiting).state == "accepted"
    advance(START)
    started = again(waiting)
    assert (started.state, started.billing_starts_on) == ("active", START)
    row = started.history.first()
    assert (row.history_actor_kind, row.history_actor, row.history_clause) == ("clock", "start-contracts", "G3")


@pytest.mark.clause("G3")
def test_a_billing_start_date_that_has_come_begins_service_at_once(waiting):
    assert set_start(waiting, WEDNESDAY).state == "active"


@pytest.mark.clause("G3")
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "accepted on"),
        (date(2025, 12, 10), "accepted on"),
        (date(2036, 12, 10), "Check the year"),
    ],
    ids=["the day before the acceptance", "wrong year", "absurd year"],
)
def test_absurd_start_days_are_refused(waiting, day, words):
    with override("en"), pytest.raises(RuleViolation, match=words):
        set_start(waiting, day)
    assert again(waiting).billing_starts_on is None


@pytest.mark.clause("VPN.S", "WPC.S", "PC.S", "PMG.S", "DS.S", "MA.S1", "IOT.S")
@pytest.mark.parametrize(
    ("trait", "day", "clause"),
    [
        ("vpn_gateway", date(2023, 6, 30), "VPN.S"),
        ("wise_paas_connector", date(2020, 9, 22), "WPC.S"),
        ("private_connector", date(2017, 10, 1), "PC.S"),
        ("private_mobile_gateway", date(2017, 10, 1), "PMG.S"),
        ("data_storage", date(2016, 11, 29), "DS.S"),
        ("mobile_access", date(2016, 11, 29), "MA.S1"),
    ],
)
def test_no_service_starts_before_it_exists(aois_company, trait, day, clause):
    contract = ContractFactory(**of(aois_company), not_started=True, accepted_on=date(2016, 11, 1), **{trait: True})
    with pytest.raises(RuleViolation) as refusal:
        set_start(contract, day)
    assert refusal.value.unmet[0].clause.id == clause


@pytest.mark.clause("PC4.1", "PC4.2", "PMG4.1", "PMG4.2", "VPN4.1", "VPN4.2", "WPC4.1", "WPC4.2", "IOT3.4", "IOT3.5")
@pytest.mark.parametrize(
    ("code", "clause", "words"),
    [
        ("private-connector", "PC4.1", "運用ポリシー"),
        ("private-mobile-gateway", "PMG4.1", "運用ポリシー"),
        ("vpn-gateway", "VPN4.1", "運用ポリシー"),
        ("wise-paas-connector", "WPC4.1", "WISE-PaaS"),
        ("wise-paas-option", "IOT3.4", "WISE-PaaS"),
    ],
)
def test_an_open_checklist_blocks_the_billing_start_with_words(aois_company, code, clause, words):
    contract = accepted(aois_company, code)
    with pytest.raises(RuleViolation, match=words) as refusal:
        set_start(contract, START)
    assert [unmet.clause.id for unmet in refusal.value.unmet] == [clause]
    assert again(contract).billing_starts_on is None
    meet_all(contract)
    assert set_start(contract, START).billing_starts_on == START


@pytest.mark.clause("PC4.1", "WPC4.1", "IOT3.4")
@pytest.mark.parametrize("answer", ["", "   "])
def test_the_company_sets_no_default_in_the_customers_place(answer):
    condition = StartConditionFactory()
    with override("en"), pytest.raises(RuleViolation, match="no default in the customer's place"):
        starting.meet(condition, answer, on=WEDNESDAY, actor=BEN)
    assert again(condition).state == "open"


@pytest.mark.clause("WPC4.1", "IOT3.4")
def test_information_that_changes_is_told_anew_and_the_old_stays_in_history():
    condition = StartConditionFactory(met=True, answer="テナント A")
    starting.meet(condition, "テナント B", on=WEDNESDAY, actor=BEN)
    assert [row.answer for row in condition.history.all()] == ["テナント B", "テナント A"]


@pytest.mark.clause("PC4.1", "PMG4.1", "VPN4.1")
@pytest.mark.parametrize(
    ("trait", "clause"),
    [("private_connector", "PC4.1"), ("private_mobile_gateway", "PMG4.1"), ("vpn_gateway", "VPN4.1")],
)
def test_staff_may_ask_for_more_before_the_start(aois_company, trait, clause):
    contract = ContractFactory(**of(aois_company), not_started=True, **{trait: True})
    starting.designate_condition(contract, "接続試験の日程を決める", actor=BEN)
    with pytest.raises(RuleViolation, match="接続試験の日程を決める"):
        set_start(contract, START)
    assert StartCondition.objects.get(contract=contract).clause == clause


@pytest.mark.clause("WPC4.1", "PC4.1")
def test_where_the_provision_leaves_nothing_to_designate_or_service_has_begun_nothing_is_asked(aois_company):
    not_said = ContractFactory(**of(aois_company), wise_paas_connector=True, not_started=True)
    begun = ContractFactory(**of(aois_company), private_connector=True)
    with override("en"):
        with pytest.raises(RuleViolation, match="leaves nothing"):
            starting.designate_condition(not_said, "接続試験", actor=BEN)
        with pytest.raises(RuleViolation, match="Service has begun"):
            starting.designate_condition(begun, "接続試験", actor=BEN)


@pytest.mark.clause("PC4.2", "PMG4.2", "VPN4.2", "WPC4.2", "IOT3.5")
@pytest.mark.parametrize(
    "code",
    ["private-connector", "private-mobile-gateway", "vpn-gateway", "wise-paas-connector", "wise-paas-option"],
)
def test_an_approver_may_start_with_open_conditions_and_says_why(aois_company, approver, code):
    contract = accepted(aois_company, code)
    with override("en"), pytest.raises(RuleViolation, match="Give the reason"):
        starting.waive_conditions(contract, " ", actor=approver)
    starting.waive_conditions(contract, "社長決裁、情報は来週", actor=approver)
    assert set_start(again(contract), START).billing_starts_on == START
    row = contract.history.filter(history_clause="PC4.2").get()
    assert (row.history_actor, row.history_change_reason) == ("江見 えみ", "社長決裁、情報は来週")


@pytest.mark.clause("MA6", "G3")
def test_service_begins_only_on_what_is_in_service_by_then(aois_company):
    base = ContractFactory(**of(aois_company), starting=True, billing_starts_on=date(2026, 12, 15))
    mobile = ContractFactory(**of(aois_company), mobile_access=True, not_started=True, rests_on=[base])
    with (
        override("en"),
        pytest.raises(RuleViolation, match=f"not in service on Thu 10 December 2026: {base.number}") as refusal,
    ):
        set_start(mobile, START)
    assert refusal.value.unmet[0].clause.id == "MA6"
    assert set_start(mobile, date(2026, 12, 15)).billing_starts_on == date(2026, 12, 15)


@pytest.mark.clause("PC3")
@pytest.mark.parametrize("ends_on", [date(2026, 12, 9), date(2026, 11, 30)])
def test_service_does_not_begin_on_what_has_ended_by_then(aois_company, iot, ends_on):
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    connector = ContractFactory(**of(aois_company), private_connector=True, not_started=True, rests_on=[iot, backbone])
    end(backbone, ends_on)
    with pytest.raises(RuleViolation):
        set_start(again(connector), START)


@pytest.mark.clause("G30.2.2")
def test_a_start_after_the_scheduled_end_is_refused(waiting):
    give_notice(waiting)
    with override("en"), pytest.raises(RuleViolation, match="ends on Fri 25 December 2026"):
        set_start(again(waiting), date(2026, 12, 26))
    assert set_start(again(waiting), date(2026, 12, 25)).billing_starts_on == date(2026, 12, 25)


@pytest.mark.clause("G3", "MA6", "PMG3")
def test_base_and_dependents_start_on_one_day_whatever_their_order(aois_company):
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    iot = ContractFactory(**of(aois_company), starting=True)
    mobile = ContractFactory(**of(aois_company), starting=True, mobile_access=True, rests_on=[iot])
    gateway = ContractFactory(
        **of(aois_company), starting=True, private_mobile_gateway=True, rests_on=[iot, backbone, mobile]
    )
    storage = ContractFactory(**of(aois_company), starting=True, data_storage=True)
    late_base = ContractFactory(**of(aois_company), starting=True)
    DependencyFactory.between(storage, late_base)
    rows = {row.step: row for row in advance(date(2026, 12, 1))}
    assert (rows["start-contracts"].done, rows["start-contracts"].set_aside) == (5, [])
    assert {again(c).state for c in (iot, mobile, gateway, late_base, storage)} == {"active"}


@pytest.mark.clause("G3", "MA6")
def test_what_cannot_start_is_set_aside_with_its_reason_and_starts_once_it_can(aois_company, carols_company):
    base = ContractFactory(**of(aois_company), not_started=True)
    mobile = ContractFactory(**of(aois_company), starting=True, mobile_access=True, rests_on=[base])
    other = ContractFactory(**of(carols_company), starting=True)
    rows = {row.step: row for row in advance(date(2026, 12, 1))}
    (aside,) = rows["start-contracts"].set_aside
    assert mobile.number in aside["what"]
    assert base.number in aside["why"]
    assert (again(mobile).state, again(other).state) == ("accepted", "active")
    set_start(base, date(2026, 12, 2), today=date(2026, 12, 1))
    advance(date(2026, 12, 2))
    assert (again(base).state, again(mobile).state) == ("active", "active")


@pytest.mark.clause("PC4.1")
def test_a_condition_opened_again_after_the_day_was_set_keeps_service_from_beginning(aois_company, iot):
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    connector = ContractFactory(**of(aois_company), private_connector=True, starting=True, rests_on=[iot, backbone])
    StartConditionFactory(contract=connector)
    rows = {row.step: row for row in advance(date(2026, 12, 1))}
    assert "運用ポリシー" in rows["start-contracts"].set_aside[0]["why"]
    assert again(connector).state == "accepted"


def test_of_two_clerks_who_set_the_start_the_second_sees_the_first(waiting):
    seen = again(waiting)
    set_start(waiting, START)
    with pytest.raises((Stale, RuleViolation)):
        set_start(seen, date(2026, 12, 20))
    assert again(waiting).billing_starts_on == START


def test_what_has_started_is_not_started_again(iot):
    with override("en"), pytest.raises(RuleViolation, match="not possible while the state is"):
        set_start(iot, START)
