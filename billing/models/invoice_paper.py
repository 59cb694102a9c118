"""The PDF of an issued document: made once, kept unchanged, known again by its SHA-256 (電子帳簿保存法)."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.invoice import Invoice
from iijiot.personal import NO


class InvoicePaperQuerySet(models.QuerySet["InvoicePaper"]):
    """PDFs of invoices."""

    def stored_among(self, keys: list[str]) -> set[str]:
        """Those of these keys under which a PDF is kept."""
        return set(self.filter(stored_as__in=keys).values_list("stored_as", flat=True))


class InvoicePaper(models.Model):
    """Where the PDF of a document lies in the folder of files. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {"sha256": NO, "stored_as": NO}

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="paper", verbose_name=_("invoice"))
    stored_as = models.CharField(_("key in the folder"), max_length=32, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    made_at = models.DateTimeField(_("made at"))

    objects = InvoicePaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("PDF of an invoice")
        verbose_name_plural = _("PDFs of invoices")

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.sha256[:8]}"
