"""Protecting contracts against termination: notices are taken back and none is taken, the company's acts are not hindered."""

from datetime import date

import pytest

from contracts import protecting
from iijiot.plans import Stale
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, do, end, give_notice, plan_notice, take_back
from tests.factories import ContractFactory
from tests.factories.contracts import of
from tests.factories.worlds import house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
NOTICE = date(2026, 12, 25)


def protect(contract, *, today=WEDNESDAY):
    """Protect it, as planned."""
    return do(protecting.plan_protecting(fresh(contract), today=today), today=today)


@pytest.mark.clause("G29.1")
def test_no_notice_is_taken_while_a_contract_is_protected_and_one_counts_from_its_arrival_afterwards():
    contract = ContractFactory()
    protect(contract)
    with pytest.raises(RuleViolation, match="protected against termination"):
        plan_notice(fresh(contract))
    protecting.unprotect(fresh(contract), actor=BEN, reason="契約者の解除依頼")
    assert give_notice(fresh(contract), WEDNESDAY, today=date(2026, 12, 10)).effective_on == NOTICE


@pytest.mark.clause("G29.1", "PC5.2")
def test_protecting_takes_a_notice_back_and_with_it_what_only_it_caused():
    world = house()
    give_notice(world.iot)
    assert fresh(world.connector).ends_on == NOTICE
    plan = protecting.plan_protecting(fresh(world.iot), today=date(2026, 12, 1))
    lifted = {change.subject for change in plan.changes if change.after is None}
    assert {world.iot, world.connector, world.mobile_access} <= lifted
    do(plan, today=date(2026, 12, 1))
    assert {fresh(contract).ends_on for contract in world.contracts.values()} == {None}
    assert (fresh(world.iot).protected, fresh(world.connector).protected) == (True, False)
    assert set(world.iot.terminations.values_list("state", flat=True)) == {"taken-back"}


@pytest.mark.clause("G29.1", "G28.1.2", "MA12.2")
def test_neither_the_companys_act_nor_the_end_of_a_base_is_hindered():
    world = house()
    protect(world.mobile_access)
    protect(world.data_storage)
    end(world.data_storage, date(2026, 12, 10), "G28.1.2")
    assert fresh(world.data_storage).ends_on == date(2026, 12, 10)
    give_notice(world.iot)
    assert fresh(world.mobile_access).ends_on == NOTICE


@pytest.mark.clause("G29.1")
def test_a_contract_that_ends_all_the_same_says_so():
    iot = ContractFactory()
    contract = ContractFactory(**of(iot.customer), data_storage=True, rests_on=[iot])
    give_notice(iot)
    give_notice(contract, WEDNESDAY)
    plan = protecting.plan_protecting(fresh(contract), today=WEDNESDAY)
    assert [str(words) for words in plan.warnings] == [
        "It still ends on Fri 25 December 2026: no notice of the customer is the cause."
    ]
    assert fresh(contract).ends_on == NOTICE


@pytest.mark.clause("G29.1")
def test_a_contract_is_protected_once_and_not_after_its_last_day():
    contract, late = ContractFactory(), ContractFactory()
    with pytest.raises(RuleViolation, match="is not protected"):
        protecting.unprotect(contract, actor=BEN)
    protect(contract)
    with pytest.raises(RuleViolation, match="protected already"):
        protect(contract)
    give_notice(late)
    with pytest.raises(RuleViolation, match="its last day is over"):
        protecting.plan_protecting(fresh(late), today=date(2026, 12, 26))
    with pytest.raises(RuleViolation, match="not possible while the state is"):
        protecting.plan_protecting(ContractFactory(ended=True), today=WEDNESDAY)


@pytest.mark.clause("G29.1")
def test_what_moved_meanwhile_is_looked_at_once_more():
    contract = ContractFactory()
    notice = give_notice(contract)
    plan = protecting.plan_protecting(fresh(contract), today=WEDNESDAY)
    take_back(notice)
    with pytest.raises((Stale, RuleViolation)):
        do(plan)
    assert not fresh(contract).protected
