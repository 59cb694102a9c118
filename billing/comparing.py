"""What invoices and credit notes say of months, read for many contracts at once, and how it differs from what is owed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from billing import charging
from billing.drafts import Corrected, Standing, TaxByRate, compare
from billing.models import ExtraItem, InvoiceLine
from billing.months import ChargeLine, Kind, Month, Unit
from billing.price_book import PriceBook
from iijiot.selecting import array, selected

EXTRA = "extra-"
"""How the cause of what staff decided begins: the facts do not know of it, so it is left alone."""

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
TAXES = """
SELECT root, percent, sum(net)::bigint, sum(tax)::bigint FROM (
    SELECT COALESCE(invoice.corrects_id, invoice.id) AS root, total.*
    FROM billing_invoice invoice JOIN billing_taxtotal total ON total.invoice_id = invoice.id
    WHERE (invoice.id = ANY(%s) OR invoice.corrects_id = ANY(%s)) AND invoice.state <> 'discarded'
) stands GROUP BY root, percent
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


def taxes_standing(roots: Iterable[int]) -> dict[int, TaxByRate]:
    """What each of these invoices comes to with its credit notes, rate by rate."""
    wanted = sorted(set(roots))
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    if wanted:
        for root, percent, net, tax in selected(TAXES, [wanted, wanted]):
            found[root][percent] = (net, tax)
    return dict(found)


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
    return Standing(line, lessened.invoice.corrects_id or lessened.invoice_id, lessened.tax_percent)


def differences_of(contracts: Sequence[int], month: Month, *, book: PriceBook | None = None) -> Corrected:
    """A past month recomputed from the facts as they are now, and how it differs from what was issued.

    Contracts that cannot be priced are left out.
    """
    charges = charging.of_contracts(month, contracts, book=book)
    stands = standing(dict.fromkeys(contracts, (month, month)))
    found = Corrected()
    for contract in contracts:
        if contract not in charges.unpriced:
            compare(charges.lines.get(contract, ()), stands.get((contract, month), []), into=found)
    return found
