"""What a contract owes for a month: facts in, charges out, each with its fee, days, clause and price. Pure.

Days are Tokyo days and the last one counts; yen are ints, cut off once per unit and unbroken stretch at one fee.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from iijiot.yen import prorate


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
    def parse(cls, text: str) -> "Month":
        """The month written as 2026-11. Raises ValueError."""
        year, dash, number = text.partition("-")
        if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal()):
            raise ValueError(f"A month is written as 2026-11, not {text!r}.")
        return cls.of(date(int(year), int(number), 1))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.number)[1]

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month.of(self.last + timedelta(1))

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(1))

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
    fee: FeeInForce
    event_id: int | None = None


@dataclass(frozen=True)
class ContractFacts:
    """What is charged for one contract depends on this and on nothing else."""

    contract: int
    initial: Sequence[Initial] = ()
    monthly: Sequence[Monthly] = ()
    one_time: Sequence[OneTime] = ()


@dataclass(frozen=True)
class Item:
    """What charges and corrections of one month are counted together by."""

    contract: int
    month: Month
    kind: Kind
    unit: Unit
    cause: str
    event_id: int | None
    taxable: bool


@dataclass(frozen=True)
class ChargeLine:
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
    """Everything that one contract owes for a month by the facts (G30.1, G30.2): initial, monthly, one-time.

    Suspended and interrupted days are days like others (G30.3, G23), so the facts do not even name them.
    """
    charges = [_initial(facts.contract, month, initial) for initial in facts.initial if initial.month == month]
    for monthly in facts.monthly:
        charges += _monthly(facts.contract, month, monthly)
    charges += [_one_time(facts.contract, month, one) for one in facts.one_time if Month.of(one.occurred_on) == month]
    return charges


def _initial(contract: int, month: Month, initial: Initial) -> ChargeLine:
    day = initial.arose_on
    charge = _charge(Kind.INITIAL, contract, month, day, day, initial.quantity, initial.fee)
    return replace(charge, unit=initial.unit)


def _one_time(contract: int, month: Month, one: OneTime) -> ChargeLine:
    charge = _charge(Kind.ONE_TIME, contract, month, one.occurred_on, one.occurred_on, 1, one.fee)
    return replace(charge, unit=Unit.CASE, cause=one.cause, event_id=one.event_id)


def _monthly(contract: int, month: Month, monthly: Monthly) -> list[ChargeLine]:
    charges = []
    for stretch in merged(monthly.stretches, month):
        for first, last, fee in _cut(stretch, monthly.fees):
            unit_amount = prorate(fee.fee, first, last)
            charge = _charge(Kind.MONTHLY, contract, month, first, last, stretch.quantity, fee, unit_amount)
            charges.append(replace(charge, of_days=month.days, unit=monthly.unit))
    return charges


def _charge(
    kind: Kind,
    contract: int,
    month: Month,
    first: date,
    last: date,
    quantity: int,
    fee: FeeInForce,
    unit_amount: int | None = None,
) -> ChargeLine:
    each = fee.fee if unit_amount is None else unit_amount
    return ChargeLine(
        kind=kind,
        clause=fee.clause,
        contract=contract,
        month=month,
        first=first,
        last=last,
        days=(last - first).days + 1,
        of_days=1,
        quantity=quantity,
        fee=fee.fee,
        unit_amount=each,
        amount=each * quantity,
        taxable=fee.taxable,
        price_id=fee.price_id,
        agreed_id=fee.agreed_id,
    )


@dataclass(frozen=True)
class Clipped:
    """A stretch as far as it lies in a month."""

    first: date
    last: date
    quantity: int


def merged(stretches: Iterable[Stretch], month: Month) -> list[Clipped]:
    """Stretches clipped to a month, those of the same days together, the longest first."""
    many: dict[tuple[date, date], int] = {}
    for stretch in stretches:
        first = max(stretch.first, month.first)
        last = month.last if stretch.last is None else min(stretch.last, month.last)
        if first <= last:
            many[first, last] = many.get((first, last), 0) + stretch.quantity
    return [
        Clipped(first, last, many[first, last]) for first, last in sorted(many, key=lambda d: (d[0], -d[1].toordinal()))
    ]


def _cut(stretch: Clipped, fees: Sequence[FeeInForce]) -> list[tuple[date, date, FeeInForce]]:
    """The stretch cut where the fee changes, and only there (G30.2.3): days, and the fee in force on them.

    Raises ValueError where no fee is in force on its first day.
    """
    begun = [fee for fee in fees if fee.since <= stretch.first]
    if not begun:
        raise ValueError(f"No fee is in force on {stretch.first}.")
    parts, first, current = [], stretch.first, begun[-1]
    for fee in fees[len(begun) :]:
        if fee.since > stretch.last:
            break
        if (fee.fee, fee.taxable) != (current.fee, current.taxable):
            parts.append((first, fee.since - timedelta(1), current))
            first, current = fee.since, fee
    parts.append((first, stretch.last, current))
    return parts


@dataclass(frozen=True)
class Difference:
    """One item of a month: what invoices and credit notes say of it, and what is owed of it by the facts."""

    item: Item
    there: tuple[ChargeLine, ...]
    due: tuple[ChargeLine, ...]
    given: int = 0
    """Credited by decision, not by the facts: it stays credited, whatever the facts turn out to be."""

    @property
    def was(self) -> int:
        """The item's net so far."""
        return sum(line.amount for line in self.there)

    @property
    def owed(self) -> int:
        """The item's net as it should be; never below zero."""
        return max(0, sum(line.amount for line in self.due) - self.given)

    @property
    def amount(self) -> int:
        """What is still to be charged, or to be credited where negative."""
        return self.owed - self.was

    def lines(self) -> list[ChargeLine]:
        """The lines that bring the item to what is owed: its charges where it is new, else one correction."""
        if not self.there and not self.given:
            return list(self.due)
        if not self.amount:
            return []
        model = (self.due or self.there)[0]
        days = [line for line in (*self.there, *self.due) if line not in self.there or line not in self.due]
        first, last = min(line.first for line in days or [model]), max(line.last for line in days or [model])
        return [
            replace(
                model,
                first=first,
                last=last,
                days=(last - first).days + 1,
                quantity=1,
                unit_amount=self.amount,
                amount=self.amount,
            )
        ]


def difference(
    there: Iterable[ChargeLine], due: Iterable[ChargeLine], given: Mapping[Item, int] | None = None
) -> list[Difference]:
    """What is owed of a month less what invoices say of it, item by item; items that agree are left out.

    `there` are the lines of invoices and credit notes that stand, those of credits given by decision included;
    `given` is how many yen of each item were credited by decision.
    """
    credited = given or {}
    sides: dict[Item, tuple[list[ChargeLine], list[ChargeLine]]] = {}
    for side, lines in enumerate((there, due)):
        for line in lines:
            sides.setdefault(line.item, ([], []))[side].append(line)
    differences = [
        Difference(item, tuple(was), tuple(is_), credited.get(item, 0)) for item, (was, is_) in sides.items()
    ]
    return [found for found in differences if found.amount or not found.there]
