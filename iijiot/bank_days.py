"""Working days of banks and offices: neither weekend nor holiday, nor 31 December to 3 January. Pure.

Equinoxes to come are as astronomers reckon them; the government names them in the February of the year before.
"""

from datetime import date, timedelta
from functools import lru_cache

import jpholiday

from iijiot.periods import checked_day

NEW_YEAR = {(12, 31), (1, 1), (1, 2), (1, 3)}
SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether banks and offices are open."""
    return checked_day(day).weekday() < SATURDAY and (day.month, day.day) not in NEW_YEAR and not _is_holiday(day)


@lru_cache(4096)
def _is_holiday(day: date) -> bool:
    return bool(jpholiday.is_holiday(day))


def working_day_from(day: date) -> date:
    """The day itself, or the next working day where it is none: a period then ends with that one (Civil Code art. 142)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def last_day_over(today: date) -> date:
    """The latest day on which a period can have been to end so that it is over today (Civil Code art. 142)."""
    day = checked_day(today) - timedelta(days=1)
    while working_day_from(day) >= today:
        day -= timedelta(days=1)
    return day


def working_days_before(day: date, many: int) -> date:
    """The working day that lies so many working days before a day."""
    while many:
        day -= timedelta(days=1)
        many -= is_working_day(day)
    return day
