"""Late charges by value date and part paid, against the worked examples (G35)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.lateness import Paid, accrued, charge, last_day_of_grace, next_step, parts_of, rounding
from iijiot.bank_days import working_day_from
from tests.vectors import cases, days_read, group

DUE = date(2026, 10, 31)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
yen = st.integers(1, 10_000_000)


@pytest.mark.clause("G35.1", "G35.2")
@pytest.mark.parametrize("case", [*cases("late_charge"), *cases("legal.late_charges.table")])
def test_a_late_payment_costs_by_its_days(case):
    assert (case["paid"] - case["due"]).days == case["days"]
    assert charge(case["unpaid"], case["due"], case["paid"], waits_for_working_day=False) == case["expected"]


@pytest.mark.clause("G35.1")
@pytest.mark.parametrize("case", cases("legal.late_charges.rounding"))
def test_yen_are_cut_off_once(case):
    assert charge(case["unpaid"], DUE, DUE + timedelta(case["days"]), waits_for_working_day=False) == case["expected"]


@pytest.mark.clause("G35.1", "G35.2")
@pytest.mark.parametrize("case", cases("legal.late_charges.partial_payments"))
def test_each_part_counts_to_the_day_on_which_it_was_paid(case):
    """F10: the whole sum is not charged for the whole time."""
    paid = [Paid(part["amount"], part["paid"]) for part in case["parts"]]
    parts = parts_of(case["principal"], case["due"], paid, date(2030, 1, 1), waits_for_working_day=False)
    assert [(p.amount, p.days, p.charge) for p in parts] == [(p["amount"], p["days"], p["late"]) for p in case["parts"]]
    assert accrued(parts) == case["expected_total"]


@pytest.mark.clause("G35.2")
@pytest.mark.parametrize("case", cases("legal.late_charges.through_the_bank_calendar"))
def test_a_due_day_on_a_holiday_is_the_next_bank_day_and_so_is_the_end_of_the_grace(case):
    assert working_day_from(case["nominal_due"]) == case["effective_due"]
    plain = charge(case["principal"], case["effective_due"], case["paid"], waits_for_working_day=False)
    waiting = charge(case["principal"], case["effective_due"], case["paid"], waits_for_working_day=True)
    assert plain == case["expected"]
    assert waiting == case.get("policy:grace_142", case["expected"])


@pytest.mark.clause("G35.1")
@pytest.mark.parametrize("case", cases("legal.notice_dates.grace_10_days"))
def test_the_grace_ends_ten_days_after_the_due_day(case):
    last = last_day_of_grace(case["due"], waits_for_working_day=False)
    assert last == case["grace_last_day"]
    assert last + timedelta(1) == case["charge_if_paid_from"]
    assert last_day_of_grace(case["due"], waits_for_working_day=True) == case["grace_last_day_if_extended_by_142"]


@pytest.mark.parametrize("case", cases("legal.business_days.due_date"))
def test_a_due_day_passes_to_the_next_bank_day(case):
    assert working_day_from(case["nominal"]) == case["following"]


@pytest.mark.clause("G35.2")
def test_what_is_claimed_at_month_closes_sums_to_what_has_accrued():
    told = days_read(group("legal.late_charges.claims_at_month_close"))
    claimed = 0
    for step in told["steps"]:
        parts = parts_of(told["principal"], told["due"], [], step["close"], waits_for_working_day=True)
        assert [part.days for part in parts] == [step["days"]]
        assert accrued(parts) == step["accrued"]
        assert accrued(parts) - claimed == step["newly_claimed"]
        claimed += step["newly_claimed"]


@given(yen, st.lists(st.tuples(yen, st.integers(-20, 400)), max_size=5), st.integers(0, 500))
def test_parts_are_the_whole_debt_and_cost_no_more_than_it(principal, paid, later):
    parts = parts_of(
        principal,
        DUE,
        [Paid(amount, DUE + timedelta(after)) for amount, after in paid],
        DUE + timedelta(later),
        waits_for_working_day=True,
    )
    assert sum(part.amount for part in parts) == principal
    assert accrued(parts) <= charge(principal, DUE, DUE + timedelta(later), waits_for_working_day=True)


@given(yen, st.integers(0, 400), st.booleans())
def test_what_is_open_never_costs_less_the_day_after(principal, later, waits):
    today, tomorrow = (
        accrued(parts_of(principal, DUE, [], DUE + timedelta(later + more), waits_for_working_day=waits))
        for more in (0, 1)
    )
    assert today <= tomorrow


@given(yen, st.lists(yen, min_size=1, max_size=6), st.integers(0, 400))
def test_what_is_paid_in_parts_on_one_day_costs_less_by_rounding_alone(principal, amounts, later):
    day = DUE + timedelta(later)
    parts = parts_of(principal, DUE, [Paid(a, day) for a in amounts], day, waits_for_working_day=False)
    whole = charge(principal, DUE, day, waits_for_working_day=False)
    assert 0 <= whole - accrued(parts) <= rounding(parts)


@given(days, st.integers(0, 400), st.booleans())
def test_the_next_step_is_the_next_day_on_which_it_costs_more(due, later, waits):
    day = due + timedelta(later)
    step = next_step(due, day, waits_for_working_day=waits)
    costs = [
        charge(1_000_000, due, day + timedelta(n), waits_for_working_day=waits) for n in range((step - day).days + 1)
    ]
    assert step > day
    assert all(one == other for one, other in pairwise(costs[:-1]))
    assert costs[-1] > costs[-2]
