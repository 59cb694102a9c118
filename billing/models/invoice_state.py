"""What an invoice can be, how its states are called and shown, and what is allowed when."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.rules import Allowed
from iijiot.words import Words


class InvoiceKind(models.TextChoices):
    """Which document it is."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit-note", _("Credit note")
    STATEMENT = "statement", _("Statement of zero yen")


class InvoiceState(models.TextChoices):
    """Where a document is. Of a credit note, what is paid is what was set off or paid out of it."""

    DRAFT = "draft", pgettext_lazy("of an invoice", "Draft")
    ISSUED = "issued", pgettext_lazy("of an invoice", "Issued")
    PARTLY_PAID = "partly-paid", pgettext_lazy("of an invoice", "Partly paid")
    PAID = "paid", pgettext_lazy("of an invoice", "Paid")
    OVERDUE = "overdue", pgettext_lazy("of an invoice", "Overdue")
    WRITTEN_OFF = "written-off", pgettext_lazy("of an invoice", "Written off")
    DISCARDED = "discarded", pgettext_lazy("of an invoice", "Discarded before issue")


UNISSUED = [InvoiceState.DRAFT, InvoiceState.DISCARDED]
OPEN = [InvoiceState.ISSUED, InvoiceState.PARTLY_PAID, InvoiceState.OVERDUE]

TONES: dict[str, str] = {
    InvoiceState.DRAFT: "default",
    InvoiceState.ISSUED: "info",
    InvoiceState.PARTLY_PAID: "info",
    InvoiceState.PAID: "success",
    InvoiceState.OVERDUE: "danger",
    InvoiceState.WRITTEN_OFF: "default",
    InvoiceState.DISCARDED: "default",
}

OF_CREDIT_NOTES: dict[str, Words] = {
    InvoiceState.ISSUED: pgettext_lazy("of a credit note", "Not used yet"),
    InvoiceState.PARTLY_PAID: pgettext_lazy("of a credit note", "Partly used"),
    InvoiceState.PAID: pgettext_lazy("of a credit note", "Used up"),
}
OF_INVOICES: dict[str, Words] = {
    InvoiceState.ISSUED: pgettext_lazy("of an invoice", "To be paid"),
    InvoiceState.PARTLY_PAID: pgettext_lazy("of an invoice", "Partly paid"),
    InvoiceState.PAID: pgettext_lazy("of an invoice", "Paid"),
    InvoiceState.OVERDUE: pgettext_lazy("of an invoice", "Overdue"),
    InvoiceState.WRITTEN_OFF: pgettext_lazy("of an invoice", "Closed"),
}


def shown_to_customers(kind: str, state: str) -> Words:
    """A state as customers read it, which of a credit note is how far it is used up."""
    if kind == InvoiceKind.STATEMENT:
        return pgettext_lazy("of an invoice", "Nothing to pay")
    words = OF_CREDIT_NOTES if kind == InvoiceKind.CREDIT_NOTE else OF_INVOICES
    return words.get(state, "")


ALLOWED: Allowed = {
    "issue": [InvoiceState.DRAFT],
    "discard": [InvoiceState.DRAFT],
    "pay_in_part": [InvoiceState.ISSUED, InvoiceState.PARTLY_PAID],
    "pay_late_in_part": [InvoiceState.OVERDUE],
    "pay_off": OPEN,
    "take_payment_back": [InvoiceState.PARTLY_PAID, InvoiceState.PAID, InvoiceState.OVERDUE],
    "take_back_of_written_off": [InvoiceState.WRITTEN_OFF],
    "fall_overdue": [InvoiceState.ISSUED, InvoiceState.PARTLY_PAID],
    "write_off": OPEN,
    "take_up": [InvoiceState.WRITTEN_OFF],
    "pass_to": [*OPEN, InvoiceState.WRITTEN_OFF],
    "pass_with_all": [InvoiceState.DRAFT, *OPEN, InvoiceState.PAID, InvoiceState.WRITTEN_OFF],
}
"""What is allowed when."""


class Method(models.TextChoices):
    """How an invoice is to be paid (G33)."""

    TRANSFER = "transfer", _("Bank transfer")
    DIRECT_DEBIT = "direct-debit", _("Direct debit")
