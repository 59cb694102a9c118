"""Versions of the terms: entered, announced to those whom they touch, and confirmed for their day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts import announcing, revising
from contracts.admin.announcement import Announce, announcements
from contracts.admin.shared import BecauseForm, QueueFilter, WithState, cited
from contracts.models import TermsVersion
from contracts.models.terms import TONES
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.rules import RuleViolation, Unmet, unmet

CARRY_OUT = "contracts.carry_out_termsversion"


class AnnounceTerms(Announce):
    """約款変更の通知 (G2.2)"""

    slug, permission, clause, transition = "announce-terms", CARRY_OUT, "G2.2", "announce"


class ConfirmTerms(ConsoleAction):
    """約款変更の確定 (G2.2)"""

    slug, label, permission, clause = "confirm-terms", _("Confirm"), CARRY_OUT, "G2.2"
    transition, tone = "confirm", "primary"
    help = _("It takes effect on its day. The daily run confirms it by itself once everybody was told in time.")
    done = _("The version takes effect on its day.")

    def why_not(self) -> Sequence[Unmet]:
        """Only once every customer whom it touches was told in time."""
        if reasons := unmet(self.obj.confirm):
            return reasons
        try:
            announcing.refuse_untold(self.obj)
        except RuleViolation as violation:
            return violation.unmet
        return []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Confirm it."""
        revising.confirm(self.obj, actor=self.actor)


class WithdrawTerms(ConsoleAction):
    """約款変更の取りやめ (G2.1)"""

    slug, label, permission, clause = "withdraw-terms", pgettext_lazy("a measure", "Withdraw"), CARRY_OUT, "G2.1"
    transition, form = "withdraw", BecauseForm
    help = _("The version before it goes on to apply; those who were told are told of this too.")
    done = _("The version is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        revising.withdraw(self.obj, because=data["because"], actor=self.actor)


class TermsQueue(QueueFilter):
    """Versions that are to come."""

    queues: ClassVar = {"open": (_("To come"), lambda rows: rows.open())}


@admin.register(TermsVersion)
class TermsVersionAdmin(WithState, ConsoleAdmin):
    """Versions of the terms."""

    tones = TONES
    list_display: ClassVar = ["provision", "effective_on", "badge"]
    list_filter: ClassVar = [TermsQueue, "state", "provision"]
    fields: ClassVar = ["provision", "effective_on", "changes", "text"]
    fixed_fields: ClassVar = ["provision", "effective_on"]
    dialogs: ClassVar = [AnnounceTerms, ConfirmTerms, WithdrawTerms]

    def get_readonly_fields(self, request: HttpRequest, obj: TermsVersion | None = None) -> Sequence[Any]:
        """What the customers were told stands."""
        return [*super().get_readonly_fields(request, obj), *(obj.fixed() if obj else ())]

    def head(self, version: TermsVersion) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": version.get_state_display(),
            "tone": TONES[version.state],
            "facts": [
                (_("Provision"), version.scope),
                (_("Effective on"), version.effective_on),
                (_("Clause"), cited("G2.2")),
                (_("Announced at"), version.announced_at),
            ],
        }


def to_do(version: TermsVersion, today: date) -> Row:
    """A version to announce, or to confirm."""
    return Row(
        str(version), change_url(version), version, due=version.effective_on, clause=Clause("G2.2"),
        note=version.get_state_display(), next="announce-terms" if version.state == "draft" else "confirm-terms",
    )  # fmt: skip


def told(request: HttpRequest, version: TermsVersion) -> dict[str, Any]:
    """What was announced about a version, and how many were not told in time."""
    untold = announcing.not_told_in_time(version).count() if version.state == "announced" else 0
    return {**announcements(request, version), "untold": untold}


show_at_home(
    Queue(
        "terms",
        _("Changes of the terms"),
        Clause("G2.2"),
        "contracts.view_termsversion",
        listed("contracts_termsversion", "open"),
        lambda day: TermsVersion.objects.open(),
        to_do,
        None,
        _("No change of the terms is to come."),
        F("effective_on"),
        place=75,
    )
)
show_on("contracts.termsversion", Panel(_("Announcements"), "console/panel_announcements.html", told, "announcements"))
show_history("contracts.termsversion", lambda version: [version, version.announcements.all()])
