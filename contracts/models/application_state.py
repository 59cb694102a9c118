"""Where an application is, and what is allowed when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.rules import Allowed


class State(models.TextChoices):
    """Where an application is."""

    RECEIVED = "received", _("Received")
    SCREENING = "screening", _("In screening")
    ON_HOLD = "on-hold", _("On hold, documents asked for")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @classmethod
    def open(cls) -> list[str]:
        """States in which a decision is still to come."""
        return [cls.RECEIVED, cls.SCREENING, cls.ON_HOLD]


TONES: dict[str, str] = {
    State.RECEIVED: "info",
    State.SCREENING: "info",
    State.ON_HOLD: "warning",
    State.ACCEPTED: "success",
    State.REFUSED: "danger",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "screen": [State.RECEIVED],
    "record_findings": [State.SCREENING, State.ON_HOLD],
    "ask_documents": [State.RECEIVED, State.SCREENING, State.ON_HOLD],
    "documents_arrived": [State.ON_HOLD],
    "accept": [State.SCREENING],
    "refuse": [State.SCREENING, State.ON_HOLD],
    "withdraw": [State.RECEIVED, State.SCREENING, State.ON_HOLD],
}
"""What is allowed when."""
