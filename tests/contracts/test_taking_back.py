"""Taking an end back lifts exactly what only it caused; designated days; what a contract no longer rests on."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from contracts import ending, succeeding
from contracts.ending import Designated
from contracts.models import Notice
from iijiot.plans import Stale
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests import lawful
from tests.acts import BEN, WEDNESDAY, advance, again, do, end, ends, give_notice, only_on, plan_notice, take_back
from tests.factories import CustomerFactory, ExternalSubscriptionFactory, SuccessionFactory
from tests.factories.worlds import house

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 12, 25)


@pytest.fixture
def world(aois_company):
    return house(aois_company)


@pytest.mark.clause("G29.1")
def test_taking_the_notice_back_lifts_everything_it_caused(world):
    notice = give_notice(world.iot)
    take_back(notice, today=LAST_DAY)
    assert set(ends(world.customer).values()) == {None}
    assert {row.state for row in again(notice).consequences.all()} | {again(notice).state} == {"taken-back"}
    lifted = Notice.objects.filter(kind="end-lifted").values_list("contract", flat=True)
    assert sorted(lifted) == sorted(contract.pk for contract in world.contracts.values())
    advance(date(2026, 12, 26))
    assert set(world.customer.contracts.values_list("state", flat=True)) == {"active"}


@pytest.mark.clause("PC5.2", "WPC5.2")
def test_what_another_end_causes_too_stays_with_that_ends_day(world):
    by_iot = give_notice(world.iot)
    end(world.backbone, date(2027, 1, 31))
    assert again(world.connector).ends_on == LAST_DAY
    take_back(by_iot)
    assert ends(world.customer) == {
        "iot": None,
        "mobile-access": None,
        "data-storage": None,
        "wise-paas-option": None,
        "private-connector": date(2027, 1, 31),
        "private-mobile-gateway": date(2027, 1, 31),
        "wise-paas-connector": date(2027, 1, 31),
        "vpn-gateway": date(2027, 1, 31),
    }


@pytest.mark.clause("PC5.1", "PC5.2")
def test_an_own_notice_of_a_dependent_comes_back_into_its_right(world):
    give_notice(world.connector, named_on=date(2027, 3, 31))
    by_backbone = end(world.backbone, LAST_DAY)
    assert again(world.connector).ends_on == LAST_DAY
    take_back(by_backbone)
    assert (again(world.connector).ends_on, again(world.connector).ends_under) == (date(2027, 3, 31), "PC5.1")
    assert again(world.wise_connector).ends_on == date(2027, 3, 31)
    assert again(world.backbone).ends_on is None


@pytest.mark.clause("G29.1")
def test_of_two_notices_taking_the_earlier_back_leaves_the_later(world):
    give_notice(world.iot, named_on=date(2027, 3, 31))
    earlier = give_notice(world.iot)
    take_back(earlier)
    assert set(ends(world.customer).values()) == {date(2027, 3, 31)}


@pytest.mark.clause("G29.1")
def test_an_end_that_follows_from_another_is_not_taken_back_by_itself(world):
    end(world.backbone, LAST_DAY)
    with override("en"), pytest.raises(RuleViolation, match="Take that one back instead"):
        take_back(world.connector.terminations.get())


@pytest.mark.clause("G29.1")
def test_nothing_is_taken_back_once_its_last_day_is_over(world):
    notice = give_notice(world.iot)
    with override("en"), pytest.raises(RuleViolation, match="last day is over"):
        take_back(notice, today=date(2026, 12, 26))
    advance(date(2026, 12, 26))
    with override("en"), pytest.raises(RuleViolation, match="not possible while the state is"):
        take_back(again(notice), today=date(2026, 12, 26))


@pytest.mark.clause("G29.1")
def test_a_message_without_our_form_can_be_taken_back(world):
    message = ending.record_message(
        world.iot, arrived_on=WEDNESDAY, note="やはり続けたい", actor=ending.Actor.command("Ben")
    )
    take_back(message)
    assert again(message).state == "taken-back"


@pytest.mark.clause("PC5.2", "MA12.2", "DS4.2", "PMG5.2", "WPC5.2", "VPN5.2")
@pytest.mark.parametrize("name", ["MA", "DS", "PC", "PMG", "WPC", "VPN"])
def test_staff_may_designate_a_later_day_for_each_dependent(world, name):
    contract = world.contracts[name]
    wish = Designated(contract.pk, date(2027, 1, 31), "移行期間のため")
    do(plan_notice(world.iot, designated=[wish]))
    row = contract.terminations.get()
    assert (row.effective_on, row.designated, row.reason) == (date(2027, 1, 31), True, "移行期間のため")
    assert again(contract).ends_on == date(2027, 1, 31)
    advance(date(2026, 12, 26))
    assert again(contract).state == "active"
    only_on(date(2027, 2, 1))
    assert (again(contract).state, again(contract).ends_on) == ("ended", date(2027, 1, 31))


@pytest.mark.clause("PC5.2")
def test_a_designated_day_is_not_before_the_bases_end_unless_the_customer_agrees(world):
    early = date(2026, 12, 10)
    with override("en"), pytest.raises(RuleViolation, match="unless the customer agrees"):
        plan_notice(world.iot, designated=[Designated(world.connector.pk, early, "早期の切替え")])
    agreed = Designated(world.connector.pk, early, "早期の切替え", customer_agrees=True)
    do(plan_notice(world.iot, designated=[agreed]))
    assert again(world.connector).ends_on == early


@pytest.mark.clause("PC5.2")
def test_a_designated_day_needs_a_reason_and_a_contract_that_ends_with_another(world):
    with override("en"):
        with pytest.raises(RuleViolation, match="Give the reason"):
            plan_notice(world.iot, designated=[Designated(world.connector.pk, date(2027, 1, 31), " ")])
        with pytest.raises(RuleViolation, match="ends with what it rests on"):
            plan_notice(world.iot, designated=[Designated(world.iot.pk, date(2027, 1, 31), "移行")])
        with pytest.raises(RuleViolation, match="Check the year"):
            plan_notice(world.iot, designated=[Designated(world.vpn.pk, date(2036, 1, 31), "移行")])


@pytest.mark.clause("WPC5.2")
def test_a_designated_day_holds_while_another_act_is_planned(world):
    wish = Designated(world.connector.pk, date(2027, 1, 31), "移行期間のため")
    do(plan_notice(world.iot, designated=[wish]))
    end(world.wise_paas, date(2026, 12, 31), clause="WPC3")
    assert again(world.connector).ends_on == date(2027, 1, 31)


@pytest.mark.clause("PC5.2")
def test_a_designated_day_is_kept_after_the_base_has_ended(world):
    wish = Designated(world.connector.pk, date(2027, 1, 31), "移行期間のため")
    do(plan_notice(world.iot, designated=[wish]))
    advance(date(2026, 12, 26))
    assert again(world.iot).state == "ended"
    end(world.wise_paas, date(2027, 1, 10), clause="WPC3", today=date(2026, 12, 26))
    assert (again(world.connector).ends_on, again(world.connector).state) == (date(2027, 1, 31), "active")
    only_on(date(2027, 2, 1))
    assert again(world.connector).state == "ended"


@pytest.mark.clause("PC5.2")
def test_a_designated_day_outlasts_an_earlier_end_of_another_base(world):
    """It holds against the end for which it was designated; not against another, and not only until another comes."""
    do(plan_notice(world.iot, designated=[Designated(world.connector.pk, date(2027, 1, 31), "移行期間のため")]))
    sooner = end(world.backbone, date(2026, 12, 31))
    assert again(world.connector).ends_on == date(2026, 12, 31)
    end(world.wise_paas, date(2027, 1, 10), clause="WPC3")
    assert again(world.connector).ends_on == date(2026, 12, 31)
    take_back(sooner)
    row = world.connector.terminations.get(state="scheduled")
    assert (row.effective_on, row.designated, row.reason) == (date(2027, 1, 31), True, "移行期間のため")


@pytest.mark.clause("PC5.2", "PC5.1")
def test_a_designated_day_outlasts_an_earlier_notice_for_the_contract_itself(world):
    do(plan_notice(world.iot, designated=[Designated(world.connector.pk, date(2027, 1, 31), "移行期間のため")]))
    advance(today := date(2026, 12, 26))
    own = give_notice(world.connector, today)
    assert (again(world.connector).state, again(world.connector).ends_on) == ("active", date(2027, 1, 25))
    end(world.wise_paas, date(2027, 1, 10), clause="WPC3", today=today)
    assert (again(world.connector).state, again(world.connector).ends_on) == ("active", date(2027, 1, 25))
    take_back(own, today=today)
    assert again(world.connector).ends_on == date(2027, 1, 31)


@pytest.mark.clause("DS4.1", "DS4.2")
@pytest.mark.parametrize("arrived_on", [date(2026, 12, 26), date(2027, 1, 1)], ids=["sooner", "on the same day"])
def test_after_its_base_has_ended_a_notice_ends_a_contract_by_the_day_designated(world, arrived_on):
    do(plan_notice(world.iot, designated=[Designated(world.data_storage.pk, date(2027, 1, 31), "移行期間のため")]))
    advance(arrived_on)
    own = give_notice(world.data_storage, arrived_on)
    last_day = arrived_on + timedelta(30)
    assert last_day <= date(2027, 1, 31)
    kept = again(world.data_storage)
    assert (kept.state, kept.ends_on, kept.ends_under) == ("active", last_day, "DS4.1")
    assert lawful.wrong(arrived_on) == []
    take_back(own, today=arrived_on)
    kept = again(world.data_storage)
    assert (kept.state, kept.ends_on, kept.ends_under) == ("active", date(2027, 1, 31), "DS4.2")
    assert lawful.wrong(arrived_on) == []
    give_notice(world.data_storage, arrived_on)
    only_on(last_day + timedelta(1))
    assert again(world.data_storage).state == "ended"


@pytest.mark.clause("DS4.2")
def test_without_a_day_designated_nothing_runs_on_what_has_ended(world):
    """What the stories are held against sees it."""
    do(plan_notice(world.iot, designated=[Designated(world.data_storage.pk, date(2027, 1, 31), "移行期間のため")]))
    advance(date(2026, 12, 26))
    with chapter(actor=BEN):
        day = world.data_storage.designated_days.get()
        day.on = date(2026, 12, 25)
        day.save()
    assert any("runs on" in fault for fault in lawful.contracts_without_what_they_require(date(2026, 12, 26)))


@pytest.mark.clause("PC5.2")
def test_designating_once_more_for_the_same_end_replaces_the_day(world):
    do(plan_notice(world.iot, designated=[Designated(world.connector.pk, date(2027, 1, 31), "移行期間のため")]))
    again_later = Designated(world.connector.pk, date(2027, 2, 28), "移行の遅れ")
    do(ending.plan_ending(world.backbone, effective_on=date(2027, 6, 30), clause="PC5.2", designated=[again_later]))
    assert again(world.connector).ends_on == date(2027, 2, 28)
    assert [(day.on, day.reason) for day in world.connector.designated_days.all()] == [
        (date(2027, 2, 28), "移行の遅れ")
    ]


@pytest.mark.clause("PC5.2", "G17")
def test_a_designated_day_holds_for_whoever_succeeds_after_the_base_has_ended(world):
    do(plan_notice(world.iot, designated=[Designated(world.vpn.pk, date(2027, 1, 31), "移行期間のため")]))
    advance(today := date(2026, 12, 26))
    merger = SuccessionFactory.build(predecessor=world.customer, successor=CustomerFactory(), effective_on=today)
    succeeding.file(succeeding.plan_succession(merger, today=today), actor=BEN)
    assert (again(world.vpn).customer, again(world.vpn).ends_on) == (merger.successor, date(2027, 1, 31))
    only_on(date(2027, 2, 1))
    assert again(world.vpn).state == "ended"


@pytest.mark.clause("PC5.2")
def test_a_designated_day_is_dropped_when_the_base_moves(world):
    give_notice(world.iot, named_on=date(2027, 1, 31), designated=[Designated(world.vpn.pk, date(2027, 2, 28), "移行")])
    assert again(world.vpn).ends_on == date(2027, 2, 28)
    give_notice(world.iot)
    assert (again(world.vpn).ends_on, world.vpn.terminations.get().designated) == (LAST_DAY, False)


@pytest.mark.clause("PMG5.2")
def test_a_gateway_that_no_longer_rests_on_type_i_does_not_end_with_it(aois_company):
    type_i = ExternalSubscriptionFactory(customer=aois_company, type_i_closed=True)
    world = house(aois_company, gateway_also_on=(type_i,))
    end(type_i, date(2026, 12, 31), clause="PMG5.2")
    do(ending.plan_dropping(world.through(world.gateway, type_i), today=WEDNESDAY))
    assert again(world.gateway).ends_on is None
    assert world.through(world.gateway, type_i).dropped_on == WEDNESDAY
    assert world.gateway.terminations.get().state == "taken-back"


@pytest.mark.clause("PMG5.2", "PMG3")
def test_what_the_requirement_cannot_do_without_is_not_dropped(world):
    with override("en"), pytest.raises(RuleViolation, match="would not be met") as refusal:
        ending.plan_dropping(world.through(world.gateway, world.mobile_access), today=WEDNESDAY)
    assert refusal.value.unmet[0].clause.id == "PMG3"


@pytest.mark.clause("PMG5.2")
def test_nothing_is_dropped_after_its_end_took_effect_nor_twice(aois_company):
    type_i = ExternalSubscriptionFactory(customer=aois_company, type_i_closed=True)
    world = house(aois_company, gateway_also_on=(type_i,))
    resting = world.through(world.gateway, type_i)
    end(type_i, date(2026, 12, 31), clause="PMG5.2")
    with override("en"), pytest.raises(RuleViolation, match="taken effect already"):
        ending.plan_dropping(resting, today=date(2027, 1, 1))
    plan = ending.plan_dropping(resting, today=WEDNESDAY)
    do(plan)
    with pytest.raises((RuleViolation, Stale)):
        do(plan)
    with override("en"), pytest.raises(RuleViolation, match="any more"):
        ending.plan_dropping(again(resting), today=WEDNESDAY)
