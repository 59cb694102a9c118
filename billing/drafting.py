"""One chunk of a billing run: what a range of customers owes is read, drafted, and what cannot be billed is set aside.

The rules of money are in `months`, `differences` and `drafts`; here rows are read and written, few statements for all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from billing import charging, comparing, storing
from billing.charging import Charges
from billing.comparing import root_of
from billing.drafts import Corrected, Draft, Placed, Root, Standing, compare, credit_note, invoice, placed
from billing.models import AsideCause, BillingChunk, ExtraItem, InvoiceLine, SetAside
from billing.models.run import BOUNDS, AsideState
from billing.months import Kind, Month
from billing.price_book import PriceBook
from contracts.models import Contract
from iijiot.bulk import bulk_add, bulk_transition
from iijiot.clock import tokyo_day
from iijiot.selecting import selected

TIMES = 3
"""An invoice of more than so many times the one before is looked at first,"""
AT_LEAST = 100_000
"""where it is at least so many yen more."""
FEES_A_MONTH = 4
"""A contract with more fees of one kind in one month is looked at first."""

UNITS = """
SELECT unit.id, unit.customer_id, now.id IS NOT NULL, before.net + before.untaxed, aside.id, aside.state, aside.cause,
       aside.came_to,
       COALESCE(runs.lives, false), runs.faulty[1], runs.faulty_number[1],
       CASE WHEN now.id IS NULL AND runs.lives THEN nextval(keys.name) END
FROM contracts_managementunit unit CROSS JOIN (SELECT pg_get_serial_sequence('billing_invoice', 'id')::regclass AS name) keys
LEFT JOIN LATERAL (
    SELECT * FROM billing_invoice WHERE management_unit_id = unit.id AND month = (SELECT %(first)s::date)
    AND state <> 'discarded' AND kind <> 'credit-note' OFFSET 0
) now ON true
LEFT JOIN LATERAL (
    SELECT * FROM billing_invoice WHERE management_unit_id = unit.id AND month = (SELECT %(before)s::date)
    AND state <> 'discarded' AND kind <> 'credit-note' OFFSET 0
) before ON true
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
"""Unit by unit, by their index: a month that grows meanwhile would otherwise be read whole by every chunk.

The months come from selects of their own, since the planner takes a month that nobody has counted yet for an empty one.
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
    looked_at: int | None
    """What it came to when it was set aside, and somebody looked at it."""
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
    is_whole: bool = True
    """Whether all that was found could go on documents."""

    @property
    def comes_to(self) -> int:
        """What would stand on its invoice, without tax."""
        return sum(one.line.amount for one in self.corrected.more)


@dataclass
class Outcome:
    """What a chunk came to, in management units in which a contract runs, and what was made beyond."""

    made: int = 0
    there: int = 0
    aside: int = 0
    beyond: int = 0
    not_compared: dict[str, str] = field(default_factory=dict)
    """Contracts that the next run compares as well, each from a month on."""


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
            one.aside = chunk_read.set_aside(one.unit, *why, came_to=one.comes_to)
    drafts = _drafts([one for one in found if one.aside is None], chunk_read)
    kept = [one for one in found if one.aside is None]
    outcome.aside = sum(one.unit.lives and one.aside is not None for one in found)
    own = {made.unit for made in drafts if made.corrects is None}
    outcome.made = sum(one.unit.lives and one.unit.id in own for one in kept)
    outcome.beyond = len(drafts) - outcome.made
    outcome.not_compared = chunk_read.not_compared([one.unit.id for one in kept if one.is_whole])
    keys = {unit.id: unit.key for unit in chunk_read.units if unit.key is not None}
    storing.store(drafts, chunk_read.month, chunk.run_id, keys)
    _settle(found)
    return outcome


class _Chunk:
    """Everything that is read for a chunk; units that have their invoice are read no further."""

    def __init__(self, chunk: BillingChunk, book: PriceBook) -> None:
        self.run, self.month = chunk.run, Month.of(chunk.run.month)
        first, last = chunk.first_customer, chunk.last_customer
        self.units = _units(chunk, self.month)
        billed = [unit.id for unit in self.units if unit.has_invoice]
        charges = charging.of_customers(self.month, first, last, but_units=billed, book=book)
        self.charges: dict[Month, Charges] = {self.month: charges}
        self.extras: dict[int, list[ExtraItem]] = defaultdict(list)
        for extra in ExtraItem.objects.to_bill(first, last, self.month.last):
            self.extras[extra.management_unit_id].append(extra)
        told_late = Contract.objects.among(map(int, chunk.late)).outside_units(billed).values_list("pk", flat=True)
        late = {pk: Month.of(date.fromisoformat(chunk.late[str(pk)])) for pk in told_late}
        months = _months(late.values(), self.month)
        self.charges |= {
            month: charging.of_contracts(month, [pk for pk, since in late.items() if since <= month], book=book)
            for month in months
        }
        begins = dict.fromkeys(self.charges[self.month].contracts, self.month) | late
        for extra in (extra for extras in self.extras.values() for extra in extras):
            if extra.lessens is not None and extra.lessens.contract_id:
                lessened, since = extra.lessens.contract_id, Month.of(extra.lessens.month)
                begins[lessened] = min(since, begins.get(lessened, since))
        self.standing = comparing.standing({pk: (since, self.month) for pk, since in begins.items()})
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
        for contract, months in own.items():
            for charges in (self.charges[month] for month in months):
                if reason := charges.unpriced.get(contract):
                    with translation.override("ja"):
                        told = f"{charges.contracts[contract].number}: {reason.remedy}"
                    return Found(
                        unit, aside=self.set_aside(unit, AsideCause.UNPRICED, reason.clause.id, told, contract)
                    )
        return self._compared(unit, own)

    def not_compared(self, compared: Collection[int]) -> dict[str, str]:
        """The contracts of all other units that have no invoice of the month yet, each with its first month."""
        done = {*compared, *(unit.id for unit in self.units if unit.has_invoice)}
        own = {
            pk: months for unit, of_unit in self.contracts.items() if unit not in done for pk, months in of_unit.items()
        }
        return {str(pk): min(months).first.isoformat() for pk, months in own.items()}

    def _compared(self, unit: UnitNow, own: Mapping[int, Sequence[Month]]) -> Found:
        """The charges of a unit's contracts against what stands, and what staff decided."""
        extras = self.extras.get(unit.id, [])
        found = Found(unit, extras=[extra for extra in extras if extra.amount > 0 or extra.lessens is not None])
        decided: dict[tuple[int, Month], list[Standing]] = defaultdict(list)
        for extra in found.extras:
            if extra.lessens is not None:
                credit = comparing.credit_line(extra, extra.lessens)
                decided[credit.line.contract, credit.line.month].append(credit)
                if too_much := self._over_credited(extra.lessens, decided[credit.line.contract, credit.line.month]):
                    return Found(unit, aside=self.set_aside(unit, AsideCause.OVER_CREDIT, "G32", too_much))
            else:
                found.corrected.more.append(placed(comparing.extra_line(extra)))
        for contract, months in own.items():
            for month in months:
                due, stands = self.charges[month].lines.get(contract, ()), self.standing.get((contract, month), [])
                compare(due, stands, decided.pop((contract, month), ()), into=found.corrected)
        for credits_of_month in decided.values():
            for credit in credits_of_month:
                found.corrected.less[credit.root].append(Placed(credit.line, credit.percent))
        _use_up(found, [extra for extra in extras if extra not in found.extras])
        return found

    def _over_credited(self, lessened: InvoiceLine, decided: Sequence[Standing]) -> str:
        """That more is credited of a fee than is left of it on its invoice; empty where it is not."""
        credit = decided[-1]
        if credit.is_of_decision:
            return ""
        credits_of_it = [one for one in decided if (one.root, one.line.item) == (credit.root, credit.line.item)]
        wanted = -sum(one.line.amount for one in credits_of_it)
        stands = self.standing.get((credit.line.contract, credit.line.month), ())
        left = comparing.left_of(credit.root, credit.line.item, stands)
        if wanted <= left:
            return ""
        with translation.override("ja"):
            told = {"yen": f"{wanted:,}", "invoice": lessened.invoice.number, "left": f"{left:,}"}
            return _("%(yen)s yen are to be credited on %(invoice)s, where %(left)s yen are left of the fee.") % told

    def set_aside(
        self, unit: UnitNow, cause: str, clause: str, why: str, contract: int | None = None, came_to: int | None = None
    ) -> SetAside:
        """A unit that is not billed now, with the cause."""
        return SetAside(
            run=self.run,
            customer_id=unit.customer,
            management_unit_id=unit.id,
            contract_id=contract,
            cause=cause,
            clause=clause,
            why=why[:300],
            came_to=came_to,
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
    now = found.comes_to
    if unit.aside_state == AsideState.LET_THROUGH and unit.aside_cause in BOUNDS and now <= (unit.looked_at or 0):
        return None
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


def _drafts(found: Sequence[Found], chunk: _Chunk) -> list[Draft]:
    """The documents of these units: an invoice or statement where a contract runs or something is owed, and credit notes.

    A unit whose documents do not come out is set aside; no other has to wait for it.
    """
    roots = comparing.roots_standing((root for one in found for root in one.corrected.less), chunk.run.pk)
    drafts: list[Draft] = []
    for one in found:
        try:
            drafts += _documents(one, roots)
        except ValueError as wrong:
            one.aside = chunk.set_aside(one.unit, AsideCause.FAULTY, "G30.1", str(wrong))
    return drafts


def _documents(one: Found, roots: Mapping[int, Root]) -> list[Draft]:
    """Those of one unit. An invoice that the run has corrected already is corrected further by the next one."""
    made = []
    for root, lines in sorted(one.corrected.less.items()):
        if roots[root].has_note:
            one.is_whole = False
            one.extras = [extra for extra in one.extras if extra.lessens is None or root_of(extra.lessens) != root]
        else:
            made.append(credit_note(roots[root], lines))
    if one.unit.lives or one.corrected.more:
        made.insert(0, invoice(one.unit.customer, one.unit.id, one.corrected.more))
    return made


def _is_same(one: Found) -> bool:
    """Whether a unit is still set aside for the same, which nobody has let through."""
    unit, aside = one.unit, one.aside
    if aside is None or unit.aside_state != AsideState.OPEN:
        return False
    return (aside.cause, aside.came_to) == (unit.aside_cause, unit.looked_at)


def _settle(found: Sequence[Found]) -> None:
    """Mark what went on documents, write what is set aside, and close what no longer is."""
    if billed := [extra.pk for one in found if one.aside is None for extra in one.extras]:
        bulk_transition(ExtraItem.objects.among(billed), "bill")
    over = [one.unit.aside for one in found if one.unit.aside is not None and not _is_same(one)]
    if over:
        bulk_transition(SetAside.objects.among(over), "settle")
    bulk_add(
        [one.aside for one in found if one.aside is not None and (one.unit.aside is None or one.unit.aside in over)]
    )
