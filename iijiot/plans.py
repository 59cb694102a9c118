"""Plans: what would happen, as a value that is shown, confirmed and then carried out unchanged."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _


class Stale(Exception):
    """The world has moved since the plan was shown; carries the plan as it would be now."""

    def __init__(self, now: Any) -> None:
        self.now = now
        super().__init__(
            str(_("Something changed since this was shown to you. Look at it once more and confirm again."))
        )


def unmoved(seen: Any, held: Any, *names: str) -> None:
    """Raise Stale when the row now held under lock is not, in these fields, the one that whoever acts has seen.

    For acts that keep the state: there the state cannot tell the second of two that the first was there (S03).
    """
    if any(getattr(seen, name) != getattr(held, name) for name in names):
        raise Stale(held)


def fingerprint(parts: Iterable[object]) -> str:
    """A short digest of everything that a plan would do; equal parts give equal digests."""
    return hashlib.sha256("\n".join(repr(part) for part in parts).encode()).hexdigest()[:20]
