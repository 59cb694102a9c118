"""The lines of invoices and their tax by rate: written once, with the invoice, and never changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.invoice import Invoice
from billing.models.invoice_state import UNISSUED, InvoiceState
from billing.months import Kind, Unit
from contracts.models import Contract
from iijiot.lookups import among
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

    def of_invoices(self, ids: Sequence[int]) -> "InvoiceLineQuerySet":
        """Those of these invoices."""
        return self.filter(invoice__in=ids)

    def latest_fee_of(self, contract: int) -> "InvoiceLine | None":
        """The latest monthly fee of a contract on an invoice that was issued."""
        issued = self.filter(contract=contract, kind=LineKind.MONTHLY, amount__gt=0, invoice__issued_on__isnull=False)
        return issued.select_related("invoice", "contract").order_by("-month", "-pk").first()

    def with_what_explains(self) -> "InvoiceLineQuerySet":
        """With the contract of each, and the price, agreement, decision or event that it comes from."""
        return self.select_related("contract", "price__version", "agreed", "extra", "event")

    def that_can_be_lessened(self) -> "InvoiceLineQuerySet":
        """Charges of contracts, as they stand on their invoice."""
        charged = self.filter(contract__isnull=False, amount__gt=0)
        return charged.select_related("contract", "invoice", "extra", "event").order_by("place")

    def charges(self) -> "InvoiceLineQuerySet":
        """Those above zero yen, each with its invoice."""
        return self.filter(amount__gt=0).select_related("invoice")

    def after(self, place: int) -> "InvoiceLineQuerySet":
        """Those behind a place of their invoice."""
        return self.filter(place__gt=place)

    def standing(self) -> "InvoiceLineQuerySet":
        """Those of documents that were not discarded."""
        return self.exclude(invoice__state=InvoiceState.DISCARDED)

    def of_issued(self) -> "InvoiceLineQuerySet":
        """Those of documents that went out."""
        return self.exclude(invoice__state__in=UNISSUED)

    def by_service(self, months: Sequence[date]) -> list[tuple[date, str, str, int]]:
        """What documents of these months come to without tax: month, service or nothing, kind, sum."""
        rows = self.filter(invoice__month__in=months).order_by()
        service = Coalesce("contract__service_code", models.Value(""))
        return list(rows.values_list("invoice__month", service, "kind").annotate(models.Sum("amount")))

    def months_of_contract(self, contract: int) -> list[tuple[date, int, int]]:
        """By month, the latest first, what was charged for a contract and what was credited of it (below zero)."""
        rows = self.standing().filter(contract=contract).order_by("-month").values_list("month")
        sums = [Coalesce(models.Sum("amount", filter=sign), 0) for sign in (Q(amount__gt=0), Q(amount__lt=0))]
        return list(rows.annotate(charged=sums[0], credited=sums[1]))

    def documents_of_contract(self, contract: int, months: Sequence[date]) -> list[tuple[date, Invoice]]:
        """The documents on which these months of a contract stand."""
        rows = self.standing().filter(contract=contract, month__in=months).order_by("month", "invoice_id")
        return [(line.month, line.invoice) for line in rows.distinct("month", "invoice_id").select_related("invoice")]

    def in_order(self) -> "InvoiceLineQuerySet":
        """As they stand on their invoice."""
        return self.order_by("invoice", "place")

    def contracts_charged(self, invoices: models.QuerySet[Invoice]) -> "models.QuerySet[InvoiceLine, Any]":
        """The contracts for which these invoices charge something."""
        charged = self.filter(invoice__in=invoices.order_by().values("pk"), contract__isnull=False, amount__gt=0)
        return charged.order_by().values("contract")

    def late_charges(self, documents: Collection[int]) -> dict[int, int]:
        """The late charges on each of these documents, below zero where they are credited: nothing accrues on them (G36)."""
        rows = among(self.filter(kind=LineKind.LATE_CHARGE), documents, "invoice").order_by().values_list("invoice")
        return dict(rows.annotate(models.Sum("amount")))

    def shares(self, contracts: Sequence[int], invoices: models.QuerySet[Invoice]) -> list[tuple[int, int, int, int]]:
        """Of each of these contracts on each of these invoices: contract, invoice, its charges, and all charges of it."""
        own = self.filter(contract__in=contracts, invoice__in=invoices.order_by().values("pk"))
        rows = own.order_by().values_list("contract", "invoice").annotate(own=models.Sum("amount"))
        wholes = self.filter(invoice__in={invoice for _contract, invoice, _own in rows})
        whole = dict(wholes.order_by().values_list("invoice").annotate(models.Sum("amount")))
        return [(contract, invoice, own, whole[invoice]) for contract, invoice, own in rows]


class InvoiceLine(models.Model):
    """A charge as it stands on an invoice: what for, which days, how many, at which fee, under which clause."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {"clause": NO, "cause": NO}

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    place = models.PositiveIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind)
    clause = models.CharField(_("clause"), max_length=12)
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="invoice_lines", verbose_name=_("contract"), null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=8, choices=UNITS, default=Unit.CONTRACT.value)
    event = models.ForeignKey(
        ChargeEvent,
        models.PROTECT,
        related_name="invoice_lines",
        verbose_name=_("cause of a one-time charge"),
        null=True,
        blank=True,
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
    tax_percent = models.PositiveSmallIntegerField(_("tax rate"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=40, blank=True)
    is_correction = models.BooleanField(_("correction"), default=False)
    price = models.ForeignKey(
        "billing.Price",
        models.PROTECT,
        related_name="invoice_lines",
        verbose_name=_("price of the list"),
        null=True,
        blank=True,
    )
    agreed = models.ForeignKey(
        "billing.AgreedPrice",
        models.PROTECT,
        related_name="invoice_lines",
        verbose_name=_("agreed price"),
        null=True,
        blank=True,
    )
    extra = models.ForeignKey(
        "billing.ExtraItem",
        models.PROTECT,
        related_name="invoice_lines",
        verbose_name=_("extra item"),
        null=True,
        blank=True,
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


class TaxTotalQuerySet(models.QuerySet["TaxTotal"]):
    """Taxes of invoices by rate."""

    def of_invoices(self, ids: Sequence[int]) -> "TaxTotalQuerySet":
        """Those of these invoices."""
        return self.filter(invoice__in=ids)


class TaxTotal(models.Model):
    """The taxable amounts of one rate on one invoice, and the tax on their sum, cut off once (G37)."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {}

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="tax_totals", verbose_name=_("invoice"))
    percent = models.PositiveSmallIntegerField(_("tax rate"))
    net = models.BigIntegerField(_("taxable, net"))
    tax = models.BigIntegerField(_("consumption tax"))

    objects = TaxTotalQuerySet.as_manager()

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

    @property
    def gross(self) -> int:
        """With the tax."""
        return self.net + self.tax
