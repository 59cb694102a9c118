"""How far something long is, for a page to ask while it is under way in one transaction that nobody else can see into."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connections

from iijiot import clock

SECONDS_KEPT = 24 * 3600
OFTEN = 0.5
"""Seconds between two words at least."""

Told = Callable[[int, int], None]
"""Called with how much is done, and of how much; 0 where that is not known."""


@dataclass(frozen=True)
class Progress:
    """How much is done, of how much (0: not known)."""

    done: int = 0
    total: int = 0

    @property
    def percent(self) -> int | None:
        """As a share; None where the whole is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


def teller(key: str) -> Told:
    """What is called with the progress. It writes at most twice a second, on a connection of its own."""
    last = 0.0

    def told(done: int, total: int) -> None:
        nonlocal last
        moment = clock.now().timestamp()
        if moment - last >= OFTEN:
            last = moment
            with ThreadPoolExecutor(1) as aside:
                aside.submit(_keep, key, done, total).result()

    return told


def of(key: str) -> Progress:
    """The progress as it was told last."""
    return Progress(*cache.get(_name(key), (0, 0)))


def _keep(key: str, done: int, total: int) -> None:
    """In a thread, since connections belong to threads: what is written is seen by all at once."""
    try:
        cache.set(_name(key), (done, total), SECONDS_KEPT)
    finally:
        connections.close_all()


def _name(key: str) -> str:
    return f"progress:{key}"
