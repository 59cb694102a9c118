"""The words in which the provisions are declared. Pure: handed what a customer holds, querying nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.periods import last_day_within_months, latest_notice_months, termination_date
from iijiot.words import Words


@dataclass(frozen=True)
class Dated:
    """A computed day and the clause that makes it that day."""

    day: date
    clause: Clause


@dataclass(frozen=True, kw_only=True)
class Word:
    """Something a provision says; `under` names the clause that says it."""

    clause: Clause | None = None

    def under(self, clause: str) -> Self:
        """The same word as said by this clause."""
        return replace(self, clause=Clause(clause))

    @property
    def said_by(self) -> Clause:
        """The clause, for words that stand in a provision."""
        if self.clause is None:
            raise ValueError(f"{self} stands under no clause yet")
        return self.clause


@dataclass(frozen=True)
class Holding:
    """A contract or subscription of a customer, as far as a requirement cares: what it is, from when to when."""

    code: str
    first: date
    last: date | None
    key: tuple[str, int]
    name: str = ""
    network: str = ""

    def covers(self, on: date) -> bool:
        """Whether it is in force on this day; the last day still counts."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True)
class Explained:
    """One part of a requirement on one day: in words, whether it is met and by what."""

    words: Words
    met: bool
    by: tuple[Holding, ...]


@dataclass(frozen=True)
class Holds(Word):
    """The customer holds this service or subscription on the day."""

    code: str
    words: Words
    network: str = ""

    def candidates(self, holdings: Iterable[Holding], on: date) -> list[Holding]:
        """The holdings that satisfy this on the day, the longest lasting first."""
        fitting = [h for h in holdings if h.code == self.code and self.network in ("", h.network) and h.covers(on)]
        return sorted(fitting, key=lambda h: (h.last is not None, -(h.last or date.max).toordinal(), h.key))

    def first_days(self, holdings: Iterable[Holding]) -> list[date]:
        """The days on which a holding of this kind begins."""
        return [h.first for h in holdings if h.code == self.code and self.network in ("", h.network)]


@dataclass(frozen=True)
class AnyOf(Word):
    """At least one of these."""

    parts: tuple[Holds, ...]

    def __init__(self, *parts: Holds, clause: Clause | None = None) -> None:
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "clause", clause)

    def under(self, clause: str) -> Self:
        """The same choice as said by this clause."""
        return type(self)(*self.parts, clause=Clause(clause))

    @property
    def words(self) -> Words:
        """The choice as one phrase."""
        return joined(tuple(part.words for part in self.parts), _(" or "))

    def candidates(self, holdings: Iterable[Holding], on: date) -> list[Holding]:
        """The holdings of any of the kinds, in the order the provision names the kinds."""
        held = list(holdings)
        return [holding for part in self.parts for holding in part.candidates(held, on)]

    def first_days(self, holdings: Iterable[Holding]) -> list[date]:
        """The days on which one of these begins."""
        held = list(holdings)
        return [day for part in self.parts for day in part.first_days(held)]


@dataclass(frozen=True)
class AllOf(Word):
    """Every one of these: what a provision requires of the customer."""

    parts: tuple[Holds | AnyOf, ...]

    def __init__(self, *parts: Holds | AnyOf, clause: Clause | None = None) -> None:
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "clause", clause)

    def under(self, clause: str) -> Self:
        """The same requirement as said by this clause."""
        return type(self)(*self.parts, clause=Clause(clause))

    def explain(self, holdings: Iterable[Holding], on: date) -> list[Explained]:
        """Each part in words, with whether it is met on the day and by which holdings."""
        held = list(holdings)
        explained = []
        for part in self.parts:
            by = tuple(part.candidates(held, on))
            explained.append(Explained(part.words, bool(by), by))
        return explained

    def names(self, holding: Holding) -> bool:
        """Whether a holding is one of the things that this requirement speaks of."""
        return any(holding in part.candidates([holding], holding.first) for part in self.parts)

    def met(self, holdings: Iterable[Holding], on: date) -> bool:
        """Whether every part is met on the day."""
        return all(part.met for part in self.explain(holdings, on))

    def possible_from(self, holdings: Iterable[Holding], on: date) -> date | None:
        """The first day, from `on` on, on which every part is met; None when none is in sight."""
        held = list(holdings)
        days = {on, *(day for part in self.parts for day in part.first_days(held) if day > on)}
        return next((day for day in sorted(days) if self.met(held, day)), None)


def _joined(phrases: tuple[Words, ...], between: Words) -> str:
    return str(between).join(str(phrase) for phrase in phrases)


joined = lazy(_joined, str)
"""Phrases joined when shown, in the reader's language."""


@dataclass(frozen=True)
class EndsWith(Word):
    """Which of the things it rests on take it down when they end."""

    codes: tuple[str, ...] = ()
    company_may_designate_a_day: bool = True

    @classmethod
    def any_of(cls, *parts: Holds, company_may_designate_a_day: bool = True) -> Self:
        """The end of any of these is its end, on the same day or, where the provision says so, one we designate."""
        return cls(tuple(part.code for part in parts), company_may_designate_a_day)


@dataclass(frozen=True)
class LaterOfThirtyDaysAndNamed(Word):
    """The customer's termination takes effect thirty days after arrival, or on the day named if later."""

    def __call__(self, arrived: date, named: date | None = None) -> Dated:
        """Last day of service and the clause that says so."""
        return Dated(termination_date(arrived, named), self.said_by)


@dataclass(frozen=True)
class MinimumTerm(Word):
    """Months that a unit must last before it can leave without an adjustment fee, and that fee in yen; 0 is none."""

    months: int = 0
    adjustment: int = 0

    def last_day(self, first: date) -> date | None:
        """The last day on which a unit that is charged since `first` leaves too early; None where there is no term."""
        return last_day_within_months(first - timedelta(1), self.months) if self.months else None


@dataclass(frozen=True)
class Guarantee(Word):
    """The quality that is guaranteed; none today."""

    words: Words = _("No guarantee of quality")
    is_given: bool = False


@dataclass(frozen=True)
class DiscontinuationLead(Word):
    """Months before a discontinuation by which the customers must be told."""

    months: int

    def latest(self, last_day: date) -> Dated:
        """Latest day for the notice when service ends on `last_day`."""
        return Dated(latest_notice_months(last_day, self.months), self.said_by)


class FeeKind(StrEnum):
    """When an obligation to pay arises."""

    INITIAL = "initial"
    MONTHLY = "monthly"
    ONE_TIME = "one-time"


@dataclass(frozen=True)
class Fees(Word):
    """Which fees there are: the initial one arises at acceptance, the monthly from the billing start date,
    one-time fees when their cause arises."""

    kinds: tuple[FeeKind, ...] = (FeeKind.INITIAL, FeeKind.MONTHLY, FeeKind.ONE_TIME)


@dataclass(frozen=True)
class Condition(Word):
    """Something that the customer does before the service may start."""

    code: str
    words: Words
    asks: Words


@dataclass(frozen=True)
class Item:
    """A kind (品目) within a service."""

    code: str
    words: Words


@dataclass(frozen=True, kw_only=True)
class General:
    """What the general provisions say where a service's own provision is silent (G4)."""

    discontinuation_lead: DiscontinuationLead


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service or an option, as its provision declares it."""

    code: str
    name: Words
    provision: str
    since: date
    since_clause: Clause
    minimum_term: MinimumTerm
    eligibility: AllOf
    ends_on: LaterOfThirtyDaysAndNamed
    ends_with: EndsWith
    fees: Fees
    guarantee: Guarantee
    about: Words
    before_start: Sequence[Condition] = ()
    staff_may_designate: Clause | None = None
    items: Sequence[Item] = ()
    counts_lines: bool = False
    changes_under: Clause | None = None
    """Under which clause the number of lines can be changed; without one a change is a new application (G15.1)."""
    unit: Clause | None = None
    option_of: str | None = None
    discontinuation_lead: DiscontinuationLead | None = None
    told_before_end: Words | None = field(default=None)

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_option(self) -> bool:
        """Whether this is an option of another service's contract."""
        return self.option_of is not None

    def ends_under(self, code: str) -> Clause | None:
        """The clause by which the end of `code` ends this, or None when it only leaves a flag."""
        return self.ends_with.said_by if code in self.ends_with.codes else None


@dataclass(frozen=True, kw_only=True)
class External:
    """Something sold under other terms, on which our contracts rest."""

    code: str
    name: Words
    networks: Sequence[tuple[str, Words]] = ()
    provider: Words = _("IIJ Internet service terms")

    def __str__(self) -> str:
        return str(self.name)
