"""Invoices and credit notes: one invoice per management unit and month, which never changes once it is issued."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.invoice_set import NUMBER_PREFIX, InvoiceQuerySet
from billing.models.invoice_state import ALLOWED, UNISSUED, InvoiceKind, InvoiceState, Method, shown_to_customers
from contracts.models import Customer, ManagementUnit
from iijiot.personal import BOOKS, CORPORATE_NUMBER, EMPTY
from iijiot.records import RecordedModel
from iijiot.rules import transition
from iijiot.states import StateField
from iijiot.words import Words

AFTER_ISSUE = frozenset({"id", "state", "settled", "paid_on", "passed_to"})
"""All that changes once a document is issued."""


class Invoice(RecordedModel):
    """What a management unit owes for a month, or is credited (適格請求書, 適格返還請求書); yen, signed as owed."""

    NUMBER_PREFIX = NUMBER_PREFIX
    LOCK_RANK = 70
    TOLD = ("kind", "month", "management_unit", "net", "tax", "total", "due_on")
    PERSONAL: ClassVar = {
        "recipient_name": BOOKS,
        "recipient_postal_code": BOOKS,
        "recipient_address": BOOKS,
        "recipient_corporate_number": BOOKS,
    }
    ERASED_AS: ClassVar = {"recipient_postal_code": EMPTY, "recipient_corporate_number": CORPORATE_NUMBER}

    number = models.CharField(_("number"), max_length=12, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=InvoiceKind)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices", verbose_name=_("customer"))
    management_unit = models.ForeignKey(
        ManagementUnit, models.PROTECT, related_name="invoices", verbose_name=_("management unit")
    )
    passed_to = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="debts_taken_over",
        verbose_name=_("passed to"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Who owes it now, where a succession has taken it to another customer (G17, G18)."),
    )
    month = models.DateField(_("month"), help_text=_("Its first day: the month that was closed when this was made."))
    run = models.ForeignKey(
        "billing.BillingRun",
        models.PROTECT,
        related_name="invoices",
        verbose_name=_("billing run"),
        null=True,
        blank=True,
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, related_name="corrections", verbose_name=_("corrects"), null=True, blank=True
    )
    net = models.BigIntegerField(_("taxable, net"))
    tax = models.BigIntegerField(_("consumption tax"))
    untaxed = models.BigIntegerField(_("outside the tax"), default=0)
    total = models.BigIntegerField(_("total"))
    settled = models.BigIntegerField(_("settled"), default=0, editable=False)
    method = models.CharField(_("method of payment"), max_length=12, choices=Method, default=Method.TRANSFER)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, blank=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, blank=True, editable=False)
    recipient_name = models.CharField(_("name of the recipient"), max_length=200, blank=True, editable=False)
    recipient_postal_code = models.CharField(_("postal code"), max_length=8, blank=True, editable=False)
    recipient_address = models.CharField(_("address"), max_length=300, blank=True, editable=False)
    recipient_corporate_number = models.CharField(_("corporate number"), max_length=13, blank=True, editable=False)
    state = StateField(_("state"), default=InvoiceState.DRAFT, choices=InvoiceState, db_index=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering: ClassVar = ["-month", "-pk"]
        permissions: ClassVar = [
            ("issue_invoice", _("Can issue invoices")),
            ("discard_invoice", _("Can discard drafts of invoices")),
            ("credit_invoice", _("Can make credit notes")),
            ("write_off_invoice", _("Can write off invoices")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-month"], name="invoice_customer_month"),
            models.Index(fields=["month", "state"], name="invoice_month_state"),
            models.Index(fields=["issued_on"], name="invoice_issued_on"),
            models.Index(fields=["total"], name="invoice_total"),
            models.Index(fields=["state", "due_on"], name="invoice_state_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invoice_state_known",
                condition=Q(state__in=InvoiceState.values),
                violation_error_message=_("This is no state of an invoice."),
            ),
            models.CheckConstraint(
                name="invoice_is_one_of_three_kinds",
                condition=Q(kind=InvoiceKind.INVOICE, total__gt=0, corrects=None)
                | Q(kind=InvoiceKind.STATEMENT, total=0, corrects=None)
                | Q(kind=InvoiceKind.CREDIT_NOTE, total__lt=0, corrects__isnull=False),
                violation_error_code="G30.1",
                violation_error_message=_(
                    "An invoice is above zero yen, a statement is zero, a credit note is below zero and names what it corrects."
                ),
            ),
            models.CheckConstraint(
                name="invoice_adds_up",
                condition=Q(total=F("net") + F("tax") + F("untaxed")),
                violation_error_code="G37",
                violation_error_message=_("The total is the net, its tax and what lies outside the tax."),
            ),
            models.CheckConstraint(
                name="invoice_settled_within_total",
                condition=Q(total__gte=0, settled__gte=0, settled__lte=F("total"))
                | Q(total__lt=0, settled__lte=0, settled__gte=F("total")),
                violation_error_code="G33",
                violation_error_message=_("No more can be settled than is open."),
            ),
            models.CheckConstraint(
                name="invoice_paid_is_settled",
                condition=~Q(state=InvoiceState.PAID) | Q(settled=F("total"), paid_on__isnull=False),
                violation_error_code="G33",
                violation_error_message=_("An invoice is paid when all of it is settled."),
            ),
            models.CheckConstraint(
                name="invoice_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_code="G30.2",
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                name="invoice_has_a_number_once_issued",
                condition=Q(state__in=UNISSUED, number="", issued_on=None)
                | (~Q(state__in=UNISSUED) & ~Q(number="") & Q(issued_on__isnull=False)),
                violation_error_code="G37",
                violation_error_message=_("A document has its number and day from its issue on, and not before."),
            ),
            models.CheckConstraint(
                name="invoice_issued_has_a_due_day",
                condition=Q(state__in=UNISSUED, due_on=None)
                | (~Q(kind=InvoiceKind.INVOICE) & Q(due_on=None))
                | (
                    ~Q(state__in=UNISSUED)
                    & Q(kind=InvoiceKind.INVOICE, due_on__isnull=False, due_on__gte=F("issued_on"))
                ),
                violation_error_code="G33",
                violation_error_message=_(
                    "An issued invoice is due on its day of issue or later; nothing else is due."
                ),
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="one_invoice_per_number",
                violation_error_message=_("This number is taken."),
            ),
            models.UniqueConstraint(
                fields=["management_unit", "month"],
                condition=~Q(state=InvoiceState.DISCARDED) & ~Q(kind=InvoiceKind.CREDIT_NOTE),
                name="one_invoice_per_unit_and_month",
                violation_error_code="G9.2",
                violation_error_message=_("This management unit has its invoice of the month already."),
            ),
            models.UniqueConstraint(
                fields=["corrects", "run"],
                condition=~Q(state=InvoiceState.DISCARDED) & Q(corrects__isnull=False, run__isnull=False),
                name="one_credit_note_per_invoice_and_run",
                violation_error_message=_("This run has corrected the invoice already."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.month:%Y-%m}"

    def fixed(self) -> Mapping[str, str]:
        """An issued document never changes; only how it is settled does."""
        if self.state in UNISSUED:
            return self.FIXED
        return {f.name: "G37" for f in self._meta.concrete_fields if f.name not in AFTER_ISSUE}

    @property
    def state_for_customers(self) -> Words:
        """Its state as its customer reads it."""
        return shown_to_customers(self.kind, self.state)

    @property
    def debtor(self) -> Customer:
        """Who owes it, or has the credit: the customer that it was made out to, or whoever took it over (G17, G18)."""
        return self.passed_to or self.customer

    @property
    def without_tax(self) -> int:
        """The net, with what lies outside the tax."""
        return self.net + self.untaxed

    @property
    def open_amount(self) -> int:
        """What is still to be paid of it, or of a credit note what is still unused (then below zero)."""
        return self.total - self.settled

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.ISSUED, clause="G33", label=_("Issue"))
    def issue(self, **values: Any) -> None:
        """Give it its number, days and recipient, which `issuing` knows (G33, G37)."""
        for name, value in values.items():
            setattr(self, name, value)

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.DISCARDED, clause="G30.1", label=_("Discard"))
    def discard(self) -> None:
        """Drop a draft, so that the month can be computed again for the unit (G30.1)."""

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.PARTLY_PAID, clause="G33", label=_("Settle in part"))
    def pay_in_part(self, settled: int) -> None:
        """Have so much of it settled in all, which is less than the whole (G33)."""
        self.settled = settled

    @transition(field=state, allowed=ALLOWED, clause="G33", label=_("Settle in part when overdue"))
    def pay_late_in_part(self, settled: int) -> None:
        """Have so much of it settled in all, while the rest stays overdue (G33)."""
        self.settled = settled

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.PAID, clause="G33", label=_("Settle"))
    def pay_off(self, on: date) -> None:
        """Have it wholly settled on a day (G33)."""
        self.settled, self.paid_on = self.total, on

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.ISSUED, clause="G33", label=_("Take a payment back"))
    def take_payment_back(self, settled: int) -> None:
        """Open it again where a payment was reversed; so much stays settled (G33)."""
        self.settled, self.paid_on = settled, None

    @transition(field=state, allowed=ALLOWED, clause="G33", label=_("Take a payment back of what is written off"))
    def take_back_of_written_off(self, settled: int) -> None:
        """Have less of it settled where a payment was reversed; what is open of it stays given up (G33)."""
        self.settled = settled

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.OVERDUE, clause="G35.1", label=_("Fall overdue"))
    def fall_overdue(self) -> None:
        """Be overdue from the day after the effective due day (G35.1)."""

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.ISSUED, clause="G33", label=_("Take up again"))
    def take_up(self) -> None:
        """Insist on it again, although it was written off (G33)."""

    @transition(field=state, allowed=ALLOWED, clause="G17", label=_("Pass to another customer"))
    def pass_to(self, customer: Customer) -> None:
        """Be owed by whoever follows the customer by law (G17, G18)."""
        self.passed_to = customer

    @transition(field=state, allowed=ALLOWED, clause="G17", label=_("Pass with everything of the customer"))
    def pass_with_all(self, customer: Customer) -> None:
        """Belong to whoever has followed the customer in everything, paid or not (G17, G18)."""
        self.passed_to = customer

    @transition(field=state, allowed=ALLOWED, target=InvoiceState.WRITTEN_OFF, clause="G33", label=_("Write off"))
    def write_off(self) -> None:
        """Give up what is open of it, for the reason of the act (G33)."""
