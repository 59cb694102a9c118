"""``manage.py restore_drill``: that a backup can be restored, proved on a server that is thrown away (X49)."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from iijiot import backing_up, clock, fingerprints, restoring
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py restore_drill                    back up, restore into an empty server, compare everything, log in
  manage.py restore_drill --of FILE          restore an older dump, and prove that it works
  manage.py restore_drill --dry-run          say what would be done

It changes nothing but adding a backup, can be repeated, and may run beside the site at work: what is compared is the
database as it was when the dump began. The server that it restores into is gone afterwards.
"""
SHOWN = 20
"""Differences that are told one by one."""


class Command(ExplainedCommand):
    """Restore, compare, prove; each part says how long it took."""

    help = "Restore a backup into an empty server, compare every table, and log in; then throw the server away."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--of", type=Path, metavar="FILE", help="an older dump; without it one is made now")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, of: Path | None, dry_run: bool, **options: Any) -> None:
        if of is not None and not of.is_file():
            raise CommandError(f"{of} is no dump. BACKUP_DIR holds those that were made.")
        if dry_run:
            self.stdout.write(f"Would restore {of or 'a new dump'} into a server that is thrown away.")
            return
        began, wrong = time.monotonic(), 0
        try:
            dump, before = (of, None) if of else self.back_up()
            with restoring.elsewhere():
                with self.timed(f"restored ({dump.stat().st_size:,} bytes)"):
                    restoring.restore_rows(dump)
                wrong += self.compare(before) if before else 0
                wrong += self.prove()
        except backing_up.Failed as failure:
            raise CommandError(f"It cannot be restored. {failure}") from None
        if wrong:
            raise CommandError(f"The restore drill failed: {wrong} things are wrong.")
        self.stdout.write(
            f"The restore drill succeeded in {time.monotonic() - began:.1f} s: {dump.name}, {dump.stat().st_size:,} bytes."
        )

    def back_up(self) -> tuple[Path, dict[str, str]]:
        """A new backup, and what is in the database as it goes into it."""
        with backing_up.snapshot() as (database, name):
            with self.timed("looked at"):
                there = fingerprints.of(database)
            with self.timed("backed up"):
                made, copied = backing_up.make(clock.now(), name)
        if copied.lost:
            raise CommandError(f"{len(copied.lost)} files of evidence are lost, such as {copied.lost[0]}.")
        return settings.BACKUP_DIR / made.name, there

    def compare(self, before: dict[str, str]) -> int:
        """Everything restored with what was there; how many things differ."""
        with self.timed("compared"), backing_up.snapshot() as (database, _name):
            after = fingerprints.of(database)
        told = fingerprints.differences(before, after)
        for line in told[:SHOWN]:
            self.stdout.write(self.style.ERROR(line))
        self.stdout.write(f"{len(before):,} things, {fingerprints.rows(before):,} rows: {len(told)} differ")
        return len(told)

    def prove(self) -> int:
        """What a restored site must do; how much of it fails."""
        failed = 0
        for name, proof in restoring.proofs():
            with self.timed(name):
                why = proof()
            if why:
                self.stdout.write(self.style.ERROR(f"{name}: {why}"))
                failed += 1
        connection.close()
        return failed

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """A spinner on a terminal meanwhile, and a line at the end with the time it took."""
        began = time.monotonic()
        if self.stdout.isatty():
            columns = [SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()]
            with Progress(*columns, console=Console(), transient=True) as bar:
                bar.add_task(what, total=None)
                yield
        else:
            yield
        self.stdout.write(f"{what}: {time.monotonic() - began:.1f} s")
