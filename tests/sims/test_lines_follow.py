"""Lines follow their contract and cards their lines, in the same act."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts import inheriting, succeeding, suspending
from contracts.consequences import Event, Turn
from contracts.models import Contract, Succession
from iijiot.clauses import Clause
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import activating, changing, issuing, ordering, pooling
from sims.following import Lines
from sims.models import AddressUse, Line, LineChange, SimCard
from tests.acts import BEN, accept, advance, give_notice, only_on, screened, suspended
from tests.factories import ContractFactory, CustomerFactory, ViolationFactory
from tests.factories.sims import IpPoolFactory, LineChangeFactory, LineFactory, SimCardFactory
from tests.sims.lined import add_lines, asked_for, living, mobile, more_lines

pytestmark = pytest.mark.usefixtures("in_english")

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
DAY = date(2026, 12, 1)


@pytest.mark.clause("MA5.2")
def test_a_line_goes_into_service_with_a_card_and_the_next_free_address(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    contract = ContractFactory(mobile_access=True)
    LineFactory.create_batch(3, contract=contract, ordered=True)
    SimCardFactory.create_batch(3)
    issuing.assign(contract, form_factor="3ff", quantity=3, on=DAY, actor=BEN)
    issuing.ship(list(SimCard.objects.values_list("pk", flat=True)), on=DAY, shipment="伝票1", actor=BEN)
    lines = list(Line.objects.all())
    activating.activate(lines[0], on=DAY, at=NOON, actor=BEN)
    assert activating.activate_all([line.pk for line in lines], on=DAY, at=NOON, actor=BEN) == [
        lines[1].pk,
        lines[2].pk,
    ]
    given = list(AddressUse.objects.current().order_by("line").values_list("address", flat=True))
    assert given == ["10.64.0.1", "10.64.0.2", "10.64.0.3"]
    assert pooling.fill_of(pool, NOON).free == 3


@pytest.mark.clause("MA1")
def test_stock_that_runs_short_gives_nothing_and_says_how_much_is_there(db):
    contract = ContractFactory(mobile_access=True)
    LineFactory.create_batch(3, contract=contract, ordered=True)
    SimCardFactory.create_batch(2)
    with pytest.raises(RuleViolation, match=r": 2; .*: 3"):
        issuing.assign(contract, form_factor="3ff", quantity=3, on=DAY, actor=BEN)
    assert SimCard.objects.in_stock().count() == 2


@pytest.mark.clause("G26.1")
def test_lines_stop_with_their_contract_and_go_back_to_where_they_were(db):
    contract = ContractFactory(mobile_access=True)
    LineFactory(contract=contract)
    LineFactory(contract=contract, paused=True)
    suspension = suspending.announce(
        contract, extent="stop", cause="G26.1.1", reason="不払い", period="お支払いまで", begins_at=NOON, now=NOON,
        urgent_because="緊急", risk_because="不渡り", actor=BEN,
    )  # fmt: skip
    assert set(Line.objects.values_list("state", "returns_to")) == {("stopped", "active"), ("stopped", "paused")}
    suspending.lift(suspension, on=DAY, because="お支払い", actor=BEN)
    assert set(Line.objects.values_list("state", "returns_to")) == {("active", ""), ("paused", "")}
    assert fresh(contract).state == Contract.objects.get().state == "active"


def services(contract: Contract) -> list[tuple[str, str]]:
    """Where the lines are, and to which state they go back."""
    return sorted(contract.lines.values_list("state", "returns_to"))


BEFORE = [("active", ""), ("ordered", ""), ("paused", "")]
STOPPED = [("ordered", ""), ("stopped", "active"), ("stopped", "paused")]


@pytest.fixture
def running(db) -> Contract:
    """A contract with a line in service, one paused and one ordered."""
    contract = ContractFactory(mobile_access=True, quantity=3)
    add_lines(contract, 1)
    LineFactory(contract=contract, paused=True)
    LineFactory(contract=contract, ordered=True)
    return contract


@pytest.mark.clause("G26.1", "G30.3")
def test_h02_lines_stay_stopped_until_the_last_of_two_overlapping_suspensions_is_lifted(running):
    charged = set(running.lines.values_list("billing_starts_on", flat=True))
    arrears = suspended(running, date(2026, 11, 10))
    violation = ViolationFactory(customer=running.customer, found_on=date(2026, 11, 14))
    misuse = suspended(running, date(2026, 11, 15), cause="G26.1.3", violation=violation)
    assert services(running) == STOPPED
    suspending.lift(misuse, on=DAY, because="是正", actor=BEN)
    assert services(running) == STOPPED
    suspending.lift(arrears, on=date(2026, 12, 20), because="お支払い", actor=BEN)
    assert services(running) == BEFORE
    assert set(running.lines.values_list("billing_starts_on", flat=True)) == charged, "fees go on"


@pytest.mark.clause("G26.1")
def test_h02_lifted_in_the_other_order_they_stay_stopped_as_long(running):
    arrears = suspended(running, date(2026, 11, 10))
    violation = ViolationFactory(customer=running.customer, found_on=date(2026, 11, 14))
    misuse = suspended(running, date(2026, 11, 15), cause="G26.1.3", violation=violation)
    suspending.lift(arrears, on=DAY, because="お支払い", actor=BEN)
    assert services(running) == STOPPED
    suspending.lift(misuse, on=date(2026, 12, 20), because="是正", actor=BEN)
    assert services(running) == BEFORE


@pytest.mark.clause("G26.1")
def test_h02_three_suspensions_one_after_the_other_leave_every_line_where_it_was(running):
    for day in (1, 10, 20):
        made = suspended(running, date(2026, 12, day))
        assert services(running) == STOPPED
        suspending.lift(made, on=date(2026, 12, day + 5), because="入金", actor=BEN)
        assert services(running) == BEFORE
    paused = running.lines.get(state="paused")
    assert [str(row.state) for row in Line.history.filter(id=paused.pk).order_by("history_id")] == [
        "paused", *["stopped", "paused"] * 3
    ]  # fmt: skip


@pytest.mark.clause("G26.1", "G24.1")
def test_a_restriction_stops_no_line_and_gives_the_use_back_where_a_stop_is_lifted_first(running):
    stop = suspended(running, date(2026, 11, 10))
    violation = ViolationFactory(customer=running.customer, found_on=date(2026, 11, 14))
    restriction = suspended(running, date(2026, 11, 15), cause="G26.1.3", violation=violation, extent="restrict")
    suspending.lift(stop, on=DAY, because="お支払い", actor=BEN)
    assert (str(fresh(running).state), services(running)) == ("restricted", BEFORE)
    again = suspended(running, date(2026, 12, 5))
    assert services(running) == STOPPED
    suspending.lift(again, on=date(2026, 12, 6), because="お支払い", actor=BEN)
    suspending.lift(restriction, on=date(2026, 12, 7), because="是正", actor=BEN)
    assert (str(fresh(running).state), services(running)) == ("active", BEFORE)


@pytest.mark.clause("G26.1", "G3")
def test_a_line_of_a_suspended_contract_does_not_go_live_and_is_neither_paused_nor_resumed(running):
    suspended(running, date(2026, 11, 10))
    ordered = running.lines.get(state="ordered")
    SimCardFactory(lent=True, line=ordered)
    with pytest.raises(RuleViolation, match="The contract is not in service"):
        activating.activate(ordered, on=DAY, at=NOON, actor=BEN)
    for line in running.lines.filter(state="stopped"):
        for act in (activating.pause, activating.resume):
            with pytest.raises(RuleViolation, match="not possible while the state is"):
                act(line, actor=BEN)


@pytest.mark.clause("G26.1", "MA8.1", "MA9.2")
def test_a_stopped_line_can_end_and_ends_with_its_contract(running):
    suspended(running, date(2026, 11, 10))
    alone = running.lines.filter(returns_to="active").get()
    ordering.end_line(alone, date(2026, 12, 10), today=DAY, actor=BEN)
    give_notice(running, DAY)
    only_on(date(2026, 12, 11))
    assert (str(fresh(alone).state), fresh(alone).returns_to) == ("ended", "")
    assert living(running) == 2
    only_on(date(2027, 1, 1))
    assert services(running) == [("ended", "")] * 3
    assert set(SimCard.objects.values_list("state", "due_back_on")) == {("due-back", date(2027, 1, 9))}


@pytest.mark.clause("G18.1", "MA9.2", "MA8.1")
def test_without_an_heir_lines_end_with_the_day_of_death_and_what_was_to_change_is_closed(db):
    person = CustomerFactory(sole_proprietor=True)
    contract = mobile(4, customer=person)
    plan = changing.plan_reduction(contract, effective_on=date(2026, 12, 31), today=DAY, how_many=1)
    change = changing.reduce(plan, actor=BEN)
    died_on = date(2026, 12, 2)
    inheriting.report_death(
        person, died_on=died_on, reported_on=date(2026, 12, 3), source="除籍謄本", today=date(2026, 12, 3), actor=BEN
    )
    advance(date(2026, 12, 17))
    ended = fresh(contract)
    assert (str(ended.state), ended.ends_on) == ("ended", died_on)
    assert set(contract.lines.values_list("state", "ends_on", "ends_under")) == {("ended", died_on, ended.ends_under)}
    assert set(SimCard.objects.values_list("state", "due_back_on")) == {("due-back", date(2027, 1, 1))}
    assert (str(fresh(change).state), fresh(change).closed_because) == ("closed", "ends")


@pytest.mark.clause("G18.1", "MA8.1")
def test_an_heir_has_the_lines_and_what_was_to_change_still_comes(db):
    person, heir = CustomerFactory(sole_proprietor=True), CustomerFactory(sole_proprietor=True, name="架空 花子")
    contract = mobile(4, customer=person)
    plan = changing.plan_reduction(contract, effective_on=date(2026, 12, 31), today=DAY, how_many=1)
    change = changing.reduce(plan, actor=BEN)
    death = inheriting.report_death(
        person, died_on=date(2026, 12, 2), reported_on=date(2026, 12, 3), source="除籍謄本", today=date(2026, 12, 3),
        actor=BEN,
    )  # fmt: skip
    with pytest.raises(RuleViolation, match="The customer has died"):
        changing.plan_reduction(fresh(contract), effective_on=date(2026, 12, 31), today=DAY, how_many=1)
    filed_at = datetime(2026, 12, 4, tzinfo=UTC)
    filing = inheriting.file(death, heir, filed_at=filed_at, evidence="戸籍", now=filed_at, actor=BEN)
    inheriting.take_over(filing, note="確認済", actor=BEN)
    assert {line.customer for line in fresh(contract).lines.all()} == {heir}
    only_on(date(2027, 1, 1))
    assert living(contract) == 3
    assert str(fresh(change).state) == "done"


@pytest.mark.clause("G17", "MA8.1")
def test_after_a_merger_lines_and_their_changes_are_the_successors(db, carols_company):
    contract = mobile(3)
    before = contract.customer
    more_lines(contract, 2, date(2027, 1, 15))
    waiting = screened(asked_for(fresh(contract), 1))
    merger = Succession(
        kind="absorption", predecessor=before, successor=carols_company, effective_on=DAY, filed_on=DAY,
        evidence="登記事項証明書",
    )  # fmt: skip
    succeeding.file(succeeding.plan_succession(merger, today=DAY), actor=BEN)
    for records, many in ((Line.objects, 3), (LineChange.objects, 1), (SimCard.objects, 3), (AddressUse.objects, 3)):
        assert not records.of_customer(before).exists()
        assert records.of_customer(carols_company).count() == many
    assert accept(fresh(waiting), on=DAY).customer == carols_company
    assert living(contract) == 4
    only_on(date(2027, 1, 15))
    assert living(contract) == 6


@pytest.mark.clause("MA9.2", "MA12.1")
def test_ends_on_many_days_and_lifted_ones_are_foreseen_in_as_many_queries_as_on_one(db):
    contracts = [line.contract_id for line in LineFactory.create_batch(4)]
    last = date(2026, 12, 25)
    own = LineFactory(contract_id=contracts[0], ends_on=last, ends_under="MA8.1")
    closed = [
        LineChangeFactory(contract_id=pk, state="closed", closed_because="ends", effective_on=date(2026, 12, 27))
        for pk in contracts
    ]

    def foreseen(event: Event, days: list[date]) -> tuple[int, set[tuple[str, int, date]]]:
        turns = [Turn(pk, event, day, Clause("MA12.1")) for pk, day in zip(contracts, days, strict=False)]
        with CaptureQueriesContext(connection) as asked:
            effects = list(Lines().foresee(turns))
        return len(asked), {(str(effect.key[0]), effect.key[1], effect.on) for effect in effects}

    days = [last, date(2026, 12, 26), date(2026, 12, 27), date(2026, 12, 28)]
    one_day, _effects = foreseen(Event.END_SCHEDULED, [last])
    many_days, effects = foreseen(Event.END_SCHEDULED, days)
    assert effects == {("lines-end", pk, day) for pk, day in zip(contracts, days, strict=True)}
    assert many_days == one_day
    earlier = [
        effect.what for effect in Lines().foresee([Turn(contracts[0], Event.END_SCHEDULED, last, Clause("MA12.1"))])
    ]
    assert [str(words) for words in earlier] == [f"{own.contract.number}: 1 lines end."]
    one, _effects = foreseen(Event.END_LIFTED, [last])
    many, lifted = foreseen(Event.END_LIFTED, days)
    assert lifted == {("change-stays-closed", closed[place].pk, days[place]) for place in (0, 1)}
    assert many == one
