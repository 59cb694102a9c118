"""The scopes of this app, and which kinds of partners may have each: a carrier sees no invoice (G40.3)."""

from django.utils.translation import gettext_lazy as _

from billing.api.shown import INVOICE, PAYMENT
from billing.models import Invoice, Receipt
from contracts.api.telling import teller
from contracts.models import PartnerKind
from iijiot import events
from iijiot.api.scopes import offer


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("invoices:read", _("Read invoices"), (PartnerKind.SALES, PartnerKind.CUSTOMER))
    offer("payments:read", _("Read payments"), (PartnerKind.SALES, PartnerKind.CUSTOMER))
    offer("payments:write", _("Report payments that were taken for us"), (PartnerKind.SALES,))
    invoices = teller(Invoice.objects.issued(), INVOICE, "passed_to", "customer")
    events.tell_of(events.Source("invoice", Invoice, invoices, "invoices:read"))
    payments = teller(Receipt.objects, PAYMENT, "customer")
    events.tell_of(events.Source("payment", Receipt, payments, "payments:read"))
