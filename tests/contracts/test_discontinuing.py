"""G27, G29.3, G4: discontinuing a service in time, and the ends that it makes."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from contracts import announcing, discontinuing
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import DiscontinuationLead
from contracts.models import Contract, Notice, Termination
from iijiot import clock
from iijiot.rules import RuleViolation
from tests.acts import BEN, advance, again, announce, ends, give_notice, only_on, take_back
from tests.factories import ContractFactory, DiscontinuationFactory
from tests.factories.worlds import house
from tests.vectors import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

LAST = date(2027, 5, 31)


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.TOKYO)


@pytest.mark.clause("G27.2")
@pytest.mark.parametrize("case", cases("notice_3_months"))
def test_it_is_announced_three_months_before_and_not_a_day_later(case):
    row = DiscontinuationFactory(last_day=case["day"])
    assert row.latest_notice() == case["latest_notice"]
    with pytest.raises(RuleViolation, match="comes too late"):
        announcing.plan_announcing(row, at=at(case["latest_notice"] + timedelta(1)))
    assert announcing.plan_announcing(row, at=at(case["latest_notice"]))


@pytest.mark.clause("G4", "G27.4")
def test_a_services_own_rule_goes_before_the_general_one(monkeypatch):
    own = replace(SERVICES["data-storage"], discontinuation_lead=DiscontinuationLead(6).under("DS4.1"))
    monkeypatch.setitem(SERVICES, "data-storage", own)
    with pytest.raises(RuleViolation, match="the latest day was Mon 30 November 2026") as refusal:
        announcing.plan_announcing(DiscontinuationFactory(last_day=LAST), at=at(date(2027, 2, 28)))
    assert refusal.value.unmet[0].clause.id == "DS4.1"
    others = DiscontinuationFactory(last_day=LAST, service="vpn-gateway")
    assert announcing.plan_announcing(others, at=at(date(2027, 2, 28))).clause.id == "G27.2"


@pytest.mark.clause("G27.3", "MA11")
def test_the_end_of_an_upstream_service_has_no_lead_time_and_names_it():
    last = date(2026, 12, 31)
    named = DiscontinuationFactory(service="mobile-access", last_day=last, upstream_reference="架空ドコモ 通知2026-12")
    plan = announcing.plan_announcing(named, at=at(date(2026, 12, 10)))
    assert (plan.clause.id, plan.latest) == ("G27.3", None)
    with pytest.raises(RuleViolation, match="over already"):
        announcing.plan_announcing(named, at=at(date(2027, 1, 1)))
    unnamed = DiscontinuationFactory(service="mobile-access", last_day=last)
    with pytest.raises(RuleViolation, match="comes too late"):
        announcing.plan_announcing(unnamed, at=at(date(2026, 12, 10)))


@pytest.mark.clause("G27.1", "G29.3")
def test_every_contract_of_the_service_ends_on_its_last_day_with_what_rests_on_it():
    world, other = house(), house()
    row = DiscontinuationFactory(service="private-connector", last_day=LAST)
    announce(row, at=at(date(2027, 2, 28)))
    told = Notice.objects.filter(kind="discontinuation")
    assert {notice.customer for notice in told} == {world.customer, other.customer}
    only_on(date(2027, 3, 1))
    for each in (world, other):
        assert {code for code, day in ends(each.customer).items() if day} == {
            "private-connector",
            "wise-paas-connector",
        }
    own = again(world.connector).terminations.get()
    assert (own.origin, own.clause, own.ground, own.discontinuation) == ("discontinued", "G29.3", "G27.2", row)
    assert [n.contract for n in Notice.objects.filter(kind="end-scheduled", customer=world.customer)] == [
        world.wise_connector
    ]
    only_on(date(2027, 6, 1))
    assert (again(world.connector).state, again(world.connector).ends_on) == ("ended", LAST)
    assert (again(world.wise_connector).state, again(row).state) == ("ended", "carried-out")


def test_an_earlier_end_of_its_own_keeps_its_day_and_taking_it_back_leaves_the_last_day():
    storage = ContractFactory(data_storage=True)
    notice = give_notice(storage, date(2026, 12, 1))
    announce(DiscontinuationFactory(last_day=LAST), at=at(date(2026, 12, 2)))
    advance(date(2026, 12, 3))
    assert again(storage).ends_on == date(2026, 12, 31)
    take_back(notice, today=date(2026, 12, 4))
    assert again(storage).ends_on == LAST


def test_who_joins_later_gets_an_end_too():
    announce(DiscontinuationFactory(last_day=LAST), at=at(date(2026, 12, 2)))
    advance(date(2026, 12, 3))
    late = ContractFactory(data_storage=True)
    advance(date(2026, 12, 4))
    assert again(late).ends_on == LAST


@pytest.mark.clause("G27.1")
def test_withdrawing_takes_back_exactly_the_ends_that_it_made():
    world = house()
    give_notice(world.vpn, date(2026, 12, 1))
    row = DiscontinuationFactory(service="private-connector", last_day=LAST)
    announce(row, at=at(date(2026, 12, 2)))
    advance(date(2026, 12, 3))
    discontinuing.withdraw(again(row), because="継続の決定", today=date(2026, 12, 4), actor=BEN)
    assert {code: day for code, day in ends(world.customer).items() if day} == {"vpn-gateway": date(2026, 12, 31)}
    assert Notice.objects.filter(kind="withdrawn").count() == 1
    advance(date(2026, 12, 5))
    assert Termination.objects.of_discontinuation(row).scheduled().count() == 0


@pytest.mark.clause("G27.1")
def test_a_part_by_which_no_contract_ends_is_announced_and_ends_none():
    storage = ContractFactory(data_storage=True)
    row = DiscontinuationFactory(last_day=LAST, part="旧形式のダウンロード")
    announce(row, at=at(date(2026, 12, 2)))
    advance(date(2026, 12, 3))
    assert (again(storage).ends_on, Notice.objects.count()) == (None, 1)


def test_the_clock_twice_changes_nothing():
    for _n in range(3):
        ContractFactory(data_storage=True)
    announce(DiscontinuationFactory(last_day=LAST), at=at(date(2026, 12, 2)))
    advance(date(2026, 12, 3))
    before = Termination.history.count(), Contract.history.count()
    advance(date(2026, 12, 3))
    advance(date(2026, 12, 4))
    assert (Termination.history.count(), Contract.history.count()) == before
