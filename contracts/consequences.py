"""What follows in the apps to the right when contracts turn: foreseen in the plan, brought about in the same act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from iijiot.clauses import Clause
from iijiot.words import Words


class Event(StrEnum):
    """How a contract can turn."""

    ACCEPTED = "accepted"
    LINES_MORE = "lines-more"
    PROTECTED = "protected"
    STARTED = "started"
    SUSPENDED = "suspended"
    RESTRICTED = "restricted"
    RESUMED = "resumed"
    MOVED = "moved"
    END_SCHEDULED = "end-scheduled"
    END_LIFTED = "end-lifted"
    ENDED = "ended"


@dataclass(frozen=True)
class Turn:
    """One contract turns on a day, under a clause."""

    contract_id: int
    event: Event
    on: date
    clause: Clause
    quantity: int = 0
    """How many lines, where it is about lines: those of a new contract, or how many more."""
    application_id: int | None = None
    """The application by which it turns."""
    moved_from: int | None = None
    """The customer whose it was, where it moved."""


@dataclass(frozen=True)
class Effect:
    """Something that follows elsewhere, in words for whoever confirms."""

    on: date
    clause: Clause
    what: Words
    key: tuple[str, int]


class Consequence(Protocol):
    """What an app to the right does when contracts turn."""

    def foresee(self, turns: Sequence[Turn]) -> Iterable[Effect]:
        """What would follow; reads only."""
        ...

    def bring_about(self, turns: Sequence[Turn]) -> None:
        """Make it so, inside the open act and its transaction; an error here stops the act."""
        ...


_followers: list[Consequence] = []


def follow(consequence: Consequence) -> None:
    """Register what an app does; called in its AppConfig.ready(), so the order is that of the layers."""
    _followers.append(consequence)


def unfollow(consequence: Consequence) -> None:
    """Take a registration back, as a test does that brought its own."""
    _followers.remove(consequence)


def followers() -> Sequence[Consequence]:
    """Who follows, in order."""
    return tuple(_followers)


def foresee(turns: Sequence[Turn]) -> list[Effect]:
    """Everything that would follow, by day."""
    effects = [effect for follower in _followers for effect in follower.foresee(turns)]
    return sorted(effects, key=lambda effect: (effect.on, effect.key))


def bring_about(turns: Sequence[Turn]) -> None:
    """Let every follower act, in order."""
    if turns:
        for follower in _followers:
            follower.bring_about(turns)
