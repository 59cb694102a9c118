"""What staff decide that a customer owes or is credited beside the fees: pending until an invoice takes it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing import months
from billing.models.invoice_line import InvoiceLine
from contracts.models import Contract, Customer, ManagementUnit
from iijiot.clauses import Clause
from iijiot.personal import BOOKS, NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class ExtraKind(models.TextChoices):
    """What it is."""

    SURCHARGE = months.Kind.SURCHARGE.value, _("Surcharge")
    DAMAGES = months.Kind.DAMAGES.value, _("Damages")
    ADJUSTMENT = months.Kind.ADJUSTMENT.value, _("Adjustment fee")
    LATE_CHARGE = months.Kind.LATE_CHARGE.value, _("Late charge")
    CREDIT = months.Kind.CREDIT.value, pgettext_lazy("on an invoice", "Credit")
    GOODWILL = months.Kind.GOODWILL.value, _("Goodwill")


CLAUSES: dict[str, str] = {
    ExtraKind.SURCHARGE: "G34",
    ExtraKind.DAMAGES: "G21",
    ExtraKind.ADJUSTMENT: "G31",
    ExtraKind.LATE_CHARGE: "G35.2",
    ExtraKind.CREDIT: "G32",
    ExtraKind.GOODWILL: "G30.1",
}
"""The clause under which each is owed or credited."""

CREDITS = (ExtraKind.CREDIT, ExtraKind.GOODWILL)
"""What lessens a charge, at the tax rate of the original supply (G32, G37)."""


class State(models.TextChoices):
    """Where it is."""

    PENDING = "pending", pgettext_lazy("of an extra item", "Waits for an invoice")
    BILLED = "billed", pgettext_lazy("of an extra item", "On an invoice")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an extra item", "Withdrawn")


TONES: dict[str, str] = {State.PENDING: "info", State.BILLED: "success", State.WITHDRAWN: "default"}

ALLOWED: Allowed = {"bill": [State.PENDING], "release": [State.BILLED], "withdraw": [State.PENDING]}
"""What is allowed when."""


def taxed(kind: str) -> bool:
    """Whether tax comes on top of what is owed of this kind (G37); credits follow what they lessen."""
    return kind in settings.TAXED_EXTRAS


class ExtraItemQuerySet(RecordedQuerySet["ExtraItem"]):
    """Extra items by what is to be done with them."""

    def pending(self) -> "ExtraItemQuerySet":
        """Not on an invoice yet, the oldest first."""
        return self.filter(state=State.PENDING).order_by("arose_on", "pk")

    def arisen_by(self, day: date) -> "ExtraItemQuerySet":
        """Those that arose on a day or before it."""
        return self.filter(arose_on__lte=day)

    def to_bill(self, first: int, last: int, by: date) -> "ExtraItemQuerySet":
        """Those of a range of customers that arose by a day and wait for an invoice, with what they lessen, held."""
        waiting = self.pending().arisen_by(by).filter(customer__gte=first, customer__lte=last)
        return waiting.select_related("lessens__invoice").select_for_update(of=("self",), no_key=True)

    def on_invoice(self, invoice: Any) -> "ExtraItemQuerySet":
        """Those that stand on an invoice or credit note."""
        return self.filter(pk__in=invoice.lines.filter(extra__isnull=False).values("extra"))

    def of_units(self, ids: Sequence[int]) -> "ExtraItemQuerySet":
        """Those of these management units."""
        return self.filter(management_unit__in=ids)

    def of_contract(self, contract: int) -> "ExtraItemQuerySet":
        """Those of a contract."""
        return self.filter(contract=contract)

    def of_kind(self, kind: str) -> "ExtraItemQuerySet":
        """Those of a kind."""
        return self.filter(kind=kind)

    def standing(self) -> "ExtraItemQuerySet":
        """Those that were not withdrawn."""
        return self.exclude(state=State.WITHDRAWN)

    def lessening_lines_of(self, invoice: Any) -> "ExtraItemQuerySet":
        """Those that credit a line of an invoice."""
        return self.filter(lessens__invoice=invoice).select_related("lessens__extra")

    def lessening(self, lines: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Of each line of an invoice the sum of its credits, and of those that wait; below zero."""
        rows = self.standing().filter(lessens__in=lines).order_by().values_list("lessens")
        waiting = models.Sum("amount", filter=Q(state=State.PENDING), default=0)
        sums = rows.annotate(whole=models.Sum("amount"), waiting=waiting)
        return {line: (whole, part) for line, whole, part in sums}

    def with_list_data(self) -> "ExtraItemQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "management_unit", "contract")


class ExtraItem(RecordedModel):
    """A sum that somebody decided, with its clause and reason; yen without tax, below zero for credits."""

    LOCK_RANK = 50
    FIXED: ClassVar = dict.fromkeys(("kind", "amount", "taxable", "month", "arose_on"), "G30.1")
    TOLD = ("kind", "amount", "text")
    PERSONAL: ClassVar = {"text": BOOKS, "reason": REST, "clause": NO, "withdrawn_because": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="extra_items", verbose_name=_("customer"))
    management_unit = models.ForeignKey(
        ManagementUnit, models.PROTECT, related_name="extra_items", verbose_name=_("management unit")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="extra_items", verbose_name=_("contract"), null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ExtraKind)
    month = models.DateField(_("month"), help_text=_("Its first day: the month that it belongs to."))
    arose_on = models.DateField(_("arose on"))
    amount = models.BigIntegerField(_("yen without tax"))
    taxable = models.BooleanField(_("taxed"), default=False)
    clause = models.CharField(_("clause"), max_length=12)
    text = models.CharField(_("text on the invoice"), max_length=100)
    reason = models.CharField(_("reason"), max_length=300)
    lessens = models.ForeignKey(
        InvoiceLine,
        models.PROTECT,
        related_name="credits",
        verbose_name=_("lessens"),
        null=True,
        blank=True,
        help_text=_("The line of an issued invoice that is credited."),
    )
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.PENDING, choices=State, db_index=True)

    objects = ExtraItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra item")
        verbose_name_plural = _("extra items")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("decide_extraitem", _("Can decide surcharges, damages, adjustment fees and credits")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["management_unit"], condition=Q(state="pending"), name="extra_item_pending"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="extra_item_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G30.1",
                violation_error_message=_("This is no state of an extra item."),
            ),
            models.CheckConstraint(
                name="extra_item_owed_or_credited",
                condition=Q(kind__in=CREDITS, amount__lt=0)
                | Q(kind__in=[kind for kind in ExtraKind.values if kind not in CREDITS], amount__gt=0),
                violation_error_code="G30.1",
                violation_error_message=_("What is owed is above zero yen, a credit below zero."),
            ),
            models.CheckConstraint(
                name="extra_item_lessens_what_it_credits",
                condition=Q(lessens=None) | Q(kind__in=CREDITS),
                violation_error_code="G32",
                violation_error_message=_("Only a credit lessens a line of an invoice."),
            ),
            models.CheckConstraint(
                name="extra_item_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_code="G30.2",
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                name="extra_item_says_why",
                condition=~Q(reason="") & ~Q(text="") & ~Q(clause=""),
                violation_error_code="G30.1",
                violation_error_message=_("Say what stands on the invoice, why, and under which clause."),
            ),
            models.CheckConstraint(
                name="extra_item_withdrawn_for_a_reason",
                condition=(Q(state="withdrawn") & ~Q(withdrawn_because=""))
                | (~Q(state="withdrawn") & Q(withdrawn_because="")),
                violation_error_code="G30.1",
                violation_error_message=_("What is withdrawn says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount:,}"

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is owed or credited."""
        return Clause(self.clause)

    def clean(self) -> None:
        """Unit and contract are the customer's; what is credited too."""
        errors: dict[str, ValidationError] = {}
        if self.management_unit_id and self.management_unit.customer_id != self.customer_id:
            errors["management_unit"] = ValidationError(_("This belongs to another customer."), code="G9.2")
        if self.contract is not None and self.contract.customer_id != self.customer_id:
            errors["contract"] = ValidationError(_("This belongs to another customer."), code="G9.2")
        if errors:
            raise ValidationError(errors)

    @transition(field=state, allowed=ALLOWED, target=State.BILLED, clause="G30.1", label=_("Put on an invoice"))
    def bill(self) -> None:
        """Stand on an invoice or credit note, which is made in the same act (G30.1)."""

    @transition(field=state, allowed=ALLOWED, target=State.PENDING, clause="G30.1", label=_("Take off a draft"))
    def release(self) -> None:
        """Wait again: the draft that it stood on was discarded (G30.1)."""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G30.1",
        label=pgettext_lazy("an extra item", "Withdraw"),
    )
    def withdraw(self, because: str) -> None:
        """Take back what was decided before an invoice has it (G30.1)."""
        self.withdrawn_because = because
