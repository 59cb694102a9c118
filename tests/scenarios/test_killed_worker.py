"""X07: a worker killed at any moment: its job comes back, the notice is sent once in the books, the mail known again."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import psutil
import pytest
from django.db import connection

from contracts import notifying
from contracts.models import Notice
from iijiot import clock, job_queue
from iijiot.actors import Actor
from iijiot.models import JobFailure
from iijiot.records import chapter
from tests.factories import CustomerFactory, NoticeFactory
from tests.workers import SECONDS, Postbox, mail_server, process, take_up, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G12.2.1")]


def tell(how_many: int = 1) -> list[Notice]:
    """Notices written and their jobs put down, as acts do it."""
    with chapter(actor=Actor.command("test"), clause="G13.1"):
        customer = CustomerFactory()
        return [notifying.send(NoticeFactory.build(customer=customer)) for _n in range(how_many)]


def sending() -> list[str]:
    """Where the jobs of mails are."""
    return list(job_queue.jobs().of_kind(notifying.send_notice).order_by("pk").values_list("status", flat=True))


def in_the_books(notice: Notice) -> tuple[str, int]:
    """Its state, and how often its history says that it was sent."""
    return Notice.objects.get(pk=notice.pk).state, Notice.history.filter(id=notice.pk, state="sent").count()


def kill(worker: subprocess.Popen[bytes]) -> None:
    """As a power cut does it: nothing is tidied up."""
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


@contextmanager
def worker(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker that sends by a server of the test."""
    with process("worker", EMAIL_URL=f"smtp://127.0.0.1:{port}", EMAIL_TIMEOUT=str(SECONDS)) as started:
        yield started


def send_by_smtp(settings: Any, port: int) -> None:
    """The worker that comes afterwards sends by the same server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, SECONDS


def killed_when(moment: str, box: Postbox, port: int) -> None:
    """Let a worker run into a death at a command of the mail server."""
    dead = threading.Event()
    with worker(port) as first:

        def die() -> None:
            os.kill(first.pid, signal.SIGKILL)
            dead.set()

        box.at[moment] = die
        assert dead.wait(SECONDS), f"the worker never came to {moment}"
        first.wait()


@pytest.mark.parametrize(
    ("moment", "left"),
    [("EHLO", 1), ("RCPT", 1), ("DATA", 2), ("QUIT", 2)],
    ids=["before the mail", "with the address given", "before the server's yes", "after the yes, before the commit"],
)
def test_killed_at_a_moment_of_sending_it_is_sent_once_in_the_books(settings, moment, left):
    """Only where the server has the mail and the books do not know yet it leaves again, under the same Message-ID."""
    (notice,) = tell()
    with mail_server() as (box, port):
        killed_when(moment, box, port)
        wait_until(lambda: in_the_books(notice) == ("to-send", 0), "the dead one's transaction is taken back")
        assert sending() == ["doing"]
        send_by_smtp(settings, port)
        take_up()
        assert in_the_books(notice) == ("sent", 1)
        assert sending() == ["succeeded"]
        assert [message["Message-ID"] for message in box.received] == [notifying.message_id(notice)] * left
    assert JobFailure.objects.filter(task=notifying.send_notice.name).count() == 1, "beside those of what cleans up"


def test_killed_after_the_commit_and_before_the_job_is_ended_it_sends_nothing_again(settings):
    (notice,) = tell()
    with mail_server() as (box, port), worker(port) as first:
        at_the_end, go_on = threading.Event(), threading.Event()

        def wait_here() -> None:
            at_the_end.set()
            go_on.wait(SECONDS)

        box.at["QUIT"] = wait_here
        assert at_the_end.wait(SECONDS)
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM procrastinate_jobs WHERE status = 'doing' FOR UPDATE")
            go_on.set()
            wait_until(lambda: in_the_books(notice) == ("sent", 1), "the notice is sent")
            kill(first)
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"
            )
            cursor.execute("COMMIT")
        assert sending() == ["doing"]
        send_by_smtp(settings, port)
        take_up()
        assert (in_the_books(notice), sending()) == (("sent", 1), ["succeeded"])
        assert len(box.received) == 1


def test_killed_amid_many_mails_and_started_again_every_one_is_sent_once_in_the_books(settings):
    notices = tell(12)
    with mail_server() as (box, port):
        for _death in range(2):
            with worker(port) as dying:
                wait_until(partial(box.holds, len(box.received) + 3), "some mails have left")
                kill(dying)
        send_by_smtp(settings, port)
        take_up()
        assert [in_the_books(notice) for notice in notices] == [("sent", 1)] * len(notices)
        assert {message["Message-ID"] for message in box.received} == {notifying.message_id(n) for n in notices}
        assert len(box.received) <= len(notices) + 2 * 4, "each death repeats no more than was under way"
    assert set(sending()) == {"succeeded"}


def at_work_since(moment: datetime) -> int:
    """How many workers have begun to take jobs since a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [moment])
        return cursor.fetchone()[0]


@pytest.mark.long
def test_another_worker_takes_a_dead_ones_job_up_within_two_minutes_of_the_clock():
    """Honestly waited for: nothing is set back, and nobody is told. The minutes begin when there is another."""
    (notice,) = tell()
    with mail_server() as (box, port):
        killed_when("RCPT", box, port)
        died = clock.now()
        with worker(port):
            wait_until(lambda: at_work_since(died), "another is at work")
            wait_until(lambda: in_the_books(notice) == ("sent", 1), "it has taken the job up", seconds=120)
        assert len(box.received) == 1


def test_a_worker_told_to_stop_finishes_what_it_has_begun():
    (notice,) = tell()
    with mail_server() as (box, port), worker(port) as stopping:
        box.at["RCPT"] = stopping.terminate
        assert stopping.wait(SECONDS) == 0
        assert (in_the_books(notice), sending(), len(box.received)) == (("sent", 1), ["succeeded"], 1)


@pytest.mark.parametrize("end", ["Ctrl-C", "kill -9"])
def test_the_worker_beside_the_site_ends_with_it(end, tmp_path):
    (notice,) = tell()
    with process("serve", "127.0.0.1:0", OUTBOX_DIR=str(tmp_path)) as site:
        wait_until(lambda: in_the_books(notice) == ("sent", 1), "the worker beside it works")
        (beside,) = psutil.Process(site.pid).children()
        if end == "Ctrl-C":
            os.killpg(site.pid, signal.SIGINT)
        else:
            os.kill(site.pid, signal.SIGKILL)
        site.wait(SECONDS)
        wait_until(lambda: not beside.is_running() or beside.status() == "zombie", "no orphan is left")
    assert len(list(tmp_path.iterdir())) == 1
