"""What a contract owes in its last month is shown before its end is confirmed, and is what it then owes."""

from datetime import date

import pytest
from django.utils.translation import override

from billing import charging
from billing.months import Month
from contracts import ending
from contracts.models import Contract
from tests.acts import again, do, give_notice, plan_notice
from tests.factories import ContractFactory
from tests.factories.prices import lined, price_list
from tests.factories.worlds import house

pytestmark = pytest.mark.django_db

NOTICED = date(2026, 12, 15)
JANUARY = Month(2027, 1)


def shown(plan) -> dict[int, str]:
    """What the plan says of the last month of each contract."""
    with override("en"):
        return {pk: str(effect.what) for effect in plan.effects for kind, pk in [effect.key] if kind == "last-month"}


def owed(contract: Contract, month: Month = JANUARY) -> int:
    return sum(line.amount for line in charging.of_contracts(month, [contract.pk]).all_lines())


@pytest.mark.clause("G30.2.2", "IOT4", "MA12.2", "PC5.2", "PMG5.2")
def test_every_contract_that_ends_is_shown_with_what_it_will_owe_for_its_last_days(aois_company):
    price_list()
    world = house(aois_company)
    lined(world.mobile_access, 10)
    plan = plan_notice(world.iot, NOTICED)
    told = shown(plan)
    assert set(told) == {change.subject.pk for change in plan.changes if isinstance(change.subject, Contract)}
    assert "2,258 yen" in told[world.iot.pk]
    assert "14 of 31 days" in told[world.iot.pk]
    do(plan, today=NOTICED)
    for contract in world.contracts.values():
        if again(contract).ends_on:
            assert f"{owed(contract):,} yen" in told[contract.pk]


@pytest.mark.clause("G30.2.2")
def test_an_end_on_the_last_day_of_a_month_owes_the_whole_month():
    price_list()
    plan = plan_notice(ContractFactory(), date(2026, 12, 1))
    ((_pk, words),) = shown(plan).items()
    assert "5,000 yen" in words
    assert "days" not in words


@pytest.mark.clause("G30.2.2")
def test_an_end_is_planned_and_carried_out_although_a_price_is_missing():
    contract = ContractFactory()
    plan = plan_notice(contract, NOTICED)
    ((_pk, words),) = shown(plan).items()
    assert "cannot be charged yet" in words
    do(plan, today=NOTICED)
    assert again(contract).ends_on == date(2027, 1, 14)


def test_an_end_before_the_start_shows_no_fee_where_there_is_none():
    price_list()
    contract = ContractFactory(accepted_on=date(2026, 12, 1), not_started=True)
    assert shown(plan_notice(contract, NOTICED)) == {}


def test_taking_an_end_back_shows_no_last_month():
    price_list()
    made = give_notice(ContractFactory(), NOTICED)
    assert shown(ending.plan_taking_back(made, today=NOTICED)) == {}


@pytest.mark.clause("G30.2.2")
def test_last_months_asked_for_together_are_those_asked_for_one_by_one(aois_company):
    price_list()
    world = house(aois_company)
    lined(world.mobile_access, 10)
    ends = {
        world.iot.pk: date(2027, 3, 31),
        world.mobile_access.pk: date(2027, 1, 14),
        world.vpn.pk: date(2027, 1, 20),
        world.data_storage.pk: date(2027, 2, 1),
    }
    together = charging.of_last_months(ends)
    assert set(together) == {Month(2027, 1), Month(2027, 2), Month(2027, 3)}
    for pk, day in ends.items():
        alone = charging.of_contracts(Month.of(day), [pk], ends={pk: day})
        assert alone.lines[pk]
        assert together[Month.of(day)].lines[pk] == alone.lines[pk]
