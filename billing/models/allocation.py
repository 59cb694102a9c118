"""What money is used for: the ledger. Each row takes from a payment or a credit note, and gives to an invoice or a refund."""

from datetime import date
from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.invoice import Invoice
from billing.models.receipt import Receipt
from billing.models.refund import Refund
from iijiot.lookups import among
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Whether it stands."""

    STANDING = "standing", pgettext_lazy("of an allocation", "Stands")
    UNDONE = "undone", pgettext_lazy("of an allocation", "Taken back")


TONES: dict[str, str] = {State.STANDING: "success", State.UNDONE: "default"}

ALLOWED: Allowed = {"undo": [State.STANDING]}
"""What is allowed when."""


class How(models.TextChoices):
    """By what it was known what the money pays."""

    DEBIT = "debit", _("Direct debit of this invoice")
    NAMED = "named", _("The payer named the invoice")
    PAYER = "payer", _("The payer is known; the oldest due first")
    EXACT = "exact", _("Name and exact amount")
    STAFF = "staff", _("Decided by staff")
    CREDIT = "credit", _("From the credit balance")
    REFUND = "refund", _("Paid back")


class AllocationQuerySet(RecordedQuerySet["Allocation"]):
    """Allocations."""

    def standing(self) -> "AllocationQuerySet":
        """Those that were not taken back."""
        return self.filter(state=State.STANDING)

    def of_invoice(self, invoice: Invoice) -> "AllocationQuerySet":
        """Those that pay an invoice, or that a credit note is used for."""
        return self.filter(Q(invoice=invoice) | Q(credit_note=invoice)).order_by("value_on", "pk")

    def to_invoices(self, ids: Any) -> "AllocationQuerySet":
        """Those that pay these invoices, by value date."""
        return cast("AllocationQuerySet", among(self.standing(), ids, "invoice").order_by("value_on", "pk"))

    def with_what_they_take_from(self) -> Any:
        """Invoice, yen and value date of each, and of a credit note its key, its total and the invoice that it corrects."""
        note = ("credit_note", "credit_note__total", "credit_note__corrects")
        return self.values_list("invoice", "amount", "value_on", *note)

    def to_refunds(self) -> "AllocationQuerySet":
        """Those that are paid back."""
        return self.filter(refund__isnull=False)

    def of_customer(self, customer: Any) -> "AllocationQuerySet":
        """Those by which a customer's invoices are paid, or one of several by their keys."""
        wanted = customer if isinstance(customer, list) else [customer]
        return self.filter(
            Q(invoice__customer__in=wanted) | Q(receipt__customer__in=wanted) | Q(refund__customer__in=wanted)
        )

    def with_list_data(self) -> "AllocationQuerySet":
        """With what a list shows of each."""
        return self.select_related("receipt", "credit_note", "invoice", "refund")


class Allocation(RecordedModel):
    """So many yen of a payment or a credit note for an invoice or a refund, with the day from which they count (G33)."""

    LOCK_RANK = 74
    CUSTOMER = "receipt__customer"
    FIXED: ClassVar = dict.fromkeys(
        ("receipt", "credit_note", "invoice", "refund", "amount", "value_on", "made_on", "how"), "G33"
    )
    TOLD = ("amount", "invoice", "refund", "how")
    PERSONAL: ClassVar = {"undone_because": REST}

    receipt = models.ForeignKey(
        Receipt, models.PROTECT, related_name="allocations", verbose_name=_("payment received"), null=True, blank=True
    )
    credit_note = models.ForeignKey(
        Invoice, models.PROTECT, related_name="uses", verbose_name=_("credit note"), null=True, blank=True
    )
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="allocations", verbose_name=_("invoice"), null=True, blank=True
    )
    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="allocations", verbose_name=_("refund"), null=True, blank=True
    )
    amount = models.BigIntegerField(_("amount"))
    value_on = models.DateField(_("counts from"))
    made_on = models.DateField(_("made on"))
    how = models.CharField(_("how it was known"), max_length=8, choices=How)
    undone_on = models.DateField(_("taken back on"), null=True, blank=True, editable=False)
    undone_because = models.CharField(_("taken back because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.STANDING, choices=State)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a payment")
        verbose_name_plural = _("uses of payments")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="allocation_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G33",
                violation_error_message=_("This is no state of a use of a payment."),
            ),
            models.CheckConstraint(
                name="allocation_from_one_to_one",
                condition=(Q(receipt__isnull=False, credit_note=None) | Q(receipt=None, credit_note__isnull=False))
                & (Q(invoice__isnull=False, refund=None) | Q(invoice=None, refund__isnull=False)),
                violation_error_code="G33",
                violation_error_message=_(
                    "Money comes from one payment or credit note, and is for one invoice or refund."
                ),
            ),
            models.CheckConstraint(
                name="allocation_of_something",
                condition=Q(amount__gt=0, how__in=How.values),
                violation_error_code="G33",
                violation_error_message=_("At least one yen is used, and it is said how it was known what for."),
            ),
            models.CheckConstraint(
                name="allocation_undone_for_a_reason",
                condition=Q(state="standing", undone_on=None, undone_because="")
                | (Q(state="undone", undone_on__gte=F("made_on")) & ~Q(undone_because="")),
                violation_error_code="G33",
                violation_error_message=_("What is taken back says when and why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt or self.credit_note} → {self.invoice or self.refund}: {self.amount:,}"

    @transition(field=state, allowed=ALLOWED, target=State.UNDONE, clause="G33", label=_("Take back the use"))
    def undo(self, on: date, because: str) -> None:
        """The money does not count for this any more (G33)."""
        self.undone_on, self.undone_because = on, because
