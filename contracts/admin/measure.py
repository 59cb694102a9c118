"""Measures that touch a service: prepared, announced, put into force, ended."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts import announcing, interrupting
from contracts.admin.announcement import Announce, announcements
from contracts.admin.shared import BecauseForm, QueueFilter, WithState, cited
from contracts.models import Measure
from contracts.models.measure import TONES
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import Unmet, unmet

CARRY_OUT = "contracts.carry_out_measure"


class AnnounceMeasure(Announce):
    """制限・中止の通知 (G25.2)"""

    slug, permission, clause, transition = "announce-measure", CARRY_OUT, "G25.2", "announce"


class Begin(ConsoleAction):
    """制限・中止の実施 (G25.1)"""

    slug, label, permission, clause = "begin-measure", _("Put into force"), CARRY_OUT, "G25.1"
    transition, tone = "begin", "danger"
    help = _("The daily run does this on its day for what was announced. An emergency needs no announcement.")
    done = _("The measure is in force.")

    def why_not(self) -> Sequence[Unmet]:
        """Once its day has come."""
        return unmet(self.obj.begin) or self.obj.why_not_begun(self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it into force."""
        interrupting.begin(self.obj, on=self.today, actor=self.actor)


class Finish(ConsoleAction):
    """制限・中止の終了 (G25.1)"""

    slug, label, permission, clause = "finish", pgettext_lazy("of a measure", "End"), CARRY_OUT, "G25.1"
    transition, form, tone = "finish", BecauseForm, "primary"
    help = _("The service is given back. Contracts can no longer be ended because of it.")
    done = _("The measure is over.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """End it."""
        interrupting.finish(self.obj, on=self.today, because=data["because"], actor=self.actor)


class WithdrawMeasure(ConsoleAction):
    """制限・中止の取りやめ (G25.1)"""

    slug, label, permission, clause = "withdraw-measure", pgettext_lazy("a measure", "Withdraw"), CARRY_OUT, "G25.1"
    transition, form = "withdraw", BecauseForm
    help = _("Before it begins; those who were told of it are told of this too.")
    done = _("The measure is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        interrupting.withdraw(self.obj, on=self.today, because=data["because"], actor=self.actor)


class MeasureQueue(QueueFilter):
    """Measures that are not over."""

    queues: ClassVar = {"open": (_("Not over"), lambda rows: rows.open())}


@admin.register(Measure)
class MeasureAdmin(WithState, ConsoleAdmin):
    """Restrictions and interruptions of services."""

    tones = TONES
    list_display: ClassVar = ["number", "kind", "service", "starts_on", "badge"]
    further_columns: ClassVar = ["part", "period", "over_on", "stops_use"]
    list_filter: ClassVar = [MeasureQueue, "state", "kind", "service"]
    search_fields: ClassVar = ["number"]
    search_help_text = _("Number")
    fields: ClassVar = ["kind", "service", "part", "stops_use", "starts_at", "period", "reason", "urgent_because"]
    fixed_fields: ClassVar = ["kind"]
    dialogs: ClassVar = [AnnounceMeasure, Begin, Finish, WithdrawMeasure]

    def has_change_permission(self, request: HttpRequest, obj: Measure | None = None) -> bool:
        """Changed while it is prepared; what the customers were told stays."""
        return (obj is None or obj.state == "draft") and super().has_change_permission(request, obj)

    def head(self, measure: Measure) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": measure.get_state_display(),
            "tone": TONES[measure.state],
            "facts": [
                (_("Number"), measure.number),
                (_("Kind"), measure.get_kind_display()),
                (_("What it touches"), measure.scope),
                (_("Clause"), cited(measure.clause_value.id)),
                (_("Starts at"), measure.starts_at),
                (_("Latest day of notice"), measure.latest_notice()),
                (_("Announced at"), measure.announced_at),
                (_("Over since"), measure.over_on),
            ],
        }


def to_do(measure: Measure, today: date) -> Row:
    """A measure that is not over, and what comes next."""
    due = measure.latest_notice() if measure.state == "draft" else None
    return Row(
        str(measure), change_url(measure), measure, due=due or measure.starts_on, clause=measure.clause_value,
        note=measure.get_state_display(), next=measure.next_act(),
    )  # fmt: skip


show_at_home(
    Queue(
        "measures",
        _("Restrictions and interruptions"),
        Clause("G25.2"),
        "contracts.view_measure",
        listed("contracts_measure", "open"),
        lambda day: Measure.objects.open(),
        to_do,
        None,
        _("No service is restricted or interrupted."),
        F("due"),
        place=65,
    )
)
show_on(
    "contracts.measure", Panel(_("Announcements"), "console/panel_announcements.html", announcements, "announcements")
)
show_on(
    "contracts.contract",
    Panel(
        _("Announced for its service"),
        "console/panel_measures.html",
        lambda request, contract: {"sources": announcing.touching(contract)},
        "measures",
        61,
    ),
)
show_history("contracts.measure", lambda measure: [measure, measure.announcements.all()])
