"""Usage by day as people see it: figures beside a picture of the same figures, reckoned here and drawn by a template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.functional import cached_property

from contracts.models import Contract
from sims.models import ContractUsage, DailyUsage, NetworkPolicy, ThrottlePolicy
from sims.models.throttle_policy import SERVICE

HEIGHT, BOTTOM, TOP = 200, 24, 12
GAP = 0.2
"""Part of a day's place that stays free beside its bar."""
UNITS = [(10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")]


def volume(many: int) -> str:
    """Bytes as people read them, in decimal units as in the trade."""
    for size, unit in UNITS:
        if many >= size:
            return f"{many / size:,.2f} {unit}"
    return f"{many} B"


@dataclass(frozen=True)
class Day:
    """What was used on a day, and what the network did then."""

    day: date
    up: int
    down: int
    is_counted: bool = True
    """Whether figures of the day were loaded."""
    throttled: bool = False
    blocked: bool = False

    @property
    def total(self) -> int:
        """All bytes."""
        return self.up + self.down

    @property
    def told(self) -> tuple[str, str, str]:
        """Up, down and together, as people read them; dashes where nothing was loaded."""
        if not self.is_counted:
            return "—", "—", "—"
        return volume(self.up), volume(self.down), volume(self.total)


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture; what belongs to a day names it."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str = ""


@dataclass(frozen=True)
class Mark:
    """A place on an axis with its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Frame:
    """How wide a picture is, how much of that its volumes take, and how many of its days have words."""

    width: int
    left: int
    ticks: int


WIDE, NARROW = Frame(720, 64, 6), Frame(320, 76, 4)
"""On a screen, and on a telephone, where the signs would else be too small to read."""


@dataclass(frozen=True)
class Chart:
    """Days as bars, down below up, over the stretches in which the network held the line back."""

    days: Sequence[Day]
    share: int | None = None
    """The threshold of the policy that holds, spread evenly over the days that it counts."""
    frame: Frame = WIDE

    @property
    def narrow(self) -> "Chart":
        """The same days for a telephone."""
        return replace(self, frame=NARROW)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.frame.width, HEIGHT

    @cached_property
    def top(self) -> int:
        """The value at the upper edge: 1, 2 or 5 with noughts, and no less than what is drawn."""
        most = max([1, self.share or 0, *(day.total for day in self.days)])
        size: int = 10 ** (len(str(most)) - 1)
        return next(step * size for step in (1, 2, 5, 10) if step * size >= most)

    @property
    def base(self) -> int:
        """Where the bars stand."""
        return HEIGHT - BOTTOM

    @property
    def left(self) -> int:
        """Where the first day begins."""
        return self.frame.left

    @cached_property
    def step(self) -> float:
        """How wide a day is."""
        return (self.frame.width - self.left) / max(1, len(self.days))

    def height(self, many: int) -> float:
        """How high so many bytes are."""
        return round(many * (self.base - TOP) / self.top, 2)

    @property
    def bars(self) -> Iterable[Box]:
        """Down and, on it, up of each day."""
        for place, day in enumerate(self.days):
            x, width = round(self.left + (place + GAP / 2) * self.step, 2), round(self.step * (1 - GAP), 2)
            down, up = self.height(day.down), self.height(day.up)
            words = f"{day.day:%Y-%m-%d} {volume(day.total)}"
            if day.down:
                yield Box(x, round(self.base - down, 2), width, down, "is-down", words)
            if day.up:
                yield Box(x, round(self.base - down - up, 2), width, up, "is-up", words)

    @property
    def bands(self) -> Iterable[Box]:
        """The stretches of days on which the line was throttled or blocked."""
        for kind in ("throttled", "blocked"):
            for first, last in stretches([getattr(day, kind) for day in self.days]):
                x, width = self.left + first * self.step, (last - first + 1) * self.step
                yield Box(round(x, 2), TOP, round(width, 2), self.base - TOP, f"is-{kind}")

    @property
    def levels(self) -> list[Mark]:
        """Lines across, each with its volume."""
        return [Mark(round(self.base - self.height(at), 2), volume(at)) for at in (0, self.top // 2, self.top)]

    @property
    def ticks(self) -> list[Mark]:
        """Some days below."""
        every = -(-len(self.days) // self.frame.ticks) or 1
        return [
            Mark(round(self.left + (place + 0.5) * self.step, 2), f"{day.day.month}/{day.day.day}")
            for place, day in enumerate(self.days)
            if place % every == 0
        ]

    @property
    def threshold(self) -> Mark | None:
        """Where the share of the threshold is."""
        return None if self.share is None else Mark(round(self.base - self.height(self.share), 2), volume(self.share))


def stretches(marks: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last place of each run of marks."""
    found: list[tuple[int, int]] = []
    for place, marked in enumerate(marks):
        if marked and found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        elif marked:
            found.append((place, place))
    return found


def contracts_with_lines(customer: Any) -> list[int]:
    """The keys of a customer's Mobile Access contracts, ended ones included."""
    contracts = Contract.objects.of_customer(customer).filter(service_code=SERVICE)
    return list(contracts.order_by("pk").values_list("pk", flat=True))


def days_to(last: date, many: int) -> list[date]:
    """So many days that end with one."""
    return [last - timedelta(days=back) for back in range(many - 1, -1, -1)]


def month_days(day: date) -> list[date]:
    """The days of a month up to one of them."""
    return days_to(day, day.day)


def of_line(line: Any, last: date, many: int) -> Chart:
    """The days of one line, with what the network did."""
    days = days_to(last, many)
    used = DailyUsage.objects.of_line(line).on(days).by_day()
    held = list(NetworkPolicy.objects.of_lines([line]).during(days[0], last))
    policy = ThrottlePolicy.objects.for_contract(line.contract, last)
    counted = policy is not None and policy.counts == "line"
    return Chart(_days(days, used, held), policy.threshold_bytes // policy.window_days if policy and counted else None)


def of_contracts(ids: Sequence[int], last: date, many: int) -> Chart:
    """The days of some contracts together."""
    days = days_to(last, many)
    return Chart(_days(days, ContractUsage.objects.of_contracts(ids).between(days[0], last).by_day(), ()))


def of_window(subject: Any, first: date, last: date) -> list[Day]:
    """The days of a line, or of a contract as a whole, between two days."""
    days = days_to(last, (last - first).days + 1)
    if isinstance(subject, Contract):
        return _days(days, ContractUsage.objects.of_contracts([subject.pk]).between(first, last).by_day(), ())
    return _days(days, DailyUsage.objects.of_line(subject).on(days).by_day(), ())


def _days(days: Sequence[date], used: Mapping[date, tuple[int, int]], held: Iterable[NetworkPolicy]) -> list[Day]:
    on: dict[str, set[date]] = {"throttled": set(), "blocked": set()}
    for policy in held:
        on[policy.kind] |= {day for day in days if policy.from_day <= day <= (policy.last_day or day)}
    return [Day(day, *used.get(day, (0, 0)), day in used, day in on["throttled"], day in on["blocked"]) for day in days]


def months_of_line(line: Any, last: date, many: int) -> list[tuple[date, int]]:
    """The sums of a line's last months, the latest first, each by its first day."""
    return _months(DailyUsage.objects.of_line(line), last, many)


def months_of_contracts(ids: Sequence[int], last: date, many: int) -> list[tuple[date, int]]:
    """The same of some contracts together."""
    return _months(ContractUsage.objects.of_contracts(ids), last, many)


def _months(used: Any, last: date, many: int) -> list[tuple[date, int]]:
    firsts = [last.replace(day=1)]
    while len(firsts) < many:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    sums = used.on(days_to(last, (last - firsts[-1]).days + 1)).by_month()
    return [(first, sums.get(first, 0)) for first in firsts]


def heaviest(ids: Sequence[int], last: date, most: int) -> list[tuple[Any, int, int]]:
    """The lines that used most on a day, each with that day and its month up to then."""
    rows = list(DailyUsage.objects.of_contracts(ids).on([last]).heaviest().select_related("line")[:most])
    sums = DailyUsage.objects.of_lines([row.line for row in rows]).on(month_days(last)).by_line()
    return [(row.line, row.up + row.down, sums[row.line_id]) for row in rows]
