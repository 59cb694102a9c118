"""``manage.py serve``: the site with a worker beside it, for one machine; ``make run`` runs it."""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py serve                    the site on 127.0.0.1:8000 with a worker; Ctrl-C stops both
  manage.py serve 127.0.0.1:9000     on another port
  manage.py serve --dry-run          say what it would start

For development only. In production the site runs under gunicorn, and workers as services of their own.
"""


class Command(ExplainedCommand):
    """Serve, with a worker that ends whenever and however this process ends."""

    help = "Serve the site on this machine, with a worker beside it that does the jobs."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="address and port to serve on")
        parser.add_argument("--dry-run", action="store_true", help="say what would be started, start nothing")

    def handle(self, *args: Any, address: str, dry_run: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "This serves on one machine only (DEBUG=1). README, “Running it for real”, has the rest."
            )
        if dry_run:
            self.stdout.write(f"Would serve on {address} with one worker beside it.")
            return
        with worker_beside():
            call_command("runserver", address, use_reloader=False)


@contextmanager
def worker_beside() -> Iterator[None]:
    """A worker that lives as long as this process: the kernel closes its input however this process ends."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--attached"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603 -- all ours
    try:
        yield
    finally:
        if worker.stdin:
            worker.stdin.close()
        worker.wait()
