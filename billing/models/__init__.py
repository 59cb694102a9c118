"""Prices, invoices, runs and payments: a file for each thing."""

from billing.models.exemption import ExemptFrom, Exemption
from billing.models.invoice import Invoice
from billing.models.invoice_line import InvoiceLine, LineKind, TaxTotal
from billing.models.invoice_paper import InvoicePaper
from billing.models.invoice_state import InvoiceKind, InvoiceState, Method
from billing.models.run import AsideCause, BillingChunk, BillingRun, SetAside

__all__ = [
    "AsideCause",
    "BillingChunk",
    "BillingRun",
    "ExemptFrom",
    "Exemption",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoicePaper",
    "InvoiceState",
    "LineKind",
    "Method",
    "SetAside",
    "TaxTotal",
]
