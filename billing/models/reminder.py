"""Reminders of overdue invoices: one letter to a customer, with each invoice and how late it was."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoice import Invoice
from contracts.models import Customer, Notice
from iijiot.lookups import among
from iijiot.records import RecordedModel, RecordedQuerySet


class ReminderQuerySet(RecordedQuerySet["Reminder"]):
    """Reminders."""

    def with_list_data(self) -> "ReminderQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "notice")


class Reminder(RecordedModel):
    """A letter that reminds a customer of everything that is overdue (G33). Never changed afterwards."""

    LOCK_RANK = 77
    FIXED: ClassVar = dict.fromkeys(("customer", "notice", "on", "amount"), "G33")
    TOLD = ("on", "amount")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="reminders", verbose_name=_("customer"))
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="reminder", verbose_name=_("notice"))
    on = models.DateField(_("reminded on"))
    amount = models.BigIntegerField(_("overdue in all"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of debts")
        verbose_name_plural = _("reminders of debts")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "on"],
                name="one_reminder_per_customer_and_day",
                violation_error_code="G33",
                violation_error_message=_("The customer was reminded on this day already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.on:%Y-%m-%d}"


class RemindedQuerySet(RecordedQuerySet["Reminded"]):
    """Invoices in reminders."""

    def with_list_data(self) -> "RemindedQuerySet":
        """With what a page shows of each."""
        return self.select_related("invoice").order_by("pk")

    def with_reminder(self) -> "RemindedQuerySet":
        """With the reminder of each and its notice, the latest first."""
        return self.select_related("reminder__notice").order_by("-pk")

    def latest_steps(self, invoices: Any) -> dict[int, int]:
        """The latest step at which each of these invoices was reminded of."""
        rows = among(self.all(), invoices, "invoice").order_by().values_list("invoice")
        return dict(rows.annotate(latest=models.Max("step")))


class Reminded(RecordedModel):
    """One invoice in a reminder, at which step: so many days after its due day (G33)."""

    LOCK_RANK = 78
    CUSTOMER = "reminder__customer"
    FIXED: ClassVar = dict.fromkeys(("reminder", "invoice", "step", "open_amount"), "G33")
    TOLD = ("invoice", "step")

    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="reminded", verbose_name=_("reminder of debts"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reminded", verbose_name=_("invoice"))
    step = models.PositiveSmallIntegerField(_("days after the due day"))
    open_amount = models.BigIntegerField(_("open"))

    objects = RemindedQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice reminded of")
        verbose_name_plural = _("invoices reminded of")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reminded_of_something_open",
                condition=Q(open_amount__gt=0),
                violation_error_code="G33",
                violation_error_message=_("Customers are reminded of what is open."),
            ),
            models.UniqueConstraint(
                fields=["invoice", "step"],
                name="one_reminder_per_invoice_and_step",
                violation_error_code="G33",
                violation_error_message=_("The customer was reminded of this invoice at this step already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} +{self.step}"
