"""Announcing to many customers: the dialog that measures, discontinuations and new terms share, and the register."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from contracts import announcing
from contracts.admin.ends import PlanForm
from contracts.admin.shared import QueueFilter, cited, linked
from contracts.models import Announcement
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import RuleViolation, Unmet


class Announce(ConsoleAction):
    """契約者への通知 (G2.2, G25.2, G27.2)"""

    label = _("Announce to the customers")
    form, tone = PlanForm, "primary"
    plan_template, plan_at_once = "console/plan_announcing.html", True
    help = _("Every customer whom it touches gets the same text, and nobody else does.")
    done = _("It is announced. The notices are on their way.")

    def why_not(self) -> Sequence[Unmet]:
        """In time, and once."""
        try:
            announcing.refuse_announcing(self.obj, at=clock.business_moment())
        except RuleViolation as violation:
            return violation.unmet
        return []

    def plan(self, data: dict[str, Any]) -> announcing.AnnouncingPlan:
        """Whom it would tell of what."""
        return announcing.plan_announcing(self.obj, at=clock.business_moment())

    def carry_out(self, plan: announcing.AnnouncingPlan, data: dict[str, Any]) -> Any:
        """Announce it."""
        return announcing.carry_out(plan, actor=self.actor, reason=data["reason"])


class AnnouncementQueue(QueueFilter):
    """Announcements whose notices have not all gone."""

    queues: ClassVar = {"unsent": (_("Being sent"), lambda rows: rows.unsent())}


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    """What many customers were told at once."""

    list_display: ClassVar = ["number", "subject", "recipients", "due_by"]
    list_filter: ClassVar = [AnnouncementQueue]
    search_fields: ClassVar = ["number"]
    search_help_text = _("Number")
    fields: ClassVar = ["subject", "recipients", "due_by"]

    def head(self, made: Announcement) -> dict[str, Any]:
        """State and facts."""
        progress = made.progress()
        return {
            "facts": [
                (_("Number"), made.number),
                (_("About"), linked(made.source)),
                (_("Clause"), cited(made.clause)),
                (_("Customers told"), made.recipients),
                (_("Sent"), progress.get("sent", 0)),
                (_("Not sent yet"), progress.get("to-send", 0)),
                (_("Could not be sent"), progress.get("failed", 0)),
            ],
            "links": [
                (
                    _("Its notices"),
                    f"{reverse_lazy('admin:contracts_notice_changelist')}?announcement__id__exact={made.pk}",
                )
            ],
        }


def being_sent(made: Announcement, today: Any) -> Row:
    """An announcement of which notices still wait."""
    return Row(
        str(made), change_url(made), made, due=made.due_by, clause=made.clause_value,
        note=_("Some notices have not gone yet"),
    )  # fmt: skip


def announcements(request: HttpRequest, source: Any) -> dict[str, Any]:
    """What was announced about something."""
    return {"announcements": source.announcements.order_by("-pk")[:5]}


show_on("contracts.announcement", Panel(_("Text"), "console/panel_letter.html", lambda request, made: {"notice": made}))
show_history("contracts.announcement", lambda made: [made])
show_at_home(
    Queue(
        "announcements",
        _("Announcements being sent"),
        Clause("G12.2.1"),
        "contracts.view_announcement",
        listed("contracts_announcement", "unsent"),
        lambda day: Announcement.objects.unsent(),
        being_sent,
        None,
        _("Every announcement has gone."),
        F("due_by"),
        place=90,
    )
)
