"""Days and periods, against the worked examples and against counting by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iijiot.clock import tokyo_day
from iijiot.periods import (
    last_day_within_days,
    last_day_within_months,
    latest_notice_days,
    latest_notice_months,
    termination_date,
)
from tests.vectors import cases

days = st.dates(date(2016, 11, 30), date(2060, 12, 31))
months = st.integers(0, 30)
the_day_after = timedelta(1)


@pytest.mark.clause("IOT4", "MA12.1", "DS4.1", "PC5.1", "PMG5.1", "WPC5.1", "VPN5.1", "IOT3.8")
@pytest.mark.parametrize("case", cases("termination_date") + cases("legal.notice_dates.termination_date"))
def test_service_ends_thirty_days_after_arrival_or_on_a_later_day_named(case):
    assert termination_date(case["arrived"], case["named"]) == case["expected"]


@pytest.mark.clause("IOT4", "G29.1")
@pytest.mark.parametrize("case", cases("legal.notice_dates.arrival_instant"))
def test_a_notice_arrives_on_the_day_it_is_in_tokyo(case):
    arrived = tokyo_day(datetime.fromisoformat(case["instant"]))
    assert arrived == case["tokyo_day"]
    assert termination_date(arrived) == case["expected"]


@pytest.mark.clause("G18.1")
@pytest.mark.parametrize("case", cases("inheritance_deadline"))
def test_an_heir_has_two_weeks(case):
    assert last_day_within_days(case["start"], 14) == case["last_day"]


@pytest.mark.clause("G18.1")
@pytest.mark.parametrize("case", cases("legal.notice_dates.inheritance"))
def test_an_heir_is_late_on_the_day_after_two_weeks(case):
    last_day = last_day_within_days(case["death"], 14)
    assert (last_day, last_day + the_day_after) == (case["last_day"], case["too_late_from"])


@pytest.mark.clause("G25.2")
@pytest.mark.parametrize("case", cases("notice_14_days"))
def test_works_are_announced_fourteen_days_before(case):
    assert latest_notice_days(case["start"], 14) == case["latest_notice"]


@pytest.mark.clause("G25.2")
@pytest.mark.parametrize("case", cases("legal.notice_dates.lead_14_days"))
def test_fourteen_clear_days_are_one_day_more(case):
    assert latest_notice_days(case["start"], 14) == case["latest_notice"]
    assert latest_notice_days(case["start"], 15) == case["latest_notice_clear_days"]


@pytest.mark.clause("G27.2")
@pytest.mark.parametrize("case", cases("notice_3_months"))
def test_a_discontinuation_is_announced_three_months_before(case):
    assert latest_notice_months(case["day"], 3) == case["latest_notice"]


@pytest.mark.clause("G27.2")
@pytest.mark.parametrize("case", cases("legal.notice_dates.lead_3_months"))
def test_the_three_months_are_never_shorter_than_the_civil_code_has_them(case):
    latest = latest_notice_months(case["last_service_day"], 3)
    assert latest == case["latest_notice"]
    assert latest <= case["latest_notice_strict"]


@pytest.mark.clause("G28.1.1")
@pytest.mark.parametrize("case", cases("cure_deadline_2_months") + cases("legal.notice_dates.cure_2_months"))
def test_the_customer_has_two_months_to_cure(case):
    last_day = last_day_within_months(case["measure"], 2)
    assert (last_day, last_day + the_day_after) == (case["last_day_to_cure"], case["terminable_from"])


@pytest.mark.clause("MA9.2")
@pytest.mark.parametrize("case", cases("sim_return_due") + cases("legal.notice_dates.sim_return"))
def test_cards_are_due_back_in_thirty_days(case):
    assert last_day_within_days(case["ended"], 30) == case["due"]


@pytest.mark.clause("G35.1")
@pytest.mark.parametrize("case", cases("legal.notice_dates.grace_10_days"))
def test_a_late_payer_has_ten_days_of_grace(case):
    last_day = last_day_within_days(case["due"], 10)
    assert (last_day, last_day + the_day_after) == (case["grace_last_day"], case["charge_if_paid_from"])


@given(start=days, number=months)
def test_a_period_of_months_is_found_by_walking_the_calendar(start, number):
    """Day by day from the day after: the corresponding day, or its absence, ends the period."""
    first = start + the_day_after
    left, day = number, first
    while left:
        day += the_day_after
        if day.day == 1:
            left -= 1
    month = day.replace(day=1) if number else first.replace(day=1)
    in_month = [month + timedelta(n) for n in range(31) if (month + timedelta(n)).month == month.month]
    corresponding = [day for day in in_month if day.day == first.day]
    expected = corresponding[0] - the_day_after if corresponding else in_month[-1]
    assert last_day_within_months(start, number) == expected


@given(day=days, number=months)
def test_the_latest_notice_is_on_the_same_day_or_on_the_last_of_a_shorter_month(day, number):
    latest = latest_notice_months(day, number)
    assert (day.year - latest.year) * 12 + day.month - latest.month == number
    assert latest.day == day.day or (latest.day < day.day and (latest + the_day_after).day == 1)


@given(arrived=days, named=st.none() | days)
def test_a_contract_never_ends_in_less_than_thirty_days(arrived, named):
    ends = termination_date(arrived, named)
    assert (ends - arrived).days >= 30
    assert ends in {named, arrived + timedelta(30)}


@pytest.mark.parametrize(
    "act",
    [
        lambda: termination_date(datetime(2026, 11, 25, tzinfo=UTC)),
        lambda: termination_date("2026-11-25"),  # type: ignore[arg-type]
        lambda: termination_date(date(2026, 11, 25), datetime(2026, 12, 31, tzinfo=UTC)),
        lambda: last_day_within_days(date(2026, 11, 25), 1.5),  # type: ignore[arg-type]
        lambda: last_day_within_months(date(2026, 11, 25), True),
    ],
    ids=["an instant", "text", "an instant named", "a fraction", "a truth"],
)
def test_what_is_no_day_or_number_is_refused(act):
    with pytest.raises(TypeError, match=r"is needed, not"):
        act()


@pytest.mark.parametrize(
    "act",
    [
        lambda: last_day_within_days(date(2026, 11, 25), -1),
        lambda: latest_notice_months(date(2026, 11, 25), -3),
        lambda: termination_date(date(9999, 12, 31)),
        lambda: latest_notice_days(date(1, 1, 5), 14),
        lambda: last_day_within_months(date(9999, 11, 30), 2),
        lambda: latest_notice_months(date(1, 2, 1), 3),
    ],
    ids=["days back", "months back", "after the last day", "before the first", "months after", "months before"],
)
def test_absurd_periods_are_refused_with_a_sentence(act):
    with pytest.raises(ValueError, match=r"less than nothing|outside the calendar"):
        act()
