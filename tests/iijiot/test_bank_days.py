"""Working days: weekends, holidays in Japan, the days around New Year (Civil Code art. 142)."""

from datetime import date

import pytest

from iijiot.bank_days import last_day_over, working_day_from, working_days_before


@pytest.mark.parametrize(
    ("day", "passes_to"),
    [
        (date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 9, 19), date(2026, 9, 24)),
        (date(2026, 10, 31), date(2026, 11, 2)),
        (date(2026, 12, 30), date(2026, 12, 30)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 3, 21), date(2027, 3, 23)),
        (date(2028, 12, 31), date(2029, 1, 4)),
    ],
    ids=["a Wednesday", "autumn", "a Saturday", "the year's last", "New Year", "equinox on a Sunday", "New Year 2028"],
)
def test_a_period_that_ends_on_a_holiday_ends_with_the_next_working_day(day, passes_to):
    assert working_day_from(day) == passes_to


@pytest.mark.parametrize(
    ("today", "over"),
    [
        (date(2026, 11, 26), date(2026, 11, 25)),
        (date(2026, 12, 31), date(2026, 12, 30)),
        (date(2027, 1, 4), date(2026, 12, 30)),
        (date(2027, 1, 5), date(2027, 1, 4)),
    ],
)
def test_what_is_over_today_was_to_end_at_the_latest_on_this_day(today, over):
    assert last_day_over(today) == over
    assert working_day_from(over) < today


@pytest.mark.parametrize(
    ("day", "many", "before"),
    [
        (date(2026, 12, 28), 0, date(2026, 12, 28)),
        (date(2026, 12, 28), 1, date(2026, 12, 25)),
        (date(2027, 1, 4), 1, date(2026, 12, 30)),
        (date(2026, 9, 24), 3, date(2026, 9, 16)),
        (date(2026, 12, 28), 7, date(2026, 12, 17)),
    ],
)
def test_working_days_are_counted_back_past_weekends_and_holidays(day, many, before):
    assert working_days_before(day, many) == before
