"""A past month once more: what contracts owe of it by the facts as they are now, and how that differs from its documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing import charging, comparing
from billing.differences import Difference
from billing.months import ChargeLine, Item, Month
from contracts.models import Contract
from iijiot.rules import Unmet


@dataclass(frozen=True)
class Recomputed:
    """One contract's month: every item with what documents say of it and what is owed of it."""

    contract: Contract
    items: Sequence[Difference]
    unpriced: Unmet | None = None

    @property
    def was(self) -> int:
        """What documents say in all."""
        return sum(item.was for item in self.items)

    @property
    def owed(self) -> int:
        """What is owed in all."""
        return sum(item.owed for item in self.items)

    @property
    def amount(self) -> int:
        """What would be charged, or credited where below zero, by the next run."""
        return sum(item.amount for item in self.items)


def recompute(contracts: Sequence[Contract], month: Month) -> list[Recomputed]:
    """These contracts' month from the facts, against the documents that stand; what agrees is told, too."""
    keys = [contract.pk for contract in contracts]
    charges = charging.of_contracts(month, keys)
    stands = comparing.standing(dict.fromkeys(keys, (month, month)))
    found = []
    for contract in contracts:
        there = [one.line for one in stands.get((contract.pk, month), [])]
        given: dict[Item, int] = {}
        for line in there:
            if line.extra_id is not None:
                given[line.item] = given.get(line.item, 0) - line.amount
        due = charges.lines.get(contract.pk, ())
        items = _all_items(there, due, given)
        found.append(Recomputed(contract, items, charges.unpriced.get(contract.pk)))
    return found


def _all_items(there: Sequence[ChargeLine], due: Sequence[ChargeLine], given: dict[Item, int]) -> list[Difference]:
    """Each item that stands on documents or is owed, in the order of the documents; those that agree with them, too."""
    sides: dict[Item, tuple[list[ChargeLine], list[ChargeLine]]] = {}
    for side, lines in enumerate((there, due)):
        for line in lines:
            sides.setdefault(line.item, ([], []))[side].append(line)
    return [Difference(item, tuple(was), tuple(now), given.get(item, 0)) for item, (was, now) in sides.items()]
