"""Money as people see it: figures beside a picture of the same figures, reckoned here and drawn by a template.

What is summed is the net of documents, with what lies outside the tax, by the month that was closed when they were made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from billing.models import InvoiceLine, LineKind
from billing.months import Month
from contracts.catalogue.services import SERVICES
from iijiot.amounts import yen
from iijiot.words import Words

WIDTH, HEIGHT = 720, 220
LEFT, BOTTOM, TOP = 92, 24, 12
GAP = 0.3
"""Part of a month's place that stays free beside its bar."""
SERIES = 5
"""Services that have a tone of their own; the rest share one."""
NO_SERVICE = ""


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture, with its words."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True)
class Mark:
    """A place on an axis with its words."""

    at: float
    words: str


def service_name(code: str) -> Words:
    """What a service is called; what belongs to no contract is called so."""
    return SERVICES[code].name if code in SERVICES else _("Belongs to no contract")


@dataclass(frozen=True)
class Revenue:
    """What the documents of some months come to, by service; months without any are there with nothing."""

    months: Sequence[Month]
    sums: Mapping[tuple[Month, str], int]

    @cached_property
    def services(self) -> list[str]:
        """The services that there are, those with most first."""
        whole: dict[str, int] = defaultdict(int)
        for (_month, service), amount in self.sums.items():
            whole[service] += amount
        return sorted(whole, key=lambda service: (-whole[service], service))

    @property
    def names(self) -> list[Words]:
        """The same as they are called."""
        return [service_name(service) for service in self.services]

    def series_of(self, service: str) -> int:
        """Which tone a service has."""
        return min(self.services.index(service), SERIES)

    @property
    def legend(self) -> list[tuple[int, Words]]:
        """Each tone with what it stands for."""
        named = [(self.series_of(service), service_name(service)) for service in self.services[:SERIES]]
        return [*named, (SERIES, _("All others"))] if len(self.services) > SERIES else list(named)

    def total(self, month: Month) -> int:
        """A month's sum."""
        return sum(self.sums.get((month, service), 0) for service in self.services)

    @property
    def rows(self) -> list[tuple[Month, list[int], int]]:
        """The table: a month, each service, all together; the latest first."""
        return [
            (month, [self.sums.get((month, service), 0) for service in self.services], self.total(month))
            for month in reversed(self.months)
        ]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return WIDTH, HEIGHT

    @property
    def left(self) -> int:
        """Where the first month begins."""
        return LEFT

    @property
    def base(self) -> int:
        """Where the bars stand."""
        return HEIGHT - BOTTOM

    def _parts(self, month: Month) -> list[tuple[int, int, str]]:
        """What is drawn of a month from below: tone, sum, words; a service that was credited more than charged is not."""
        drawn: dict[int, int] = defaultdict(int)
        for service in self.services:
            drawn[self.series_of(service)] += max(0, self.sums.get((month, service), 0))
        called = dict(self.legend)
        return [
            (series, amount, f"{month} {called[series]} {yen(amount)}") for series, amount in drawn.items() if amount
        ]

    @cached_property
    def top(self) -> int:
        """The sum at the upper edge: 1, 2 or 5 with noughts, and no less than what is drawn."""
        most = max([1, *(sum(amount for _s, amount, _w in self._parts(month)) for month in self.months)])
        size: int = 10 ** (len(str(most)) - 1)
        return next(step * size for step in (1, 2, 5, 10) if step * size >= most)

    def _height(self, amount: int) -> float:
        return round(amount * (self.base - TOP) / self.top, 2)

    @property
    def bars(self) -> Iterable[Box]:
        """The months as bars, their services one on the other."""
        step = (WIDTH - LEFT) / max(1, len(self.months))
        for place, month in enumerate(self.months):
            x, width, floor = LEFT + (place + GAP / 2) * step, step * (1 - GAP), float(self.base)
            for series, amount, words in self._parts(month):
                floor -= self._height(amount)
                yield Box(round(x, 2), round(floor, 2), round(width, 2), self._height(amount), series, words)

    @property
    def levels(self) -> list[Mark]:
        """Lines across, each with its sum."""
        return [Mark(round(self.base - self._height(at), 2), yen(at)) for at in (0, self.top // 2, self.top)]

    @property
    def ticks(self) -> list[Mark]:
        """The months below."""
        step = (WIDTH - LEFT) / max(1, len(self.months))
        return [Mark(round(LEFT + (place + 0.5) * step, 2), str(month)) for place, month in enumerate(self.months)]


def months_to(last: Month, many: int) -> list[Month]:
    """So many months that end with one."""
    found = [last]
    while len(found) < many:
        found.insert(0, found[0].previous)
    return found


def revenue(last: Month, many: int) -> Revenue:
    """What the documents issued for so many months come to."""
    months = months_to(last, many)
    sums: dict[tuple[Month, str], int] = defaultdict(int)
    for month, service, _kind, amount in InvoiceLine.objects.of_issued().by_service([one.first for one in months]):
        sums[Month.of(month), service] += amount
    return Revenue(months, dict(sums))


@dataclass(frozen=True)
class Compared:
    """One service and kind of fee in a month and in the month before."""

    service: str
    kind: str
    now: int
    before: int

    @property
    def name(self) -> Words:
        """What the service is called."""
        return service_name(self.service)

    @property
    def label(self) -> Words:
        """What the kind is called."""
        return LineKind(self.kind).label

    @property
    def rise(self) -> int:
        """By how much it is more, or less where below zero."""
        return self.now - self.before

    @property
    def percent(self) -> int | None:
        """The same in percent of the month before; None where there was nothing."""
        return round(self.rise * 100 / self.before) if self.before > 0 else None


def compared(month: Month) -> list[Compared]:
    """What a month's documents come to by service and kind against those of the month before, drafts included."""
    sums: dict[tuple[str, str], dict[Month, int]] = defaultdict(lambda: defaultdict(int))
    for first, service, kind, amount in InvoiceLine.objects.standing().by_service([month.first, month.previous.first]):
        sums[service, kind][Month.of(first)] += amount
    order = {kind: place for place, kind in enumerate(LineKind.values)}
    keys = sorted(sums, key=lambda key: (key[0] == NO_SERVICE, key[0], order[key[1]]))
    return [Compared(*key, sums[key][month], sums[key][month.previous]) for key in keys]
