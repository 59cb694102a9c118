"""Scopes: what a key may do, resource by resource and verb by verb; the apps declare theirs when they are ready."""

from collections.abc import Iterable
from dataclasses import dataclass

from iijiot.words import Words

READ, WRITE = "read", "write"
LOOKING = ("GET", "HEAD")


@dataclass(frozen=True)
class Scope:
    """One thing that a key may be good for, and the kinds of partners that may have it."""

    name: str
    what: Words
    kinds: frozenset[str]


_scopes: dict[str, Scope] = {}


def offer(name: str, what: Words, kinds: Iterable[str]) -> None:
    """Declare a scope, such as ``lines:read``; declaring it again changes nothing."""
    _scopes[name] = Scope(name, what, frozenset(kinds))


def scopes() -> dict[str, Scope]:
    """Every scope by its name."""
    return dict(_scopes)


def open_to(kind: str) -> list[str]:
    """The scopes that a partner of this kind may have."""
    return sorted(name for name, scope in _scopes.items() if kind in scope.kinds)
