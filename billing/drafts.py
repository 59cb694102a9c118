"""Documents as values, before they are stored: what stands on an invoice or a credit note, and its tax by rate. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from billing.differences import Difference, difference, given_by_decision
from billing.months import ChargeLine, Kind
from iijiot.yen import tax_percent

ORDER = {kind: place for place, kind in enumerate(Kind)}


EXTRA = "extra-"
"""How the cause of what staff decided begins: the facts do not know of it, so it is left alone."""


class Standing(NamedTuple):
    """A line of a document that stands, and the invoice that the document is or corrects."""

    line: ChargeLine
    root: int
    percent: int | None

    @property
    def is_of_decision(self) -> bool:
        """Whether it is about what staff decided, which facts neither raise nor lower."""
        return self.line.cause.startswith(EXTRA)


class Placed(NamedTuple):
    """A line of a draft: with its tax rate, None outside the tax."""

    line: ChargeLine
    percent: int | None
    is_correction: bool = False


TaxByRate = Mapping[int, tuple[int, int]]
"""Of each rate in percent the net and the tax on it."""


class Root(NamedTuple):
    """An invoice that is to be corrected: whose it is, and what it comes to with its credit notes, by rate."""

    id: int
    customer: int
    unit: int
    passed_to: int | None
    has_note: bool
    """Whether the run has corrected it already."""
    stood: TaxByRate


@dataclass(frozen=True)
class Draft:
    """A document to be: an invoice or statement, or where it corrects one, a credit note."""

    customer: int
    unit: int
    lines: Sequence[Placed]
    taxes: TaxByRate
    corrects: int | None = None
    passed_to: int | None = None

    @cached_property
    def net(self) -> int:
        """What is taxed, without the tax."""
        return sum(net for net, _tax in self.taxes.values())

    @cached_property
    def tax(self) -> int:
        """The tax of all rates."""
        return sum(tax for _net, tax in self.taxes.values())

    @cached_property
    def untaxed(self) -> int:
        """What lies outside the tax."""
        return sum(placed.line.amount for placed in self.lines if placed.percent is None)

    @cached_property
    def total(self) -> int:
        """What is owed, or credited where below zero."""
        return self.net + self.tax + self.untaxed


def placed(line: ChargeLine, *, is_correction: bool = False) -> Placed:
    """A line at the rate of its own day of supply (G37)."""
    percent = tax_percent(line.supplied_on) if line.taxable else None
    return Placed(line, percent, is_correction)


def invoice(customer: int, unit: int, lines: Iterable[Placed]) -> Draft:
    """An invoice, or a statement where it comes to nothing: the tax is cut off once per rate, on the sum (G37)."""
    ordered = in_order(lines)
    nets: dict[int, int] = defaultdict(int)
    for line in ordered:
        if line.percent is not None:
            nets[line.percent] += line.line.amount
    taxes = {percent: (net, net * percent // 100) for percent, net in sorted(nets.items(), reverse=True)}
    return Draft(customer, unit, ordered, taxes)


def credit_note(root: Root, lines: Iterable[Placed]) -> Draft:
    """What lessens an invoice: its tax is the tax of what stood less the tax of what remains, rate by rate (G37).

    It belongs to whoever the invoice belongs to. Raises ValueError where less than nothing would remain.
    """
    ordered = in_order(lines)
    nets: dict[int, int] = defaultdict(int)
    for line in ordered:
        if line.percent is not None:
            nets[line.percent] += line.line.amount
    taxes = {}
    for percent, net in sorted(nets.items(), reverse=True):
        net_before, tax_before = root.stood.get(percent, (0, 0))
        if net_before + net < 0:
            raise ValueError(f"Of {net_before} yen at {percent} % no {-net} yen can be credited.")
        taxes[percent] = (net, (net_before + net) * percent // 100 - tax_before)
    return Draft(root.customer, root.unit, ordered, taxes, root.id, root.passed_to)


def in_order(lines: Iterable[Placed]) -> list[Placed]:
    """Contract by contract, its fees by kind and day; what belongs to no contract last."""
    return sorted(lines, key=lambda one: (not one.line.contract, one.line.contract, one.line.month, ORDER[one.line.kind],
                                          one.line.first))  # fmt: skip


@dataclass
class Corrected:
    """What comparing a month with its invoices gives: more for the next invoice, and less of earlier ones by invoice."""

    more: list[Placed] = field(default_factory=list)
    less: dict[int, list[Placed]] = field(default_factory=lambda: defaultdict(list))


def compare(
    due: Iterable[ChargeLine],
    standing: Sequence[Standing],
    decided: Sequence[Standing] = (),
    into: Corrected | None = None,
) -> Corrected:
    """What is owed of a month less what stands of it; those `decided` by staff are credits that are made now.

    What is credited stays credited, and no item falls below zero. Where nothing stands, all that is owed is new.
    """
    found = into or Corrected()
    if not standing and not decided:
        found.more += [placed(line) for line in due]
        return found
    for credit in decided:
        found.less[credit.root].append(Placed(credit.line, credit.percent))
    there = [*standing, *(credit for credit in decided if not credit.is_of_decision)]
    lines = [one.line for one in there]
    for wrong in difference(lines, due, given_by_decision(lines)):
        if wrong.amount < 0:
            for root, part in _spread(wrong, there):
                found.less[root].append(part)
        else:
            corrects = bool(wrong.there)
            found.more += [placed(line, is_correction=corrects) for line in wrong.lines()]
    return found


def _spread(wrong: Difference, there: Sequence[Standing]) -> Iterable[tuple[int, Placed]]:
    """A credit, taken from the invoices on which the item stands, the latest first, from each what is left of it there."""
    (line,) = wrong.lines()
    left: dict[int, int] = defaultdict(int)
    rates: dict[int, int | None] = {}
    for one in there:
        if one.line.item == wrong.item:
            left[one.root] += one.line.amount
            rates[one.root] = one.percent
    rest = -wrong.amount
    for root in sorted(left, reverse=True):
        part = min(rest, left[root])
        if part > 0:
            yield root, Placed(line._replace(unit_amount=-part, amount=-part), rates[root], is_correction=True)
            rest -= part
