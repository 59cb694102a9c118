"""What is owed of a month less what invoices say of it already, item by item. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from billing.months import ChargeLine, Item


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
            model._replace(
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
    """What is owed of a month less what invoices say of it, item by item; items that agree are left out."""
    return [found for found in compared(there, due, given or {}) if found.amount or not found.there]


def compared(there: Iterable[ChargeLine], due: Iterable[ChargeLine], given: Mapping[Item, int]) -> list[Difference]:
    """Every item that stands on documents or is owed, in the order of the documents.

    `there` are the lines of invoices and credit notes that stand, those of credits given by decision included;
    `given` is how many yen of each item were credited by decision.
    """
    sides: dict[Item, tuple[list[ChargeLine], list[ChargeLine]]] = {}
    for side, lines in enumerate((there, due)):
        for line in lines:
            sides.setdefault(line.item, ([], []))[side].append(line)
    return [Difference(item, tuple(was), tuple(is_), given.get(item, 0)) for item, (was, is_) in sides.items()]


def given_by_decision(there: Iterable[ChargeLine]) -> dict[Item, int]:
    """How many yen of each item were credited because staff decided so."""
    given: dict[Item, int] = defaultdict(int)
    for line in there:
        if line.extra_id is not None:
            given[line.item] -= line.amount
    return given
