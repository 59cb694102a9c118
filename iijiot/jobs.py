"""Jobs: work put down in the act's own transaction and done by a worker afterwards, again after a failure.

An act taken back takes its jobs back. A worker that dies leaves its job to the next, which starts it anew: every job
must find by itself what it has done already. Why a try failed is kept, because the queue keeps only that it did.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.tasks import Task

from iijiot import clock, request_ids
from iijiot.personal import MENTIONS, NO
from iijiot.words import Words

log = logging.getLogger(__name__)

GAPS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""How long a job waits after each failure; after one more it stays failed, for a person to look at."""

LONGEST = 1000

LABELS: dict[str, Words] = {}
"""Each kind of job in words."""

SUBJECTS: dict[str, str] = {}
"""What record a kind of job is about, by its model; its key is the job's `pk`."""


class JobFailure(models.Model):
    """One try of a job that failed, and why. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar = {"task": NO, "error": MENTIONS}

    job_id = models.BigIntegerField(_("job"), db_index=True)
    task = models.CharField(_("kind of job"), max_length=128)
    at = models.DateTimeField(_("at"))
    error = models.CharField(_("error"), max_length=LONGEST)

    class Meta:
        app_label = "iijiot"
        verbose_name = _("failed try of a job")
        verbose_name_plural = _("failed tries of jobs")
        permissions: ClassVar = [("retry_job", _("Can let failed jobs run again"))]

    def __str__(self) -> str:
        return f"{self.task} {self.job_id}: {self.error}"


class JobRetry(models.Model):
    """Somebody let a failed job run again. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar = {"task": NO, "who": NO}

    job_id = models.BigIntegerField(_("job"), db_index=True)
    task = models.CharField(_("kind of job"), max_length=128)
    at = models.DateTimeField(_("at"))
    user_id = models.BigIntegerField(_("user"), null=True, blank=True)
    who = models.CharField(_("who"), max_length=150)

    class Meta:
        app_label = "iijiot"
        verbose_name = _("job let run again")
        verbose_name_plural = _("jobs let run again")

    def __str__(self) -> str:
        return f"{self.task} {self.job_id}: {self.who}"


class NotDone(Exception):
    """A job could not do its work this time, for the reason it says."""


class Gaps(BaseRetryStrategy):
    """Try again after growing gaps, then leave it failed."""

    def __init__(self, gaps: Sequence[timedelta]) -> None:
        self.gaps = gaps

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """The next gap, or none where all are used up."""
        at = self.next_try(clock.now(), job.attempts)
        return None if at is None else RetryDecision(retry_at=at)

    def next_try(self, failed_at: datetime, tries_before: int) -> datetime | None:
        """When a job that failed is tried again, by how often it was tried before; None: not by itself."""
        return failed_at + self.gaps[tries_before] if tries_before < len(self.gaps) else None


def job(
    label: Words, *, about: str = "", gaps: Sequence[timedelta] = GAPS, priority: int = 0
) -> Callable[[Callable[..., None]], Any]:
    """Declare a function as a kind of job; `about` is the model ("contracts.notice") of the record that is its `pk`."""

    def declared(function: Callable[..., None]) -> Any:
        @wraps(function)
        def in_its_request(*args: Any, request_id: str = request_ids.NONE, **given: Any) -> None:
            with request_ids.of(request_id):
                function(*args, **given)

        task = app.task(retry=Gaps(gaps), task_middleware=[keeping_failures], priority=priority)(in_its_request)
        LABELS[task.name] = label
        if about:
            SUBJECTS[task.name] = about
        return task

    return declared


def later(task: Task[Any, Any, Any], **given: Any) -> None:
    """Put a job down inside the open transaction: a worker does it once that is committed, and never otherwise."""
    task.defer(**given, **_carried())


def later_each(task: Task[Any, Any, Any], each: Sequence[Mapping[str, Any]]) -> None:
    """Put many jobs of a kind down in one statement."""
    if each:
        task.batch_defer(*({**given, **_carried()} for given in each))


def later_at(task: Task[Any, Any, Any], moment: datetime, **given: Any) -> None:
    """Put a job down that is not begun before a moment."""
    task.configure(schedule_at=moment).defer(**given, **_carried())


def _carried() -> dict[str, str]:
    """The number of the request whose work a job goes on with, for the log."""
    number = request_ids.current()
    return {} if number == request_ids.NONE else {"request_id": number}


def keeping_failures(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Around each try: keep why it failed, after its own transaction was taken back."""
    try:
        return call_next()
    except Exception as failure:
        note(context.job.id, context.job.task_name, why(failure))
        if not isinstance(failure, NotDone):
            log.exception("Job %s (%s) failed", context.job.id, context.job.task_name)
        raise


def note(job_id: int, task: str, error: str) -> None:
    """Write a failed try down."""
    JobFailure(job_id=job_id, task=task, at=clock.now(), error=error[:LONGEST]).save()


def why(failure: BaseException) -> str:
    """An exception in a line; what was foreseen says its reason alone."""
    told = " ".join(str(failure).split())
    return told if isinstance(failure, NotDone) and told else f"{type(failure).__name__}: {told}".removesuffix(": ")
