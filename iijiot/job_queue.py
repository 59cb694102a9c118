"""Looking at the queue of jobs: how much waits of each kind, what runs, what failed and why; and a second chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker

from iijiot import clock
from iijiot.actors import Actor
from iijiot.job_keeping import DEAD_AFTER
from iijiot.jobs import LABELS, SUBJECTS, JobFailure, JobRetry
from iijiot.words import Words

MOST = 100
"""How many jobs a list shows."""
LATEST = 20
"""How many of the jobs that were let run again are shown."""


class JobQuerySet(models.QuerySet[ProcrastinateJob]):
    """Jobs by where they are."""

    def among(self, ids: Iterable[int]) -> Self:
        """Those with these ids."""
        return self.filter(pk__in=ids)

    def failed(self) -> Self:
        """Those that are tried no more by themselves, the oldest first."""
        return self.filter(status="failed").order_by("pk")

    def running(self) -> Self:
        """Those that a worker is at."""
        return self.filter(status="doing").order_by("pk")

    def to_try_again(self) -> Self:
        """Those that failed and are tried again, the next first."""
        return self.filter(status="todo", attempts__gt=0).order_by("scheduled_at", "pk")

    def waiting(self) -> Self:
        """Those that wait for a worker or for their time."""
        return self.filter(status="todo")

    def of_kind(self, task: Any) -> Self:
        """Those of one kind."""
        return self.filter(task_name=task.name)

    def with_last_error(self) -> Self:
        """With why the last try failed, and when."""
        tries = JobFailure.objects.filter(job_id=OuterRef("pk")).order_by("-pk")
        return self.annotate(last_error=Subquery(tries.values("error")[:1]), failed_at=Subquery(tries.values("at")[:1]))

    def with_last_retry(self) -> Self:
        """With who let it run again last, and when."""
        retries = JobRetry.objects.filter(job_id=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            retried_by=Subquery(retries.values("who")[:1]), retried_at=Subquery(retries.values("at")[:1])
        )


def jobs() -> JobQuerySet:
    """All jobs in the queue."""
    return JobQuerySet(ProcrastinateJob)


def label_of(job: ProcrastinateJob) -> Words:
    """The kind of a job in words; its name where this version of the software does not know it."""
    return LABELS.get(job.task_name, job.task_name)


@dataclass(frozen=True)
class Kind:
    """How many jobs of a kind there are, by where they are, and when the next of those that wait is due."""

    name: str
    waiting: int
    running: int
    failed: int
    next_at: datetime | None

    @property
    def label(self) -> Words:
        """The kind in words; its name where this version of the software does not know it."""
        return LABELS.get(self.name, self.name)


@dataclass(frozen=True)
class Shown:
    """A job as a page shows it, with the record that it is about."""

    job: Any
    subject: Any

    @property
    def label(self) -> Words:
        """Its kind in words."""
        return label_of(self.job)


def kinds() -> list[Kind]:
    """Each kind of job that is in the queue or has failed."""
    rows = (
        jobs()
        .filter(status__in=["todo", "doing", "failed"])
        .values("task_name")
        .annotate(
            waiting=Count("pk", filter=Q(status="todo")),
            running=Count("pk", filter=Q(status="doing")),
            failed=Count("pk", filter=Q(status="failed")),
            next_at=Min("scheduled_at", filter=Q(status="todo")),
        )
        .order_by("task_name")
    )
    return [Kind(row["task_name"], row["waiting"], row["running"], row["failed"], row["next_at"]) for row in rows]


def shown(rows: JobQuerySet) -> list[Shown]:
    """The first of these jobs, each with its record, read kind by kind."""
    listed = list(rows.with_last_error().with_last_retry()[:MOST])
    found: dict[str, dict[Any, Any]] = {}
    for task in {job.task_name for job in listed} & set(SUBJECTS):
        keys = [job.args.get("pk") for job in listed if job.task_name == task]
        found[task] = apps.get_model(SUBJECTS[task])._base_manager.in_bulk(keys)
    return [Shown(job, found.get(job.task_name, {}).get(job.args.get("pk"))) for job in listed]


def last_sign_of_life() -> datetime | None:
    """When a worker last said that it lives; None where none is there."""
    latest: datetime | None = ProcrastinateWorker.objects.aggregate(latest=Max("last_heartbeat"))["latest"]
    return latest


def is_worker_alive() -> bool:
    """Whether some worker said so lately."""
    latest = last_sign_of_life()
    return latest is not None and clock.now() - latest <= DEAD_AFTER


def failing(task: Any) -> str | None:
    """Why a job of a kind that is not done yet failed last; None where none did."""
    left = jobs().of_kind(task).filter(status__in=["failed", "todo"]).values("pk")
    failure = JobFailure.objects.filter(job_id__in=left).order_by("-pk").first()
    return failure.error if failure else None


def waiting_since(now: datetime) -> dict[str, datetime]:
    """For each kind of job since when the one that waits longest could have been done."""
    at_once = dict(jobs().waiting().filter(scheduled_at=None).values_list("task_name").annotate(Min("pk")))
    put_down = ProcrastinateEvent.objects.filter(type="deferred", job__in=at_once.values())
    since = dict(put_down.values_list("job__task_name").annotate(Min("at")))
    due = jobs().waiting().filter(scheduled_at__lte=now).values_list("task_name").annotate(Min("scheduled_at"))
    for kind, at in due:
        since[kind] = min(at, since.get(kind, at))
    return since


def retry(*ids: int, actor: Actor) -> int:
    """Let failed jobs run again at once; those that are not failed any more are passed over. How many there were.

    Who let them is written down with it.
    """
    with transaction.atomic():
        held = list(jobs().failed().among(ids).select_for_update())
        for job in held:
            app.job_manager.retry_job_by_id(job.pk, clock.now(), job.priority, job.queue_name, job.lock)
            JobRetry(job_id=job.pk, task=job.task_name, at=clock.now(), user_id=actor.user_id, who=actor.name).save()
    return len(held)


@dataclass(frozen=True)
class Retried:
    """That somebody let a job run again."""

    job_id: int
    label: Words
    at: datetime
    who: str


def retried() -> list[Retried]:
    """Who let which jobs run again, the latest first."""
    rows = JobRetry.objects.order_by("-pk")[:LATEST]
    return [Retried(row.job_id, LABELS.get(row.task, row.task), row.at, row.who) for row in rows]
