"""Late charges: what accrues on overdue invoices, claimed step by step at each month's close, waived, corrected (G35).

A claim is an item of the next invoice; never is the same step claimed twice, and nothing accrues on late charges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.lateness import Paid, Part, accrued, next_step, parts_of, rounding
from billing.models import Allocation, ExtraItem, Invoice, InvoiceLine, LateCharge
from billing.models.extra_item import ExtraKind
from billing.models.extra_item import State as ItemState
from billing.models.late_charge import State
from billing.models.payment_policy import in_force
from contracts.models import ManagementUnit
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.days import fullday
from iijiot.plans import unmoved
from iijiot.records import chapter, locked
from iijiot.rules import refuse

CLAUSE = "G35.2"


@dataclass(frozen=True)
class Accrual:
    """The late charges on one invoice up to a day: part by part, and how much of them was claimed or waived before."""

    invoice: Invoice
    as_of: date
    parts: tuple[Part, ...]
    before: int

    @property
    def accrued(self) -> int:
        """What the parts cost together."""
        return accrued(self.parts)

    @property
    def new(self) -> int:
        """What is not claimed yet."""
        return max(0, self.accrued - self.before)

    @property
    def too_much(self) -> int:
        """What was claimed although it was not owed; what only the cutting off of each part explains stays claimed."""
        over = self.before - self.accrued
        return over if over > rounding(self.parts) else 0

    @property
    def up_to(self) -> date:
        """The last day that counts: that of the last payment, or while something is open the day itself."""
        days = [part.paid_on for part in self.parts if part.paid_on is not None]
        return self.as_of if len(days) < len(self.parts) or not days else max(days)

    @property
    def late(self) -> list[Part]:
        """The parts that cost something."""
        return [part for part in self.parts if part.charge]

    @property
    def base(self) -> int:
        """What of the invoice is, or was, late for longer than the grace."""
        return sum(part.amount for part in self.late)

    @property
    def days(self) -> int:
        """How late the latest part is."""
        return max((part.days for part in self.late), default=0)

    @property
    def next_on(self) -> date | None:
        """When what is open costs more."""
        if self.invoice.due_on is None or all(part.paid_on for part in self.parts):
            return None
        waits = in_force().grace_waits_for_working_day
        return next_step(self.invoice.due_on, self.as_of, waits_for_working_day=waits)


def accruals(invoices: Sequence[Invoice], as_of: date) -> list[Accrual]:
    """What has accrued on each of these invoices up to a day."""
    ids = [invoice.pk for invoice in invoices]
    waits = in_force().grace_waits_for_working_day
    without = InvoiceLine.objects.late_charges(ids)
    paid = _paid(ids)
    before = LateCharge.objects.sums(ids)
    return [
        Accrual(
            invoice,
            as_of,
            tuple(
                parts_of(
                    invoice.total - without.get(invoice.pk, 0),
                    invoice.due_on,
                    paid.get(invoice.pk, []),
                    as_of,
                    waits_for_working_day=waits,
                )
            ),
            before.get(invoice.pk, 0),
        )
        for invoice in invoices
        if invoice.due_on is not None
    ]


def _paid(ids: Sequence[int]) -> Mapping[int, list[Paid]]:
    """What was paid of the principal of these invoices.

    What a credit note takes off the late charges of its own invoice is none of it: nothing accrued on them (G36).
    """
    rows = list(Allocation.objects.to_invoices(ids).with_what_they_take_from())
    left = {note: -total for invoice, _amount, _day, note, total, corrected in rows if note and corrected == invoice}
    for note, late in (InvoiceLine.objects.late_charges(list(left)) if left else {}).items():
        left[note] += late
    paid: dict[int, list[Paid]] = {}
    for invoice, amount, value_on, note, _total, corrected in rows:
        part = amount
        if note and corrected == invoice:
            part = min(amount, left[note])
            left[note] -= part
        paid.setdefault(invoice, []).append(Paid(part, value_on))
    return paid


def accruing(invoice: Invoice, today: date) -> Accrual | None:
    """What has accrued on one invoice; None for what is no invoice or is not issued."""
    return next(iter(accruals([invoice], today)), None)


def claim(close: date, *, actor: Actor) -> list[LateCharge]:
    """Claim at a month's close what has accrued and was not claimed, and take back what was not owed after all (G35.2).

    Can be repeated: what is claimed is not claimed again. Returns the new claims.
    """
    candidates = list(Invoice.objects.to_claim(close).order_by("pk"))
    earlier = list(LateCharge.objects.claimed().of_invoices([i.pk for i in candidates]).select_related("extra_item"))
    items = [claimed.extra_item for claimed in earlier if claimed.extra_item is not None]
    with chapter(actor=actor, clause=CLAUSE), locked(*items, *candidates, *earlier) as held:
        invoices: list[Invoice] = list(held[len(items) : len(items) + len(candidates)])
        found = accruals(invoices, close)
        if wrong := [one for one in found if one.too_much]:
            _correct([one.invoice.pk for one in wrong], close)
            found = accruals(invoices, close)
        return _claim([one for one in found if one.new], close)


def _claim(found: Sequence[Accrual], close: date) -> list[LateCharge]:
    if not found:
        return []
    units = _units([one.invoice for one in found])
    with translation.override("ja"):
        items = [_item(one, units[one.invoice.pk], close) for one in found]
    bulk_add(items)
    claims = [
        LateCharge(
            invoice=one.invoice,
            up_to=one.up_to,
            base=one.base,
            days=one.days,
            accrued=one.accrued,
            amount=one.new,
            extra_item=item,
        )
        for one, item in zip(found, items, strict=True)
    ]
    bulk_add(claims)
    return claims


def _item(one: Accrual, unit: ManagementUnit, close: date) -> ExtraItem:
    told = {"invoice": one.invoice.number, "day": fullday(one.up_to)}
    return ExtraItem(
        customer_id=unit.customer_id,
        management_unit=unit,
        kind=ExtraKind.LATE_CHARGE,
        month=close.replace(day=1),
        arose_on=close,
        amount=one.new,
        taxable=False,
        clause=CLAUSE,
        text=_("Late charge on %(invoice)s, up to %(day)s") % told,
        reason=explained(one),
    )


def explained(one: Accrual) -> str:
    """How a late charge comes about, part by part."""
    parts = "、".join(
        _("%(amount)s yen × %(days)d days: %(charge)s yen")
        % {"amount": f"{part.amount:,}", "days": part.days, "charge": f"{part.charge:,}"}
        for part in one.late[:5]
    )
    before = _("; claimed before: %(before)s yen") % {"before": f"{one.before:,}"} if one.before else ""
    return f"{parts}{before}"[:300]


def _units(invoices: Sequence[Invoice]) -> Mapping[int, ManagementUnit]:
    """Where each late charge is invoiced: in the invoice's own unit, or in one of whoever owes it now, by its name."""
    own = {unit.pk: unit for unit in ManagementUnit.objects.among({i.management_unit_id for i in invoices})}
    heirs = [invoice.passed_to_id for invoice in invoices if invoice.passed_to_id]
    theirs: dict[int, list[ManagementUnit]] = {}
    for unit in ManagementUnit.objects.of_customer(heirs).order_by("-pk") if heirs else ():
        theirs.setdefault(unit.customer_id, []).append(unit)
    units = {}
    for invoice in invoices:
        unit = own[invoice.management_unit_id]
        if invoice.passed_to_id:
            named = theirs.get(invoice.passed_to_id, [])
            unit = next((one for one in named if one.name == unit.name), named[0] if named else unit)
        units[invoice.pk] = unit
    return units


def _correct(invoices: Sequence[int], close: date) -> None:
    """Take back what was claimed on these invoices: items that wait are withdrawn, invoiced ones are credited."""
    for claimed in LateCharge.objects.claimed().of_invoices(invoices).select_related("extra_item"):
        with translation.override("ja"):
            because = _("The debt was smaller, or paid earlier, than was known.")
        with locked(claimed.extra_item, claimed) as (item, held):
            _give_up(item, because, close)
            held.correct(because)
            held.save()


def _give_up(item: ExtraItem, because: str, on: date) -> None:
    """Not insist on the item of a late charge, which is held: withdraw it, or credit it once an invoice has it."""
    if item.state == ItemState.PENDING:
        item.withdraw(because)
        item.save()
        return
    line = item.invoice_lines.standing().order_by("pk").last()
    with translation.override("ja"):
        text = _("Late charge taken back: %(text)s") % {"text": item.text}
    ExtraItem(
        customer_id=item.customer_id,
        management_unit_id=item.management_unit_id,
        kind=ExtraKind.CREDIT,
        month=on.replace(day=1),
        arose_on=on,
        amount=-item.amount,
        taxable=False,
        clause=CLAUSE,
        text=text[:100],
        reason=because,
        lessens=line,
    ).save()


def forget(draft: Invoice) -> None:
    """Withdraw with a draft that is discarded what credits its lines: a late charge that was given up while it was on it."""
    for credit in ExtraItem.objects.pending().lessening_lines_of(draft):
        items = [item for item in (credit.lessens and credit.lessens.extra, credit) if item is not None]
        with locked(*items) as held:
            for item in held:
                item.withdraw(credit.reason)
                item.save()


def waive(claimed: LateCharge, *, because: str, today: date, actor: Actor) -> None:
    """Not insist on a late charge that was claimed; one on an invoice already is credited (G35.2)."""
    with chapter(actor=actor, reason=because, clause=CLAUSE), locked(claimed.extra_item, claimed) as (item, held):
        held.waive(because)
        held.save()
        _give_up(item, because, today)


def waive_accruing(invoice: Invoice, *, because: str, today: date, actor: Actor) -> LateCharge:
    """Not insist on what has accrued up to today and was not claimed yet (G35.2). Raises RuleViolation where nothing has."""
    with chapter(actor=actor, reason=because, clause=CLAUSE), locked(invoice) as (held,):
        unmoved(invoice, held, "settled", "state")
        found = accruing(held, today)
        if found is None or not found.new:
            raise refuse(CLAUSE, gettext_lazy("Nothing has accrued that was not claimed."))
        waived = LateCharge(
            invoice=held,
            up_to=found.up_to,
            base=found.base,
            days=found.days,
            accrued=found.accrued,
            amount=found.new,
            because=because,
            state=State.WAIVED,
        )
        waived.save()
    return waived
