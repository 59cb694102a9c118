"""Workers for tests: one that does what waits and ends, one in a process of its own, and a mail server that counts."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection, connections

from iijiot import job_keeping
from iijiot.management.commands import worker as command

SECONDS = 120


def work() -> None:
    """Do the jobs that wait, in this process, until none is left."""
    beside_a_browser(lambda: command.work(at_once=2, once=True))


def beside_a_browser(working: Callable[[], Any]) -> None:
    """Run what has a loop of its own in a thread, as the browser of another test has one here."""

    def alone() -> None:
        try:
            working()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(alone).result()


def take_up() -> None:
    """Look once for what dead workers left, and do it; a minute of the clock has passed, in which they were silent."""
    run("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    job_keeping.pick_up_stalled.configure(task_kwargs={"timestamp": 0}).defer()
    work()
    work()


def later_on() -> None:
    """The time of those that wait for another try has come."""
    run("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def run(statement: str, *given: Any) -> None:
    """Change the queue itself, as only the passing of time or a death does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


@contextmanager
def process(*arguments: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """``manage.py`` with these arguments in a process of its own, on the database of the test; killed at the end."""
    environment = {
        **os.environ,
        "DEBUG": "1",
        "TESTING": "1",
        "DATABASE_NAME": str(connection.settings_dict["NAME"]),
        **more,
    }
    command_line = [sys.executable, "manage.py", *arguments]
    started = subprocess.Popen(
        command_line, cwd=settings.BASE_DIR, env=environment, start_new_session=True, preexec_fn=hears_ctrl_c
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def hears_ctrl_c() -> None:
    """As from a terminal, even where the tests themselves run in the background and do not hear it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(true: Callable[[], Any], what: str, seconds: float = SECONDS) -> None:
    """Wait for something to happen. Fails when it does not."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, f"waited {seconds:.0f} s for this in vain: {what}"
        time.sleep(0.05)


class Postbox:
    """What a mail server does with its mails: it keeps them, and does at each command what a test wants of it."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.at: dict[str, Callable[[], Any]] = {}
        self.answer = "250 OK"
        self.silent = False

    def holds(self, many: int) -> bool:
        """Whether as many mails have come."""
        return len(self.received) >= many

    def reach(self, moment: str) -> None:
        """Do what is wanted at this command, once."""
        self.at.pop(moment, lambda: None)()

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, said: Any) -> Any:  # noqa: N802
        self.reach("EHLO")
        session.host_name = name
        return said

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any) -> str:  # noqa: N802
        self.reach("RCPT")
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        while self.silent:
            await asyncio.sleep(0.1)
        if self.answer.startswith("2"):
            self.received.append(message_from_bytes(envelope.content))
        self.reach("DATA")
        return self.answer

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        self.reach("QUIT")
        return "221 Bye"


@contextmanager
def mail_server() -> Iterator[tuple[Postbox, int]]:
    """A mail server on a port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        box.silent = False
        controller.stop()
