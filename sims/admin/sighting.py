"""Devices seen that nobody registered: a violation, a device to register, or neither (MA15.1)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.admin.shared import BecauseForm, QueueFilter, WithState, linked, of_party, or_of_customers
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Queue, Row, listed, show_at_home
from iijiot.searching import Query
from sims import equipping
from sims.admin.device import REGISTER, DeviceForm
from sims.admin.picking import page_link
from sims.models import Equipment, Sighting
from sims.models.sighting import TONES, SightingQuerySet

SETTLE = "sims.settle_sighting"


class ViolationForm(forms.Form):
    """What is recorded of it."""

    on = ConsoleDateField(label=_("Found on"))
    what = SentencesField(label=_("What happened"), rows=3)


class RecordViolation(ConsoleAction):
    """指定外の端末の使用の記録 (MA15.1)"""

    slug, label, permission, clause = "record-device-violation", _("Record as a violation"), SETTLE, "MA15.1"
    transition, form, tone = "record_violation", ViolationForm, "danger"
    help = _("It may be the cause of a suspension afterwards.")
    done = _("The violation is recorded.")

    def initial(self) -> dict[str, Any]:
        """Today, and what is known."""
        return {"on": self.today, "what": _("Device %(imei)s used, which may not connect.") % {"imei": self.obj.imei}}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The violations of the customer."""
        return [self.obj.customer.violations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Record it."""
        return equipping.record_violation(self.obj, actor=self.actor, **data)


class RegisterSeen(ConsoleAction):
    """検出した端末の登録 (MA7)"""

    slug, label, permission, clause = "register-seen-device", _("Register the device"), REGISTER, "MA7"
    transition, form = "register", DeviceForm
    help = _("It may connect after all: by its designation, its conformity, or its approval for roaming.")
    done = _("The device is registered.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The devices of the line."""
        return [self.obj.line.equipment.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Equipment:
        """Register it."""
        return equipping.register_seen(self.obj, on=self.today, actor=self.actor, **data)


class Dismiss(ConsoleAction):
    """違反に当たらない端末の記録 (MA15.1)"""

    slug, label, permission, clause = "dismiss-sighting", _("Record as no violation"), SETTLE, "MA15.1"
    transition, form = "dismiss", BecauseForm
    help = _("This device on this line is not proposed again.")
    done = _("The reason is recorded.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record why."""
        equipping.dismiss(self.obj, because=data["because"], actor=self.actor)


class SightingQueue(QueueFilter):
    """Devices seen that wait."""

    queues: ClassVar = {"open": (pgettext_lazy("of a sighting", "To be looked at"), lambda rows: rows.open())}


def searched_sightings(rows: SightingQuerySet, query: Query) -> QuerySet[Sighting]:
    """Those of this IMEI; where there are none, those of the customers found by what was typed."""
    return or_of_customers(rows.of_imei(query.compact), rows, query)


@admin.register(Sighting)
class SightingAdmin(WithState, ReadOnlyAdmin):
    """Devices seen on lines that are neither registered nor designated."""

    tones = TONES
    list_display: ClassVar = ["imei", "line_link", "customer", "first_seen_on", "last_seen_on", "badge"]
    further_columns: ClassVar = ["outcome"]
    list_filter: ClassVar = [SightingQueue, "state"]
    search_fields: ClassVar = ["imei"]
    searched = staticmethod(searched_sightings)
    search_help_text = _("IMEI, or the customer by name, kana, number, telephone or address")
    fields: ClassVar = ["imei", "first_seen_on", "last_seen_on"]
    dialogs: ClassVar = [RecordViolation, RegisterSeen, Dismiss]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sighting]:
        """With what a list shows of each."""
        return Sighting.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("line"))
    def line_link(self, sighting: Sighting) -> str:
        """The line."""
        return page_link(sighting.line)

    @admin.display(description=_("customer"))
    def customer(self, sighting: Sighting) -> str:
        """On whose line it was seen."""
        return str(sighting.customer)

    def head(self, sighting: Sighting) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": sighting.get_state_display(),
            "tone": TONES[sighting.state],
            "facts": [
                ("IMEI", sighting.imei),
                (_("Line"), page_link(sighting.line)),
                (_("Contract"), linked(sighting.line.contract)),
                (_("Customer"), linked(sighting.customer)),
                (_("First seen on"), sighting.first_seen_on),
                (_("Last seen on"), sighting.last_seen_on),
                (_("Violation"), linked(sighting.violation) if sighting.violation else ""),
                (_("Outcome"), sighting.outcome),
            ],
        }


def seen(sighting: Sighting, today: date) -> Row:
    """A device that nobody registered."""
    return Row(
        str(sighting), change_url(sighting), sighting, sighting.customer, sighting.first_seen_on,
        next="record-device-violation",
    )  # fmt: skip


show_at_home(
    Queue(
        "sightings", _("Devices seen"), Clause("MA15.1"), "sims.view_sighting",
        listed("sims_sighting", "open"),
        lambda day: Sighting.objects.open().with_list_data(), seen, of_party,
        _("No unknown device was seen."), F("first_seen_on"), place=65,
    )
)  # fmt: skip
show_history("sims.sighting", lambda sighting: [sighting])
