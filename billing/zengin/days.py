"""Days in the banks' files: years of the Japanese era without its name, and days without a year."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

ERAS = (  # the year before the first one, and from when the era counts
    (2018, date(2019, 5, 1)),
    (1988, date(1989, 1, 8)),
    (1925, date(1926, 12, 25)),
)


class Years(StrEnum):
    """How a bank writes years of two digits."""

    ERA = "era"
    WESTERN = "western"


def era_day(day: date, years: Years = Years.ERA) -> str:
    """A day as six digits: 081225 is 25 December of the eighth year of Reiwa, 2026."""
    before = 2000 if years == Years.WESTERN else next(before for before, since in ERAS if day >= since)
    return f"{day.year - before:02d}{day:%m%d}"


def day_of(digits: str, near: date, years: Years = Years.ERA) -> date:
    """The day that six digits mean: of the era in which it lies nearest to a day known. Raises ValueError."""
    before = [2000] if years == Years.WESTERN else [before for before, _since in ERAS]
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return _nearest(((before_first + year, month, day) for before_first in before), near)


def month_day(day: date) -> str:
    """A day as four digits, without its year."""
    return f"{day:%m%d}"


def month_day_of(digits: str, near: date) -> date:
    """The day that four digits mean: of the year in which it lies nearest to a day known. Raises ValueError."""
    month, day = int(digits[:2]), int(digits[2:])
    return _nearest(((near.year + years, month, day) for years in (-1, 0, 1)), near)


def _nearest(candidates: Iterable[tuple[int, int, int]], near: date) -> date:
    days = []
    for candidate in candidates:
        try:
            days.append(date(*candidate))
        except ValueError:
            continue
    if not days:
        raise ValueError("There is no such day.")
    return min(days, key=lambda day: abs(day - near))
