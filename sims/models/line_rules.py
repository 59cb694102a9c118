"""What must hold of a line before it goes into service, or ends alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from iijiot.rules import Unmet, rule
from iijiot.words import said


@dataclass(frozen=True)
class Hindrance:
    """Something that keeps lines out of service, such as a device whose test was not passed (MA7)."""

    of: Callable[[Any], Unmet | None]
    """Tells it of one line, or nothing."""
    among: Callable[[QuerySet[Any]], QuerySet[Any]]
    """Those of many lines that it keeps out."""


_hindrances: list[Hindrance] = []


def hinders_service(hindrance: Hindrance) -> None:
    """Register what can keep a line out of service."""
    _hindrances.append(hindrance)


def hindrances() -> Sequence[Hindrance]:
    """All that are registered."""
    return tuple(_hindrances)


def hindering(line: Any) -> list[Unmet]:
    """Everything that keeps a line out of service."""
    return [found for hindrance in _hindrances if (found := hindrance.of(line))]


@rule(
    "G3",
    _("The contract is not in service. Start it, or have its suspension lifted, first."),
    helps=lambda line: [line.contract],
)
def contract_runs(line: Any) -> bool:
    """The contract is in service."""
    return str(line.contract.state) in ("active", "restricted")


@rule(
    "MA1",
    _("Assign a card and ship it first. A card that is faulty, lost or found again does not go live."),
    helps="assign-card",
)
def has_a_card(line: Any) -> bool:
    """The line has a card that was sent out and works (MA1, MA10.2.1)."""
    return line.card is not None and str(line.card.state) in ("shipped", "on-loan")


@rule(
    lambda line: hindering(line)[0].clause,
    lambda line: hindering(line)[0].remedy,
    helps=lambda line: hindering(line)[0].helps,
)
def nothing_hinders(line: Any) -> bool:
    """Nothing that others know of keeps it out of service (MA7)."""
    return not hindering(line)


@rule(
    "MA8.1",
    _("The contract is protected against termination, and its lines with it. Switch the protection off first."),
    helps=lambda line: [line.contract],
)
def contract_not_protected(line: Any) -> bool:
    """Nobody has protected the contract against its end, as a whole or line by line."""
    return not line.contract.protected


@rule(
    "MA8.1",
    lambda line: said(_("The line ends with {change}. Take that one back first."), change=line.leaves_with),
    helps=lambda line: [line.leaves_with],
)
def leaves_alone(line: Any) -> bool:
    """The line does not end together with others."""
    return line.leaves_with_id is None


@rule("MA8.1", _("No end of its own is booked for the line."))
def end_is_booked(line: Any) -> bool:
    """The line has an end of its own."""
    return line.ends_on is not None


@rule("MA8.1", _("The line is protected against termination. Switch the protection off first."), helps="unprotect-line")
def not_protected(line: Any) -> bool:
    """Nobody has protected the line against its end."""
    return not line.protected


@rule("MA8.1", _("The line is protected already."))
def may_be_protected(line: Any) -> bool:
    """Nobody has protected the line yet."""
    return not line.protected


@rule("MA8.1", _("The line is not protected."))
def is_protected(line: Any) -> bool:
    """Somebody has protected the line."""
    return bool(line.protected)
