"""How the three states of a line are shown, which do not mix: its service, where its card is, what the network does."""

from typing import Any

from django.utils.translation import pgettext_lazy

from iijiot.templatetags.console import badge
from sims.models import Line, SimCard
from sims.models.card_state import TONES as CUSTODY_TONES
from sims.models.line_state import TONES
from sims.models.network_policy import KIND_TONES, Kind

NORMAL = pgettext_lazy("network of a line", "Normal")
HELD_BACK = {
    Kind.THROTTLED: pgettext_lazy("network of a line", "Throttled"),
    Kind.BLOCKED: pgettext_lazy("network of a line", "Blocked"),
}
"""How a line is while a throttle or a block is in force; what these are called themselves says `Kind`."""


def service_badge(line: Line) -> str:
    """The state of its service in its colour."""
    return badge(line.get_state_display(), TONES[line.state])


def custody_badge(card: SimCard | None) -> str:
    """Where a card is, in its colour; nothing where there is none."""
    return badge(card.get_state_display(), CUSTODY_TONES[card.state]) if card else ""


def network_badge(line: Line) -> str:
    """What the network does with a line, in its colour; nothing where that is nothing."""
    policy = line.network_policy
    return badge(HELD_BACK[Kind(policy.kind)], KIND_TONES[policy.kind]) if policy else ""


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
