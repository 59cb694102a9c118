"""By how much the lines of contracts will differ from their quantity: told by whoever keeps the lines."""

from collections.abc import Callable, Sequence
from datetime import date

Counter = Callable[[Sequence[int], date], int]
"""Tells for contracts, by their keys, how many lines more, or fewer, they will have on a day."""

_counters: list[Counter] = []


def count_too(counter: Counter) -> None:
    """Register who knows of changes to come."""
    _counters.append(counter)


def difference(contracts: Sequence[int], on: date) -> int:
    """Lines that were accepted and are not there yet, less those that will have ended before the day (G14.3)."""
    return sum(counter(contracts, on) for counter in _counters) if contracts else 0
