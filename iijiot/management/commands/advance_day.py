"""``manage.py advance_day``: the daily run, everything due up to a day; once a day, by a timer or by hand."""

import json
import re
import unicodedata
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from iijiot import clock, daily
from iijiot.management.explained import ExplainedCommand
from iijiot.models import DayStep

A_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
FARTHEST = timedelta(days=2 * 366)
EXAMPLES = """examples:
  manage.py advance_day                         everything due up to today
  manage.py advance_day --dry-run               how much that would be; changes nothing, sends nothing
  manage.py advance_day --to 2026-12-26         move the office's day on (development only: TIME_TRAVEL)

It can be run twice, late, or again after a crash: steps that are done are passed over. Exit code 0 also when
another run is at work and when something was set aside for a person to look at; both are said.
"""

Told = Callable[[DayStep], None]


class Command(ExplainedCommand):
    """Carry out what is due. A bar on a terminal, a line of JSON for each step elsewhere."""

    help = "Do everything that is due up to a day: end and start contracts, send notices."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", metavar="DAY", help="the last day to do, such as 2026-12-26; default: today")
        parser.add_argument("--dry-run", action="store_true", help="show how much is due, change and send nothing")

    def handle(self, *args: Any, to: str | None, dry_run: bool, **options: Any) -> None:
        day = asked_day(to)
        run = daily.rehearse if dry_run else daily.advance
        try:
            with self.progress(day) as told:
                rows = run(day, told)
        except daily.AnotherRun:
            self.tell(
                {"day": str(day), "another_run": True}, "Another daily run is at work; this one leaves it to that."
            )
            return
        self.sum_up(day, rows, dry_run=dry_run)

    @contextmanager
    def progress(self, to: date) -> Iterator[Told]:
        """What is called after each step: it moves the bar, or writes a line."""
        if not self.stdout.isatty():
            yield lambda row: self.stdout.write(json.dumps(as_data(row), ensure_ascii=False))
            return
        total = len(list(daily.days_to_run(to))) * len(daily.steps())
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        with Progress(*columns, console=Console()) as bar:
            task = bar.add_task(str(to), total=total)

            def told(row: DayStep) -> None:
                bar.update(task, advance=1, description=f"{row.day} {row.step}")

            yield told
            bar.update(task, completed=total)

    def sum_up(self, day: date, rows: list[DayStep], *, dry_run: bool) -> None:
        """The last line, and a warning for each thing that was set aside."""
        done, aside = sum(row.done for row in rows), [entry for row in rows for entry in row.set_aside]
        how = "Would carry out" if dry_run else "Carried out"
        steps = "".join(f"\n  {row.day} {row.step}: {row.done}" for row in rows if row.done or row.set_aside)
        summary = {"to": str(day), "steps": len(rows), "done": done, "set_aside": len(aside), "dry_run": dry_run}
        self.tell(summary, f"{how} up to {day}: {done}, set aside: {len(aside)}.{steps if dry_run else ''}")
        for entry in aside:
            self.stderr.write(self.style.WARNING(f"Set aside: {entry['what']}: {entry['why']}"))

    def tell(self, data: dict[str, Any], sentence: str) -> None:
        """A sentence on a terminal, a line of JSON elsewhere."""
        self.stdout.write(sentence if self.stdout.isatty() else json.dumps(data, ensure_ascii=False))


def as_data(row: DayStep) -> dict[str, Any]:
    """A row of the diary as one line of JSON."""
    return {"day": str(row.day), "step": row.step, "done": row.done, "set_aside": row.set_aside}


def asked_day(typed: str | None) -> date:
    """The day to advance to, in what somebody typed; the business day when nothing was. Raises CommandError."""
    present, latest = clock.business_day(), DayStep.objects.latest_day()
    if typed is None:
        return present
    day = read_day(typed)
    if latest and day < latest:
        raise CommandError(
            f"The daily run has reached {latest} already: days do not come back. Give it or a later day."
        )
    if abs(day - present) > FARTHEST:
        raise CommandError(f"{day} is more than two years from {present}. Check the year.")
    if day > present and not settings.TIME_TRAVEL:
        raise CommandError(f"{day} has not come yet: today is {present}. Only TIME_TRAVEL=1 goes there.")
    return day


def read_day(typed: str) -> date:
    """A day as 2026-12-26 or 2026/12/26, in half or full width. Raises CommandError."""
    found = A_DAY.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise CommandError(f"“{typed}” is no day. Write it as 2026-12-26.")
