"""Where a line is in its service, and what is allowed when: its card and the network have states of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.rules import Allowed


class Service(models.TextChoices):
    """Where a line is in its service."""

    ORDERED = "ordered", pgettext_lazy("of a line", "Ordered")
    ACTIVE = "active", pgettext_lazy("of a line", "In service")
    PAUSED = "paused", _("Paused at the customer's wish")
    STOPPED = "stopped", _("Stopped with its contract")
    ENDED = "ended", pgettext_lazy("of a line", "Ended")

    @classmethod
    def living(cls) -> list[str]:
        """States in which the line exists and fees arise (G30.3)."""
        return [cls.ORDERED, cls.ACTIVE, cls.PAUSED, cls.STOPPED]


TONES: dict[str, str] = {
    Service.ORDERED: "info",
    Service.ACTIVE: "success",
    Service.PAUSED: "warning",
    Service.STOPPED: "warning",
    Service.ENDED: "default",
}

ALLOWED: Allowed = {
    "activate": [Service.ORDERED],
    "pause": [Service.ACTIVE],
    "resume": [Service.PAUSED],
    "stop": [Service.ACTIVE, Service.PAUSED],
    "release": [Service.STOPPED],
    "release_paused": [Service.STOPPED],
    "schedule_end": Service.living(),
    "lift_end": Service.living(),
    "end": Service.living(),
    "protect": Service.living(),
    "unprotect": Service.living(),
}
"""What is allowed when."""
