"""Money. Pure: yen are ints, fractions are cut off, and no float comes near."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from iijiot.periods import checked_count, checked_day

GRACE_DAYS = 10
STEP_DAYS = 30
KNOWN = 4096
"""So many answers are remembered: a closing asks for the same fees and days again and again."""
TAX_PERCENT = (  # from which day of supply, latest first
    (date(2019, 10, 1), 10),
    (date(2014, 4, 1), 8),
    (date(1997, 4, 1), 5),
)


def prorate(fee: int, first: date, last: date) -> int:
    """The part of a monthly fee for the days first to last of one month, both included (G30.2).

    For one unit and one unbroken stretch at one fee; quantity multiplies the result.
    """
    return _part(fee, first, last)


@lru_cache(KNOWN, typed=True)
def _part(fee: int, first: date, last: date) -> int:
    for day in (first, last):
        checked_day(day)
    if (first.year, first.month) != (last.year, last.month):
        raise ValueError(f"{first} and {last} lie in different months; prorate month by month.")
    if last < first:
        raise ValueError(f"The last day {last} lies before the first day {first}.")
    return _yen(fee) * ((last - first).days + 1) // monthrange(first.year, first.month)[1]


def late_charge(unpaid: int, days: int) -> int:
    """Late charge on an unpaid amount, tax included, so many days after its effective due day (G35.1, G35.2).

    Nothing up to 10 days, 2 % up to 30, then 1.5 % more for each full 30 days from day 31. Free of tax.
    """
    _yen(unpaid)
    if checked_count(days, "days") <= GRACE_DAYS:
        return 0
    return unpaid * (20 + 15 * max(0, (days - STEP_DAYS) // STEP_DAYS)) // 1000


def tax_percent(supplied: date) -> int:
    """Rate of the consumption tax for what was supplied on a day, in percent (G37)."""
    return _rate(supplied)


@lru_cache(KNOWN, typed=True)
def _rate(supplied: date) -> int:
    checked_day(supplied)
    for since, percent in TAX_PERCENT:
        if supplied >= since:
            return percent
    raise ValueError(f"No rate of the consumption tax is kept for {supplied}.")


def consumption_tax(amounts: Iterable[int], supplied: date) -> int:
    """Tax on the taxable amounts of one rate of one invoice, cut off once, on their sum (G37)."""
    return sum(_yen(amount) for amount in amounts) * tax_percent(supplied) // 100


def surcharge(evaded: int) -> int:
    """Surcharge for a fee that was evaded, net of tax: twice the fee, beside the fee itself (G34)."""
    return 2 * _yen(evaded)


def _yen(amount: int) -> int:
    return checked_count(amount, "yen")
