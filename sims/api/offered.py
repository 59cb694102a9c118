"""The scopes of this app, and which kinds of partners may have each (G40.3)."""

from django.utils.translation import gettext_lazy as _

from contracts.models import PartnerKind
from iijiot.api.scopes import offer

SALES, CARRIER, CUSTOMER = PartnerKind.SALES, PartnerKind.CARRIER, PartnerKind.CUSTOMER


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("lines:read", _("Read lines"), (SALES, CARRIER, CUSTOMER))
    offer("lines:write", _("Activate, pause, resume and report lines"), (SALES, CARRIER, CUSTOMER))
    offer("sim-cards:read", _("Read SIM cards"), (SALES, CARRIER, CUSTOMER))
