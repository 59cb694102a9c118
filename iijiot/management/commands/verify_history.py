"""``manage.py verify_history``: that history and logs are as they were sealed (X17)."""

import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from iijiot import sealing, verifying
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py verify_history                    compare every sealed row; exit code 1 where one is not as it was
  manage.py verify_history --head 5f0c…       and prove that the chain still holds this end, noted elsewhere

It changes nothing and can be repeated. The daily run seals what was added (step seal-history) and logs the head of the
chain; keep that log on another machine, since whoever rules this database could make the whole chain anew.
"""
SHOWN = 1000
"""Findings that are told one by one."""


class Command(ExplainedCommand):
    """Compare history with its seals. Each finding is a line; the last line sums up."""

    help = "Prove that nothing in history and logs was changed, deleted, added or swapped since it was sealed."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", help="an earlier head of the chain, from the log of the daily run")

    def handle(self, *args: Any, head: str, **options: Any) -> None:
        if head and not re.fullmatch("[0-9a-f]{64}", head):
            raise CommandError("A head has 64 hexadecimal digits. Take it whole from the log of the daily run.")
        tally, many = verifying.Tally(), 0
        with self.progress() as told:
            tally.told = told
            for many, finding in enumerate(verifying.findings(tally, head), 1):
                if many <= SHOWN:
                    self.stdout.write(self.style.ERROR(str(finding)))
        waiting = sum(sealing.unsealed().values())
        self.stdout.write(f"Head of the chain: {sealing.head() or 'none yet'}")
        compared = f"{tally.rows:,} rows under {tally.seals:,} seals compared, {waiting:,} wait for their seal"
        if many:
            raise CommandError(f"{compared}. Not as sealed: {many:,}.")
        self.stdout.write(f"{compared}. All as sealed.")

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int], None]]:
        """What is called after each part: it moves a bar on a terminal."""
        if not self.stdout.isatty():
            yield lambda table, rows: None
            return
        columns = [TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"), TimeElapsedColumn()]
        with Progress(*columns, console=Console()) as bar:
            task = bar.add_task("Comparing", total=None)
            yield lambda table, rows: bar.update(task, advance=rows, description=table)
