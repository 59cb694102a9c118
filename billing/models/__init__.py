"""Prices, invoices, runs and payments: a file for each thing."""

from billing.models.agreed import AgreedPrice
from billing.models.extra_item import ExtraItem
from billing.models.invoice import Invoice, InvoiceKind, InvoiceState
from billing.models.invoice_line import InvoiceLine, LineKind, TaxTotal
from billing.models.price import Price
from billing.models.price_version import PriceVersion
from billing.models.run import BillingChunk, BillingRun, SetAside

__all__ = [
    "AgreedPrice",
    "BillingChunk",
    "BillingRun",
    "ExtraItem",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "LineKind",
    "Price",
    "PriceVersion",
    "SetAside",
    "TaxTotal",
]
