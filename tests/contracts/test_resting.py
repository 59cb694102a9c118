"""What a contract rests on changes with what the customer holds: one thing more, one thing less, flags for staff."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from contracts import ending
from contracts.ending import Designated
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.acts import WEDNESDAY, again, do, end, give_notice, plan_notice, set_start
from tests.factories import ContractFactory, DependencyFactory, ExternalSubscriptionFactory, ManagementUnitFactory
from tests.factories.contracts import of
from tests.factories.worlds import house

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 12, 31)


@pytest.fixture
def world(aois_company):
    return house(aois_company)


@pytest.mark.clause("PMG3", "PMG5.2")
def test_a_gateway_comes_to_rest_on_one_thing_more_and_then_ends_with_it_too(world):
    type_k = ExternalSubscriptionFactory(customer=world.customer, type_k=True)
    do(ending.plan_resting(world.gateway, type_k, today=WEDNESDAY))
    resting = world.through(world.gateway, type_k)
    assert (resting.clause, resting.cascades) == ("PMG5.2", True)
    end(type_k, LAST_DAY, clause="PMG5.2")
    assert (again(world.gateway).ends_on, again(world.gateway).ends_under) == (LAST_DAY, "PMG5.2")


@pytest.mark.clause("PMG3", "PMG5.2")
def test_a_gateway_is_moved_from_an_ending_mobile_service_to_another(world):
    type_k = ExternalSubscriptionFactory(customer=world.customer, type_k=True)
    give_notice(world.mobile_access)
    assert again(world.gateway).ends_on == date(2026, 12, 25)
    do(ending.plan_resting(world.gateway, type_k, today=WEDNESDAY))
    assert again(world.gateway).ends_on == date(2026, 12, 25)
    do(ending.plan_dropping(world.through(world.gateway, world.mobile_access), today=WEDNESDAY))
    assert again(world.gateway).ends_on is None


@pytest.mark.clause("PMG5.2")
def test_coming_to_rest_on_what_already_ends_shows_the_end_and_sets_it(world):
    type_k = ExternalSubscriptionFactory(customer=world.customer, type_k=True)
    end(type_k, LAST_DAY, clause="PMG5.2")
    plan = ending.plan_resting(world.gateway, type_k, today=WEDNESDAY)
    assert [(change.subject, change.after.on) for change in plan.changes] == [(world.gateway, LAST_DAY)]
    do(plan)
    assert again(world.gateway).ends_on == LAST_DAY
    assert world.gateway.terminations.get().through == world.through(world.gateway, type_k)


@pytest.mark.clause("PMG3", "MA6")
def test_a_contract_rests_only_on_what_its_provision_names(world):
    open_network = ExternalSubscriptionFactory(customer=world.customer, type_i_open=True)
    for contract, base in [(world.gateway, open_network), (world.mobile_access, world.backbone)]:
        with pytest.raises(RuleViolation) as refusal:
            ending.plan_resting(contract, base, today=WEDNESDAY)
        assert refusal.value.unmet[0].clause == contract.service.eligibility.said_by


@pytest.mark.clause("PMG3", "G10")
def test_a_contract_rests_on_nothing_of_another_customer(world, carols_company):
    foreign = ExternalSubscriptionFactory(customer=carols_company, type_k=True)
    with pytest.raises(RuleViolation):
        ending.plan_resting(world.gateway, foreign, today=WEDNESDAY)
    with pytest.raises(ValidationError):
        DependencyFactory.between(world.gateway, foreign)


@pytest.mark.clause("PMG5.2")
def test_nothing_comes_to_rest_on_what_is_gone_nor_does_an_ended_contract(world):
    gone = ExternalSubscriptionFactory(customer=world.customer, type_k=True, ends_on=date(2026, 11, 24))
    ended = ContractFactory(**of(world.customer), private_mobile_gateway=True, ended=True)
    type_k = ExternalSubscriptionFactory(customer=world.customer, type_k=True)
    for contract, base in [(world.gateway, gone), (ended, type_k)]:
        with pytest.raises(RuleViolation):
            ending.plan_resting(contract, base, today=WEDNESDAY)


def test_resting_on_the_same_thing_twice_is_refused(world):
    with pytest.raises((RuleViolation, ValidationError)):
        do(ending.plan_resting(world.gateway, world.backbone, today=WEDNESDAY))


@pytest.mark.clause("IOT3.3", "WPC3")
def test_what_ends_without_taking_the_contract_down_is_flagged_for_staff(world):
    assert (world.option.flags(), world.wise_connector.flags()) == ([], [])
    give_notice(world.mobile_access)
    end(world.wise_paas, LAST_DAY, clause="WPC3")
    assert [flag.base for flag in again(world.option).flags()] == [world.mobile_access, world.wise_paas]
    assert [flag.base for flag in again(world.wise_connector).flags()] == [world.wise_paas]


@pytest.mark.clause("IOT3.2")
def test_no_other_day_is_designated_for_the_option(world):
    with override("en"), pytest.raises(RuleViolation, match="on the same day as its contract"):
        plan_notice(world.iot, designated=[Designated(world.option.pk, date(2027, 1, 31), "移行")])


@pytest.mark.clause("MA12.2")
def test_a_plan_with_a_designated_day_is_stale_once_the_contract_is_gone(world):
    plan = plan_notice(world.iot, designated=[Designated(world.vpn.pk, date(2027, 1, 31), "移行")])
    give_notice(world.vpn, date(2026, 11, 10), today=WEDNESDAY)
    with pytest.raises((Stale, RuleViolation)):
        do(plan)
    assert again(world.vpn).ends_on == date(2026, 12, 10)
    assert again(world.iot).ends_on is None


@pytest.mark.clause("PC5.2", "WPC5.2", "VPN5.2", "PMG5.2")
def test_a_subscription_whose_end_is_found_late_takes_its_dependents_down_at_once(world):
    end(world.backbone, date(2026, 11, 10))
    for contract in (world.connector, world.wise_connector, world.vpn, world.gateway):
        assert (again(contract).state, again(contract).ends_on) == ("ended", date(2026, 11, 10))
    assert again(world.iot).state == "active"


@pytest.mark.clause("G29.1")
def test_only_our_form_or_the_portal_starts_the_thirty_days(world):
    with pytest.raises(RuleViolation) as refusal:
        ending.plan_ending_by_notice(world.iot, arrived_on=WEDNESDAY, named_on=None, how="other", today=WEDNESDAY)
    assert refusal.value.unmet[0].clause.id == "G29.1"


@pytest.mark.clause("PMG3", "PMG5.2")
def test_what_is_not_in_service_yet_replaces_nothing_for_a_contract_that_runs(world):
    unit = ManagementUnitFactory(customer=world.customer, name="支社")
    second = ContractFactory(
        customer=world.customer, management_unit=unit, mobile_access=True, not_started=True, rests_on=[world.iot]
    )
    do(ending.plan_resting(world.gateway, second, today=WEDNESDAY))
    first = world.through(world.gateway, world.mobile_access)
    with pytest.raises(RuleViolation) as refusal:
        ending.plan_dropping(first, today=WEDNESDAY)
    assert [unmet.clause.id for unmet in refusal.value.unmet] == ["PMG3"]
    set_start(second, WEDNESDAY)
    do(ending.plan_dropping(first, today=WEDNESDAY))
    assert again(first).dropped_on == WEDNESDAY
