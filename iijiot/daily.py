"""The daily run: everything that falls due, step by step, day by day; it can be repeated, late, or resumed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

from iijiot import clock
from iijiot.actors import Actor
from iijiot.failures import held_up
from iijiot.models import DayStep
from iijiot.plans import Stale
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from iijiot.words import Words

LOCK = 0x49494A  # any number that only the daily run uses
PART = 5000  # ids in one transaction of a set-based step
GRACE = timedelta(hours=1)
"""How long after midnight the daily run may take to finish the new day."""
SET_ASIDE = (RuleViolation, ValidationError, DatabaseError)
"""What keeps one thing from being done and is no reason to leave out the others."""


_session: ContextVar[Any] = ContextVar("session of the daily run", default=None)


def stop_if_cut(why: object) -> None:
    """Raises a lost connection again: with it the lock of this run is gone, and the next run takes the day up.

    Where it was lost while something was refused anyway, the refusal hides it; then the session tells.
    """
    if isinstance(why, (OperationalError, InterfaceError)) and not held_up(why):
        raise why
    session = _session.get()
    if session is not None and connection.connection is not session:
        raise OperationalError("The daily run has lost its connection, and with it its lock.")


@dataclass
class Tally:
    """What one step did on one day: how many, and what was set aside with its cause."""

    done: int = 0
    set_aside: list[dict[str, str]] = field(default_factory=list)

    def put_aside(self, what: object, why: object) -> None:
        """Leave one thing out and go on; a person looks at it. Raises `why` itself where the connection was lost."""
        stop_if_cut(why)
        words = " ".join(why.messages) if isinstance(why, ValidationError) else str(why)
        self.set_aside.append({"what": str(what), "why": words})


@dataclass(frozen=True)
class Step:
    """One thing that the clock does each day. `run` does what is due by the day and may be repeated.

    A step whose work leaves the database, such as mail, counts what is `due` for a rehearsal instead of doing it.
    """

    name: str
    label: Words
    run: Callable[[date, Tally], None]
    due: Callable[[date], int] | None = None


_steps: list[Step] = []


def every_day(step: Step) -> None:
    """Register a step; steps run in the order of registration, which is the order of the apps."""
    if any(known.name == step.name for known in _steps):
        raise ValueError(f"There is a step “{step.name}” already.")
    _steps.append(step)


def steps() -> Sequence[Step]:
    """All steps in the order in which they run."""
    return tuple(_steps)


class AnotherRun(Exception):
    """Another daily run is at work."""


@contextmanager
def alone() -> Iterator[None]:
    """Be the only daily run on this database. Raises AnotherRun when there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise AnotherRun
    token = _session.set(connection.connection)
    try:
        yield
    finally:
        _session.reset(token)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def days_to_run(to: date) -> Iterator[date]:
    """The days from the last one begun up to `to`: a day cut short is taken up again."""
    day = DayStep.objects.latest_day() or to
    while day <= to:
        yield day
        day += timedelta(days=1)


def finished_day() -> date | None:
    """The last day of which every step is done; None where there is none."""
    day = DayStep.objects.latest_day()
    if day is None or DayStep.objects.done_on(day) >= {step.name for step in _steps}:
        return day
    return day - timedelta(days=1) if DayStep.objects.done_on(day - timedelta(days=1)) else None


def days_late(now: datetime) -> int | None:
    """By how many days the daily run is behind the calendar; None where it never finished a day."""
    finished = finished_day()
    return None if finished is None else max(0, (clock.tokyo_day(now - GRACE) - finished).days)


def advance(to: date, told: Callable[[DayStep], None] = lambda row: None) -> list[DayStep]:
    """Do everything due up to and including a day; returns the diary rows written.

    Steps already done for a day are passed over; those cut short run again and find what is left.
    """
    with alone():
        return _every_step(to, told, run_step)


def rehearse(to: date, told: Callable[[DayStep], None] = lambda row: None) -> list[DayStep]:
    """Do the same in a transaction that is taken back: what `advance` would write, without a trace, and no mail."""
    with alone(), transaction.atomic():
        written = _every_step(to, told, _rehearse_step)
        transaction.set_rollback(True)
    return written


def _every_step(to: date, told: Callable[[DayStep], None], run: Callable[[Step, date], DayStep]) -> list[DayStep]:
    written = []
    for day in days_to_run(to):
        done = DayStep.objects.done_on(day)
        for step in _steps:
            if step.name not in done:
                row = run(step, day)
                written.append(row)
                told(row)
    return written


def run_step(step: Step, day: date) -> DayStep:
    """Run one step for one day and write it into the diary."""
    tally = Tally()
    with clock.working_on(day):
        step.run(day, tally)
        with chapter(actor=Actor.clock(step.name)):
            row = DayStep(day=day, step=step.name, done=tally.done, set_aside=tally.set_aside, finished_at=clock.now())
            row.save()
    return row


def _rehearse_step(step: Step, day: date) -> DayStep:
    if step.due is None:
        return run_step(step, day)
    return DayStep(day=day, step=step.name, done=step.due(day), finished_at=clock.now())


def one_by_one(records: Iterable[Any], act: Callable[[Any], Any], tally: Tally) -> None:
    """Run an act for each record, each its own transaction; what cannot be done is set aside with the reason."""
    for record in records:
        try:
            act(record)
        except (*SET_ASIDE, Stale) as refusal:
            tally.put_aside(record, refusal)
        else:
            tally.done += 1


def in_parts(rows: QuerySet[Any], act: Callable[[Sequence[int]], None], tally: Tally, size: int = PART) -> None:
    """Run a set-based act over the ids of rows in parts, each its own transaction; memory holds one part at a time.

    What the database refuses is set aside alone.
    """
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        _halving(ids, act, tally)
        last = ids[-1]


def _halving(ids: Sequence[int], act: Callable[[Sequence[int]], None], tally: Tally) -> None:
    try:
        with transaction.atomic():
            act(ids)
        tally.done += len(ids)
    except SET_ASIDE as error:
        stop_if_cut(error)
        if len(ids) == 1:
            tally.put_aside(f"#{ids[0]}", error)
            return
        middle = len(ids) // 2
        _halving(ids[:middle], act, tally)
        _halving(ids[middle:], act, tally)
