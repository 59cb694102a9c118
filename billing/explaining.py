"""Explaining a document: each line with what it is for, how its amount came about, and from which record; what corrects it.

The console's page, the portal's and the files that customers take read the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceLine
from billing.printing import days_of, what_for
from contracts.models import Contract
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.words import Words, said

SLICE = 2000
"""Lines read at a time where all of a document are wanted."""


@dataclass(frozen=True)
class Explained:
    """A line, and what explains it."""

    line: InvoiceLine
    what: str
    days: str
    worked: Words
    clause: Clause
    source: Any
    """The record from which the amount comes: an agreement, a decision, a price of the list."""
    source_words: Words


@dataclass(frozen=True)
class Group:
    """The lines of one contract, or those that belong to none."""

    contract: Contract | None
    rows: Sequence[Explained]


@dataclass(frozen=True)
class Corrected:
    """An invoice, what lessens it, and what remains."""

    root: Invoice
    notes: Sequence[Invoice]
    rest: int


def lines_after(invoice: Invoice, place: int, most: int) -> tuple[list[Group], int | None]:
    """So many lines behind a place, contract by contract; and the place behind which there are more, if there are."""
    rows = _read(invoice, place, most + 1)
    shown = rows[:most]
    return grouped(shown), shown[-1].place if len(rows) > most else None


def every_line(invoice: Invoice) -> Iterator[Explained]:
    """All lines in their order, read slice by slice."""
    place = 0
    while rows := _read(invoice, place, SLICE):
        yield from map(explained, rows)
        place = rows[-1].place


def grouped(lines: Iterable[InvoiceLine]) -> list[Group]:
    """Lines in their order, contract by contract."""
    return [
        Group(contract, [explained(line) for line in own])
        for contract, own in groupby(lines, key=lambda line: line.contract)
    ]


def explained(line: InvoiceLine) -> Explained:
    """What explains a line."""
    source = line.agreed or line.extra or line.price
    return Explained(line, what_for(line), days_of(line), worked(line), Clause(line.clause), source, _called(line))


def worked(line: InvoiceLine) -> Words:
    """How the amount came about, step by step."""
    if line.is_correction:
        return _("The difference to what was charged before")
    if line.days == line.of_days:
        return said(
            "{fee} × {quantity} = {amount}", fee=yen(line.fee), quantity=f"{line.quantity:,}", amount=yen(line.amount)
        )
    return said(
        _("{fee} × {days}/{of_days} days = {each}, × {quantity} = {amount}"),
        fee=yen(line.fee),
        days=line.days,
        of_days=line.of_days,
        each=yen(line.unit_amount),
        quantity=f"{line.quantity:,}",
        amount=yen(line.amount),
    )


def corrected(invoice: Invoice) -> Corrected:
    """What lessens it, or what it lessens, and what remains."""
    root = invoice.corrects or invoice
    notes = list(root.corrections.standing().order_by("pk"))
    return Corrected(root, notes, root.total + sum(note.total for note in notes))


def _read(invoice: Invoice, after: int, most: int) -> list[InvoiceLine]:
    return list(invoice.lines.with_what_explains().after(after).order_by("place")[:most])


def _called(line: InvoiceLine) -> Words:
    """What the record is called from which the amount comes."""
    if line.agreed is not None:
        return line.agreed.reference
    if line.extra is not None:
        return line.extra.get_kind_display()
    return line.price.version.name if line.price is not None else ""
