"""One chunk of a billing run: what a range of customers owes is read, drafted, and what cannot be billed is set aside.

The rules of money are in `months`, `differences` and `drafts`; here rows are read and written, few statements for all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from billing import charging, comparing
from billing.charging import Charges
from billing.drafts import Corrected, Draft, Placed, Standing, compare, credit_note, invoice, placed
from billing.models import AsideCause, BillingChunk, ExtraItem, Invoice, InvoiceKind, InvoiceLine, SetAside, TaxTotal
from billing.models.run import BOUNDS, AsideState
from billing.months import Kind, Month
from billing.price_book import PriceBook
from iijiot.bulk import bulk_add, bulk_transition
from iijiot.clock import tokyo_day
from iijiot.copying import copy_in, copy_kept, take_keys
from iijiot.selecting import selected

TIMES = 3
"""An invoice of more than so many times the one before is looked at first,"""
AT_LEAST = 100_000
"""where it is at least so many yen more."""
FEES_A_MONTH = 4
"""A contract with more fees of one kind in one month is looked at first."""

UNITS = """
SELECT unit.id, unit.customer_id, now.id IS NOT NULL, before.net + before.untaxed, aside.id, aside.state, aside.cause,
       COALESCE(runs.lives, false), runs.faulty[1], runs.faulty_number[1],
       CASE WHEN now.id IS NULL AND runs.lives THEN nextval(keys.name) END
FROM contracts_managementunit unit CROSS JOIN (SELECT pg_get_serial_sequence('billing_invoice', 'id')::regclass AS name) keys
LEFT JOIN billing_invoice now ON now.management_unit_id = unit.id AND now.month = %(first)s
     AND now.state <> 'discarded' AND now.kind <> 'credit-note'
LEFT JOIN billing_invoice before ON before.management_unit_id = unit.id AND before.month = %(before)s
     AND before.state <> 'discarded' AND before.kind <> 'credit-note'
LEFT JOIN billing_setaside aside ON aside.management_unit_id = unit.id AND aside.run_id = %(run)s AND aside.state <> 'settled'
LEFT JOIN (
    SELECT contract.management_unit_id, bool_or({lives}) AS lives,
           array_agg(contract.id ORDER BY contract.id) FILTER (WHERE {faulty}) AS faulty,
           array_agg(contract.number ORDER BY contract.id) FILTER (WHERE {faulty}) AS faulty_number
    FROM contracts_contract contract WHERE contract.customer_id BETWEEN %(from)s AND %(to)s GROUP BY 1
) runs ON runs.management_unit_id = unit.id
WHERE unit.customer_id BETWEEN %(from)s AND %(to)s AND NOT EXISTS (
    SELECT FROM billing_exemption exemption WHERE exemption.customer_id = unit.customer_id AND exemption.state = 'standing'
    AND exemption.exempt_from = 'invoicing' AND %(on)s BETWEEN exemption.since AND exemption.until)
ORDER BY unit.id
"""
LIVES = """
(contract.billing_starts_on <= %(last)s
 AND (contract.ends_on IS NULL OR contract.ends_on >= GREATEST(%(first)s, contract.billing_starts_on)))
"""
FAULTY = """
(contract.state IN ('active', 'suspended', 'restricted')
 AND (contract.ends_on < %(first)s OR contract.ends_on < contract.billing_starts_on))
"""


class UnitNow(NamedTuple):
    """A management unit as it is before the chunk is done."""

    id: int
    customer: int
    has_invoice: bool
    before: int | None
    """What the invoice of the month before came to, without tax."""
    aside: int | None
    aside_state: str | None
    aside_cause: str | None
    lives: bool
    """Whether a contract runs in the month."""
    faulty: int | None
    faulty_number: str | None
    key: int | None
    """That of its invoice to be, taken for a unit in which a contract runs."""


@dataclass
class Found:
    """What there is for one unit: its charges compared with what stands, decided items, or why it is set aside."""

    unit: UnitNow
    corrected: Corrected = field(default_factory=Corrected)
    extras: list[ExtraItem] = field(default_factory=list)
    aside: SetAside | None = None


@dataclass
class Outcome:
    """What a chunk came to, in management units in which a contract runs, and what was made beyond."""

    made: int = 0
    there: int = 0
    aside: int = 0
    beyond: int = 0


def draft(chunk: BillingChunk, book: PriceBook) -> Outcome:
    """Make the drafts of a range of customers inside the open act, which holds the chunk; returns what came of it."""
    chunk_read = _Chunk(chunk, book)
    outcome, found = Outcome(), []
    for unit in chunk_read.units:
        if unit.has_invoice:
            outcome.there += unit.lives
        else:
            found.append(chunk_read.unit(unit))
    for one in found:
        if one.aside is None and (why := _out_of_bounds(one, chunk_read.month)):
            one.aside = chunk_read.set_aside(one.unit, *why)
        outcome.aside += one.unit.lives and one.aside is not None
    kept = [one for one in found if one.aside is None]
    drafts = _drafts(kept)
    own = {made.unit for made in drafts if made.corrects is None}
    outcome.made = sum(one.unit.lives and one.unit.id in own for one in kept)
    outcome.beyond = len(drafts) - outcome.made
    _store(drafts, chunk_read.units, chunk)
    _settle(found)
    return outcome


class _Chunk:
    """Everything that is read for a chunk."""

    def __init__(self, chunk: BillingChunk, book: PriceBook) -> None:
        self.run, self.month = chunk.run, Month.of(chunk.run.month)
        first, last = chunk.first_customer, chunk.last_customer
        self.units = _units(chunk, self.month)
        self.charges: dict[Month, Charges] = {self.month: charging.of_customers(self.month, first, last, book=book)}
        self.extras: dict[int, list[ExtraItem]] = defaultdict(list)
        for extra in ExtraItem.objects.to_bill(first, last, self.month.last):
            self.extras[extra.management_unit_id].append(extra)
        late = {int(pk): Month.of(date.fromisoformat(day)) for pk, day in chunk.late.items()}
        months = _months(late.values(), self.month)
        self.charges |= {
            month: charging.of_contracts(month, [pk for pk, since in late.items() if since <= month], book=book)
            for month in months
        }
        now = dict.fromkeys(self.charges[self.month].contracts, (self.month, self.month))
        self.standing = comparing.standing(now | {pk: (since, self.month) for pk, since in late.items()})
        self.contracts: dict[int, dict[int, list[Month]]] = defaultdict(lambda: defaultdict(list))
        for month, charges in self.charges.items():
            for contract in charges.contracts.values():
                self.contracts[contract.unit][contract.id].append(month)

    def unit(self, unit: UnitNow) -> Found:
        """What there is for a unit."""
        own = self.contracts.get(unit.id, {})
        if unit.faulty is not None:
            with translation.override("ja"):
                why = _("%(contract)s should have ended, or ended before it began. Look at its days.")
            told = why % {"contract": unit.faulty_number}
            return Found(unit, aside=self.set_aside(unit, AsideCause.FAULTY, "G29.1", told, unit.faulty))
        now = self.charges[self.month]
        for contract in own:
            if reason := now.unpriced.get(contract):
                with translation.override("ja"):
                    told = f"{now.contracts[contract].number}: {reason.remedy}"
                return Found(unit, aside=self.set_aside(unit, AsideCause.UNPRICED, reason.clause.id, told, contract))
        return self._compared(unit, own)

    def _compared(self, unit: UnitNow, own: Mapping[int, Sequence[Month]]) -> Found:
        """The charges of a unit's contracts against what stands, and what staff decided."""
        extras = self.extras.get(unit.id, [])
        found = Found(unit, extras=[extra for extra in extras if extra.amount > 0 or extra.lessens is not None])
        decided: dict[tuple[int, Month], list[Standing]] = defaultdict(list)
        for extra in found.extras:
            if extra.lessens is not None:
                credit = comparing.credit_line(extra, extra.lessens)
                decided[credit.line.contract, credit.line.month].append(credit)
            else:
                found.corrected.more.append(placed(comparing.extra_line(extra)))
        for contract, months in own.items():
            for month in months:
                if contract not in self.charges[month].unpriced:
                    due, stands = self.charges[month].lines.get(contract, ()), self.standing.get((contract, month), [])
                    compare(due, stands, decided.pop((contract, month), ()), into=found.corrected)
        for credits_of_month in decided.values():
            for credit in credits_of_month:
                found.corrected.less[credit.root].append(Placed(credit.line, credit.percent))
        _use_up(found, [extra for extra in extras if extra not in found.extras])
        return found

    def set_aside(self, unit: UnitNow, cause: str, clause: str, why: str, contract: int | None = None) -> SetAside:
        """A unit that is not billed now, with the cause."""
        return SetAside(
            run=self.run,
            customer_id=unit.customer,
            management_unit_id=unit.id,
            contract_id=contract,
            cause=cause,
            clause=clause,
            why=why[:300],
        )


def _use_up(found: Found, reductions: Iterable[ExtraItem]) -> None:
    """Put what lessens no line in particular on the invoice as far as it stays above zero; the rest waits."""
    left = sum(one.line.amount for one in found.corrected.more)
    for extra in reductions:
        if left + extra.amount >= 0:
            left += extra.amount
            found.extras.append(extra)
            found.corrected.more.append(placed(comparing.extra_line(extra)))


def _units(chunk: BillingChunk, month: Month) -> list[UnitNow]:
    query = UNITS.format(lives=LIVES, faulty=FAULTY)
    given = {
        "first": month.first,
        "last": month.last,
        "before": month.previous.first,
        "run": chunk.run_id,
        "from": chunk.first_customer,
        "to": chunk.last_customer,
        "on": tokyo_day(chunk.planned_at),
    }
    return [UnitNow(*row) for row in selected(query, given)]


def _months(begun: Iterable[Month], before: Month) -> list[Month]:
    """The months from the earliest of these up to the one before a month."""
    month, found = min(begun, default=before), []
    while month < before:
        found.append(month)
        month = month.next
    return found


def _out_of_bounds(found: Found, month: Month) -> tuple[str, str, str] | None:
    """Why a unit is looked at before it gets an invoice: cause, clause and words; None where nobody needs to."""
    unit = found.unit
    if unit.aside_state == AsideState.LET_THROUGH and unit.aside_cause in BOUNDS:
        return None
    now = sum(one.line.amount for one in found.corrected.more)
    if unit.before and now > TIMES * unit.before and now - unit.before >= AT_LEAST:
        told = {"now": f"{now:,}", "before": f"{unit.before:,}"}
        with translation.override("ja"):
            return AsideCause.FAR_MORE, "G30.1", _("%(now)s yen after %(before)s yen the month before.") % told
    if len(found.corrected.more) <= FEES_A_MONTH:
        return None
    fees: dict[tuple[int, str], set[int]] = defaultdict(set)
    for one in found.corrected.more:
        if one.line.kind == Kind.MONTHLY and one.line.month == month and not one.is_correction:
            fees[one.line.contract, one.line.unit].add(one.line.fee)
    most = max(map(len, fees.values()), default=0)
    if most > FEES_A_MONTH:
        with translation.override("ja"):
            return AsideCause.MANY_FEES, "G30.2.3", _("%(many)d fees for one contract in one month.") % {"many": most}
    return None


def _drafts(found: Sequence[Found]) -> list[Draft]:
    """The documents of these units: an invoice or statement where a contract runs or something is owed, and credit notes."""
    roots = [root for one in found for root in one.corrected.less]
    stood = comparing.taxes_standing(roots)
    drafts = []
    for one in found:
        customer, unit = one.unit.customer, one.unit.id
        if one.unit.lives or one.corrected.more:
            drafts.append(invoice(customer, unit, one.corrected.more))
        for root, lines in sorted(one.corrected.less.items()):
            drafts.append(credit_note(customer, unit, root, lines, stood.get(root, {})))
    return drafts


def _kind(made: Draft) -> InvoiceKind:
    if made.corrects is not None:
        return InvoiceKind.CREDIT_NOTE
    return InvoiceKind.INVOICE if made.total else InvoiceKind.STATEMENT


def _keyed(drafts: Sequence[Draft], units: Sequence[UnitNow]) -> dict[int, Draft]:
    """Drafts by their keys, in order: those of the units, and further ones."""
    own = {unit.id: unit.key for unit in units if unit.key is not None}
    keyed = {own[made.unit]: made for made in drafts if made.corrects is None and made.unit in own}
    others = [made for made in drafts if made.corrects is not None or made.unit not in own]
    if others:
        keyed |= zip(take_keys(Invoice, len(others)), others, strict=True)
    return dict(sorted(keyed.items()))


def _store(drafts: Sequence[Draft], units: Sequence[UnitNow], chunk: BillingChunk) -> None:
    """Write drafts, their lines and taxes by COPY, the documents with their history."""
    if not drafts:
        return
    keyed = _keyed(drafts, units)
    keys, drafts = list(keyed), list(keyed.values())
    documents: dict[str, Sequence[Any]] = {
        "kind": [_kind(made).value for made in drafts],
        "customer": [made.customer for made in drafts],
        "management_unit": [made.unit for made in drafts],
        "corrects": [made.corrects for made in drafts],
        **{name: [getattr(made, name) for made in drafts] for name in ("net", "tax", "untaxed", "total")},
    }
    copy_in(Invoice, documents, {"month": chunk.run.month, "run": chunk.run_id}, keys)
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


def _settle(found: Sequence[Found]) -> None:
    """Mark what went on documents, write what is set aside, and close what no longer is."""
    if billed := [extra.pk for one in found if one.aside is None for extra in one.extras]:
        bulk_transition(ExtraItem.objects.among(billed), "bill")
    over = [
        one.unit.aside
        for one in found
        if one.unit.aside is not None and (one.aside is None or one.aside.cause != one.unit.aside_cause)
    ]
    if over:
        bulk_transition(SetAside.objects.among(over), "settle")
    bulk_add(
        [one.aside for one in found if one.aside is not None and (one.unit.aside is None or one.unit.aside in over)]
    )
