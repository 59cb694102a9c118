"""Discontinuations: prepared, announced in time, and withdrawn with all that they would have ended."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts import discontinuing
from contracts.admin.announcement import Announce, announcements
from contracts.admin.shared import BecauseForm, QueueFilter, WithState, cited
from contracts.models import Discontinuation
from contracts.models.discontinuation import TONES
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on

CARRY_OUT = "contracts.carry_out_discontinuation"


class AnnounceDiscontinuation(Announce):
    """廃止の通知 (G27.2)"""

    slug, permission, clause, transition = "announce-discontinuation", CARRY_OUT, "G27.2", "announce"
    help = _("Every customer of the service gets the same text. The daily run then gives each contract its end.")


class WithdrawDiscontinuation(ConsoleAction):
    """廃止の取りやめ (G27.1)"""

    slug, label, permission, clause = (
        "withdraw-discontinuation",
        pgettext_lazy("a measure", "Withdraw"),
        CARRY_OUT,
        "G27.1",
    )
    transition, form, tone = "withdraw", BecauseForm, "danger"
    help = _("Every end that it made is taken back, and the customers are told contract by contract.")
    done = _("The discontinuation is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        discontinuing.withdraw(self.obj, because=data["because"], today=self.today, actor=self.actor)


class DiscontinuationQueue(QueueFilter):
    """Discontinuations that are to come."""

    queues: ClassVar = {"open": (_("To come"), lambda rows: rows.open())}


@admin.register(Discontinuation)
class DiscontinuationAdmin(WithState, ConsoleAdmin):
    """Ends of services."""

    tones = TONES
    list_display: ClassVar = ["number", "service", "item", "last_day", "badge"]
    further_columns: ClassVar = ["part", "upstream_reference"]
    list_filter: ClassVar = [DiscontinuationQueue, "state", "service"]
    search_fields: ClassVar = ["number"]
    search_help_text = _("Number")
    fields: ClassVar = ["service", "item", "part", "last_day", "upstream_reference", "reason"]
    fixed_fields: ClassVar = ["service"]
    dialogs: ClassVar = [AnnounceDiscontinuation, WithdrawDiscontinuation]

    def has_change_permission(self, request: HttpRequest, obj: Discontinuation | None = None) -> bool:
        """Changed while it is prepared; what the customers were told stays."""
        return (obj is None or obj.state == "draft") and super().has_change_permission(request, obj)

    def head(self, discontinuation: Discontinuation) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": discontinuation.get_state_display(),
            "tone": TONES[discontinuation.state],
            "facts": [
                (_("Number"), discontinuation.number),
                (_("What goes"), discontinuation.scope),
                (_("Clause"), cited(discontinuation.clause_value.id)),
                (_("Last day"), discontinuation.last_day),
                (_("Latest day of notice"), discontinuation.latest_notice()),
                (_("Announced at"), discontinuation.announced_at),
                (_("Contracts with an end by it"), discontinuation.terminations.count()),
            ],
        }


def to_do(discontinuation: Discontinuation, today: date) -> Row:
    """A discontinuation to announce, or to come."""
    return Row(
        str(discontinuation), change_url(discontinuation), discontinuation, due=discontinuation.due,
        clause=discontinuation.clause_value, note=discontinuation.get_state_display(),
        next="announce-discontinuation" if discontinuation.state == "draft" else "",
    )  # fmt: skip


show_at_home(
    Queue(
        "discontinuations",
        _("Discontinuations"),
        Clause("G27.2"),
        "contracts.view_discontinuation",
        listed("contracts_discontinuation", "open"),
        lambda day: Discontinuation.objects.open(),
        to_do,
        None,
        _("No service is discontinued."),
        F("due"),
        place=70,
    )
)
show_on(
    "contracts.discontinuation",
    Panel(_("Announcements"), "console/panel_announcements.html", announcements, "announcements"),
)
show_history("contracts.discontinuation", lambda it: [it, it.announcements.all()])
