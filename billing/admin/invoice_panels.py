"""What the page of an invoice shows, and of whose it is: each yen with its fee, days, clause and price; the tax; the paper."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing import explaining
from billing.admin.recomputed import recompute_url
from billing.models import Invoice, InvoiceLine
from contracts.models import Contract, Customer
from iijiot.console.panels import Panel, show_on

LINES = 100
"""Lines on one page of an invoice."""
SHOWN = 12
AFTER = "line_after"


def of_lines(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """A page of the lines, contract by contract, each with what explains it."""
    asked = request.GET.get(AFTER, "")
    after = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    groups, following = explaining.lines_after(invoice, after, LINES)
    return {"groups": groups, "next": following, "after": AFTER, "invoice": invoice}


def of_taxes(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """The tax by rate, as it stands on the paper."""
    return {"taxes": invoice.tax_totals.order_by("-percent"), "invoice": invoice}


def of_corrections(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """What lessens it, or what it lessens, and what remains."""
    found = explaining.corrected(invoice)
    return {"root": found.root, "notes": found.notes, "rest": found.rest, "is_root": found.root.pk == invoice.pk}


def of_papers(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """The PDF with its proof, the notice with which it went out, and the reminders of it."""
    paper = getattr(invoice, "paper", None)
    return {
        "paper": paper,
        "pdf": reverse("admin:billing_invoice_pdf", args=[invoice.pk]) if paper else "",
        "is_issued": bool(invoice.issued_on),
        "reminders": invoice.reminded.with_reminder()[:SHOWN],
    }


def of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The latest documents of a customer, and what is owed."""
    rows = Invoice.objects.of_party(customer)
    owed = Invoice.objects.open().owed_by(customer)
    register = reverse("admin:billing_invoice_changelist")
    return {
        "invoices": list(rows.with_list_data().latest_first()[:SHOWN]),
        "owed": owed.owed_in_all(),
        "overdue": owed.overdue().owed_in_all(),
        "all_invoices": f"{register}?q={customer.number}",
        "customer": customer,
    }


def of_contract(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """What a contract was charged by month, on which documents, each with the way to compute it once more."""
    months = InvoiceLine.objects.months_of_contract(contract.pk)[:SHOWN]
    documents = InvoiceLine.objects.documents_of_contract(contract.pk, [month for month, _more, _less in months])
    return {"months": list(_by_month(contract, months, documents))}


def _by_month(contract: Contract, months: Iterable[Any], documents: Iterable[Any]) -> Iterable[dict[str, Any]]:
    found: dict[Any, list[Invoice]] = {}
    for month, invoice in documents:
        found.setdefault(month, []).append(invoice)
    for month, charged, credited in months:
        yield {
            "month": f"{month:%Y-%m}",
            "charged": charged,
            "credited": credited,
            "net": charged + credited,
            "documents": found.get(month, []),
            "again": recompute_url(contract.number, month),
        }


def is_corrected(invoice: Invoice) -> bool:
    """Whether it corrects something, or something may correct it."""
    return invoice.issued_on is not None or invoice.corrects_id is not None


show_on("billing.invoice", Panel(_("What is on it"), "console/panel_invoice_lines.html", of_lines, "lines", 10))
show_on("billing.invoice", Panel(_("Tax by rate"), "console/panel_invoice_tax.html", of_taxes, "tax", 20))
show_on(
    "billing.invoice",
    Panel(_("Corrections"), "console/panel_invoice_corrections.html", of_corrections, "corrections", 30, is_corrected),
)
show_on("billing.invoice", Panel(_("Paper and notices"), "console/panel_invoice_paper.html", of_papers, "paper", 50))
show_on("contracts.customer", Panel(_("Invoices"), "console/panel_invoices.html", of_customer, "invoices", 61))
show_on(
    "contracts.contract",
    Panel(_("Invoiced by month"), "console/panel_invoiced.html", of_contract, "invoiced", 59),
)
