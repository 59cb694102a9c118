"""The dialogs of reports of faults and losses, and of replacements: a lawful record each, and what a clerk types."""

from datetime import date
from typing import Any

from sims.models import Incident, SimCard
from tests.factories import IncidentFactory, SimCardFactory
from tests.factories.sims import LineFactory

DAY = "2026-11-25"
LOST = {"kind": "loss", "channel": "phone", "on": DAY, "what": "現場で紛失"}
REPORTED = date(2026, 11, 20)


def in_use() -> SimCard:
    """A card on loan, and one in stock."""
    SimCardFactory()
    made: SimCard = SimCardFactory(lent=True)
    return made


def loss() -> Incident:
    """A loss whose procedure is to be done, on one of two lines; a card is in stock."""
    SimCardFactory()
    made: Incident = IncidentFactory(reported_on=REPORTED)
    LineFactory(contract=made.line.contract)
    return made


def fault() -> Incident:
    """A fault whose procedure is to be done."""
    made: Incident = IncidentFactory(card=SimCardFactory(lent=True, state="faulty"), kind="fault", reported_on=REPORTED)
    return made


REFUSED_THEN: dict[str, Any] = {
    "report-card": (in_use, LOST),
    "report-line-card": (lambda: in_use().line, LOST),
    "card-found": (lambda: loss().card, {"on": DAY}),
    "replace-card": (in_use, {"reason": "wish", "form_factor": "3ff", "on": DAY}),
    "replace-reported": (loss, {"form_factor": "3ff", "on": DAY}),
    "end-reported-line": (loss, {"reason": "回線は不要"}),
    "withdraw-report": (fault, {"reason": "再起動で復旧"}),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "remind-of-loss": (loss, {}),
}
"""Acts that can be taken once more, if somebody wants just that."""
