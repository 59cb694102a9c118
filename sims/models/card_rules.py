"""What must hold of a card before it goes back into stock, or is taken back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from iijiot.rules import rule

WAITING = ("ordered", "ended")
"""States of lines that need no card."""
IN_USE = ("shipped", "on-loan")
"""Custody of cards by which lines work."""


@rule("MA8.1", _("The line is in service and needs a card. Take another one in its place."), helps="exchange-card")
def line_waits(card: Any) -> bool:
    """Its line is not in service yet, so it can wait for another card (MA8.1)."""
    return card.line is None or str(card.line.state) in WAITING


@rule(
    "MA8.1",
    _("The card is in use: its line is in service. Replace the card, or end the line first."),
    helps=lambda card: [card.line],
)
def line_lets_go(card: Any) -> bool:
    """No line in service works by it (MA8.1)."""
    return str(card.state) not in IN_USE or card.line is None or str(card.line.state) in WAITING
