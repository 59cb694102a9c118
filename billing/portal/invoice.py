"""The customer's invoices: the list, each explained line by line, the PDF, the lines as CSV, what is open and how to pay."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from billing import claiming, explaining
from billing.models import Invoice, InvoiceKind
from billing.models.invoice_state import OPEN, TONES
from contracts.models import Customer
from iijiot import access_log, company, export, file_store
from iijiot.attachments import as_file
from iijiot.models import AccessEvent
from iijiot.portal.csv_files import csv_file, in_language, in_slices
from iijiot.portal.forms import TextField
from iijiot.portal.lists import ListFilter, ListPage
from iijiot.portal.panels import Entry, navigate
from iijiot.portal.views import OwnView, PortalView
from iijiot.words import Words

LINES = 100
"""Lines on one page of an invoice."""
ORDER = ("-month", "-pk")
COLUMNS_OF_LIST = (
    gettext_lazy("Number"),
    gettext_lazy("Kind"),
    pgettext_lazy("of an invoice", "Month"),
    gettext_lazy("Number of the management unit"),
    gettext_lazy("Management unit"),
    gettext_lazy("Issued on"),
    gettext_lazy("Due on"),
    gettext_lazy("Taxable, net"),
    gettext_lazy("Consumption tax"),
    gettext_lazy("Outside the tax"),
    gettext_lazy("Total"),
    gettext_lazy("Still to be paid"),
    gettext_lazy("State"),
)
COLUMNS = (
    gettext_lazy("Contract"),
    gettext_lazy("Service"),
    gettext_lazy("For"),
    gettext_lazy("First day"),
    gettext_lazy("Last day"),
    gettext_lazy("Days"),
    gettext_lazy("Days of the month"),
    gettext_lazy("Fee"),
    gettext_lazy("Quantity"),
    gettext_lazy("Amount"),
    gettext_lazy("Tax rate"),
    gettext_lazy("Clause"),
)


def invoices_of(customer: Customer) -> Any:
    """The issued documents that are the customer's now: its own, and those of whom it has followed (G17, G18)."""
    return Invoice.objects.issued().owed_by(customer)


def with_page_data(customer: Customer) -> Any:
    """The same, with what the page of one shows."""
    return invoices_of(customer).with_page_data()


class InvoiceFilter(ListFilter):
    """What is looked for among documents."""

    q = TextField(
        label=gettext_lazy("Search"), required=False, max_length=100,
        help_text=gettext_lazy("Number of the invoice, month such as 2026-10, or management unit"),
    )  # fmt: skip
    open = forms.ChoiceField(
        label=gettext_lazy("Which invoices"), required=False,
        choices=[("", gettext_lazy("All of them")), ("1", pgettext_lazy("of an invoice", "To be paid"))],
    )  # fmt: skip

    def narrowed(self, rows: Any) -> Any:
        """The documents that are looked for."""
        rows = rows.open() if "open" in self.asked else rows
        return rows.sought(self.asked["q"]) if "q" in self.asked else rows


class InvoiceList(ListPage):
    """Invoices, credit notes and statements, the latest first; or those that are to be paid."""

    template, part, title = "portal/invoices.html", "portal:invoices", gettext_lazy("Invoices")
    search, order, search_label = InvoiceFilter, ORDER, gettext_lazy("Search invoices")

    def rows(self) -> Any:
        """All of them."""
        return invoices_of(self.customer).with_list_data()

    def about(self) -> dict[str, Any]:
        """The colours of their states."""
        return {"tones": TONES}


class InvoicePage(OwnView):
    """One document."""

    template, part = "portal/invoice.html", "portal:invoices"
    own = staticmethod(with_page_data)

    def heading(self) -> Words:
        """What it is, and its number."""
        return f"{self.record.get_kind_display()} {self.record.number}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its sums, its lines, what corrects it, what is open of it and what that costs."""
        invoice = self.record
        asked = request.GET.get("line_after", "")
        after = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
        groups, following = explaining.lines_after(invoice, after, LINES)
        is_open = invoice.state in OPEN and invoice.kind == InvoiceKind.INVOICE
        return self.render(
            invoice=invoice,
            tone=TONES[invoice.state],
            groups=groups,
            next=following,
            taxes=invoice.tax_totals.order_by("-percent"),
            corrected=explaining.corrected(invoice),
            is_open=is_open,
            accrual=next(iter(claiming.accruals([invoice], self.today)), None) if is_open else None,
            payee=company.present() if is_open else None,
            paper=getattr(invoice, "paper", None),
        )


class InvoicePdf(OwnView):
    """The paper as it was sent."""

    own = staticmethod(with_page_data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file; that it was taken is in the access log."""
        paper = getattr(self.record, "paper", None)
        if paper is None:
            raise Http404
        try:
            file = file_store.opened(paper.stored_as, paper.sha256)
        except file_store.Lost:
            messages.error(request, _("The file cannot be read at the moment. Tell us, and we send it to you."))
            return redirect("portal:invoice", number=self.record.number)
        if request.method == "GET":
            access_log.note(AccessEvent.Kind.EXPORTED, request, detail=paper.file_name)
        answer: HttpResponseBase = as_file(FileResponse(file, content_type="application/pdf"), paper.file_name)
        return answer


class InvoiceCsv(OwnView):
    """The lines as a file for spreadsheets."""

    own = staticmethod(with_page_data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Every line."""
        number = self.record.number
        found = in_language(explaining.every_line(self.record), _cells)
        return csv_file(request, f"{number}.csv", COLUMNS, found, told=f"{number} csv")


class InvoicesCsv(PortalView):
    """The list as a file for spreadsheets."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the search of the list finds."""
        rows = InvoiceFilter(request.GET or {}, member=self.member).narrowed(
            invoices_of(self.customer).with_list_data()
        )
        found = in_language(in_slices(rows, *ORDER), _document)
        return csv_file(request, "invoices.csv", COLUMNS_OF_LIST, found, told="invoices csv")


def _cells(found: Any) -> list[export.Value]:
    line = found.line
    return [
        line.contract.number if line.contract else "",
        str(line.contract.service) if line.contract else "",
        explaining.what_for(line),
        line.first,
        line.last,
        line.days,
        line.of_days,
        None if line.is_correction else line.fee,
        line.quantity,
        line.amount,
        "" if line.tax_percent is None else line.tax_percent,
        found.clause.citation,
    ]


def _document(invoice: Invoice) -> list[export.Value]:
    return [
        invoice.number,
        str(invoice.get_kind_display()),
        f"{invoice.month:%Y-%m}",
        invoice.management_unit.number,
        invoice.management_unit.name,
        invoice.issued_on,
        invoice.due_on,
        invoice.net,
        invoice.tax,
        invoice.untaxed,
        invoice.total,
        invoice.open_amount,
        str(invoice.state_for_customers),
    ]


navigate(Entry("portal:invoices", gettext_lazy("Invoices"), 30))
