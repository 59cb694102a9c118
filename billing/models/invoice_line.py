"""The lines of invoices and their tax by rate: written once, with the invoice, and never changed."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.invoice import Invoice
from billing.months import Kind, Unit
from contracts.models import Contract
from iijiot.personal import NO
from sims.models import ChargeEvent


class LineKind(models.TextChoices):
    """What a line is for, in words."""

    INITIAL = Kind.INITIAL.value, _("Initial fee")
    MONTHLY = Kind.MONTHLY.value, _("Monthly fee")
    ONE_TIME = Kind.ONE_TIME.value, _("One-time fee")
    ADJUSTMENT = Kind.ADJUSTMENT.value, _("Adjustment fee")
    SURCHARGE = Kind.SURCHARGE.value, _("Surcharge")
    DAMAGES = Kind.DAMAGES.value, _("Damages")
    LATE_CHARGE = Kind.LATE_CHARGE.value, _("Late charge")
    CREDIT = Kind.CREDIT.value, pgettext_lazy("on an invoice", "Credit")
    GOODWILL = Kind.GOODWILL.value, _("Goodwill")


UNITS = [
    (Unit.CONTRACT.value, _("contract")),
    (Unit.LINE.value, pgettext_lazy("unit of a price", "line")),
    (Unit.CASE.value, pgettext_lazy("unit of a price", "case")),
]


class InvoiceLineQuerySet(models.QuerySet["InvoiceLine"]):
    """Lines of invoices."""

    def in_order(self) -> "InvoiceLineQuerySet":
        """As they stand on their invoice."""
        return self.order_by("invoice", "place")


class InvoiceLine(models.Model):
    """A charge as it stands on an invoice: what for, which days, how many, at which fee, under which clause."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {"clause": NO, "cause": NO}

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    place = models.PositiveIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind)
    clause = models.CharField(_("clause"), max_length=12)
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="invoice_lines", verbose_name=_("contract"), null=True
    )
    unit = models.CharField(_("unit"), max_length=8, choices=UNITS, default=Unit.CONTRACT.value)
    event = models.ForeignKey(
        ChargeEvent,
        models.PROTECT,
        related_name="invoice_lines",
        verbose_name=_("cause of a one-time charge"),
        null=True,
    )
    month = models.DateField(_("month"), help_text=_("Its first day: the month that the charge belongs to."))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    days = models.PositiveSmallIntegerField(_("days"))
    of_days = models.PositiveSmallIntegerField(_("of days"))
    quantity = models.PositiveIntegerField(_("quantity"))
    fee = models.BigIntegerField(_("fee"))
    unit_amount = models.BigIntegerField(_("amount for one"))
    amount = models.BigIntegerField(_("amount"))
    tax_percent = models.PositiveSmallIntegerField(_("tax rate"), null=True)
    cause = models.CharField(_("cause"), max_length=40, blank=True)
    is_correction = models.BooleanField(_("correction"), default=False)
    price = models.ForeignKey(
        "billing.Price", models.PROTECT, related_name="invoice_lines", verbose_name=_("price of the list"), null=True
    )
    agreed = models.ForeignKey(
        "billing.AgreedPrice",
        models.PROTECT,
        related_name="invoice_lines",
        verbose_name=_("agreed price"),
        null=True,
    )
    extra = models.ForeignKey(
        "billing.ExtraItem", models.PROTECT, related_name="invoice_lines", verbose_name=_("extra item"), null=True
    )

    objects = InvoiceLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of an invoice")
        verbose_name_plural = _("lines of invoices")
        ordering: ClassVar = ["invoice", "place"]
        indexes: ClassVar = [models.Index(fields=["contract", "month"], name="invoice_line_contract_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice", "place"],
                name="one_line_per_place",
                violation_error_message=_("Another line stands in this place."),
            ),
            models.CheckConstraint(
                name="invoice_line_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.place} {self.amount}"


class TaxTotal(models.Model):
    """The taxable amounts of one rate on one invoice, and the tax on their sum, cut off once (G37)."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {}

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="tax_totals", verbose_name=_("invoice"))
    percent = models.PositiveSmallIntegerField(_("tax rate"))
    net = models.BigIntegerField(_("taxable, net"))
    tax = models.BigIntegerField(_("consumption tax"))

    class Meta:
        verbose_name = _("tax of an invoice by rate")
        verbose_name_plural = _("taxes of invoices by rate")
        ordering: ClassVar = ["invoice", "-percent"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["invoice", "percent"],
                name="one_tax_total_per_rate",
                violation_error_code="G37",
                violation_error_message=_("The tax of a rate is reckoned once per invoice."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %: {self.net} + {self.tax}"
