"""The PDF of an issued document: made once, kept unchanged, known again by its SHA-256 (電子帳簿保存法)."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.invoice import Invoice
from contracts.models import Notice
from iijiot import clock, file_store
from iijiot.personal import NO


class InvoicePaperQuerySet(models.QuerySet["InvoicePaper"]):
    """PDFs of invoices."""

    def keep(self, invoice: Invoice, notice: Notice, key: str, body: bytes) -> "InvoicePaper":
        """Put one on record, which goes to the customer with this notice."""
        paper = self.model(
            invoice=invoice,
            notice=notice,
            stored_as=key,
            sha256=file_store.digest(body),
            size=len(body),
            made_at=clock.now(),
        )
        paper.save(force_insert=True)
        return paper

    def of_notice(self, notice: Notice) -> "InvoicePaper":
        """The one that goes with a notice."""
        return self.select_related("invoice").get(notice=notice)

    def stored_among(self, keys: list[str]) -> set[str]:
        """Those of these keys under which a PDF is kept."""
        return set(self.filter(stored_as__in=keys).values_list("stored_as", flat=True))

    def digests(self) -> Iterator[tuple[str, str]]:
        """Under which key each file is kept, and its digest."""
        return self.order_by("pk").values_list("stored_as", "sha256").iterator()


class InvoicePaper(models.Model):
    """Where the PDF of a document lies in the folder of files. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {"sha256": NO, "stored_as": NO}

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="paper", verbose_name=_("invoice"))
    notice = models.OneToOneField(
        Notice, models.PROTECT, related_name="invoice_paper", verbose_name=_("notice with which it is sent")
    )
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

    @property
    def file_name(self) -> str:
        """The name by which it is handed out."""
        return f"{self.invoice.number}.pdf"
