"""``manage.py clauses``: every clause of the terms, its tests, and where the code cites it."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from iijiot.clause_table import ClauseRow, Place, read_table
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py clauses              every clause with its tests and its places in the code
  manage.py clauses --missing    those that need a test and have none; exit code 1 while there are any
"""


class Command(ExplainedCommand):
    """Print the table of clauses; fail on a citation of a clause that the terms do not have."""

    help = "List every clause of the terms with its tests and where the code cites it."
    requires_system_checks: list[str] = []
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="list clauses that need a test and have none")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="folder of the sources")

    def handle(self, *args: Any, missing: bool, root: Path, **options: Any) -> None:
        table = read_table(root)
        if table.unknown:
            listed = "\n".join(f"{citation.at}: {citation.id}" for citation in table.unknown)
            raise CommandError(f"These cite clauses that the terms do not have:\n{listed}")
        if not missing:
            self.stdout.write("clause | kind | title | tests | where in the code")
            for row in table.rows:
                self.stdout.write(self.line(row))
        elif table.untested:
            for row in table.untested:
                self.stdout.write(f"{row.clause} | {row.clause.title}")
            raise CommandError(f"{len(table.untested)} clauses need a test and have none.")
        else:
            self.stdout.write("Every clause that needs a test has one.")

    def line(self, row: ClauseRow) -> str:
        """One row of the table."""
        clause = row.clause
        return f"{clause} | {clause.kind} | {clause.title} | {len(row.tests)} | {self.where(row.code)}"

    def where(self, places: Iterable[Place]) -> str:
        """The places of the code, each with its line."""
        return ", ".join(str(place) for place in places)
