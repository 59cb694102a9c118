"""Late charges as a function of the debt, its due day and the days on which parts of it were paid (G35). Pure.

Yen are ints, cut off once for each part; days are Tokyo days; "due" is the effective due day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iijiot.bank_days import working_day_from
from iijiot.yen import GRACE_DAYS, late_charge


@dataclass(frozen=True)
class Paid:
    """A part of a debt that was paid, by the value date."""

    amount: int
    value_on: date


@dataclass(frozen=True)
class Part:
    """A part of a debt that ended on one day, or is open still: how late, and what that costs."""

    amount: int
    days: int
    charge: int
    paid_on: date | None
    """None while it is open."""


def last_day_of_grace(due_on: date, *, waits_for_working_day: bool) -> date:
    """Up to when a payment costs nothing (G35.1): ten days, and to the next working day where staff let it (art. 142)."""
    last = due_on + timedelta(days=GRACE_DAYS)
    return working_day_from(last) if waits_for_working_day else last


def charge(amount: int, due_on: date, day: date, *, waits_for_working_day: bool) -> int:
    """The late charge on a part that is paid on a day, or open on it: the day of payment counts (G35.1, G35.2)."""
    if day <= last_day_of_grace(due_on, waits_for_working_day=waits_for_working_day):
        return 0
    return late_charge(amount, (day - due_on).days)


def parts_of(
    principal: int, due_on: date, paid: Iterable[Paid], as_of: date, *, waits_for_working_day: bool
) -> list[Part]:
    """A debt by how late each part of it was, or is, on a day (G35).

    What is paid beyond the principal is for late charges of the same invoice, which draw none. What is valued after
    the day counts as open on it.
    """
    found, left = [], principal
    for part in sorted(paid, key=lambda one: one.value_on):
        amount = min(part.amount, left)
        if part.value_on <= as_of and amount > 0:
            found.append(_part(amount, due_on, part.value_on, part.value_on, waits_for_working_day))
            left -= amount
    if left > 0:
        found.append(_part(left, due_on, as_of, None, waits_for_working_day))
    return found


def accrued(parts: Sequence[Part]) -> int:
    """What the parts cost together."""
    return sum(part.charge for part in parts)


def next_step(due_on: date, day: date, *, waits_for_working_day: bool) -> date:
    """The next day on which what is open costs more: the end of the grace, then each full thirty days (G35.2)."""
    last = last_day_of_grace(due_on, waits_for_working_day=waits_for_working_day)
    if day <= last:
        return last + timedelta(days=1)
    steps = max(1, (day - due_on).days // 30)
    return due_on + timedelta(days=30 * (steps + 1))


def rounding(parts: Sequence[Part]) -> int:
    """By how many yen at most the charge on a debt paid in parts can lie below that on the whole: each part is cut off."""
    return max(0, len(parts) - 1)


def _part(amount: int, due_on: date, day: date, paid_on: date | None, waits: bool) -> Part:
    days = max(0, (day - due_on).days)
    return Part(amount, days, charge(amount, due_on, day, waits_for_working_day=waits), paid_on)
