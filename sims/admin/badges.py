"""How the three states of a line are shown, which do not mix: its service, where its card is, what the network does."""

from typing import Any

from django.utils.translation import pgettext_lazy

from iijiot.templatetags.console import badge
from sims.models import Line, SimCard
from sims.models.card_state import TONES as CUSTODY_TONES
from sims.models.line_state import TONES
from sims.models.network_policy import KIND_TONES

NORMAL = pgettext_lazy("network of a line", "Normal")


def service_badge(line: Line) -> str:
    """The state of its service in its colour."""
    return badge(line.get_state_display(), TONES[line.state])


def custody_badge(card: SimCard | None) -> str:
    """Where a card is, in its colour; nothing where there is none."""
    return badge(card.get_state_display(), CUSTODY_TONES[card.state]) if card else ""


def network_badge(line: Line) -> str:
    """What the network does with a line, in its colour; nothing where that is nothing."""
    policy = line.network_policy
    return badge(policy.get_kind_display(), KIND_TONES[policy.kind]) if policy else ""


def line_rows(lines: Any) -> list[dict[str, Any]]:
    """Lines as panels show them: each with its states as badges."""
    return [
        {
            "line": line,
            "service": service_badge(line),
            "custody": custody_badge(line.card),
            "network": network_badge(line),
        }
        for line in lines
    ]
