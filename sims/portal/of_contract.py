"""The lines of a contract, on its page: how many in each state, what changes, and the ways to more, fewer and all of them."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.portal.members import Member, Right
from iijiot.portal.panels import Section, show_on
from iijiot.rules import unmet
from sims import changing
from sims.models import LineChange
from sims.models.change import TONES, Kind
from sims.models.line_state import TONES as TONES_OF_LINES
from sims.models.line_state import Service

SHOWN = 5


def shown(member: Member, contract: Contract, day: date) -> dict[str, Any]:
    """Everything of them; nothing for services without lines."""
    if not contract.service.counts_lines:
        return {}
    counts = contract.lines.count_by_state()
    decides = member.may(Right.DECIDE)
    return {
        "states": [
            (label, TONES_OF_LINES[state], f"{counts[state]:,}")
            for state, label in Service.choices
            if counts.get(state)
        ],
        "all_url": f"{reverse('portal:lines')}?contract={contract.number}",
        "changes": [
            (change, TONES[change.state], decides and may_come_back(change, day))
            for change in LineChange.objects.latest_of(contract)[:SHOWN]
        ],
        "more_url": reverse("portal:more_lines", args=[contract.number])
        if decides and not unmet(contract.change_quantity)
        else "",
        "fewer_url": reverse("portal:fewer_lines", args=[contract.number])
        if decides and not unmet(contract.take_fewer_lines)
        else "",
    }


def may_come_back(change: LineChange, day: date) -> bool:
    """Whether the customer can take it back: fewer lines, in time."""
    return change.kind == Kind.FEWER and not changing.why_not_back(change, today=day)


show_on("contracts.contract", Section(_("Lines and SIM cards"), "portal/lines_of_contract.html", shown, "lines", 10))
