"""Devices that were seen on lines and that nobody registered: proposals of a violation (MA15.1)."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Violation
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField
from sims.models.line import Line


class State(models.TextChoices):
    """What has come of it."""

    OPEN = "open", pgettext_lazy("of a sighting", "To be looked at")
    VIOLATION = "violation", _("Recorded as a violation")
    REGISTERED = "registered", _("Device registered")
    DISMISSED = "dismissed", _("No violation")


TONES: dict[str, str] = {
    State.OPEN: "warning",
    State.VIOLATION: "danger",
    State.REGISTERED: "success",
    State.DISMISSED: "default",
}

ALLOWED: Allowed = {"record_violation": [State.OPEN], "register": [State.OPEN], "dismiss": [State.OPEN]}
"""What is allowed when."""


class SightingQuerySet(RecordedQuerySet["Sighting"]):
    """Sightings by what is to be done."""

    def open(self) -> "SightingQuerySet":
        """To be looked at, the first seen first."""
        return self.filter(state=State.OPEN).order_by("first_seen_on", "pk")

    def of_imei(self, imei: str) -> "SightingQuerySet":
        """Those of this device, the latest first."""
        return self.filter(imei=imei).order_by("-pk")

    def of_pairs(self, lines: Any, imeis: Any) -> "SightingQuerySet":
        """Those of any of these lines with any of these devices."""
        return self.filter(line__in=lines, imei__in=imeis)

    def seen_before(self, day: date) -> "SightingQuerySet":
        """Those not seen on a day or later."""
        return self.filter(last_seen_on__lt=day)

    def with_list_data(self) -> "SightingQuerySet":
        """With what a list shows of each."""
        return self.select_related("line__contract__customer", "violation")


class Sighting(RecordedModel):
    """A device seen on a line that is neither registered nor designated: a violation may be recorded (MA15.1)."""

    LOCK_RANK = 45
    CUSTOMER = "line__contract__customer"
    FIXED: ClassVar = {"line": "MA15.1", "imei": "MA15.1", "first_seen_on": "MA15.1"}
    TOLD = ("line", "imei", "first_seen_on")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"imei": NO, "outcome": REST}

    line = models.ForeignKey(Line, models.PROTECT, related_name="sightings", verbose_name=_("line"))
    imei = models.CharField("IMEI", max_length=15)
    first_seen_on = models.DateField(_("first seen on"))
    last_seen_on = models.DateField(_("last seen on"))
    violation = models.ForeignKey(
        Violation, models.PROTECT, related_name="sightings", verbose_name=_("violation"), null=True, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.OPEN, choices=State)

    objects = SightingQuerySet.as_manager()

    class Meta:
        verbose_name = _("device seen")
        verbose_name_plural = _("devices seen")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("settle_sighting", _("Can decide on devices seen"))]
        indexes: ClassVar = [
            models.Index(fields=["first_seen_on", "id"], condition=Q(state="open"), name="sighting_open"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sighting_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA15.1",
                violation_error_message=_("This is no state of a device seen."),
            ),
            models.UniqueConstraint(
                fields=["line", "imei"],
                condition=Q(state="open"),
                name="one_open_sighting_per_line_and_device",
                violation_error_code="MA15.1",
                violation_error_message=_("This device seen on this line is to be looked at already."),
            ),
            models.CheckConstraint(
                name="sighting_last_seen_after_the_first",
                condition=Q(last_seen_on__gte=F("first_seen_on")),
                violation_error_code="MA15.1",
                violation_error_message=_("A device is last seen on the day on which it was first seen, or later."),
            ),
            models.CheckConstraint(
                name="sighting_of_a_device",
                condition=Q(imei__regex=r"^[0-9]{15}$"),
                violation_error_code="MA7",
                violation_error_message=_("An IMEI is stored as 15 digits."),
            ),
            models.CheckConstraint(
                name="sighting_settled_with_its_outcome",
                condition=Q(state="open", violation=None, outcome="")
                | Q(state="violation", violation__isnull=False)
                | Q(state="registered", violation=None)
                | (Q(state="dismissed", violation=None) & ~Q(outcome="")),
                violation_error_code="MA15.1",
                violation_error_message=_("What was decided stands there: the violation, or why it is none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.number} {self.imei}"

    @property
    def customer(self) -> Any:
        """On whose line it was seen."""
        return self.line.contract.customer

    @transition(field=state, allowed=ALLOWED, target=State.VIOLATION, clause="MA15.1", label=_("Record as a violation"))
    def record_violation(self, violation: Violation) -> None:
        """It may not connect: the violation is recorded (MA15.1)."""
        self.violation = violation

    @transition(field=state, allowed=ALLOWED, target=State.REGISTERED, clause="MA7", label=_("Register the device"))
    def register(self) -> None:
        """It may connect, and is registered now (MA7)."""

    @transition(
        field=state, allowed=ALLOWED, target=State.DISMISSED, clause="MA15.1", label=_("Record as no violation")
    )
    def dismiss(self, because: str) -> None:
        """It is none: the reason stands there, and the device on this line is not proposed again."""
        self.outcome = because
