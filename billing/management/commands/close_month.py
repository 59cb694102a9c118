"""``manage.py close_month 2026-11``: every management unit's invoice of a month, computed by the workers or here."""

import json
import time
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from billing import closing
from billing.closing import ClosePlan, Statement
from billing.models import BillingRun, SetAside
from billing.months import Month
from iijiot import job_queue
from iijiot.actors import Actor
from iijiot.management.explained import ExplainedCommand
from iijiot.progress import Told
from iijiot.rules import RuleViolation

EXAMPLES = """examples:
  manage.py close_month 2026-11             the workers compute the invoices; this shows how far they are
  manage.py close_month 2026-11 --inline    computed here, beside whoever else is at it; needs no worker
  manage.py close_month 2026-11 --dry-run   how many are to be computed; changes nothing

It can be run twice, by two at once, or again after a crash: what has its invoice is passed over, and who comes while
chunks are left joins in. The drafts are issued in the console. Exit code 1 where the closing statement does not add up.
"""
ACTOR = Actor.command("close_month")
EVERY = 0.5
"""Seconds between two looks at what others do."""
SHOWN = 20
"""How many of what was set aside are named."""


class Command(ExplainedCommand):
    """Close a month. A bar on a terminal, lines of JSON elsewhere."""

    help = "Compute the invoices, statements and credit notes of a month as drafts, and add up what came of it."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", metavar="MONTH", help="the month to close, such as 2026-11")
        parser.add_argument("--inline", action="store_true", help="compute in this process instead of in the workers")
        parser.add_argument("--dry-run", action="store_true", help="say how much is to be computed, change nothing")

    def handle(self, *args: Any, month: str, inline: bool, dry_run: bool, **options: Any) -> None:
        asked = read_month(month)
        try:
            if dry_run:
                self.foresee(closing.plan_close(asked))
                return
            run = closing.begin(asked, actor=ACTOR)
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from None
        if not inline:
            closing.hand_out(run)
        told = closing.statement(run)
        with self.progress(told) as moved:
            while not told.is_done:
                if inline:
                    closing.work(run, told=lambda *_chunk: moved(closing.statement(run).done, told.chunks))
                else:
                    refuse_to_wait_in_vain(told)
                time.sleep(0 if (told := closing.statement(run)).is_done else EVERY)
                moved(told.done, told.chunks)
        self.sum_up(told)
        self.name_set_aside(run)
        if told.missing:
            raise CommandError(f"The closing statement does not add up: {told.missing} missing. Close the month again.")

    @contextmanager
    def progress(self, told: Statement) -> Iterator[Told]:
        """What is called as chunks are done: it moves the bar, or writes a line where something has changed."""
        if not self.stdout.isatty():
            last = told.done

            def write(done: int, chunks: int) -> None:
                nonlocal last
                if done != last:
                    self.stdout.write(json.dumps({"month": str(told.run), "done": done, "chunks": chunks}))
                last = done

            yield write
            return
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        with Progress(*columns, console=Console()) as bar:
            task = bar.add_task(str(told.run), total=told.chunks, completed=told.done)
            yield lambda done, chunks: bar.update(task, completed=done, total=chunks)

    def foresee(self, plan: ClosePlan) -> None:
        """What closing the month would do now."""
        self.tell(
            {"month": str(plan.month), "chunks": plan.chunks, "expected": plan.expected, "dry_run": True},
            f"{plan.month}: would compute {plan.expected:,} invoices in {plan.chunks:,} chunks.",
        )

    def sum_up(self, told: Statement) -> None:
        """The closing statement."""
        names = ("chunks", "expected", "made", "there", "aside", "beyond", "missing")
        self.tell(
            {"month": str(told.run), **{name: getattr(told, name) for name in names}},
            f"{told.run}: {told.expected:,} expected = {told.made:,} made + {told.there:,} there already"
            f" + {told.aside:,} set aside + {told.missing:,} missing; {told.beyond:,} made beyond.",
        )

    def tell(self, data: dict[str, Any], sentence: str) -> None:
        """A sentence on a terminal, a line of JSON elsewhere."""
        self.stdout.write(sentence if self.stdout.isatty() else json.dumps(data))

    def name_set_aside(self, run: BillingRun) -> None:
        """A warning for what people have to look at."""
        aside = SetAside.objects.open().of_run(run).select_related("management_unit")
        for one in aside[:SHOWN]:
            self.stderr.write(self.style.WARNING(f"Set aside: {one.management_unit}: {one.why}"))
        if (more := aside.count() - SHOWN) > 0:
            self.stderr.write(self.style.WARNING(f"… and {more:,} more; the console lists them."))


def read_month(typed: str) -> Month:
    """A month as 2026-11 or 2026/11, in half or full width. Raises CommandError."""
    try:
        return Month.parse(unicodedata.normalize("NFKC", typed).strip().replace("/", "-"))
    except ValueError:
        raise CommandError(f"“{typed}” is no month. Write it as 2026-11.") from None


def refuse_to_wait_in_vain(told: Statement) -> None:
    """Raises CommandError where no worker is there to do what waits, or one could not."""
    if not job_queue.is_worker_alive():
        raise CommandError(
            f"No worker is at work: {told.left:,} chunks of {told.run} wait in the queue. Start one with manage.py worker,"
            " or run this again with --inline."
        )
    if (failed := job_queue.failing(closing.close_chunk)) is not None:
        raise CommandError(f"A chunk could not be computed: {failed}. The page of jobs in the console says more.")
