"""The scopes of this app, and which kinds of partners may have each: a carrier sees no invoice (G40.3)."""

from django.utils.translation import gettext_lazy as _

from contracts.models import PartnerKind
from iijiot.api.scopes import offer


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("invoices:read", _("Read invoices"), (PartnerKind.SALES, PartnerKind.CUSTOMER))
    offer("payments:read", _("Read payments"), (PartnerKind.SALES, PartnerKind.CUSTOMER))
