"""G26: suspending and restricting a contract, told beforehand, cured, lifted; and what overlaps."""

from datetime import date, datetime, timedelta

import pytest

from contracts import suspending
from contracts.models import Notice, Suspension
from iijiot.clock import TOKYO
from iijiot.periods import last_day_within_months
from iijiot.rules import RuleViolation
from tests.acts import BEN, WEDNESDAY, advance, again, give_notice, only_on, states, suspend, suspended
from tests.factories import ContractFactory, DependencyFactory, SuspensionFactory, ViolationFactory
from tests.factories.contracts import of
from tests.vectors import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

FIRST = date(2026, 12, 1)


@pytest.fixture
def iot(aois_company):
    return ContractFactory(**of(aois_company))


def moment(day: int, hour: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=TOKYO)


@pytest.mark.clause("G26.2")
def test_the_customer_is_told_reason_and_period_before_it_begins(iot):
    made = suspend(iot, FIRST, now=moment(30, 23, month=11))
    notice = Notice.objects.get(kind="suspension")
    assert (made.state, again(iot).state, notice.customer, notice.contract) == (
        "announced",
        "active",
        iot.customer,
        iot,
    )
    assert "2026年12月1日（火）0時から" in notice.body
    assert made.reason in notice.body
    assert made.period in notice.body


@pytest.mark.clause("G26.2")
@pytest.mark.parametrize("now", [moment(1, 9), moment(1, 8)])
def test_a_moment_that_has_come_is_refused_unless_it_is_urgent(iot, now):
    with pytest.raises(RuleViolation, match="told before it begins"):
        suspending.announce(
            iot,
            extent="stop",
            cause="G26.1.1",
            reason="未払い",
            period="1か月",
            begins_at=moment(1, 8),
            now=now,
            actor=BEN,
        )
    assert not Suspension.objects.exists()
    assert not Notice.objects.exists()
    made = suspend(iot, FIRST, now=now, urgent_because="設備の保護のため")
    assert (made.state, again(made).state, again(iot).state) == ("announced", "in-force", "suspended")
    assert again(made).begun_on == FIRST


@pytest.mark.clause("G26.1.1")
def test_the_clock_puts_it_into_force_on_its_day_and_fees_go_on(iot):
    made = suspend(iot, FIRST)
    advance(FIRST - timedelta(1))
    assert again(iot).state == "active"
    advance(FIRST)
    assert (again(made).state, again(iot).state) == ("in-force", "suspended")
    assert again(iot).ends_on is None


@pytest.mark.clause("G26.1.1")
def test_nothing_that_rests_on_it_is_suspended_with_it(iot):
    storage = ContractFactory(**of(iot.customer), data_storage=True, rests_on=[iot])
    suspended(iot, FIRST)
    assert states(iot.customer) == {"iot": "suspended", "data-storage": "active"}
    assert storage.idle_dependencies(FIRST) == []


@pytest.mark.clause("G26.1.2", "G26.1.3", "G20.1", "G20.2", "G20.3")
@pytest.mark.parametrize(
    ("cause", "breach", "fits"),
    [
        ("G26.1.2", "G19", True),
        ("G26.1.3", "G20.1", True),
        ("G26.1.3", "G20.2", True),
        ("G26.1.3", "G20.3", True),
        ("G26.1.2", "G20.3", False),
        ("G26.1.3", "G19", False),
    ],
)
def test_a_breach_needs_its_violation_of_the_right_kind(iot, cause, breach, fits):
    violation = ViolationFactory(customer=iot.customer, breach=breach)
    if fits:
        assert suspend(iot, FIRST, cause=cause, violation=violation).violation == violation
        return
    with pytest.raises(RuleViolation, match="bears no such suspension"):
        suspend(iot, FIRST, cause=cause, violation=violation)


@pytest.mark.clause("G26.1.3", "G20.1")
@pytest.mark.parametrize("cause", ["G26.1.2", "G26.1.3"])
def test_without_a_violation_a_breach_is_no_cause(iot, cause):
    with pytest.raises(Exception, match="need their violation"):
        suspend(iot, FIRST, cause=cause)
    assert not Notice.objects.exists()


@pytest.mark.clause("G26.1.3")
def test_a_closed_violation_bears_no_suspension(iot):
    with pytest.raises(RuleViolation, match="bears no such suspension"):
        suspend(iot, FIRST, cause="G26.1.3", violation=ViolationFactory(customer=iot.customer, remedied=True))


@pytest.mark.clause("G26.1.3")
def test_another_customers_violation_bears_no_suspension(iot):
    with pytest.raises(RuleViolation, match="bears no such suspension"):
        suspend(iot, FIRST, cause="G26.1.3", violation=ViolationFactory())


@pytest.mark.clause("G26.1.4")
def test_a_stop_by_the_wholesale_provider_names_provider_and_reference(iot):
    with pytest.raises(Exception, match="Name the wholesale provider"):
        suspend(iot, FIRST, cause="G26.1.4")
    made = suspend(iot, FIRST, cause="G26.1.4", provider="架空ドコモ", provider_reference="2026-0815")
    assert made.provider_reference == "2026-0815"


@pytest.mark.clause("G26.1.1")
@pytest.mark.parametrize("state", ["not_started", "ended"])
def test_only_a_running_contract_is_suspended(aois_company, state):
    contract = ContractFactory(**of(aois_company), **{state: True})
    with pytest.raises(RuleViolation):
        suspend(contract, FIRST)


@pytest.mark.clause("G26.1.1")
def test_lifting_gives_the_use_back_and_tells_the_customer(iot):
    made = suspended(iot, FIRST)
    suspending.lift(made, on=date(2026, 12, 20), because="入金の確認", actor=BEN)
    assert (again(made).state, again(made).over_on, again(iot).state) == ("lifted", date(2026, 12, 20), "active")
    told = Notice.objects.get(kind="suspension-lifted")
    assert "2026年12月20日（日）に解除" in told.body
    assert "別の事由" not in told.body


@pytest.mark.clause("G26.1.1")
def test_h02_it_stays_suspended_until_every_cause_is_gone(iot):
    for_money = suspended(iot, date(2026, 11, 10))
    violation = ViolationFactory(customer=iot.customer, found_on=date(2026, 11, 14))
    for_use = suspended(iot, date(2026, 11, 15), cause="G26.1.3", violation=violation, extent="restrict")
    assert again(iot).state == "suspended"
    suspending.lift(for_use, on=FIRST, because="解消", actor=BEN)
    assert again(iot).state == "suspended"
    assert "別の事由" in Notice.objects.get(kind="suspension-lifted").body
    suspending.lift(for_money, on=date(2026, 12, 20), because="入金", actor=BEN)
    assert again(iot).state == "active"


@pytest.mark.clause("G26.1.3")
def test_when_the_stop_is_lifted_a_restriction_that_still_holds_remains(iot):
    stop = suspended(iot, FIRST)
    violation = ViolationFactory(customer=iot.customer)
    suspended(iot, date(2026, 12, 2), cause="G26.1.3", violation=violation, extent="restrict")
    suspending.lift(stop, on=date(2026, 12, 3), because="入金", actor=BEN)
    assert again(iot).state == "restricted"


def test_h02_three_suspensions_one_after_the_other_leave_nothing_behind(iot):
    for day in (1, 10, 20):
        made = suspended(iot, date(2026, 12, day))
        suspending.lift(made, on=date(2026, 12, day + 5), because="入金", actor=BEN)
    assert again(iot).state == "active"
    assert not Suspension.objects.pending().exists()


def test_h04_what_is_withdrawn_never_begins_and_the_customer_is_told(iot):
    made = suspend(iot, FIRST)
    suspending.withdraw(made, on=date(2026, 11, 28), because="11月25日付の入金を確認", actor=BEN)
    advance(FIRST)
    assert (again(made).state, again(iot).state) == ("withdrawn", "active")
    assert "行わないことといたしました" in Notice.objects.get(kind="suspension-withdrawn").body


def test_what_ends_while_suspended_is_ended_and_its_suspension_over(iot):
    made = suspended(iot, FIRST)
    announced = suspend(iot, date(2027, 2, 1), cause="G26.1.4", provider="架空", provider_reference="1")
    give_notice(iot, FIRST)
    only_on(date(2027, 1, 1))
    assert (again(iot).state, again(made).state, again(announced).state) == ("ended", "overtaken", "overtaken")
    assert again(made).over_on == date(2027, 1, 1)
    with pytest.raises(RuleViolation, match="not possible while the state"):
        suspending.lift(again(made), on=date(2027, 1, 2), because="入金", actor=BEN)
    assert again(iot).state == "ended"


def test_it_cannot_be_put_into_force_before_its_day(iot):
    with pytest.raises(RuleViolation, match="told of a later day"):
        suspending.begin(suspend(iot, FIRST), on=date(2026, 11, 30), actor=BEN)


def test_one_cause_suspends_a_contract_once(iot):
    suspend(iot, FIRST)
    with pytest.raises(Exception, match="a suspension for this cause already"):
        suspend(iot, date(2026, 12, 2))


@pytest.mark.clause("G28.1.1")
@pytest.mark.parametrize("case", cases("cure_deadline_2_months"))
def test_the_two_months_to_cure_run_from_the_day_after(iot, case):
    made = suspended(iot, case["measure"], cause="G26.1.3", violation=ViolationFactory(customer=iot.customer))
    assert made.cure_by == last_day_within_months(case["measure"], 2) == case["last_day_to_cure"]
    assert made.terminable_from() == case["terminable_from"]


@pytest.mark.clause("G28.1.1")
def test_a_cure_within_the_two_months_takes_the_right_to_terminate_away_a_late_one_does_not(iot):
    since = date(2026, 11, 25)
    violation = ViolationFactory(customer=iot.customer)
    made = suspended(iot, since, cause="G26.1.3", violation=violation)
    late = SuspensionFactory(in_force=True, for_violation=True)
    for row, cured, terminable in ((made, date(2027, 1, 25), None), (late, date(2027, 2, 2), date(2027, 2, 2))):
        suspending.record_cure(row, on=cured, note="設定の変更を確認", today=cured, actor=BEN)
        assert again(row).terminable_from() == terminable


def test_a_cure_lies_neither_in_the_future_nor_before_the_suspension(iot):
    made = suspended(iot, FIRST)
    for on, words in ((date(2026, 12, 9), "not come yet"), (date(2026, 11, 30), "before the suspension began")):
        with pytest.raises(RuleViolation, match=words):
            suspending.record_cure(made, on=on, note="入金", today=date(2026, 12, 8), actor=BEN)
    assert again(made).cured_on is None


def test_running_the_clock_twice_changes_nothing(iot):
    suspend(iot, FIRST)
    DependencyFactory.between(ContractFactory(**of(iot.customer), data_storage=True), iot)
    advance(FIRST)
    before = list(Suspension.history.values_list("history_id", flat=True))
    advance(FIRST)
    assert list(Suspension.history.values_list("history_id", flat=True)) == before
    assert WEDNESDAY < FIRST
