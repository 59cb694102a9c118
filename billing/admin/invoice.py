"""Invoices, credit notes and statements: the register, the page of each, its PDF and that of a draft."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import printing
from billing.admin.invoice_acts import DiscardDraft, GiveGoodwill
from billing.admin.invoice_filters import InvoiceQueue, IssuedRange, MonthFilter, TotalRange, searched
from billing.admin.recomputed import recompute_url, recompute_view
from billing.models import Invoice, InvoiceState
from billing.models.invoice_state import TONES, UNISSUED
from contracts.admin.search import by_number, whose
from contracts.admin.shared import WithState, linked
from iijiot import access_log, clock, file_store
from iijiot.amounts import yen
from iijiot.attachments import as_file
from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Queue, Row, listed, show_at_home
from iijiot.console.search import Searcher, search_for
from iijiot.console.terms import Waiting, waits
from iijiot.models import AccessEvent
from iijiot.typesetting import NotPrinted

VIEW, MATCH = "billing.view_invoice", "billing.match_receipt"
PDF = "application/pdf"


@admin.register(Invoice)
class InvoiceAdmin(WithState, ReadOnlyAdmin):
    """Documents; a billing run makes them, issuing gives them their numbers, and then they never change."""

    tones = TONES
    list_display: ClassVar = ["called", "kind", "customer", "of_month", "sum", "left", "due_on", "badge"]
    further_columns: ClassVar = [
        "issued_on", "net", "tax", "untaxed", "management_unit", "method", "paid_on", "recipient_name",
    ]  # fmt: skip
    list_filter: ClassVar = [InvoiceQueue, MonthFilter, IssuedRange, TotalRange, "state", "kind", "method"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched)
    search_help_text = gettext_lazy("Number, or the customer by name, kana, number, telephone or address")
    page_related: ClassVar = ["customer", "management_unit", "passed_to", "corrects", "run", "paper__notice"]
    fields: ClassVar = ["number"]
    dialogs: ClassVar = [DiscardDraft, GiveGoodwill]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        """With what a list shows of each."""
        return Invoice.objects.with_list_data().order_by("-pk")

    def get_urls(self) -> list[Any]:
        """The PDF of a document, that of a draft, and any past month computed once more."""
        view = self.admin_site.admin_view
        return [
            path("recompute/", view(self.recompute_view), name="billing_invoice_recompute"),
            path("<path:object_id>/pdf/", view(self.pdf_view), name="billing_invoice_pdf"),
            path("<path:object_id>/preview/", view(self.preview_view), name="billing_invoice_preview"),
            *super().get_urls(),
        ]

    def recompute_view(self, request: HttpRequest) -> HttpResponse:
        """A past month of a contract or management unit computed once more."""
        return recompute_view(self, request)

    def _document(self, request: HttpRequest, object_id: str) -> Invoice:
        """The document that is asked for. Raises PermissionDenied, and Http404 where there is none."""
        record: Invoice | None = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        return record

    def pdf_view(self, request: HttpRequest, object_id: str) -> Any:
        """The PDF as the customer got it; each opening is in the access log."""
        invoice = self._document(request, object_id)
        if request.method != "GET":
            return HttpResponse(status=405)
        paper = getattr(invoice, "paper", None)
        if paper is None:
            raise Http404
        try:
            file = file_store.opened(paper.stored_as, paper.sha256)
        except file_store.Lost:
            messages.error(request, _("The file is gone or damaged. Tell the operator, who has backups."))
            return HttpResponseRedirect(change_url(invoice))
        access_log.note(AccessEvent.Kind.EXPORTED, request, detail=paper.file_name)
        return as_file(FileResponse(file, content_type=PDF), paper.file_name)

    def preview_view(self, request: HttpRequest, object_id: str) -> Any:
        """A draft on paper as it would be issued today, marked as what it is; it is kept nowhere."""
        invoice = self._document(request, object_id)
        if request.method != "GET":
            return HttpResponse(status=405)
        if invoice.state != InvoiceState.DRAFT:
            raise Http404
        (sheet,) = printing.sheets_of([invoice], clock.business_day())
        try:
            body = printing.pdf(sheet)
        except NotPrinted as failure:
            messages.error(request, str(failure))
            return HttpResponseRedirect(change_url(invoice))
        return as_file(HttpResponse(body, content_type=PDF), f"draft-{invoice.pk}.pdf")

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def called(self, invoice: Invoice) -> str:
        """The number, or that it has none yet."""
        return invoice.number or _("Draft without a number")

    @admin.display(description=gettext_lazy("month"), ordering="month")
    def of_month(self, invoice: Invoice) -> str:
        """The month that was closed."""
        return f"{invoice.month:%Y-%m}"

    @admin.display(description=gettext_lazy("total, tax included"), ordering="total")
    def sum(self, invoice: Invoice) -> str:
        """Its total."""
        return yen(invoice.total)

    @admin.display(description=gettext_lazy("open"))
    def left(self, invoice: Invoice) -> str:
        """What is still to be paid, or of a credit note what is not used up."""
        return yen(invoice.open_amount) if invoice.open_amount and invoice.state not in UNISSUED else ""

    def head(self, invoice: Invoice) -> dict[str, Any]:
        """State, facts, and the way to the paper."""
        return {
            "state": invoice.get_state_display(),
            "tone": TONES[invoice.state],
            "facts": [
                (_("Number"), invoice.number),
                (_("Kind"), invoice.get_kind_display()),
                (_("Customer"), linked(invoice.customer)),
                (_("Passed to"), linked(invoice.passed_to)),
                (_("Management unit"), linked(invoice.management_unit)),
                (_("Month"), f"{invoice.month:%Y-%m}"),
                (_("Corrects"), linked(invoice.corrects)),
                (_("Billing run"), linked(invoice.run)),
                (_("Issued on"), invoice.issued_on),
                (_("Due on"), invoice.due_on),
                (_("Method of payment"), invoice.get_method_display() if invoice.due_on else ""),
                (_("Total, tax included"), yen(invoice.total)),
                (_("Settled"), yen(invoice.settled) if invoice.settled else ""),
                (_("Still open"), self.left(invoice)),
                (_("Paid on"), invoice.paid_on),
                (_("Name of the recipient"), _changed(invoice)),
            ],
            "links": _papers(invoice),
        }


def _changed(invoice: Invoice) -> str:
    """The name on the paper, where the customer is called otherwise by now."""
    return "" if invoice.recipient_name in ("", invoice.customer.name) else invoice.recipient_name


def _papers(invoice: Invoice) -> list[tuple[Any, str]]:
    """The PDF, and what else leads on from a document."""
    links = []
    if hasattr(invoice, "paper"):
        links.append((_("The PDF"), reverse("admin:billing_invoice_pdf", args=[invoice.pk])))
    if invoice.state == InvoiceState.DRAFT:
        links.append((_("Draft as PDF"), reverse("admin:billing_invoice_preview", args=[invoice.pk])))
    unit = invoice.management_unit.number
    return [*links, (_("Compute the month once more"), recompute_url(unit, invoice.month))]


def overdue(invoice: Invoice, today: date) -> Row:
    """An invoice that is not paid on its due day."""
    return Row(
        str(invoice), change_url(invoice), invoice, invoice.debtor, invoice.due_on, note=yen(invoice.open_amount)
    )


show_at_home(
    Queue(
        "overdue",
        gettext_lazy("Overdue invoices"),
        Clause("G35.1"),
        MATCH,
        listed("billing_invoice", "overdue"),
        waiting=lambda day: Invoice.objects.overdue().oldest_due_first().with_list_data(),
        row=overdue,
        of_customer=lambda rows, customer: rows.owed_by(customer),
        empty=gettext_lazy("No invoice is overdue."),
        due=F("due_on"),
        place=68,
        among_others=5,
    )
)
waits(
    Waiting(
        gettext_lazy("Overdue invoices"),
        VIEW,
        Invoice.objects.overdue_by_clause,
        lambda clause: f"{reverse('admin:billing_invoice_changelist')}?queue=overdue",
    )
)
show_history("billing.invoice", lambda invoice: [invoice, invoice.allocations.all(), invoice.late_charges.all()])
search_for(Searcher(gettext_lazy("invoice"), VIEW, by_number(Invoice, whose)))
