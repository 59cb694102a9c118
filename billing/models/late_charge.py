"""Late charges as they were claimed, step by step, or waived (G35.1, G35.2)."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.extra_item import ExtraItem
from billing.models.invoice import Invoice
from iijiot.lookups import among
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """What became of a claim."""

    CLAIMED = "claimed", pgettext_lazy("of a late charge", "Claimed")
    WAIVED = "waived", pgettext_lazy("of a late charge", "Waived")
    CORRECTED = "corrected", pgettext_lazy("of a late charge", "Not owed after all")


TONES: dict[str, str] = {State.CLAIMED: "warning", State.WAIVED: "default", State.CORRECTED: "default"}

ALLOWED: Allowed = {"waive": [State.CLAIMED], "correct": [State.CLAIMED]}
"""What is allowed when."""


class LateChargeQuerySet(RecordedQuerySet["LateCharge"]):
    """Late charges."""

    def counted(self) -> "LateChargeQuerySet":
        """Those that are not claimed again: claimed, or waived."""
        return self.exclude(state=State.CORRECTED)

    def claimed(self) -> "LateChargeQuerySet":
        """Those that are owed."""
        return self.filter(state=State.CLAIMED)

    def on_invoice(self, number: str) -> "LateChargeQuerySet":
        """Those on the invoice of this number."""
        return self.filter(invoice__number=number)

    def of_invoices(self, ids: Iterable[int]) -> "LateChargeQuerySet":
        """Those on these invoices, in the order of the claims."""
        return self.filter(invoice__in=ids).order_by("invoice", "up_to", "pk")

    def sums(self, ids: Iterable[int]) -> dict[int, int]:
        """How much of each of these invoices was claimed or waived so far."""
        rows = among(self.counted(), ids, "invoice").order_by().values_list("invoice")
        return dict(rows.annotate(sum=Sum("amount")))

    def with_list_data(self) -> "LateChargeQuerySet":
        """With what a list shows of each."""
        return self.select_related("invoice__customer", "extra_item")


class LateCharge(RecordedModel):
    """What accrued on an unpaid invoice up to a day, less what was claimed before; outside the tax, and free of late charges."""

    LOCK_RANK = 76
    CUSTOMER = "invoice__customer"
    FIXED: ClassVar = dict.fromkeys(("invoice", "up_to", "base", "days", "accrued", "amount", "extra_item"), "G35.2")
    TOLD = ("invoice", "up_to", "amount")
    PERSONAL: ClassVar = {"because": REST}

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="late_charges", verbose_name=_("invoice"))
    up_to = models.DateField(_("accrued up to"))
    base = models.BigIntegerField(_("late, tax included"))
    days = models.PositiveIntegerField(_("days after the due day"))
    accrued = models.BigIntegerField(_("accrued in all"))
    amount = models.BigIntegerField(_("late charge"))
    extra_item = models.OneToOneField(
        ExtraItem,
        models.PROTECT,
        related_name="late_charge",
        verbose_name=_("item of the invoice"),
        null=True,
        blank=True,
    )
    because = models.CharField(_("waived or corrected because"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.CLAIMED, choices=State, db_index=True)

    objects = LateChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("late charge")
        verbose_name_plural = _("late charges")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("waive_latecharge", _("Can waive late charges"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="late_charge_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G35.2",
                violation_error_message=_("This is no state of a late charge."),
            ),
            models.CheckConstraint(
                name="late_charge_of_something",
                condition=Q(amount__gt=0, base__gt=0, accrued__gte=F("amount")),
                violation_error_code="G35.2",
                violation_error_message=_("A late charge is above zero yen, and no more than has accrued."),
            ),
            models.CheckConstraint(
                name="late_charge_claimed_by_an_item",
                condition=Q(state="waived") | Q(extra_item__isnull=False),
                violation_error_code="G35.2",
                violation_error_message=_("A late charge is claimed by an item of the next invoice."),
            ),
            models.CheckConstraint(
                name="late_charge_waived_for_a_reason",
                condition=(Q(state="claimed") & Q(because="")) | (~Q(state="claimed") & ~Q(because="")),
                violation_error_code="G35.2",
                violation_error_message=_("A late charge that is waived or corrected says why."),
            ),
            models.UniqueConstraint(
                fields=["invoice", "up_to"],
                condition=Q(state="claimed"),
                name="one_claim_per_invoice_and_day",
                violation_error_code="G35.2",
                violation_error_message=_("The late charge up to this day is claimed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.amount:,}"

    @transition(field=state, allowed=ALLOWED, target=State.WAIVED, clause="G35.2", label=_("Waive the late charge"))
    def waive(self, because: str) -> None:
        """Not insist on it; it is not claimed again (G35.2)."""
        self.because = because

    @transition(
        field=state, allowed=ALLOWED, target=State.CORRECTED, clause="G35.2", label=_("Correct the late charge")
    )
    def correct(self, because: str) -> None:
        """It was not owed: the debt was smaller, or paid earlier, than was known (G35.2)."""
        self.because = because
