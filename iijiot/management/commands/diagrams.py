"""``manage.py diagrams``: write the state diagrams into the documents, or check that they say what the code says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from iijiot.management.explained import ExplainedCommand
from iijiot.state_docs import FOLDER, documents, stale, write

EXAMPLES = """examples:
  manage.py diagrams             write docs/states from the transitions in the code
  manage.py diagrams --dry-run   say how many documents would change; changes nothing
  manage.py diagrams --check     fail while a document does not say what the code says
"""


class Command(ExplainedCommand):
    """Write a document for each kind of record with states; with an option, only compare."""

    help = "Write the state diagrams of all records into docs/states; --check compares them with the code."
    requires_system_checks: list[str] = []
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="fail while a document is stale")
        what.add_argument("--dry-run", action="store_true", help="say how many documents would change, write nothing")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="folder of the sources")

    def handle(self, *args: Any, root: Path, **options: Any) -> None:
        old = stale(root / FOLDER)
        if options["check"]:
            if old:
                raise CommandError(f"{len(old)} documents are stale: {', '.join(old)}; run: manage.py diagrams")
            self.stdout.write(f"{len(documents())} documents say what the code says.")
            return
        if not options["dry_run"]:
            write(root / FOLDER)
        would = "would change" if options["dry_run"] else "changed"
        self.stdout.write(f"{len(documents())} documents, {len(old)} {would}.")
