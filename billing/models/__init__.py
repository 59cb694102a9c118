"""Prices, invoices, runs and payments: a file for each thing."""

from billing.models.agreed import AgreedPrice
from billing.models.allocation import Allocation
from billing.models.bank_account import BankAccount
from billing.models.bank_file import BankFile
from billing.models.debit import Debit, DebitPart
from billing.models.exemption import ExemptFrom, Exemption
from billing.models.extra_item import ExtraItem
from billing.models.invoice import Invoice
from billing.models.invoice_line import InvoiceLine, LineKind, TaxTotal
from billing.models.invoice_paper import InvoicePaper
from billing.models.invoice_state import InvoiceKind, InvoiceState, Method
from billing.models.late_charge import LateCharge
from billing.models.mandate import Mandate
from billing.models.payer import PayerSign, PaymentTerms
from billing.models.payment_policy import PaymentPolicy
from billing.models.price import Price
from billing.models.price_version import PriceVersion
from billing.models.receipt import Receipt
from billing.models.refund import Refund
from billing.models.reminder import Reminded, Reminder
from billing.models.run import AsideCause, BillingChunk, BillingRun, SetAside

__all__ = [
    "AgreedPrice",
    "Allocation",
    "AsideCause",
    "BankAccount",
    "BankFile",
    "BillingChunk",
    "BillingRun",
    "Debit",
    "DebitPart",
    "ExemptFrom",
    "Exemption",
    "ExtraItem",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoicePaper",
    "InvoiceState",
    "LateCharge",
    "LineKind",
    "Mandate",
    "Method",
    "PayerSign",
    "PaymentPolicy",
    "PaymentTerms",
    "Price",
    "PriceVersion",
    "Receipt",
    "Refund",
    "Reminded",
    "Reminder",
    "SetAside",
    "TaxTotal",
]
