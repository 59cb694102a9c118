"""A tour of the console for who is new (U21): five real pages, each with what to look at there."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from iijiot.words import Words

STOP = "tour"
"""The parameter of an address that says at which stop of the tour one is."""


@dataclass(frozen=True)
class Stop:
    """One page of the tour; `address` is empty where there is nothing to show to this reader yet."""

    title: Words
    words: Words
    address: Callable[[HttpRequest], str]
    place: int


@dataclass(frozen=True)
class Shown:
    """A stop as its page shows it, with the ways on."""

    number: int
    of: int
    stop: Stop
    before: str
    after: str


_stops: list[Stop] = []


def stop_at(stop: Stop) -> None:
    """Register a stop of the tour."""
    _stops.append(stop)


def first_stop(request: HttpRequest) -> str:
    """Where the tour begins for this reader."""
    return next(iter(_addresses(request)), ("", None))[0]


def stop_shown(request: HttpRequest) -> Shown | None:
    """The stop at which this reader is; None outside of the tour."""
    number = request.GET.get(STOP, "")
    if not number.isdecimal():
        return None
    stops = _addresses(request)
    place = int(number) - 1
    if not 0 <= place < len(stops):
        return None
    before = stops[place - 1][0] if place else ""
    after = stops[place + 1][0] if place + 1 < len(stops) else ""
    return Shown(place + 1, len(stops), stops[place][1], before, after)


def _addresses(request: HttpRequest) -> list[tuple[str, Stop]]:
    """The stops that this reader can see, with their addresses."""
    stops = [(stop.address(request), stop) for stop in sorted(_stops, key=lambda stop: stop.place)]
    seen = [(address, stop) for address, stop in stops if address]
    return [
        (f"{address}{'&' if '?' in address else '?'}{urlencode({STOP: number})}", stop)
        for number, (address, stop) in enumerate(seen, 1)
    ]
