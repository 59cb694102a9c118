"""``manage.py worker``: does the jobs that acts put down, until it is stopped; any number may run, on any machine."""

import asyncio
import os
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from procrastinate.contrib.django import app

from iijiot import job_queue
from iijiot.job_keeping import DEAD_AFTER, HEARTBEAT
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py worker               do jobs until stopped (SIGTERM or Ctrl-C: what is begun is finished first)
  manage.py worker --once        do the jobs that wait now, then end
  manage.py worker --dry-run     say how much waits; changes and sends nothing

Several may run, also on several machines. What a killed one had begun another takes up within two minutes.
"""


class Command(ExplainedCommand):
    """Do jobs."""

    help = "Send mails and do what else was put down to be done, until it is stopped."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at-once", type=int, default=4, metavar="N", help="how many jobs at the same time")
        parser.add_argument("--once", action="store_true", help="end when no job waits any more")
        parser.add_argument("--attached", action="store_true", help="end when the standard input is closed")
        parser.add_argument("--dry-run", action="store_true", help="say how much waits, change and send nothing")

    def handle(self, *args: Any, at_once: int, once: bool, attached: bool, dry_run: bool, **options: Any) -> None:
        if not dry_run:
            if attached:
                end_with_the_input()
            work(at_once=at_once, once=once)
        kinds = job_queue.kinds()
        waiting, running, failed = (sum(getattr(k, what) for k in kinds) for what in ("waiting", "running", "failed"))
        self.stdout.write(f"{waiting} jobs waiting, {running} running, {failed} failed.")


def work(*, at_once: int, once: bool) -> None:
    """Be a worker."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(_work(working, at_once, once))


async def _work(working: Any, at_once: int, once: bool) -> None:
    async with working.open_async():
        await working.run_worker_async(
            concurrency=at_once,
            wait=not once,
            update_heartbeat_interval=HEARTBEAT.total_seconds(),
            stalled_worker_timeout=DEAD_AFTER.total_seconds(),
        )


def end_with_the_input() -> None:
    """Stop like on SIGTERM once the standard input is closed: whoever started this is gone, however that came."""

    def listen() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=listen, daemon=True).start()
