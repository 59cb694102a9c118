"""What invoices and credit notes say of months, read for many contracts at once, and how it differs from what is owed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from billing.drafts import EXTRA, Root, Standing
from billing.models import ExtraItem, InvoiceLine
from billing.months import ChargeLine, Item, Kind, Month, Unit
from iijiot.selecting import array, selected

LINES = """
SELECT COALESCE(invoice.corrects_id, invoice.id), line.tax_percent, line.kind, line.clause, line.contract_id, line.month,
       line.first, line.last, line.days, line.of_days, line.quantity, line.fee, line.unit_amount, line.amount,
       line.price_id, line.cause, line.unit, line.agreed_id, line.event_id, line.extra_id
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS wanted(contract, first, last)
CROSS JOIN LATERAL (
    SELECT * FROM billing_invoiceline
    WHERE contract_id = wanted.contract AND month BETWEEN wanted.first AND wanted.last AND cause NOT LIKE 'extra-%%' OFFSET 0
) line
JOIN billing_invoice invoice ON invoice.id = line.invoice_id AND invoice.state <> 'discarded'
ORDER BY line.id
"""
"""Contract by contract, by their index: a first month that grows meanwhile would otherwise be read whole by every chunk."""
ROOTS = """
SELECT root.id, root.customer_id, root.management_unit_id, root.passed_to_id,
       EXISTS (SELECT FROM billing_invoice note
               WHERE note.corrects_id = root.id AND note.run_id = %s AND note.state <> 'discarded'),
       COALESCE(stands.percents, '{}'), COALESCE(stands.nets, '{}'), COALESCE(stands.taxes, '{}')
FROM billing_invoice root LEFT JOIN LATERAL (
    SELECT array_agg(percent) AS percents, array_agg(net) AS nets, array_agg(tax) AS taxes FROM (
        SELECT total.percent, sum(total.net)::bigint AS net, sum(total.tax)::bigint AS tax
        FROM billing_invoice invoice JOIN billing_taxtotal total ON total.invoice_id = invoice.id
        WHERE (invoice.id = root.id OR invoice.corrects_id = root.id) AND invoice.state <> 'discarded' GROUP BY total.percent
    ) rate
) stands ON true
WHERE root.id = ANY(%s)
"""

Stood = dict[tuple[int, Month], list[Standing]]


def standing(wanted: Mapping[int, tuple[Month, Month]]) -> Stood:
    """The lines that stand of each contract, from a month to a month, by contract and month."""
    found: Stood = defaultdict(list)
    if wanted:
        spans = list(wanted.values())
        params = [
            array(wanted),
            array(first.first for first, _last in spans),
            array(last.first for _first, last in spans),
        ]
        for row in selected(LINES, params):
            one = _standing(row)
            found[one.line.contract, one.line.month].append(one)
    return found


def _standing(row: tuple[Any, ...]) -> Standing:
    root, percent, kind, clause, contract, month, first, last, days, of_days, quantity, fee, each, amount, *rest = row
    price, cause, unit, agreed, event, extra = rest
    line = ChargeLine(
        Kind(kind), clause, contract, Month.of(month), first, last, days, of_days, quantity, fee, each, amount,
        percent is not None, price, cause, Unit(unit), agreed, event, extra,
    )  # fmt: skip
    return Standing(line, root, percent)


def roots_standing(roots: Iterable[int], run: int) -> dict[int, Root]:
    """The invoices that are to be corrected by a run: whose they are, and what each comes to with its credit notes."""
    wanted = sorted(set(roots))
    return {
        root: Root(
            root, customer, unit, passed_to, has_note, dict(zip(percents, zip(nets, taxes, strict=True), strict=True))
        )
        for root, customer, unit, passed_to, has_note, percents, nets, taxes in (
            selected(ROOTS, [run, wanted]) if wanted else ()
        )
    }


def extra_line(extra: ExtraItem) -> ChargeLine:
    """What staff decided, as a line of its own; a credit for a line is one of that line's item."""
    contract, day = extra.contract_id or 0, extra.arose_on
    return ChargeLine(
        Kind(extra.kind), extra.clause, contract, Month.of(extra.month), day, day, 1, 1, 1, extra.amount, extra.amount,
        extra.amount, extra.taxable, None, f"{EXTRA}{extra.pk}", Unit.CASE, extra_id=extra.pk,
    )  # fmt: skip


def credit_line(extra: ExtraItem, lessened: InvoiceLine) -> Standing:
    """A credit for a line of an invoice: of the line's own item and rate, on the invoice's credit note."""
    amount = extra.amount
    line = ChargeLine(
        Kind(lessened.kind), extra.clause, lessened.contract_id or 0, Month.of(lessened.month), lessened.first,
        lessened.last, lessened.days, lessened.of_days, 1, amount, amount, amount, lessened.tax_percent is not None,
        None, lessened.cause, Unit(lessened.unit), event_id=lessened.event_id, extra_id=extra.pk,
    )  # fmt: skip
    return Standing(line, root_of(lessened), lessened.tax_percent)


def root_of(line: InvoiceLine) -> int:
    """The invoice on which a line stands, or which it corrects."""
    return line.invoice.corrects_id or line.invoice_id


def fees_left(lines: Sequence[InvoiceLine]) -> dict[int, int]:
    """What documents leave of the fee of each of these lines; those are left out of which the facts do not know."""
    known = [(line, line.contract_id) for line in lines if line.contract_id and not line.cause.startswith(EXTRA)]
    spans: dict[int, tuple[Month, Month]] = {}
    for line, contract in known:
        month = Month.of(line.month)
        first, last = spans.get(contract, (month, month))
        spans[contract] = (min(first, month), max(last, month))
    stands = standing(spans)
    return {
        line.pk: left_of(root_of(line), item_of(line), stands.get((contract, Month.of(line.month)), ()))
        for line, contract in known
    }


def item_of(line: InvoiceLine) -> Item:
    """What a line of an invoice is counted together with."""
    taxable = line.tax_percent is not None
    return Item(
        line.contract_id or 0,
        Month.of(line.month),
        Kind(line.kind),
        Unit(line.unit),
        line.cause,
        line.event_id,
        taxable,
    )


def left_of(root: int, item: Item, stands: Iterable[Standing]) -> int:
    """What is left of an item on an invoice, with what credit notes have taken off."""
    return sum(one.line.amount for one in stands if (one.root, one.line.item) == (root, item))
