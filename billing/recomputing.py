"""A past month once more: what contracts owe of it by the facts as they are now, and how that differs from its documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing import charging, comparing
from billing.differences import Difference, compared, given_by_decision
from billing.months import Month
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
        items = compared(there, charges.lines.get(contract.pk, ()), given_by_decision(there))
        found.append(Recomputed(contract, items, charges.unpriced.get(contract.pk)))
    return found
