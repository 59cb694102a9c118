"""Proposals: what waits for a second person, and what became of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.four_eyes import CarryOut, TurnDown, WithdrawProposal
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, show_at_home, show_on
from iijiot.proposals import TONES, Proposal
from iijiot.templatetags.console import badge

SHOWN = 8


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Proposals of acts that need two."""

    list_display: ClassVar = ["number", "act_words", "record_name", "proposed_by", "proposed_on", "decided_by", "badge"]
    list_filter: ClassVar = ["state"]
    search_fields: ClassVar = ["number__exact"]
    search_help_text = _("Number")
    list_select_related: ClassVar = ["proposed_by", "decided_by"]
    fields: ClassVar = ["reason", "answer"]
    dialogs: ClassVar = [CarryOut, TurnDown, WithdrawProposal]

    @admin.display(description=_("state"), ordering="state")
    def badge(self, proposal: Proposal) -> str:
        """The state in its colour."""
        return badge(proposal.get_state_display(), TONES[proposal.state])

    def head(self, proposal: Proposal) -> dict[str, Any]:
        """State and facts."""
        record = proposal.record
        return {
            "state": proposal.get_state_display(),
            "tone": TONES[proposal.state],
            "facts": [
                (_("Number"), proposal.number),
                (_("Act"), proposal.act_words),
                (_("About"), format_html('<a href="{}">{}</a>', change_url(record), record)),
                (_("Clause"), proposal.clause_value.citation),
                (_("Reason"), proposal.reason),
                (_("Proposed by"), proposal.proposed_by.display_name),
                (_("Decided by"), proposal.decided_by.display_name if proposal.decided_by else ""),
                (_("Answer"), proposal.answer),
            ],
        }


def seen(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    """What was shown to whoever proposed it."""
    return {"shown": proposal.shown}


def waiting(today: date) -> Sequence[Row]:
    """Proposals that wait, the oldest first."""
    rows = Proposal.objects.waiting().with_list_data()[:SHOWN]
    return [Row(p.proposed_by.display_name, str(p), change_url(p), p.proposed_on, p.reason) for p in rows]


show_on("iijiot.proposal", Panel(_("As it was proposed"), "console/panel_proposed.html", seen))
show_history("iijiot.proposal", lambda proposal: [proposal])
show_at_home(
    Queue(
        _("Proposals for a second person"),
        Clause("G5.3"),
        "iijiot.decide_proposal",
        format_lazy("{}?state__exact=waiting", reverse_lazy("admin:iijiot_proposal_changelist")),  # type: ignore[arg-type]
        waiting,
        lambda today: Proposal.objects.waiting().count(),
        _("No proposal is waiting."),
    )
)
