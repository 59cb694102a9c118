"""Prices, invoices, runs and payments: a file for each thing."""

from billing.models.invoice import Invoice, InvoiceKind, InvoiceState
from billing.models.invoice_line import InvoiceLine, LineKind, TaxTotal
from billing.models.run import BillingChunk, BillingRun, SetAside

__all__ = [
    "BillingChunk",
    "BillingRun",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "LineKind",
    "SetAside",
    "TaxTotal",
]
