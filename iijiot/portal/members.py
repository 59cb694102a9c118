"""Who is at the portal: somebody who acts for one customer, with what he may do (G5.1, G5.3).

Accounts belong to an app to the right; it says who somebody is, and the frame asks it at each request.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from iijiot.actors import Actor
from iijiot.models import User


class Right(StrEnum):
    """What somebody may do for the customer."""

    LOOK = "look"
    OPERATE = "operate"
    """Name lines, report faults and losses: the daily work with devices."""
    DECIDE = "decide"
    """Apply, end, consent, report changes: what binds the customer."""
    PEOPLE = "people"
    """Say who else gets in."""


@dataclass(frozen=True)
class Member:
    """Somebody logged in who acts for a customer."""

    user: User
    account: Any
    customer: Any
    rights: frozenset[Right]
    first: str = ""
    """The name of the page that he is led to before any other: that of a new password."""
    looked_up: dict[str, Any] = field(default_factory=dict, compare=False)
    """What several parts of a page show, asked for once."""

    @property
    def actor(self) -> Actor:
        """Who acts, as it stands beside what is written (G5.3)."""
        return Actor.of(self.user)

    def may(self, right: Right) -> bool:
        """Whether he has this right."""
        return right in self.rights


Finder = Callable[[User], Member | None]
_finders: list[Finder] = []


def known_by(finder: Finder) -> Finder:
    """Register who can say for whom a user acts."""
    _finders.append(finder)
    return finder


def member_of(user: Any) -> Member | None:
    """For whom a user acts; None for staff, and for whoever has no account in use."""
    if not isinstance(user, User) or user.is_staff or not user.is_active:
        return None
    return next((member for finder in _finders if (member := finder(user)) is not None), None)
