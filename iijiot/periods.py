"""Days and periods as the terms and the Civil Code count them. Pure: days in, days out.

A period never counts the day it starts from (Civil Code art. 140) and includes its last day to 24:00
in Tokyo (art. 141). Nothing here is moved off a holiday (art. 142): where that applies, the caller does it.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta

NOTICE_DAYS = 30


def termination_date(arrived: date, named: date | None = None) -> date:
    """Last day of service: thirty days after the notice arrived, or the day it names if that is later.

    The day of arrival is not counted (IOT3.8, IOT4, MA12.1, DS4.1, PC5.1, PMG5.1, WPC5.1, VPN5.1).
    """
    thirty_days = last_day_within_days(arrived, NOTICE_DAYS)
    return thirty_days if named is None else max(thirty_days, checked_day(named))


def last_day_within_days(start: date, days: int) -> date:
    """Last day of a period of days after an event: two weeks for the heir, thirty days for a card (G18.1, MA9.2)."""
    return _moved(checked_day(start), checked_count(days, "days"))


def last_day_within_months(start: date, months: int) -> date:
    """Last day of a period of calendar months after an event, such as the two months to cure (G28.1.1).

    The period begins on the day after the event. It ends on the day before the corresponding day of its
    last month, or on that month's last day where there is no such day (Civil Code art. 143).
    """
    first = _moved(checked_day(start), 1)
    year, month = _months_on(first, checked_count(months, "months"))
    if first.day > monthrange(year, month)[1]:
        return date(year, month, monthrange(year, month)[1])
    return _moved(date(year, month, first.day), -1)


def latest_notice_days(day: date, days: int) -> date:
    """Latest day for a notice due some days before: fourteen days before works begin (G25.2)."""
    return _moved(checked_day(day), -checked_count(days, "days"))


def latest_notice_months(day: date, months: int) -> date:
    """Latest day for a notice due some months before: three months before the last day of service (G27.2).

    The same day of the earlier month, or that month's last day where there is no such day.
    """
    year, month = _months_on(checked_day(day), -checked_count(months, "months"))
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _months_on(day: date, months: int) -> tuple[int, int]:
    """Year and month so many months later, or earlier where negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{months} months from {day} lie outside the calendar.")
    return year, month + 1


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days)
    except OverflowError:
        raise ValueError(f"{days} days from {day} lie outside the calendar.") from None


def checked_day(day: date) -> date:
    """The day, if it is one and no instant. Raises TypeError."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise TypeError(f"A day is needed, not {day!r}.")
    return day


def checked_count(number: int, unit: str) -> int:
    """The number, if it is whole and not negative. Raises TypeError or ValueError."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"A whole number of {unit} is needed, not {number!r}.")
    if number < 0:
        raise ValueError(f"{number} {unit} is less than nothing.")
    return number
