"""Comparisons with the host carrier's list, and their differences one by one (MA1)."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts.admin.shared import QueueFilter, WithState, linked
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from sims import reconciling
from sims.models import Difference, Reconciliation
from sims.models.reconciliation import TONES, DifferenceKind

SETTLE = "sims.settle_difference"
SHOWN = 20
"""Differences of a kind that the comparison's page shows."""


class NoteForm(forms.Form):
    """How it was settled."""

    note = SentencesField(
        label=_("How it was settled"), max_length=300, help_text=_("Such as who was wrong, and what was put right.")
    )


class SettleForm(NoteForm):
    """Which differences, and how they were settled."""

    kind = forms.ChoiceField(label=_("Which"), choices=DifferenceKind.choices, widget=UnfoldAdminSelectWidget)


class SettleDifference(ConsoleAction):
    """差異の解消 (MA1)"""

    slug, label, permission, clause = "settle-difference", _("Settling of the difference"), SETTLE, "MA1"
    transition, form = "settle", NoteForm
    help = _("No card is changed by this: put the ledger right first, or ask the carrier to.")
    done = _("The difference is settled.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Settle it."""
        reconciling.settle([self.obj], note=data["note"], on=self.today, actor=self.actor)


class SettleDifferences(ConsoleAction):
    """差異の一括解消 (MA1)"""

    slug, label, permission, clause = "settle-differences", _("Settling of all of a kind"), SETTLE, "MA1"
    form = SettleForm
    help = _("All differences of this kind that are open. No card is changed by this.")
    done = _("The differences are settled.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Settle them."""
        reconciling.settle_all(self.obj, kind=data["kind"], note=data["note"], on=self.today, actor=self.actor)


class DifferenceQueue(QueueFilter):
    """Differences by what is to be done."""

    queues: ClassVar = {"open": (_("To be settled"), lambda rows: rows.open())}


@admin.register(Difference)
class DifferenceAdmin(WithState, ReadOnlyAdmin):
    """Differences of ledgers."""

    tones = TONES
    list_display: ClassVar = [
        "iccid",
        "kind",
        "our_state",
        "our_day",
        "their_state",
        "their_day",
        "their_return",
        "badge",
    ]
    further_columns: ClassVar = ["reconciliation", "note", "settled_on"]
    list_filter: ClassVar = [DifferenceQueue, "state", "kind"]
    search_fields: ClassVar = ["iccid__exact"]
    search_help_text = _("ICCID")
    page_related: ClassVar = ["reconciliation", "card"]
    fields: ClassVar = ["note"]
    dialogs: ClassVar = [SettleDifference]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Difference]:
        """With what a list shows of each."""
        return Difference.objects.with_list_data().order_by("pk")

    def head(self, difference: Difference) -> dict[str, Any]:
        """State and facts."""
        card = difference.card
        return {
            "state": difference.get_state_display(),
            "tone": TONES[difference.state],
            "facts": [
                ("ICCID", linked(card) if card and admin.site.is_registered(type(card)) else difference.iccid),
                (_("Difference"), difference.get_kind_display()),
                (_("Comparison"), linked(difference.reconciliation)),
                (_("Our state"), difference.get_our_state_display()),
                (_("Received on"), difference.our_day),
                (_("Their state"), difference.get_their_state_display()),
                (_("On loan since"), difference.their_day),
                (_("Returned on"), difference.their_return),
                (_("Settled on"), difference.settled_on),
            ],
        }


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    """Comparisons with host carriers' lists."""

    list_display: ClassVar = ["compared_on", "lender", "both", "ours", "theirs"]
    list_filter: ClassVar = ["lender"]
    fields: ClassVar = ["grace"]
    page_related: ClassVar = ["file"]
    dialogs: ClassVar = [SettleDifferences]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reconciliation]:
        """The latest first."""
        return Reconciliation.objects.order_by("-pk")

    def head(self, found: Reconciliation) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Host carrier"), found.lender),
                (_("Compared on"), found.compared_on),
                (_("File"), linked(found.file)),
                (_("Cards in both"), str(found.both)),
                (_("Cards in ours"), str(found.ours)),
                (_("Cards in theirs"), str(found.theirs)),
                (_("Days that do not count as a difference"), str(found.grace)),
            ],
        }


def differences(request: HttpRequest, found: Reconciliation) -> dict[str, Any]:
    """The differences by kind: how many, the first open ones, the way to all of them as a list and a file."""
    rows = Difference.objects.of(found)
    counts = rows.counts()
    of_it = f"{reverse('admin:sims_difference_changelist')}?reconciliation__id__exact={found.pk}"
    return {
        "kinds": [
            {
                "label": kind.label,
                **counts[kind],
                "url": f"{of_it}&kind__exact={kind}",
                "first": [(change_url(row), row) for row in rows.open().of_kind(kind)[:SHOWN]],
            }
            for kind in DifferenceKind
            if kind in counts
        ],
        "all": of_it,
    }


show_on("sims.reconciliation", Panel(_("Differences"), "console/panel_differences.html", differences, "differences"))
show_history("sims.difference", lambda difference: [difference])
show_history("sims.reconciliation", lambda found: [found])
