"""Whether the site can work, and what an operator should look at: each thing by a name, and nothing secret (D06).

A cause takes this process out of service. What others do for it, such as a worker or the daily run, only warns: the
pages work without them, and the site must not vanish because mails wait.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from iijiot import daily, job_queue, outbox

WORKER_SILENT = timedelta(minutes=5)
"""How long no worker may be heard of."""
JOBS_WAIT = timedelta(minutes=15)
"""How long a job that could be done may wait."""
STATEMENT_TIMEOUT = "2s"
"""How long each question to the database may take."""

Look = Callable[[datetime], str]


@dataclass(frozen=True)
class Finding:
    """One thing that is not in order: its name, and what is the matter."""

    name: str
    said: str
    is_cause: bool

    @property
    def remedy(self) -> str:
        """Where it stands what to do."""
        return f"docs/runbook.md#{self.name}"


@dataclass(frozen=True)
class Check:
    """Looks after one thing at a moment; says nothing while it is in order."""

    name: str
    look: Look
    is_cause: bool


_checks: list[Check] = []


def check(name: str, *, is_cause: bool = False) -> Callable[[Look], Look]:
    """Have something looked after. It may ask the database, and is quick."""

    def declared(look: Look) -> Look:
        _checks.append(Check(name, look, is_cause))
        return look

    return declared


def names() -> list[str]:
    """The names of everything that is looked after."""
    return ["database", *(known.name for known in _checks)]


def findings(now: datetime) -> list[Finding]:
    """Everything that is not in order; where the database does not answer that alone."""
    try:
        with asking():
            return [Finding(c.name, said, c.is_cause) for c in _checks if (said := c.look(now))]
    except Error:
        return [Finding("database", "The database does not answer.", is_cause=True)]


@contextmanager
def asking() -> Iterator[None]:
    """Ask the database without waiting long; what is set for that is taken back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [STATEMENT_TIMEOUT])
        yield
        transaction.set_rollback(True)


@check("database-writable", is_cause=True)
def writable(now: datetime) -> str:
    """A standby, or a server that was set to read only, takes no work."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return "The database is read-only." if cursor.fetchone() == ("on",) else ""


@check("migrations", is_cause=True)
def migrated(now: datetime) -> str:
    """The tables are those of another version."""
    missing = migrations() - set(MigrationRecorder(connection).applied_migrations())
    return f"Migrations not applied: {len(missing)}. Run manage.py migrate." if missing else ""


@cache
def migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this version of the software has; they are read once."""
    return frozenset(MigrationLoader(None).disk_migrations or ())


@check("worker")
def worker(now: datetime) -> str:
    """No worker: jobs wait."""
    seen = job_queue.last_sign_of_life()
    if seen is None:
        return "No worker is at work. Start manage.py worker."
    return f"No worker was heard of for {minutes(now - seen)} minutes." if now - seen > WORKER_SILENT else ""


@check("jobs-waiting")
def jobs_waiting(now: datetime) -> str:
    """Too few workers, or one that hangs."""
    waited = max((now - since for since in job_queue.waiting_since(now).values()), default=timedelta())
    return f"A job has been waiting for {minutes(waited)} minutes." if waited > JOBS_WAIT else ""


@check("jobs-failed")
def jobs_failed(now: datetime) -> str:
    """Somebody must look at these."""
    failed = job_queue.jobs().failed().count()
    return f"Jobs that failed and are not tried again: {failed}." if failed else ""


@check("daily-run")
def daily_run(now: datetime) -> str:
    """What falls due is not carried out."""
    late = daily.days_late(now)
    if late is None:
        return "The daily run has never finished a day. Run manage.py advance_day."
    return f"The daily run is {late} days late. Run manage.py advance_day." if late else ""


@check("outbox")
def outbox_writable(now: datetime) -> str:
    """Where mails are put into a folder, it takes none."""
    folder = outbox.folder()
    return "The folder of the outbox cannot be written." if folder and not can_write(folder) else ""


def can_write(folder: Path) -> bool:
    """Whether files can be put into a folder, or the folder be made."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def minutes(length: timedelta) -> int:
    """A length of time in whole minutes."""
    return int(length.total_seconds() // 60)
