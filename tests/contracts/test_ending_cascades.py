"""Ends that take others down, with real contracts: which, when, once, under which clause, through what."""

from datetime import date

import pytest

from contracts import ending
from contracts.models import Notice, Termination
from iijiot.clauses import Clause
from iijiot.rules import RuleViolation
from tests.acts import advance, again, do, end, ends, give_notice, only_on, plan_notice, states
from tests.factories import ContractFactory, ExternalSubscriptionFactory
from tests.factories.contracts import of
from tests.factories.worlds import house
from tests.vectors import cases

LAST_DAY = date(2026, 12, 25)

pytestmark = pytest.mark.django_db


def plan_end_of(world, name: str):
    if name == "private backbone":
        return ending.plan_ending(world.backbone, effective_on=LAST_DAY, clause="PC5.2")
    return plan_notice(world.contracts[name])


@pytest.mark.clause("MA12.2", "DS4.2", "PC5.2", "PMG5.2", "WPC5.2", "VPN5.2")
@pytest.mark.parametrize("case", cases("cascade"))
def test_the_plan_shows_what_else_ends_and_carrying_it_out_does_just_that(case):
    world = house()
    plan = plan_end_of(world, case["ends"])
    assert set(plan.cascaded) == {world.contracts[name] for name in case["also_end"]}

    do(plan)
    fallen = {
        world.contracts[name].service_code for name in [case["ends"], *case["also_end"]] if name in world.contracts
    }
    assert {code: on for code, on in ends(world.customer).items() if on} == dict.fromkeys(fallen, LAST_DAY)
    assert not fallen & {world.contracts[name].service_code for name in case["stay"]}

    advance(date(2026, 12, 26))
    assert {code for code, state in states(world.customer).items() if state == "ended"} == fallen


@pytest.mark.clause("PC5.2", "WPC5.2")
def test_ending_the_backbone_ends_both_connectors_once():
    world = house()
    end(world.backbone, LAST_DAY)
    for contract, clause in [(world.connector, "PC5.2"), (world.wise_connector, "WPC5.2")]:
        row = contract.terminations.get()
        assert (row.origin, row.effective_on, row.clause) == ("cascade", LAST_DAY, clause)
        assert (again(contract).ends_on, again(contract).ends_under) == (LAST_DAY, clause)
    assert Notice.objects.filter(contract=world.wise_connector, kind="end-scheduled").count() == 1


@pytest.mark.clause("WPC5.2")
def test_every_path_by_which_an_end_reaches_a_contract_is_shown():
    world = house()
    plan = ending.plan_ending(world.backbone, effective_on=LAST_DAY, clause="PC5.2")
    (change,) = [change for change in plan.changes if change.subject == world.wise_connector]
    assert {path.base for path in change.paths} == {world.connector, world.backbone}


@pytest.mark.clause("PMG5.2")
def test_a_gateway_on_mobile_access_and_type_i_ends_with_type_i_although_mobile_access_lives(aois_company):
    type_i = ExternalSubscriptionFactory(customer=aois_company, type_i_closed=True)
    world = house(aois_company, gateway_also_on=(type_i,))
    end(type_i, date(2026, 12, 31), clause="PMG5.2")
    assert again(world.gateway).ends_on == date(2026, 12, 31)
    assert again(world.mobile_access).ends_on is None


@pytest.mark.clause("IOT3.3", "PMG5.2")
def test_the_end_of_mobile_access_ends_the_gateway_but_only_flags_the_option():
    world = house()
    give_notice(world.mobile_access, named_on=date(2026, 12, 31))
    assert again(world.gateway).ends_on == date(2026, 12, 31)
    assert again(world.option).ends_on is None
    assert world.through(world.option, world.mobile_access).cascades is False
    only_on(date(2027, 1, 1))
    assert again(world.option).state == "active"


@pytest.mark.clause("IOT3.3", "WPC3")
def test_the_end_of_the_wise_paas_use_ends_nothing():
    world = house()
    end(world.wise_paas, date(2026, 12, 31), clause="WPC3")
    only_on(date(2027, 1, 1))
    assert set(ends(world.customer).values()) == {None}
    assert world.through(world.wise_connector, world.wise_paas).cascades is False


@pytest.mark.clause("IOT3.2")
def test_the_option_ends_with_its_iot_contract_and_its_own_end_leaves_the_contract():
    world = house()
    give_notice(world.option)
    assert (again(world.option).ends_on, again(world.iot).ends_on) == (LAST_DAY, None)
    give_notice(world.iot, arrived_on=date(2026, 11, 20))
    assert (again(world.option).ends_on, again(world.option).ends_under) == (date(2026, 12, 20), "IOT3.2")


@pytest.mark.clause("PC5.2", "WPC5.2")
def test_a_dependent_that_ends_earlier_keeps_its_day_and_is_shown_as_kept():
    world = house()
    give_notice(world.connector, arrived_on=date(2026, 11, 10))
    plan = ending.plan_ending(world.backbone, effective_on=date(2026, 12, 31), clause="PC5.2")
    assert {kept.subject: kept.after.on for kept in plan.kept} == {
        world.connector: date(2026, 12, 10),
        world.wise_connector: date(2026, 12, 10),
    }
    do(plan)
    assert again(world.connector).ends_on == date(2026, 12, 10)
    assert again(world.wise_connector).ends_on == date(2026, 12, 10)
    assert again(world.vpn).ends_on == date(2026, 12, 31)


@pytest.mark.clause("PC5.2")
def test_a_dependent_that_ends_later_by_its_own_notice_is_brought_forward():
    world = house()
    give_notice(world.connector, named_on=date(2027, 3, 31))
    end(world.backbone, LAST_DAY)
    assert (again(world.connector).ends_on, again(world.connector).ends_under) == (LAST_DAY, "PC5.2")
    advance(date(2026, 12, 26))
    assert sorted(world.connector.terminations.values_list("origin", "state")) == [
        ("cascade", "carried-out"),
        ("notice", "lapsed"),
    ]


@pytest.mark.clause("PC5.2", "WPC5.2")
def test_the_cause_of_a_caused_end_is_the_end_of_what_it_rests_on():
    world = house()
    made = end(world.backbone, LAST_DAY)
    caused = world.connector.terminations.get()
    assert (caused.cause, caused.through) == (made, world.through(world.connector, world.backbone))


@pytest.mark.clause("PC5.2", "PMG5.2", "VPN5.2", "WPC5.2")
def test_ending_an_external_subscription_or_a_contract_gives_the_same_kind_of_plan():
    world = house()
    by_subscription = ending.plan_ending(world.backbone, effective_on=LAST_DAY, clause="PC5.2")
    assert by_subscription.changes[0].subject == world.backbone
    assert [change.clause for change in by_subscription.changes[1:]] == [
        Clause("PC5.2"),
        Clause("PMG5.2"),
        Clause("WPC5.2"),
        Clause("VPN5.2"),
    ]
    do(by_subscription)
    assert again(world.backbone).ends_on == LAST_DAY


def test_ending_a_subscription_twice_is_refused():
    world = house()
    end(world.backbone, LAST_DAY)
    with pytest.raises(RuleViolation):
        end(world.backbone, date(2026, 12, 31))


def test_nothing_of_another_customer_ends(aois_company, carols_company):
    ours, theirs = house(aois_company), house(carols_company)
    give_notice(ours.iot)
    assert set(ends(theirs.customer).values()) == {None}


@pytest.mark.clause("MA12.2")
def test_a_contract_that_has_not_started_ends_too(aois_company):
    iot = ContractFactory(**of(aois_company))
    waiting = ContractFactory(**of(aois_company), mobile_access=True, not_started=True, rests_on=[iot])
    give_notice(iot)
    advance(date(2026, 12, 26))
    assert (again(waiting).state, again(waiting).ends_on) == ("ended", LAST_DAY)


@pytest.mark.clause("MA12.2")
def test_suspended_contracts_end_with_the_others_and_suspension_itself_takes_nothing_down(aois_company):
    iot = ContractFactory(**of(aois_company), suspended=True)
    mobile = ContractFactory(**of(aois_company), mobile_access=True, suspended=True, rests_on=[iot])
    assert again(mobile).ends_on is None
    give_notice(iot)
    advance(date(2026, 12, 26))
    assert set(states(aois_company).values()) == {"ended"}
    assert Termination.objects.filter(state="scheduled").count() == 0
