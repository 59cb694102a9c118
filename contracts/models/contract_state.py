"""Where a contract is in its life, and what is allowed when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.rules import Allowed
from iijiot.words import Words


class State(models.TextChoices):
    """Where a contract is in its life."""

    ACCEPTED = "accepted", _("Accepted, waiting for its start")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended (article 26)")
    RESTRICTED = "restricted", _("Restricted (article 26)")
    ENDED = "ended", _("Ended")

    @classmethod
    def living(cls) -> list[str]:
        """States in which the contract exists."""
        return [cls.ACCEPTED, cls.ACTIVE, cls.SUSPENDED, cls.RESTRICTED]

    @classmethod
    def running(cls) -> list[str]:
        """States in which other contracts can rest on it and monthly fees arise (G30.3)."""
        return [cls.ACTIVE, cls.SUSPENDED, cls.RESTRICTED]


SHOWN_TO_CUSTOMERS: dict[str, Words] = {
    State.ACCEPTED: _("Waiting for its start"),
    State.ACTIVE: _("In use now"),
    State.SUSPENDED: _("Use suspended"),
    State.RESTRICTED: _("Use restricted"),
    State.ENDED: _("Ended"),
}
"""The states as customers read them."""

TONES: dict[str, str] = {
    State.ACCEPTED: "info",
    State.ACTIVE: "success",
    State.SUSPENDED: "warning",
    State.RESTRICTED: "warning",
    State.ENDED: "default",
}

ALLOWED: Allowed = {
    "set_start": [State.ACCEPTED],
    "waive_conditions": [State.ACCEPTED],
    "start": [State.ACCEPTED],
    "take_termination": State.living(),
    "take_notice": State.living(),
    "protect": State.living(),
    "unprotect": State.living(),
    "take_fewer_lines": State.living(),
    "change_quantity": State.living(),
    "schedule_end": State.living(),
    "lift_end": State.living(),
    "end": State.living(),
    "take_suspension": State.running(),
    "suspend": [State.ACTIVE, State.RESTRICTED],
    "restrict": [State.ACTIVE, State.SUSPENDED],
    "resume": [State.SUSPENDED, State.RESTRICTED],
}
"""What is allowed when."""
