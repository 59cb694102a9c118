"""The scopes of this app, and which kinds of partners may have each (G40.3)."""

from django.utils.translation import gettext_lazy as _

from contracts.api.telling import teller
from contracts.models import PartnerKind
from iijiot import events
from iijiot.api.scopes import offer
from sims.api.shown import CARD, CHANGE, LINE, REPORT
from sims.models import Incident, Line, LineChange, SimCard

SALES, CARRIER, CUSTOMER = PartnerKind.SALES, PartnerKind.CARRIER, PartnerKind.CUSTOMER


def declare() -> None:
    """Offer them; called when the app is ready."""
    offer("lines:read", _("Read lines"), (SALES, CARRIER, CUSTOMER))
    offer("lines:write", _("Activate, pause, resume and report lines"), (SALES, CARRIER, CUSTOMER))
    offer("sim-cards:read", _("Read SIM cards"), (SALES, CARRIER, CUSTOMER))
    offer("sim-cards:write", _("Report the arrival, fault, loss and find of SIM cards"), (SALES, CARRIER, CUSTOMER))
    offer("line-changes:read", _("Read changes of the number of lines"), (SALES, CUSTOMER))
    offer("line-changes:write", _("Reduce the number of lines, and take changes back"), (SALES, CUSTOMER))
    offer("reports:read", _("Read reports of faults and losses"), (SALES, CARRIER, CUSTOMER))
    offer("reports:write", _("Withdraw reports of faults"), (SALES, CARRIER, CUSTOMER))
    offer("usage:read", _("Read usage"), (SALES, CARRIER, CUSTOMER))
    offer("usage:write", _("Load usage"), (CARRIER,))
    lines, cards = (
        teller(Line.objects, LINE, "contract__customer"),
        teller(SimCard.objects, CARD, "line__contract__customer"),
    )
    events.tell_of(events.Source("line", Line, lines, "lines:read"))
    changes = teller(LineChange.objects, CHANGE, "contract__customer")
    reports = teller(Incident.objects, REPORT, "line__contract__customer")
    events.tell_of(events.Source("line-change", LineChange, changes, "line-changes:read"))
    events.tell_of(events.Source("report", Incident, reports, "reports:read"))
    events.tell_of(events.Source("sim-card", SimCard, cards, "sim-cards:read"))
