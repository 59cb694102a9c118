"""Reductions: what a payment is short of by the bank's fee that we bear is taken off the price, at the rates of the invoice.

The credit note is made, issued and used in the act that enters the payment, so that nothing of it falls overdue (G33, G37).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from django.utils import translation
from django.utils.translation import gettext as _

from billing import collecting, comparing, deciding, issuing, storing
from billing.collecting import Use
from billing.drafts import Draft, Placed, Root
from billing.models import ExtraItem, Invoice, InvoiceLine
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
    drafts = []
    for invoice in invoices:
        if rates := _spread(invoice, roots[invoice.pk], short[invoice.pk][0]):
            drafts.append(_draft(invoice, roots[invoice.pk], rates, today))
    if not drafts:
        return
    notes = storing.store(drafts, Month.of(today))
    issuing.issue_all(list(notes), today)
    due = {invoice.pk: invoice.due_on for invoice in invoices}
    uses = []
    for pk, note in notes.items():
        corrected = note.corrects or 0
        paid_on = short[corrected][1]
        uses.append(Use(corrected, -note.total, min(paid_on, due[corrected] or paid_on), How.CREDIT, credit_note=pk))
    collecting.post(uses, today=today)


def _spread(invoice: Invoice, root: Root, yen: int) -> Rates:
    """So many yen with tax over the rates of an invoice, taxed ones first, and over their lines, the largest first."""
    lines = sorted(
        invoice.lines.charges(),
        key=lambda line: (line.tax_percent is None, -(line.tax_percent or 0), -line.amount, line.place),
    )
    rests = deciding.rests_of(lines)
    rates, left = {}, yen
    for percent, same in groupby(lines, key=lambda line: line.tax_percent):
        own = [(line, rests[line.pk]) for line in same if rests[line.pk] > 0]
        net, tax = _at(percent, own, root, left)
        taken = list(_off(own, net))
        if net + tax and sum(part for _line, part in taken) == net:
            rates[percent] = (taken, tax)
            left -= net + tax
    return {} if left else rates


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


def _draft(invoice: Invoice, root: Root, rates: Rates, today: date) -> Draft:
    """The credit note to be: each line with the decision that it comes from, and the taxes that were reckoned."""
    taken = [pair for pairs, _tax in rates.values() for pair in pairs]
    with translation.override("ja"):
        items = [_item(invoice, line, part, today) for line, part in taken]
    bulk_add(items)
    lines = [
        Placed(comparing.credit_line(item, line).line, line.tax_percent)
        for (line, _part), item in zip(taken, items, strict=True)
    ]
    taxes = {
        percent: (-sum(part for _line, part in pairs), -tax)
        for percent, (pairs, tax) in rates.items()
        if percent is not None
    }
    return Draft(root.customer, root.unit, lines, taxes, root.id, root.passed_to)


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
