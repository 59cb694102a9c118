"""G17, G10: merger and split move whole trees, and there is no other road on which a contract's customer changes."""

from collections.abc import Sequence
from datetime import date

import pytest

from contracts import succeeding
from contracts.models import (
    Application,
    Contract,
    Customer,
    Dependency,
    ExternalSubscription,
    Notice,
    Succession,
    Violation,
)
from iijiot.bulk import bulk_change
from iijiot.plans import Stale
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, advance, again, ends, give_notice
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory, ViolationFactory
from tests.factories.contracts import of
from tests.factories.worlds import house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

FIRST = date(2026, 12, 1)


@pytest.fixture
def successor():
    return CustomerFactory(name="株式会社アオイホールディングス")


def succession(predecessor: Customer, successor: Customer, kind: str = "absorption", **more) -> Succession:
    facts = {"effective_on": FIRST, "filed_on": date(2026, 12, 20), "evidence": "登記事項証明書", **more}
    return Succession(predecessor=predecessor, successor=successor, kind=kind, **facts)


def planned(
    row: Succession, numbers: Sequence[str] = (), today: date = date(2026, 12, 20)
) -> succeeding.SuccessionPlan:
    return succeeding.plan_succession(row, numbers, today=today)


def filed(row: Succession, *things, today: date = date(2026, 12, 20)) -> Succession:
    return succeeding.file(planned(row, [thing.number for thing in things], today), actor=BEN)


@pytest.mark.clause("G17")
def test_l08_a_merger_moves_everything_and_nothing_rests_on_another_customers(successor):
    world = house()
    waiting = ApplicationFactory(customer=world.customer, management_unit=world.iot.management_unit)
    violation = ViolationFactory(customer=world.customer)
    made = filed(succession(world.customer, successor))
    assert (made.state, made.effective_on) == ("carried-out", FIRST)
    assert set(Contract.objects.values_list("customer", flat=True)) == {successor.pk}
    assert set(ExternalSubscription.objects.values_list("customer", flat=True)) == {successor.pk}
    for dependency in Dependency.objects.standing():
        assert dependency.base.customer_id == dependency.contract.customer_id == successor.pk
    for contract in Contract.objects.all():
        contract.full_clean()
        assert contract.management_unit.customer == successor
    assert again(waiting).customer == again(violation).customer == successor
    assert again(waiting).management_unit.customer == successor


@pytest.mark.clause("G17")
def test_numbers_days_and_ends_stay_and_history_says_both_days(successor):
    world = house()
    notice = give_notice(world.connector)
    before = ends(world.customer)
    filed(succession(world.customer, successor))
    assert ends(successor) == before
    assert again(notice).state == "scheduled"
    row = Contract.history.filter(id=world.iot.pk).latest("history_id")
    assert (row.history_clause, row.customer_id, row.history_change_reason) == ("G17", successor.pk, "登記事項証明書")
    assert (again(world.iot).number, again(world.iot).billing_starts_on) == (world.iot.number, date(2026, 4, 1))
    letter = Notice.objects.get(kind="succession")
    assert letter.customer == successor
    assert "2026年12月1日（火）付" in letter.body
    assert world.iot.number in letter.body


@pytest.mark.clause("G17")
def test_l08_a_split_that_leaves_out_what_it_rests_on_is_refused_with_its_name(successor):
    world = house()
    row = succession(world.customer, successor, "split", debts="なし")
    plan = planned(row, [world.gateway.number])
    for base in (world.iot, world.mobile_access, world.backbone):
        assert str(base) in plan.missing
    with pytest.raises(RuleViolation, match="What rests on what passes together") as refusal:
        succeeding.file(plan, actor=BEN)
    assert world.iot.number in str(refusal.value)
    assert not Succession.objects.exists()
    assert again(world.gateway).customer == world.customer


@pytest.mark.clause("G17")
def test_a_base_does_not_leave_what_rests_on_it_behind(successor):
    iot = ContractFactory()
    ContractFactory(**of(iot.customer), data_storage=True, rests_on=[iot])
    plan = planned(succession(iot.customer, successor, "split", debts="なし"), [iot.number])
    assert len(plan.missing) == 1


@pytest.mark.clause("G17")
def test_a_split_moves_what_it_names_and_leaves_the_rest(successor):
    staying = ContractFactory()
    iot = ContractFactory(**of(staying.customer))
    storage = ContractFactory(**of(staying.customer), data_storage=True, rests_on=[iot])
    filed(succession(staying.customer, successor, "split", debts="12月分の料金"), iot, storage)
    assert [again(c).customer for c in (staying, iot, storage)] == [staying.customer, successor, successor]
    assert again(staying).management_unit.customer == staying.customer


@pytest.mark.clause("G17")
def test_before_its_day_it_waits_and_the_clock_carries_it_out(successor):
    iot = ContractFactory()
    made = filed(succession(iot.customer, successor, filed_on=WEDNESDAY), today=WEDNESDAY)
    late = ContractFactory(**of(iot.customer), data_storage=True, rests_on=[iot])
    assert (made.state, again(iot).customer) == ("filed", iot.customer)
    advance(FIRST)
    assert [again(c).customer for c in (iot, late)] == [successor, successor]
    advance(date(2026, 12, 2))
    assert again(made).state == "carried-out"


@pytest.mark.clause("G17")
def test_a_split_that_was_torn_meanwhile_is_set_aside(successor):
    iot = ContractFactory()
    filed(succession(iot.customer, successor, "split", debts="なし", filed_on=WEDNESDAY), iot, today=WEDNESDAY)
    ContractFactory(**of(iot.customer), data_storage=True, rests_on=[iot])
    row = next(row for row in advance(FIRST) if row.step == "carry-out-successions")
    assert (again(iot).customer, len(row.set_aside)) == (iot.customer, 1)


def test_what_has_ended_stays_with_the_predecessor(successor):
    ended = ContractFactory(ended=True)
    living = ContractFactory(**of(ended.customer))
    filed(succession(ended.customer, successor))
    assert (again(ended).customer, again(living).customer) == (ended.customer, successor)


def test_what_changed_since_it_was_shown_is_shown_again(successor):
    iot = ContractFactory()
    plan = planned(succession(iot.customer, successor))
    ContractFactory(**of(iot.customer))
    with pytest.raises(Stale):
        succeeding.file(plan, actor=BEN)
    assert again(iot).customer == iot.customer


@pytest.mark.clause("G17")
@pytest.mark.parametrize(
    ("given", "numbers", "words"),
    [
        ({"kind": "split", "debts": "なし"}, ["K9999999"], "K9999999: no living contract"),
        ({"kind": "split", "debts": "なし"}, [], "Name the contracts"),
    ],
)
def test_a_split_names_what_is_the_customers(successor, given, numbers, words):
    with pytest.raises(RuleViolation, match=words):
        planned(succession(ContractFactory().customer, successor, **given), numbers)


@pytest.mark.clause("G10")
def test_a_person_neither_merges_nor_splits(successor):
    person = CustomerFactory(kind="sole-proprietor", corporate_number="", evidence="開業届")
    with pytest.raises(Exception, match="neither merges nor splits"):
        planned(succession(person, successor))


def test_nobody_follows_himself():
    customer = CustomerFactory()
    with pytest.raises(RuleViolation, match="does not follow itself"):
        planned(succession(customer, customer))


@pytest.mark.clause("G10")
@pytest.mark.parametrize("model", [Contract, ExternalSubscription, Application, Violation])
def test_no_other_road_changes_whose_it_is(model, successor):
    world = house()
    ApplicationFactory(customer=world.customer)
    ViolationFactory(customer=world.customer)
    record = model.objects.first()
    record.customer = successor
    with chapter(actor=BEN), pytest.raises(RuleViolation, match="cannot be changed"):
        record.save()
    with chapter(actor=BEN), pytest.raises(TypeError, match="never changes"):
        bulk_change(model.objects.all(), {"customer": successor.pk})
    with pytest.raises(TypeError):
        model.objects.update(customer=successor)
    assert again(record).customer == world.customer
