"""Figures for those who watch over the site, as Prometheus reads them (text format 0.0.4).

Requests and their times are not among them: each process of gunicorn knows only its own, and the proxy in front has all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import Error

from iijiot import clock, daily, health, job_queue
from iijiot.models import DayStep

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]
Read = Callable[[datetime], Iterable[Sample]]


@dataclass(frozen=True)
class Gauge:
    """A figure that goes up and down: its name, what it says, and how it is read, by its labels."""

    name: str
    said: str
    read: Read


_gauges: list[Gauge] = []


def gauge(name: str, said: str) -> Callable[[Read], Read]:
    """Declare a figure; `name` follows "backoffice_"."""

    def declared(read: Read) -> Read:
        _gauges.append(Gauge(f"backoffice_{name}", said, read))
        return read

    return declared


def exposition(now: datetime) -> str:
    """All figures; where the database does not answer, that alone."""
    found = {finding.name: finding for finding in health.findings(now)}
    lines = [
        *told(
            Gauge("backoffice_ready", "Whether it can work (1) or not (0).", lambda now: []),
            [({}, float(not any(finding.is_cause for finding in found.values())))],
        ),
        *told(
            Gauge("backoffice_in_order", "Whether a thing is in order (1) or not (0).", lambda now: []),
            [({"check": name}, float(name not in found)) for name in health.names()],
        ),
    ]
    if "database" not in found:
        try:
            with health.asking():
                lines += [line for known in _gauges for line in told(known, known.read(now))]
        except Error:
            pass
    return "\n".join([*lines, ""])


def told(known: Gauge, samples: Iterable[Sample]) -> Iterator[str]:
    """A figure as lines of text."""
    yield f"# HELP {known.name} {known.said}"
    yield f"# TYPE {known.name} gauge"
    for labels, value in samples:
        by = ",".join(f'{name}="{quoted(label)}"' for name, label in labels.items())
        yield f"{known.name}{{{by}}} {value:.15g}" if by else f"{known.name} {value:.15g}"


def quoted(label: str) -> str:
    """What stands between the quotes of a label."""
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


@gauge("jobs", "Jobs by kind and by where they are.")
def jobs(now: datetime) -> Iterator[Sample]:
    """Waiting, under way, failed."""
    for kind in job_queue.kinds():
        for state in ("waiting", "running", "failed"):
            yield {"kind": kind.name, "state": state}, getattr(kind, state)


@gauge("job_oldest_waiting_seconds", "For how long the oldest job of a kind has been waiting that could be done.")
def oldest(now: datetime) -> Iterator[Sample]:
    """By kind."""
    for kind, since in job_queue.waiting_since(now).items():
        yield {"kind": kind}, max(0.0, (now - since).total_seconds())


@gauge("worker_silent_seconds", "How long ago a worker last said that it lives; missing where there is none.")
def silent(now: datetime) -> Iterator[Sample]:
    """Since the last sign of life."""
    seen = job_queue.last_sign_of_life()
    if seen is not None:
        yield {}, (now - seen).total_seconds()


@gauge("day_finished_timestamp_seconds", "The last day that the daily run has finished, by its midnight in Tokyo.")
def finished(now: datetime) -> Iterator[Sample]:
    """The day as an instant."""
    day = daily.finished_day()
    if day is not None:
        yield {}, clock.midnight(day).timestamp()


@gauge("days_late", "How many days the daily run is behind.")
def late(now: datetime) -> Iterator[Sample]:
    """Missing where it never finished a day."""
    days = daily.days_late(now)
    if days is not None:
        yield {}, days


@gauge("set_aside", "What the latest daily run could not do and left to a person.")
def set_aside(now: datetime) -> Iterator[Sample]:
    """Over all its steps."""
    yield {}, sum(len(step.set_aside) for step in DayStep.objects.of_latest_day())
