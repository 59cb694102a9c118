"""The scopes of this app, and which kinds of partners may have each (G40.3)."""

from django.utils.translation import gettext_lazy as _

from contracts.api.telling import teller
from contracts.models import PartnerKind
from iijiot import events
from iijiot.api.scopes import offer
from sims.api.shown import CARD, LINE
from sims.models import Line, SimCard

SALES, CARRIER, CUSTOMER = PartnerKind.SALES, PartnerKind.CARRIER, PartnerKind.CUSTOMER


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("lines:read", _("Read lines"), (SALES, CARRIER, CUSTOMER))
    offer("lines:write", _("Activate, pause, resume and report lines"), (SALES, CARRIER, CUSTOMER))
    offer("sim-cards:read", _("Read SIM cards"), (SALES, CARRIER, CUSTOMER))
    lines, cards = (
        teller(Line.objects, LINE, "contract__customer"),
        teller(SimCard.objects, CARD, "line__contract__customer"),
    )
    events.tell_of(events.Source("line", Line, lines, "lines:read"))
    events.tell_of(events.Source("sim-card", SimCard, cards, "sim-cards:read"))
