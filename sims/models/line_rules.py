"""What must hold of a line before it goes into service, or ends alone."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from iijiot.rules import Unmet, rule

Hindrance = Callable[[Any], Unmet | None]
"""Tells why a line cannot be in service now, or nothing."""

_hindrances: list[Hindrance] = []


def hinders_service(hindrance: Hindrance) -> Hindrance:
    """Register what can keep a line out of service, such as a device whose test was not passed (MA7)."""
    _hindrances.append(hindrance)
    return hindrance


def hindrances(line: Any) -> list[Unmet]:
    """Everything that keeps a line out of service."""
    return [found for hindrance in _hindrances if (found := hindrance(line))]


@rule("G3", _("Start the contract first; its lines go into service afterwards."), helps=lambda line: [line.contract])
def contract_runs(line: Any) -> bool:
    """The contract is in service."""
    return str(line.contract.state) in ("active", "restricted")


@rule("MA1", _("Assign a card and ship it first; a card that is lost or found again never goes live."), helps="assign-card")
def has_a_card(line: Any) -> bool:
    """The line has a card that was sent out and is not reported lost (MA1, MA10.2.1)."""
    return line.card is not None and str(line.card.state) in ("shipped", "on-loan")


@rule(
    lambda line: hindrances(line)[0].clause,
    lambda line: hindrances(line)[0].remedy,
    helps=lambda line: hindrances(line)[0].helps,
)
def may_return_to_service(line: Any) -> bool:
    """Nothing that others know of keeps it out of service (MA7)."""
    return not hindrances(line)


@rule("MA8.1", _("The line is protected against termination. Switch the protection off first."), helps="unprotect-line")
def not_protected(line: Any) -> bool:
    """Nobody has protected the line against its end."""
    return not line.protected
