"""The scopes of this app, and which kinds of partners may have each (G40.3)."""

from django.utils.translation import gettext_lazy as _

from contracts.models import PartnerKind
from iijiot.api.scopes import offer

SALES, CARRIER, PLATFORM, CUSTOMER = PartnerKind.SALES, PartnerKind.CARRIER, PartnerKind.PLATFORM, PartnerKind.CUSTOMER
EVERYBODY = tuple(PartnerKind)


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("services:read", _("Read the catalogue of services"), EVERYBODY)
    offer("customers:read", _("Read customers"), (SALES, PLATFORM, CUSTOMER))
    offer("management-units:read", _("Read management units"), (SALES, CUSTOMER))
    offer("external-subscriptions:read", _("Read external subscriptions"), (SALES, PLATFORM, CUSTOMER))
    offer("applications:read", _("Read applications"), (SALES, CUSTOMER))
    offer("applications:write", _("File and withdraw applications"), (SALES, CUSTOMER))
    offer("contracts:read", _("Read contracts"), (SALES, PLATFORM, CUSTOMER))
    offer("terminations:read", _("Read terminations"), (SALES, PLATFORM, CUSTOMER))
    offer("terminations:write", _("Give termination notices and take them back"), (SALES, CUSTOMER))
    offer("notices:read", _("Read notices to customers"), (SALES, CUSTOMER))
