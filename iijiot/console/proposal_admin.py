"""Proposals: what waits for a second person, and what became of it."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
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


def waiting(proposal: Proposal, today: date) -> Row:
    """A proposal that waits; its button is the second person's."""
    return Row(
        str(proposal), change_url(proposal), proposal, due=proposal.proposed_on,
        clause=proposal.clause_value, note=f"{proposal.proposed_by} {proposal.reason}", next=CarryOut.slug,
    )  # fmt: skip


show_on("iijiot.proposal", Panel(_("As it was proposed"), "console/panel_proposed.html", seen))
show_history("iijiot.proposal", lambda proposal: [proposal])
show_at_home(
    Queue(
        "proposals",
        _("Proposals for a second person"),
        Clause("G5.3"),
        "iijiot.decide_proposal",
        format_lazy("{}?state__exact=waiting", reverse_lazy("admin:iijiot_proposal_changelist")),  # type: ignore[arg-type]
        lambda day: Proposal.objects.waiting().with_list_data(),
        waiting,
        None,
        _("No proposal is waiting."),
        F("proposed_on"),
    )
)
