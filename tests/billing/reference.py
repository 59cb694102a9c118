"""What is owed, reckoned slowly and day by day from the clauses alone: nothing here is the product's own.

G30.1: a customer pays what was shown in the application, or agreed. G30.4: a change of which customers were told
counts from its day. G30.2: the part of a month is fee x days / days of the month. G30.3: suspended days are days.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby


@dataclass(frozen=True)
class Version:
    """A list: what applicants are shown from a day on, and from when existing contracts pay it, if ever."""

    new_from: date
    existing_from: date | None
    fee: int


@dataclass(frozen=True)
class Agreement:
    """A price for this contract alone: to a day, or until customers are told of a change."""

    since: date
    until: date | None
    fee: int


@dataclass(frozen=True)
class Life:
    """A contract: which list its application showed, and its units (itself, or each of its lines) with their days."""

    shown_on: date
    versions: Sequence[Version]
    agreements: Sequence[Agreement]
    units: Sequence[tuple[date, date | None]]
    starts_on: date
    ends_on: date | None
    suspended: Sequence[tuple[date, date]] = ()


def fee_of(life: Life, day: date) -> int | None:
    """The monthly fee of one unit on a day."""
    fee = None
    for version in sorted(life.versions, key=lambda v: v.new_from):
        if version.new_from <= life.shown_on:
            fee = version.fee
    told = sorted((v.existing_from, v.fee) for v in life.versions if v.existing_from and v.new_from > life.shown_on)
    for change, new in told:
        if change <= day:
            fee = new
    for agreement in sorted(life.agreements, key=lambda a: a.since):
        if agreement.since > day:
            continue
        if agreement.until is None:
            holds = not any(agreement.since < change <= day for change, _new in told)
        else:
            holds = day <= agreement.until
        fee = agreement.fee if holds else fee
    return fee


def days_of(year: int, month: int) -> list[date]:
    """Every day of a month."""
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def counts(life: Life, unit: tuple[date, date | None], day: date) -> bool:
    """Whether a unit is charged for a day: both of its end days are, and so are suspended ones (G30.3)."""
    begins, ends = unit
    last = min(end for end in (ends, life.ends_on, date.max) if end)
    return max(begins, life.starts_on) <= day <= last


def owed(life: Life, year: int, month: int) -> int | None:
    """Yen for a month, net of tax; None where a day has no fee."""
    total = 0
    days = days_of(year, month)
    if any(counts(life, (life.starts_on, None), day) and fee_of(life, day) is None for day in days):
        return None
    for unit in life.units:
        charged = [(day, fee_of(life, day)) for day in days if counts(life, unit, day)]
        for fee, run in groupby(charged, key=lambda of_day: of_day[1]):
            assert fee is not None
            total += fee * len(list(run)) // len(days)
    return total


def months_between(first: date, last: date) -> list[tuple[int, int]]:
    """The months of all days from one to another."""
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append((day.year, day.month))
        day = (day + timedelta(31)).replace(day=1)
    return found
