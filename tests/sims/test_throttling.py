"""Throttles come and go by the clock, each explained by the version of its policy; staff block, let in and lift."""

from datetime import date, timedelta

import pytest
import time_machine

from iijiot import daily
from iijiot.daily import Tally
from iijiot.records import chapter, fresh
from iijiot.rules import RuleViolation
from sims import throttling
from sims.models import Line, NetworkPolicy, ThrottlePolicy
from sims.models.network_policy import Ground
from tests.acts import BEN
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.sims import LineFactory
from tests.factories.usage import GB, NetworkPolicyFactory, ThrottlePolicyFactory, used
from tests.workers import work

DAYS = [date(2026, 12, 1) + timedelta(days=n) for n in range(31)]
"""DAYS[0] is 2026-12-01."""


def run(day: date) -> int:
    """The step of one day."""
    tally = Tally()
    throttling.set_and_lift(day, tally)
    assert tally.set_aside == []
    return tally.done


def told(line: Line) -> list[tuple[date, date | None, str, date | None]]:
    """The line's throttles: from, until, state, over on."""
    return list(line.network_policies.order_by("pk").values_list("from_day", "until_day", "state", "over_on"))


def three_heavy_days(line: Line, first: date = DAYS[0]) -> None:
    """More than three gigabytes in three days."""
    used([(line, first + timedelta(days=n), 1.2) for n in range(3)])


@pytest.mark.clause("MA15.2")
def test_a_line_over_the_limit_in_three_days_is_throttled_for_three_and_then_no_more(db):
    policy = ThrottlePolicyFactory()
    heavy, light = LineFactory.create_batch(2)
    three_heavy_days(heavy)
    used([(light, day, 1) for day in DAYS[:3]])
    for day in DAYS[1:3]:
        run(day)
    assert heavy.network_policy is None
    run(DAYS[3])
    (throttle,) = heavy.network_policies.in_force()
    assert (throttle.from_day, throttle.until_day) == (date(2026, 12, 4), date(2026, 12, 6))
    assert (throttle.policy, throttle.measured) == (policy, 36 * GB // 10)
    assert (throttle.window_first, throttle.window_last) == (date(2026, 12, 1), date(2026, 12, 3))
    for day in DAYS[4:6]:
        run(day)
        assert heavy.network_policy == throttle
    run(DAYS[6])
    assert heavy.network_policy is None
    assert told(heavy) == [(DAYS[3], DAYS[5], "expired", DAYS[5])]
    assert told(light) == []
    assert heavy.state == "active"


@pytest.mark.clause("MA15.2")
def test_nobody_is_told_of_a_throttle(db):
    ThrottlePolicyFactory()
    line = LineFactory()
    three_heavy_days(line)
    run(DAYS[3])
    assert line.network_policy is not None
    assert not line.contract.customer.notices.exists()


@pytest.mark.clause("MA15.2")
def test_a_day_run_twice_changes_nothing_the_second_time(db, recorder):
    ThrottlePolicyFactory()
    line = LineFactory()
    three_heavy_days(line)
    assert run(DAYS[3]) == 3  # the throttle, and the alerts at 75 and at 100 per cent
    recorder.forget()
    assert run(DAYS[3]) == 0
    assert recorder.entries(side="row") == []


@pytest.mark.clause("MA15.2")
def test_what_was_counted_once_throttles_only_once_and_new_traffic_again(db):
    ThrottlePolicyFactory()
    line = LineFactory()
    used([(line, DAYS[n], 3.5) for n in (2, 5, 7)])
    for day in DAYS[3:9]:
        run(day)
    assert told(line) == [(DAYS[3], DAYS[5], "expired", DAYS[5]), (DAYS[6], DAYS[8], "in-force", None)]
    run(DAYS[9])
    assert told(line)[2] == (DAYS[9], DAYS[11], "in-force", None)


@pytest.mark.clause("MA15.2")
def test_figures_that_come_in_during_the_day_throttle_from_that_day_on(db):
    ThrottlePolicyFactory()
    line = LineFactory()
    run(DAYS[3])
    three_heavy_days(line)
    throttling.judge(DAYS[3], actor=BEN)
    assert line.network_policy.from_day == DAYS[3]


@pytest.mark.clause("MA15.2")
def test_figures_that_come_two_days_late_still_throttle_and_later_ones_do_not(db):
    ThrottlePolicyFactory(window_days=1)
    late, too_late = LineFactory.create_batch(2)
    used([(late, DAYS[2], 4), (too_late, DAYS[1], 4)])
    run(DAYS[5])
    assert told(late) == [(DAYS[5], DAYS[7], "in-force", None)]
    assert told(too_late) == []


@pytest.mark.clause("MA15.2")
def test_an_old_throttle_is_explained_by_the_version_that_held_then(db):
    old = ThrottlePolicyFactory()
    line, other = LineFactory.create_batch(2)
    three_heavy_days(line)
    run(DAYS[3])
    new = ThrottlePolicyFactory(effective_on=DAYS[6], threshold_bytes=GB, window_days=1, duration_days=1)
    used([(other, DAYS[5], 2), (line, DAYS[6], 2)])
    run(DAYS[6])
    assert told(other) == []
    run(DAYS[7])
    assert [throttle.policy for throttle in line.network_policies.order_by("pk")] == [old, new]
    assert told(line)[1][:2] == (DAYS[7], DAYS[7])
    assert told(other) == []


@pytest.mark.clause("MA15.2")
def test_a_customers_own_policy_goes_before_that_of_the_item_and_that_before_the_general_one(db):
    own_contract = ContractFactory(mobile_access=True)
    general = ThrottlePolicyFactory(threshold_bytes=GB)
    of_item = ThrottlePolicyFactory(threshold_bytes=2 * GB, item="TypeD")
    own = ThrottlePolicyFactory(threshold_bytes=5 * GB, customer=own_contract.customer)
    mine, another = LineFactory(contract=own_contract), LineFactory()
    assert [ThrottlePolicy.objects.for_contract(line.contract, DAYS[0]) for line in (mine, another)] == [own, of_item]
    used([(mine, DAYS[0], 4), (another, DAYS[0], 1.5)])
    run(DAYS[1])
    assert NetworkPolicy.objects.count() == 0
    used([(mine, DAYS[1], 1.1), (another, DAYS[1], 1.1)])
    run(DAYS[2])
    assert {t.line_id: t.policy for t in NetworkPolicy.objects.all()} == {mine.pk: own, another.pk: of_item}
    assert general.throttles.count() == 0


@pytest.mark.clause("MA15.2")
def test_when_a_customers_own_policy_ends_the_general_one_holds_again(db):
    customer = CustomerFactory()
    general = ThrottlePolicyFactory()
    ThrottlePolicyFactory(customer=customer, threshold_bytes=9 * GB)
    ThrottlePolicyFactory(customer=customer, threshold_bytes=9 * GB, effective_on=DAYS[2], is_over=True)
    line = LineFactory(contract=ContractFactory(mobile_access=True, customer=customer))
    three_heavy_days(line)
    run(DAYS[2])
    assert told(line) == []
    run(DAYS[3])
    assert line.network_policy.policy == general


@pytest.mark.clause("MA15.2")
def test_a_policy_that_counts_per_contract_throttles_its_lines_together(db):
    ThrottlePolicyFactory(per_contract=True, threshold_bytes=5 * GB)
    contract = ContractFactory(mobile_access=True)
    one, two = LineFactory.create_batch(2, contract=contract)
    LineFactory(contract=contract, ordered=True)
    ended, other = LineFactory(contract=contract, ended=True), LineFactory()
    used([(one, DAYS[0], 4), (two, DAYS[1], 0.5), (ended, DAYS[0], 1), (other, DAYS[0], 4)])
    run(DAYS[2])
    throttled = NetworkPolicy.objects.in_force().order_by("line")
    assert [(t.line, t.measured) for t in throttled] == [(one, 55 * GB // 10), (two, 55 * GB // 10)]
    run(DAYS[5])
    assert not NetworkPolicy.objects.in_force().exists()


@pytest.mark.clause("MA15.2")
def test_staff_lift_a_throttle_early_and_the_clock_does_not_bring_it_back(db):
    ThrottlePolicyFactory()
    line = LineFactory()
    three_heavy_days(line)
    run(DAYS[3])
    throttling.lift(line.network_policy, on=DAYS[4], because="計測の誤り", actor=BEN)
    for day in DAYS[4:8]:
        run(day)
    assert told(line) == [(DAYS[3], DAYS[5], "lifted", DAYS[4])]
    assert line.network_policies.get().over_because == "計測の誤り"


@pytest.mark.clause("MA10.1", "MA8.2")
def test_a_block_stands_beside_throttle_and_service_and_ends_on_its_day(db):
    throttle = NetworkPolicyFactory()
    line = throttle.line
    throttling.block(line, ground=Ground.LOSS, because="亡失", on=DAYS[3], until=DAYS[4], actor=BEN)
    assert line.network_policy.kind == "blocked"
    assert Line.objects.with_network_policy().get(pk=line.pk).network_policy.kind == "blocked"
    assert fresh(line).state == "active"
    with pytest.raises(RuleViolation, match="モバイルアクセス 第10条"):
        throttling.block(line, ground=Ground.LOSS, because="亡失", on=DAYS[3], until=None, actor=BEN)
    run(DAYS[5])
    assert line.network_policy == throttle


@pytest.mark.clause("MA8.2")
def test_a_blocked_line_is_let_in_again_once(db):
    line = LineFactory()
    throttling.block(line, ground=Ground.WISH, because="点検のため", on=DAYS[0], until=None, actor=BEN)
    run(DAYS[20])
    assert line.network_policy.kind == "blocked"
    throttling.unblock(line, on=DAYS[20], because="点検終了", actor=BEN)
    assert line.network_policy is None
    with pytest.raises(RuleViolation):
        throttling.unblock(line, on=DAYS[20], because="点検終了", actor=BEN)


@pytest.mark.clause("MA15.2")
def test_with_the_lines_end_its_throttle_and_block_are_over(db):
    line = LineFactory(ends_on=DAYS[4], ends_under="MA8.1")
    NetworkPolicyFactory(line=line)
    NetworkPolicyFactory(line=line, blocked=True)
    daily.run_step(next(step for step in daily.steps() if step.name == "end-lines"), DAYS[5])
    assert {(t.state, t.over_on) for t in line.network_policies.all()} == {("line-ended", DAYS[4])}
    with pytest.raises(RuleViolation):
        throttling.block(fresh(line), ground=Ground.WISH, because="点検", on=DAYS[5], until=None, actor=BEN)


@pytest.mark.clause("MA15.2")
def test_an_ended_line_is_throttled_no_more(db):
    ThrottlePolicyFactory()
    line = LineFactory(ended=True)
    three_heavy_days(line)
    run(DAYS[3])
    assert told(line) == []


@pytest.mark.clause("MA15.2")
def test_a_version_is_taken_back_before_its_day_and_never_after_it(db):
    coming = ThrottlePolicyFactory(effective_on=DAYS[5])
    throttling.withdraw(coming, on=DAYS[4], because="誤記", actor=BEN)
    assert ThrottlePolicy.objects.in_force(DAYS[6]) == []
    ThrottlePolicyFactory(effective_on=DAYS[5])
    with pytest.raises(RuleViolation, match="2026年12月6日"):
        throttling.withdraw(ThrottlePolicy.objects.in_force(DAYS[5])[0], on=DAYS[5], because="誤記", actor=BEN)


def test_nothing_of_a_version_changes_once_it_is_stored(db):
    policy = ThrottlePolicyFactory()
    policy.threshold_bytes = 1
    with pytest.raises(RuleViolation, match="モバイルアクセス 第15条第2項"), chapter(actor=BEN):
        policy.save()


@time_machine.travel("2026-12-04 03:00+00:00", tick=False)
@pytest.mark.clause("MA15.2")
def test_a_load_has_the_days_judged_by_a_worker(transactional_db):
    ThrottlePolicyFactory()
    line = LineFactory()
    three_heavy_days(line)
    work()
    assert line.network_policy.from_day == DAYS[3]
