"""The console's home: one queue of what must be done, by the day on which it is due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Count, Value, Window
from django.http import HttpRequest
from django.utils.translation import gettext as _

from iijiot import clock
from iijiot.assigning import Assignment
from iijiot.backup_log import Standing, standing
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, action_url, change_url, offered
from iijiot.console.panels import EVERYTHING, Narrowed, Queue, Row, queues
from iijiot.together import fetched_together

ROWS = 25


@dataclass(frozen=True)
class Task:
    """A row of the queue as the page shows it."""

    kind: Queue
    row: Row
    left: int | None
    holder: Any
    act: type[ConsoleAction] | None

    @property
    def clause(self) -> Clause:
        """The clause that asks for it."""
        return self.row.clause or self.kind.clause

    @property
    def url(self) -> str:
        """The page of its one button: the next act, or the record."""
        return action_url(self.row.acts_on or self.row.record, self.act) if self.act else self.row.url

    @property
    def customer_url(self) -> str:
        """The customer's page."""
        return change_url(self.row.customer) if self.row.customer else ""


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the queue: all kinds that this user may work on, one kind (`kind=`), what is on one's own desk (`mine=1`)."""
    day, user = clock.business_day(), request.user
    shown = [queue.on(day) for queue in queues() if user.has_perm(queue.permission)]
    kind, mine = request.GET.get("kind", ""), request.GET.get("mine") == "1"
    held = Assignment.objects.ids_of(user) if shown else {}
    own = Narrowed(ids=held)
    ranked = rank(shown, day, own if mine else EVERYTHING)
    other = counted(shown, day, EVERYTHING if mine else own)
    counts, counts_of_mine = (other, ranked.counts) if mine else (ranked.counts, other)
    asked = [queue for queue in shown if kind in ("", queue.name)] or shown
    now = ranked.counts
    tasks = tasks_of(request, ranked.most_urgent(asked, day), day)
    context |= {
        "title": _("Home"),
        "backups": _backups(request),
        "tasks": tasks,
        "kinds": [{"queue": queue, "count": counts[queue.name], "mine": counts_of_mine[queue.name]} for queue in shown],
        "kind": kind if any(queue.name == kind for queue in shown) else "",
        "mine": mine,
        "total": sum(counts.values()),
        "total_of_mine": sum(counts_of_mine.values()),
        "more": [
            queue for queue in asked if now[queue.name] > (beside_others(queue, ROWS) if len(asked) > 1 else ROWS)
        ],
        "asked": sum(now[queue.name] for queue in asked),
    }
    return context


def _backups(request: HttpRequest) -> Any:
    """What an operator must know of the backups; nothing while they are in order."""
    if not request.user.has_perm("iijiot.view_backup"):
        return None
    stands, latest = standing(clock.now())
    return None if stands == Standing.IN_ORDER else {"said": stands.label, "latest": latest}


def tasks_of(request: HttpRequest, chosen: Sequence[tuple[Queue, Any]], day: date) -> list[Task]:
    """The rows of these querysets of queues, the most urgent first; what has no day is for today."""
    found = fetched_together([waiting for _queue, waiting in chosen])
    rows = [
        (queue, row) for (queue, _part), records in zip(chosen, found, strict=True) for row in queue.told(records, day)
    ]
    rows.sort(key=lambda told: told[1].due or day)
    holders = Assignment.objects.of_records([row.record for _queue, row in rows if row.record is not None])
    return [
        Task(
            queue,
            row,
            days_left(row.due, day),
            getattr(holders.get((type(row.record), getattr(row.record, "pk", None))), "user", None),
            _next(request, row),
        )
        for queue, row in rows
    ]


def next_task(request: HttpRequest, record: Any) -> Task | None:
    """The work that now waits for a record, with a button that this user may press; None where there is none."""
    day = clock.business_day()
    may = [queue.on(day) for queue in queues() if request.user.has_perm(queue.permission)]
    own = [queue for queue in may if queue.waiting(day).model is type(record)]
    ranked = rank(own, day, Narrowed(ids={type(record): [record.pk]}), most=1)
    tasks = tasks_of(request, ranked.most_urgent(own, day), day)
    return tasks[0] if tasks and tasks[0].act else None


@dataclass(frozen=True)
class Ranked:
    """How much waits in each queue, and the keys of what is first in each with its day, found in one statement."""

    counts: Mapping[str, int]
    heads: Sequence[tuple[Queue, Any, date | None]]
    waiting: Mapping[str, Any]
    most: int

    def most_urgent(self, asked: Sequence[Queue], day: date) -> list[tuple[Queue, Any]]:
        """Which rows of these queues are among the most urgent of all; a queue by itself shows its own first ones."""
        if len(asked) == 1:
            return [(asked[0], self.waiting[asked[0].name][: self.most])]
        names = {queue.name for queue in asked}
        heads = sorted((head for head in self.heads if head[0].name in names), key=lambda head: head[2] or day)
        chosen: dict[str, list[Any]] = defaultdict(list)
        for queue, pk, _by in heads[: self.most]:
            chosen[queue.name].append(pk)
        return [(queue, self.waiting[queue.name].among(chosen[queue.name])) for queue in asked if queue.name in chosen]


def rank(asked: Sequence[Queue], day: date, narrowed: Narrowed = EVERYTHING, most: int = ROWS) -> Ranked:
    """What waits in these queues, with the rows unread but for the keys of so many of each."""
    waiting = {queue.name: queue.narrowed(day, narrowed) for queue in asked}
    counts = dict.fromkeys(waiting, 0)
    heads: list[tuple[Queue, Any, date | None]] = []
    if asked and narrowed.ids != {}:
        parts = [
            waiting[queue.name]
            .annotate(place=Value(place), by=queue.due, n=Window(Count("pk")))
            .values_list("place", "pk", "by", "n")[: beside_others(queue, most)]
            for place, queue in enumerate(asked)
        ]
        for place, pk, by, n in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[0]):
            counts[asked[place].name] = n
            heads.append((asked[place], pk, by))
    return Ranked(counts, heads, waiting, most)


def beside_others(queue: Queue, most: int) -> int:
    """How many rows of a kind are shown beside other kinds at most."""
    return min(most, queue.among_others or most)


def counted(asked: Sequence[Queue], day: date, narrowed: Narrowed = EVERYTHING) -> Mapping[str, int]:
    """How much waits in each queue, in one statement."""
    counts = dict.fromkeys((queue.name for queue in asked), 0)
    if narrowed.ids == {}:
        return counts
    parts = [
        queue.narrowed(day, narrowed)
        .order_by()
        .annotate(queue=Value(queue.name))
        .values("queue")
        .annotate(n=Count("pk"))
        for queue in asked
    ]
    if parts:
        counts |= {row["queue"]: row["n"] for row in parts[0].union(*parts[1:], all=True)}
    return counts


def _next(request: HttpRequest, row: Row) -> type[ConsoleAction] | None:
    """The dialog of a row's button, if it has one and this user may open it."""
    subject = row.acts_on or row.record
    if not row.next or subject is None or not admin.site.is_registered(type(subject)):
        return None
    action = offered(subject, row.next)
    return action if action and request.user.has_perm(action.permission) else None


def days_left(due: date | None, today: date) -> int | None:
    """Days until something is due; negative when it is late."""
    return (due - today).days if due else None


def business_day_banner(request: HttpRequest) -> dict[str, Any]:
    """For every page: the business day, and whether it is another than the calendar's (D05)."""
    day = clock.business_day()
    return {"business_day": day, "moved_clock": day != clock.today()}
