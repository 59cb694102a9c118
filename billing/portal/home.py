"""What of money stands on the portal's home."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from billing.models.invoice_state import TONES, InvoiceState
from contracts.models import Customer
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.portal.members import Member
from iijiot.portal.panels import HOME, Section, Todo, needs_attention, show_on
from iijiot.words import said

SHOWN = 5


@needs_attention
def to_pay(member: Member, day: date) -> Iterable[Todo]:
    """Invoices that wait for the customer's payment, what is due first first."""
    rows = Invoice.objects.that_the_debtor_must_pay().owed_by(member.customer)
    for invoice in rows[:SHOWN]:
        late = invoice.state == InvoiceState.OVERDUE
        yield Todo(
            said(_("Pay {amount} of {invoice}"), amount=yen(invoice.open_amount), invoice=invoice.number),
            reverse("portal:invoice", args=[invoice.number]),
            _("It is overdue.") if late else "",
            due=invoice.due_on,
            clause=Clause("G35.1" if late else "G33"),
            tone="danger" if late else "info",
        )


def owed(member: Member, customer: Customer, day: date) -> dict[str, Any]:
    """What is open in all, and the latest documents."""
    open_ones = Invoice.objects.open().owed_by(customer)
    latest = Invoice.objects.issued().owed_by(customer).with_list_data().latest_first()
    return {"owed": open_ones.owed_in_all(), "invoices": list(latest[:SHOWN]), "tones": TONES}


show_on(HOME, Section(_("What you owe"), "portal/home_invoices.html", owed, "owed", 20))
