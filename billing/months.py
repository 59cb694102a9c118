"""What a contract owes for a month: facts in, charges out, each with its fee, days, clause and price. Pure.

Days are Tokyo days and the last one counts; yen are ints, cut off once per unit and unbroken stretch at one fee.
"""

import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from iijiot.yen import prorate

ONE_DAY = timedelta(1)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, as fees are counted by."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def written(cls, text: str) -> "Month":
        """The month as people write it: 2026-11, 2026/11, 2026年11月, full width too. Raises ValueError."""
        plain = unicodedata.normalize("NFKC", text).replace("/", "-").replace("年", "-").replace("月", "").strip()
        year, _dash, number = plain.partition("-")
        return cls.parse(f"{year}-{number.zfill(2)}")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written as 2026-11. Raises ValueError."""
        year, dash, number = text.partition("-")
        if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal()):
            raise ValueError(f"A month is written as 2026-11, not {text!r}.")
        return cls.of(date(int(year), int(number), 1))

    @cached_property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @cached_property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.number)[1]

    @cached_property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    @cached_property
    def next(self) -> "Month":
        """The month after."""
        return Month.of(self.last + ONE_DAY)

    @cached_property
    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first - ONE_DAY)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"


class Kind(StrEnum):
    """What an amount on an invoice is for."""

    INITIAL = "initial"
    MONTHLY = "monthly"
    ONE_TIME = "one-time"
    SURCHARGE = "surcharge"
    DAMAGES = "damages"
    ADJUSTMENT = "adjustment"
    CREDIT = "credit"
    GOODWILL = "goodwill"
    LATE_CHARGE = "late-charge"


class Unit(StrEnum):
    """What a price is for one of: the contract as a whole, each of its lines, a case that occurs."""

    CONTRACT = "contract"
    LINE = "line"
    CASE = "case"


class Unpriced(Exception):
    """Something is owed for which no fee is in force: on this day, for a monthly fee or for this cause."""

    def __init__(self, day: date, kind: Kind, cause: str = "") -> None:
        super().__init__(day, kind, cause)
        self.day, self.kind, self.cause = day, kind, cause


@dataclass(frozen=True)
class FeeInForce:
    """One fee from a day on, until the next one begins: yen for one unit, and where it stands."""

    since: date
    fee: int
    price_id: int | None
    """The price of a version of the list; None where it was agreed."""
    taxable: bool
    clause: str
    agreed_id: int | None = None
    """What was shown, quoted or agreed instead of the list (G30.1)."""
    until: date | None = None
    """Its last day, where no other fee begins the day after."""


Period = tuple[date, date, FeeInForce]
"""A fee with its first and last day."""


@dataclass(frozen=True)
class Stretch:
    """So many units from a day to a day, both included; no last day where none is set."""

    first: date
    last: date | None
    quantity: int = 1


@dataclass(frozen=True)
class Initial:
    """Units whose initial fee arose on a day, at one fee; it is billed with their first monthly fee."""

    arose_on: date
    starts_on: date | None
    ends_on: date | None
    fee: FeeInForce
    quantity: int = 1
    unit: Unit = Unit.CONTRACT

    @property
    def month(self) -> Month | None:
        """In which month it is billed: that of the billing start date, or of an end that comes before it."""
        if self.starts_on is not None and (self.ends_on is None or self.starts_on <= self.ends_on):
            return Month.of(self.starts_on)
        return Month.of(self.ends_on) if self.ends_on is not None else None


@dataclass(frozen=True)
class Monthly:
    """A monthly fee: the fees in force, in order, and the units that are charged."""

    fees: Sequence[FeeInForce]
    stretches: Sequence[Stretch]
    unit: Unit = Unit.CONTRACT


@dataclass(frozen=True)
class OneTime:
    """An event that gives rise to a one-time fee on its day."""

    cause: str
    occurred_on: date
    fee: FeeInForce | None
    event_id: int | None = None


@dataclass(frozen=True)
class Leaving:
    """Units that leave within their minimum term, and what each owes for it (G31)."""

    on: date
    yen: int
    clause: str
    taxable: bool = False
    quantity: int = 1
    unit: Unit = Unit.CONTRACT


@dataclass(frozen=True)
class ContractFacts:
    """What is charged for one contract depends on this and on nothing else."""

    contract: int
    life: Stretch | None = None
    """The days on which monthly fees are owed, of whatever unit; None before a billing start date is set."""
    initial: Sequence[Initial] = ()
    monthly: Sequence[Monthly] = ()
    one_time: Sequence[OneTime] = ()
    leaving: Sequence[Leaving] = ()


class Item(NamedTuple):
    """What charges and corrections of one month are counted together by."""

    contract: int
    month: Month
    kind: Kind
    unit: Unit
    cause: str
    event_id: int | None
    taxable: bool


class ChargeLine(NamedTuple):
    """An amount that is owed, with all that explains it: quantity times what one unit costs for these days."""

    kind: Kind
    clause: str
    contract: int
    month: Month
    first: date
    last: date
    days: int
    of_days: int
    quantity: int
    fee: int
    unit_amount: int
    amount: int
    taxable: bool
    price_id: int | None
    cause: str = ""
    unit: Unit = Unit.CONTRACT
    agreed_id: int | None = None
    event_id: int | None = None
    extra_id: int | None = None
    """The decision of staff from which it comes."""

    @property
    def supplied_on(self) -> date:
        """The day that decides the rate of the consumption tax: the last of a stretch, the acceptance, the cause."""
        return self.last

    @property
    def item(self) -> Item:
        """What it is counted together with when a month is compared with its invoices."""
        return Item(self.contract, self.month, self.kind, self.unit, self.cause, self.event_id, self.taxable)


def charges_of(facts: ContractFacts, month: Month) -> list[ChargeLine]:
    """Everything that one contract owes for a month by the facts (G30.1, G30.2, G31): fees, and adjustment fees.

    Suspended and interrupted days are days like others (G30.3, G23), so the facts do not even name them.

    Raises Unpriced where no fee is in force for something that is owed.
    """
    charges = [_initial(facts.contract, month, initial) for initial in facts.initial if initial.month == month]
    in_force = [tuple(_periods(monthly.fees)) for monthly in facts.monthly]
    if facts.life is not None and (days := clipped(facts.life, month)):
        _all_priced(*days, in_force)
    for monthly, periods in zip(facts.monthly, in_force, strict=True):
        charges += _monthly(facts.contract, month, monthly, periods)
    charges += [_one_time(facts.contract, month, one) for one in facts.one_time if Month.of(one.occurred_on) == month]
    charges += [_adjustment(facts.contract, month, left) for left in facts.leaving if Month.of(left.on) == month]
    return charges


def _initial(contract: int, month: Month, initial: Initial) -> ChargeLine:
    fee, day, many = initial.fee, initial.arose_on, initial.quantity
    return ChargeLine(
        Kind.INITIAL, fee.clause, contract, month, day, day, 1, 1, many, fee.fee, fee.fee, fee.fee * many,
        fee.taxable, fee.price_id, "", initial.unit, fee.agreed_id,
    )  # fmt: skip


def _one_time(contract: int, month: Month, one: OneTime) -> ChargeLine:
    fee, day = one.fee, one.occurred_on
    if fee is None:
        raise Unpriced(day, Kind.ONE_TIME, one.cause)
    return ChargeLine(
        Kind.ONE_TIME, fee.clause, contract, month, day, day, 1, 1, 1, fee.fee, fee.fee, fee.fee,
        fee.taxable, fee.price_id, one.cause, Unit.CASE, fee.agreed_id, one.event_id,
    )  # fmt: skip


def _adjustment(contract: int, month: Month, left: Leaving) -> ChargeLine:
    day, yen, many = left.on, left.yen, left.quantity
    return ChargeLine(
        Kind.ADJUSTMENT, left.clause, contract, month, day, day, 1, 1, many, yen, yen, yen * many,
        left.taxable, None, "", left.unit,
    )  # fmt: skip


def _monthly(contract: int, month: Month, monthly: Monthly, periods: Sequence[Period]) -> list[ChargeLine]:
    of_days, unit, charges = month.days, monthly.unit, []
    for stretch_first, stretch_last, many in merged(monthly.stretches, month):
        for first, last, fee in _cut(stretch_first, stretch_last, periods):
            each = prorate(fee.fee, first, last)
            line = ChargeLine(
                Kind.MONTHLY, fee.clause, contract, month, first, last, (last - first).days + 1, of_days, many,
                fee.fee, each, each * many, fee.taxable, fee.price_id, "", unit, fee.agreed_id,
            )  # fmt: skip
            charges.append(line)
    return charges


def clipped(stretch: Stretch, month: Month) -> tuple[date, date] | None:
    """The first and last day of a stretch in a month; None where it has none in it."""
    first = max(stretch.first, month.first)
    last = month.last if stretch.last is None else min(stretch.last, month.last)
    return (first, last) if first <= last else None


def merged(stretches: Iterable[Stretch], month: Month) -> list[tuple[date, date, int]]:
    """Stretches clipped to a month, those of the same days together: first day, last day, units; the longest first."""
    many: dict[tuple[date, date], int] = {}
    for stretch in stretches:
        if days := clipped(stretch, month):
            many[days] = many.get(days, 0) + stretch.quantity
    order = sorted(many, key=lambda days: (days[0], -days[1].toordinal()))
    return [(first, last, many[first, last]) for first, last in order]


def _cut(first: date, last: date, periods: Sequence[Period]) -> Sequence[Period]:
    """A stretch cut where the fee changes, and only there (G30.2.3): days, and the fee in force on them.

    Days without a fee of this unit are left out.
    """
    parts: list[Period] = []
    for begins, ends, fee in periods:
        begins, ends = max(begins, first), min(ends, last)
        if begins > ends:
            continue
        before = parts[-1] if parts else None
        if before and before[1] + ONE_DAY == begins and _same(before[2], fee):
            parts[-1] = (before[0], ends, before[2])
        else:
            parts.append((begins, ends, fee))
    return parts


def _same(one: FeeInForce, other: FeeInForce) -> bool:
    return (one.fee, one.taxable) == (other.fee, other.taxable)


def _periods(fees: Sequence[FeeInForce]) -> Iterable[Period]:
    """Each fee with its first and last day."""
    for place, fee in enumerate(fees):
        ends = fees[place + 1].since - ONE_DAY if place + 1 < len(fees) else date.max
        yield fee.since, ends if fee.until is None else min(fee.until, ends), fee


def fee_on(fees: Sequence[FeeInForce], day: date) -> FeeInForce | None:
    """The fee in force on a day; None where there is none."""
    return next((fee for begins, ends, fee in _periods(fees) if begins <= day <= ends), None)


def _all_priced(first: date, last: date, in_force: Iterable[Sequence[Period]]) -> None:
    """Raises Unpriced on a day without any monthly fee."""
    for begins, ends in sorted(period[:2] for periods in in_force for period in periods):
        if begins <= first <= ends:
            if ends >= last:
                return
            first = ends + ONE_DAY
    raise Unpriced(first, Kind.MONTHLY)
