"""The scopes of this app, which kinds of partners may have each, and what is told of when it changes (G40.3)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts import delivering
from contracts.api import shown
from contracts.api.telling import teller
from contracts.models import Application, Contract, Grant, Notice, PartnerKind, Termination
from iijiot import events
from iijiot.api.scopes import offer

SALES, CARRIER, PLATFORM, CUSTOMER = PartnerKind.SALES, PartnerKind.CARRIER, PartnerKind.PLATFORM, PartnerKind.CUSTOMER
EVERYBODY = tuple(PartnerKind)


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("services:read", _("Read the catalogue of services"), EVERYBODY)
    offer("customers:read", _("Read customers"), (SALES, PLATFORM, CUSTOMER))
    offer("management-units:read", _("Read management units"), (SALES, CUSTOMER))
    offer("external-subscriptions:read", _("Read external subscriptions"), (SALES, PLATFORM, CUSTOMER))
    offer(
        "external-subscriptions:write",
        _("Report the end of external subscriptions"),
        (SALES, PLATFORM, CUSTOMER),
    )
    offer("applications:read", _("Read applications"), (SALES, CUSTOMER))
    offer("applications:write", _("File and withdraw applications"), (SALES, CUSTOMER))
    offer("contracts:read", _("Read contracts"), (SALES, PLATFORM, CUSTOMER))
    offer("conditions:write", _("Tell what was decided or disclosed before the start"), (SALES, PLATFORM, CUSTOMER))
    offer("terminations:read", _("Read terminations"), (SALES, PLATFORM, CUSTOMER))
    offer("terminations:write", _("Give termination notices and take them back"), (SALES, CUSTOMER))
    offer("events:read", _("Read events of what can be read anyway"), EVERYBODY)
    offer("webhooks:read", _("Read webhooks and what was sent to them"), EVERYBODY)
    offer("webhooks:write", _("Open, change and stop webhooks, and have events sent again"), EVERYBODY)
    if settings.SANDBOX:
        declare_sandbox()
    events.heard_by(delivering.heard)
    events.read_by(lambda: Grant.objects.standing().exists())
    for kind, model, shape, scope, ways in (
        ("application", Application, shown.APPLICATION, "applications:read", ["customer"]),
        ("contract", Contract, shown.CONTRACT, "contracts:read", ["customer"]),
        (
            "termination",
            Termination,
            shown.TERMINATION,
            "terminations:read",
            ["contract__customer", "external__customer"],
        ),
        ("notice", Notice, shown.NOTICE, "notices:read", ["customer"]),
    ):
        events.tell_of(events.Source(kind, model, teller(model.objects, shape, *ways), scope))
    offer("notices:read", _("Read notices to customers"), (SALES, CUSTOMER))


def declare_sandbox() -> None:
    """Offer the scopes of its clock."""
    offer("sandbox:read", _("Read the sandbox's clock"), EVERYBODY)
    offer("sandbox:write", _("Move the sandbox's clock on"), EVERYBODY)
