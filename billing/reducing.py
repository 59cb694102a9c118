"""Reductions: what a payment is short of by the bank's fee that we bear is taken off the price, at the rates of the invoice.

The credit note is made, issued and used in the act that enters the payment, so that nothing of it falls overdue (G33, G37).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from django.utils import translation
from django.utils.translation import gettext as _

from billing import collecting, comparing, deciding, issuing
from billing.collecting import Use
from billing.drafts import Root
from billing.models import ExtraItem, Invoice, InvoiceKind, InvoiceLine, TaxTotal
from billing.models.allocation import How
from billing.models.extra_item import CLAUSES, ExtraKind
from billing.models.extra_item import State as ItemState
from billing.months import Month
from iijiot.bulk import bulk_add

Taken = tuple[InvoiceLine, int]
"""A line of the invoice, and what of its net is taken off."""
Rates = Mapping[int | None, tuple[Sequence[Taken], int]]
"""Of each rate in percent, None outside the tax, the lines and the tax on what is taken off them."""


def reduce(short: Mapping[int, tuple[int, date]], *, today: date) -> None:
    """Take so many yen with tax off each of these invoices, from the day of the payment on, inside the open act.

    The invoices are held by the caller. One whose lines leave less stays open for people.
    """
    invoices = list(Invoice.objects.among(short).order_by("pk"))
    roots = comparing.roots_standing([invoice.pk for invoice in invoices], 0)
    found = {}
    for invoice in invoices:
        if rates := _spread(invoice, roots[invoice.pk], short[invoice.pk][0]):
            found[invoice.pk] = (invoice, rates)
    if not found:
        return
    notes = {pk: _note(invoice, rates, today) for pk, (invoice, rates) in found.items()}
    bulk_add(list(notes.values()))
    for pk, (invoice, rates) in found.items():
        _write(notes[pk], invoice, rates, today)
    issuing.issue_all([note.pk for note in notes.values()], today)
    uses = [
        Use(pk, -note.total, min(short[pk][1], invoice.due_on or short[pk][1]), How.CREDIT, credit_note=note.pk)
        for pk, note in notes.items()
        for invoice, _rates in [found[pk]]
    ]
    collecting.post(uses, today=today)


def _spread(invoice: Invoice, root: Root, yen: int) -> Rates:
    """So many yen with tax over the rates of an invoice, taxed ones first, and over their lines, the largest first."""
    lines = sorted(
        invoice.lines.charges(),
        key=lambda line: (line.tax_percent is None, -(line.tax_percent or 0), -line.amount, line.place),
    )
    rates, left = {}, yen
    for percent, same in groupby(lines, key=lambda line: line.tax_percent):
        own = list(_rests(same))
        net, tax = _at(percent, own, root, left)
        taken = list(_off(own, net))
        if net + tax and sum(part for _line, part in taken) == net:
            rates[percent] = (taken, tax)
            left -= net + tax
    return {} if left else rates


def _rests(lines: Iterator[InvoiceLine]) -> Iterator[Taken]:
    for line in lines:
        if (rest := deciding.rest_of(line)) > 0:
            yield line, rest


def _at(percent: int | None, own: Sequence[Taken], root: Root, yen: int) -> tuple[int, int]:
    """What of so many yen with tax is taken off at a rate: the net, and the tax in it, no more than stands."""
    there = sum(rest for _line, rest in own)
    if percent is None:
        return min(yen, there), 0
    net, tax = root.stood.get(percent, (0, 0))
    if yen >= net + tax:
        return net, tax
    part = min(tax, yen * percent // (100 + percent))
    return yen - part, part


def _off(own: Sequence[Taken], net: int) -> Iterator[Taken]:
    for line, rest in own:
        if part := min(rest, net):
            yield line, part
            net -= part


def _note(invoice: Invoice, rates: Rates, today: date) -> Invoice:
    nets = {percent: sum(part for _line, part in taken) for percent, (taken, _tax) in rates.items()}
    tax = sum(tax for _taken, tax in rates.values())
    return Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        customer_id=invoice.customer_id,
        management_unit_id=invoice.management_unit_id,
        passed_to_id=invoice.passed_to_id,
        month=Month.of(today).first,
        corrects=invoice,
        net=-sum(net for percent, net in nets.items() if percent is not None),
        tax=-tax,
        untaxed=-nets.get(None, 0),
        total=-sum(nets.values()) - tax,
    )


def _write(note: Invoice, invoice: Invoice, rates: Rates, today: date) -> None:
    """Its lines, each with the decision that it comes from, and its taxes."""
    taken = [pair for pairs, _tax in rates.values() for pair in pairs]
    with translation.override("ja"):
        items = [_item(invoice, line, part, today) for line, part in taken]
    bulk_add(items)
    for place, ((line, _part), item) in enumerate(zip(taken, items, strict=True), 1):
        _line(note, place, line, item).save(force_insert=True)
    for percent, (pairs, tax) in rates.items():
        if percent is not None:
            net = sum(part for _line, part in pairs)
            TaxTotal(invoice=note, percent=percent, net=-net, tax=-tax).save(force_insert=True)


def _item(invoice: Invoice, line: InvoiceLine, part: int, today: date) -> ExtraItem:
    return ExtraItem(
        customer_id=invoice.customer_id,
        management_unit_id=invoice.management_unit_id,
        contract_id=line.contract_id,
        kind=ExtraKind.GOODWILL,
        month=line.month,
        arose_on=today,
        amount=-part,
        taxable=line.tax_percent is not None,
        clause=CLAUSES[ExtraKind.GOODWILL],
        text=_("The bank's transfer fee, which we bear"),
        reason=_("The payment of %(invoice)s is short by the bank's fee, which we bear by agreement.")
        % {"invoice": invoice.number},
        lessens=line,
        state=ItemState.BILLED,
    )


def _line(note: Invoice, place: int, lessened: InvoiceLine, item: ExtraItem) -> InvoiceLine:
    credit = comparing.credit_line(item, lessened).line
    return InvoiceLine(
        invoice=note,
        place=place,
        kind=credit.kind.value,
        clause=credit.clause,
        contract_id=lessened.contract_id,
        unit=credit.unit.value,
        event_id=credit.event_id,
        month=credit.month.first,
        first=credit.first,
        last=credit.last,
        days=credit.days,
        of_days=credit.of_days,
        quantity=credit.quantity,
        fee=credit.fee,
        unit_amount=credit.unit_amount,
        amount=credit.amount,
        tax_percent=lessened.tax_percent,
        cause=credit.cause,
        extra=item,
    )
