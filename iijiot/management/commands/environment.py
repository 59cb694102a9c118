"""``manage.py environment``: the page of all settings."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from iijiot.environment import VARIABLES, table
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py environment             write docs/settings.md
  manage.py environment --dry-run   only show it
"""


class Command(ExplainedCommand):
    """Write what the environment can say, with meaning, default and example of each variable."""

    help = "Write docs/settings.md, the table of everything that the environment can say."
    requires_system_checks: list[str] = []
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show the page and write nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self.stdout.write(table())
        else:
            (Path(settings.BASE_DIR) / "docs" / "settings.md").write_text(table())
        self.stdout.write(f"{len(VARIABLES)} variables")
