"""Drafts as they are stored: documents with their history, lines and taxes, each kind in one stream."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.drafts import Draft, Placed
from billing.models import Invoice, InvoiceKind, InvoiceLine, TaxTotal
from billing.months import Month
from iijiot.copying import copy_in, copy_kept, take_keys


def _kind(made: Draft) -> InvoiceKind:
    if made.corrects is not None:
        return InvoiceKind.CREDIT_NOTE
    return InvoiceKind.INVOICE if made.total else InvoiceKind.STATEMENT


def _keyed(drafts: Sequence[Draft], own: Mapping[int, int]) -> dict[int, Draft]:
    """Drafts by their keys, in order: those of the units, and further ones."""
    keyed = {own[made.unit]: made for made in drafts if made.corrects is None and made.unit in own}
    others = [made for made in drafts if made.corrects is not None or made.unit not in own]
    if others:
        keyed |= zip(take_keys(Invoice, len(others)), others, strict=True)
    return dict(sorted(keyed.items()))


def store(
    drafts: Sequence[Draft], month: Month, run: int | None = None, own: Mapping[int, int] | None = None
) -> dict[int, Draft]:
    """Write drafts of a month, their lines and taxes by COPY, the documents with their history; each by its key.

    `own` gives keys that were taken for the invoices of management units.
    """
    if not drafts:
        return {}
    keyed = _keyed(drafts, own or {})
    keys, drafts = list(keyed), list(keyed.values())
    documents: dict[str, Sequence[Any]] = {
        "kind": [_kind(made).value for made in drafts],
        "customer": [made.customer for made in drafts],
        "management_unit": [made.unit for made in drafts],
        "corrects": [made.corrects for made in drafts],
        "passed_to": [made.passed_to for made in drafts],
        **{name: [getattr(made, name) for made in drafts] for name in ("net", "tax", "untaxed", "total")},
    }
    copy_in(Invoice, documents, {"month": month.first, "run": run}, keys)
    lines = [
        (key, place, *_line(one))
        for key, made in zip(keys, drafts, strict=True)
        for place, one in enumerate(made.lines, 1)
    ]
    if lines:
        copy_kept(InvoiceLine, dict(zip(LINE, zip(*lines, strict=True), strict=True)), {})
    taxes = [
        (key, percent, net, tax)
        for key, made in zip(keys, drafts, strict=True)
        for percent, (net, tax) in made.taxes.items()
    ]
    if taxes:
        copy_kept(TaxTotal, dict(zip(("invoice", "percent", "net", "tax"), zip(*taxes, strict=True), strict=True)), {})
    return keyed


LINE = (
    "invoice", "place", "kind", "clause", "contract", "month", "first", "last", "days", "of_days", "quantity", "fee",
    "unit_amount", "amount", "price", "cause", "unit", "agreed", "event", "extra", "tax_percent", "is_correction",
)  # fmt: skip


def _line(one: Placed) -> tuple[object, ...]:
    line = one.line
    return (
        line.kind.value, line.clause, line.contract or None, line.month.first, line.first, line.last, line.days,
        line.of_days, line.quantity, line.fee, line.unit_amount, line.amount, line.price_id, line.cause, line.unit.value,
        line.agreed_id, line.event_id, line.extra_id, one.percent, one.is_correction,
    )  # fmt: skip
