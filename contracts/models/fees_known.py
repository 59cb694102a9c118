"""What contracts cost a month: told by whoever keeps the prices, for caps on fees (G14.3)."""

from datetime import date
from typing import Any, Protocol


class Fees(Protocol):
    """Who knows what contracts cost a month, in yen without tax."""

    def monthly(self, customer: Any, on: date) -> int:
        """The monthly fees of everything that a customer has on a day, and of what is accepted for it."""
        ...

    def asked_for(self, application: Any, on: date) -> tuple[int, int]:
        """What an application would add from a day on: once for the contract, and for each line."""
        ...


_known: list[Fees] = []


def told_by(fees: Fees) -> None:
    """Register who knows; called in AppConfig.ready()."""
    _known.append(fees)


def room(application: Any, most: int, on: date) -> int:
    """How many of the lines asked for stay within so many yen a month; for other services one or none (G14.3)."""
    free = most - sum(fees.monthly(application.customer, on) for fees in _known)
    added = [fees.asked_for(application, on) for fees in _known]
    once, each = sum(one for one, _line in added), sum(line for _one, line in added)
    if once > free:
        return 0
    return min(application.quantity, (free - once) // each) if each else application.quantity
