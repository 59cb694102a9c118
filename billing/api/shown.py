"""What other systems see of invoices and payments: whole yen, as the documents say them (T05)."""

from billing.models import InvoiceLine, TaxTotal
from contracts.api.shown import CONTRACT, CUSTOMER, UNIT
from iijiot.api.ids import PublicId
from iijiot.api.shapes import Link, Many, Part, Shape

INVOICE_IDS, PAYMENT_IDS = PublicId("inv", "O0000001"), PublicId("pay", "RC0000001")

ITEM = Shape(
    None,
    {
        "kind": Part("kind"),
        "contract": Link("contract", CONTRACT, null=True),
        "clause": Part("clause", example="MA13.1"),
        "month": Part("month", "date"),
        "first": Part("first", "date"),
        "last": Part("last", "date"),
        "days": Part("days", "integer"),
        "of_days": Part("of_days", "integer"),
        "quantity": Part("quantity", "integer"),
        "fee": Part("fee", "integer"),
        "unit_amount": Part("unit_amount", "integer"),
        "amount": Part("amount", "integer"),
        "tax_percent": Part("tax_percent", "integer", null=True),
        "is_correction": Part("is_correction", "boolean"),
    },
    name="InvoiceItem",
)

TAX = Shape(
    None,
    {"percent": Part("percent", "integer"), "net": Part("net", "integer"), "tax": Part("tax", "integer")},
    name="InvoiceTax",
)

_INVOICE = Shape(
    INVOICE_IDS,
    {
        "number": Part("number"),
        "kind": Part("kind"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "passed_to": Link("passed_to", CUSTOMER, null=True),
        "management_unit": Link("management_unit", UNIT),
        "month": Part("month", "date"),
        "net": Part("net", "integer"),
        "tax": Part("tax", "integer"),
        "untaxed": Part("untaxed", "integer"),
        "total": Part("total", "integer"),
        "settled": Part("settled", "integer"),
        "method": Part("method"),
        "issued_on": Part("issued_on", "date"),
        "due_on": Part("due_on", "date", null=True),
        "paid_on": Part("paid_on", "date", null=True),
    },
    name="InvoiceInBrief",
)

INVOICE = Shape(
    INVOICE_IDS,
    {**_INVOICE.parts, "corrects": Link("corrects", _INVOICE, null=True)},
    many={
        "items": Many(InvoiceLine.objects.of_invoices, "invoice", ITEM),
        "taxes": Many(TaxTotal.objects.of_invoices, "invoice", TAX),
    },
    name="Invoice",
)

PAYMENT = Shape(
    PAYMENT_IDS,
    {
        "number": Part("number"),
        "state": Part("state"),
        "customer": Link("customer", CUSTOMER),
        "source": Part("source"),
        "amount": Part("amount", "integer"),
        "allocated": Part("allocated", "integer"),
        "value_on": Part("value_on", "date"),
    },
    name="Payment",
)
