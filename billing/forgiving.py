"""The bank's fee that we bear: who makes a reduction of the price of it is registered here (G33)."""

from collections.abc import Callable, Mapping
from datetime import date

Forgiving = Callable[..., None]
"""What takes off the price, by invoice, so many yen of which a payment of a day is short."""

_makers: list[Forgiving] = []


def forgives(maker: Forgiving) -> None:
    """Register what makes a reduction of the price of the bank's fee that we bear, inside the open act (G33)."""
    _makers.append(maker)


def forgive(short: Mapping[int, tuple[int, date]], *, today: date) -> None:
    """Take off each of these invoices, which are held, the yen of which the payment of a day is short (G33)."""
    for maker in _makers if short else ():
        maker(short, today=today)
