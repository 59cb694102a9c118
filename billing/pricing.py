"""Which fee a contract pays from which day on: the list as it was shown to it, what was agreed, noticed changes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from billing.months import ONE_DAY, FeeInForce, Stretch

BEGINNING = date.min


class Contracted(NamedTuple):
    """A contract as far as charging cares."""

    id: int
    number: str
    customer: int
    unit: int
    service_code: str
    item: str
    accepted_on: date
    shown_on: date
    """The day whose list its application showed (G30.1)."""
    starts_on: date | None
    ends_on: date | None
    application: int | None

    @property
    def life(self) -> Stretch | None:
        """The days on which monthly fees are owed."""
        if self.starts_on is None or (self.ends_on is not None and self.ends_on < self.starts_on):
            return None
        return Stretch(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class Listed:
    """A price of the list for one fee, with the days of its version."""

    id: int
    fee: int
    taxable: bool
    new_from: date
    existing_from: date | None


@dataclass(frozen=True)
class Agreed:
    """A price that was shown, quoted or agreed instead of the list; one for a contract goes before one for all."""

    id: int
    fee: int
    taxable: bool
    since: date
    until: date | None
    rank: int


def fees_in_force(
    listed: Sequence[Listed], agreed: Sequence[Agreed], shown_on: date, clause: str, accepted_on: date = date.min
) -> tuple[FeeInForce, ...]:
    """The fees of a contract whose application showed the list of this day, each from its first day on (G30.1, G30.4).

    The list as it was shown counts until a version changes existing contracts, of which the customer was told: those
    that were accepted before its day. Versions that applicants were shown already change nothing for them. An agreed
    price goes before the list: to its last day where it has one, else until the next change for existing contracts.
    """
    of_list = _list_of(listed, shown_on, accepted_on)
    spans = [_Span(since, None, (-1, since, price.id), price, None) for since, price in of_list]
    changes = [since for since, _price in of_list if since > BEGINNING]
    spans += [
        _Span(
            price.since,
            price.until or _before_next(changes, price.since),
            (price.rank, price.since, price.id),
            None,
            price,
        )
        for price in agreed
    ]
    return tuple(_fee(span, since, until, clause) for since, until, span in _strongest(spans))


@dataclass(frozen=True)
class _Span:
    """Days on which a price would hold, and how strong it is against others: the higher order wins."""

    since: date
    until: date | None
    order: tuple[int, date, int]
    listed: Listed | None
    agreed: Agreed | None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def _list_of(listed: Sequence[Listed], shown_on: date, accepted_on: date) -> list[tuple[date, Listed]]:
    """The list for one contract: the price it was shown, and the changes for existing contracts."""
    shown = [price for price in listed if price.new_from <= shown_on]
    base = max(shown, key=lambda price: price.new_from, default=None)
    changes = [
        (price.existing_from, price)
        for price in listed
        if price.existing_from and price.new_from > shown_on and price.existing_from > accepted_on
    ]
    return ([(BEGINNING, base)] if base else []) + sorted(changes, key=lambda change: change[0])


def _before_next(changes: Iterable[date], since: date) -> date | None:
    return min((change - ONE_DAY for change in changes if change > since), default=None)


def _strongest(spans: Sequence[_Span]) -> list[tuple[date, date | None, _Span]]:
    """For each stretch of days the span that wins, with the last day where nothing follows at once."""
    edges = {span.since for span in spans} | {
        span.until + ONE_DAY for span in spans if span.until is not None and span.until < date.max
    }
    days = sorted(edges)
    won: list[tuple[date, date | None, _Span]] = []
    for place, day in enumerate(days):
        covering = [span for span in spans if span.covers(day)]
        if not covering:
            continue
        winner = max(covering, key=lambda span: span.order)
        gap_follows = place + 1 < len(days) and not any(span.covers(days[place + 1]) for span in spans)
        until = days[place + 1] - ONE_DAY if gap_follows else None
        if won and won[-1][2] is winner and won[-1][1] is None:
            won[-1] = (won[-1][0], until, winner)
        else:
            won.append((day, until, winner))
    return won


def _fee(span: _Span, since: date, until: date | None, clause: str) -> FeeInForce:
    price = span.listed or span.agreed
    assert price is not None  # noqa: S101 - a span is of one of the two
    return FeeInForce(
        since,
        price.fee,
        span.listed.id if span.listed else None,
        price.taxable,
        clause,
        span.agreed.id if span.agreed else None,
        until,
    )
