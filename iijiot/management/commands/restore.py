"""``manage.py restore``: a backup into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from iijiot import backing_up, restoring
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py restore backups/backoffice-20261127T020000Z.dump
  PGDATA_DIR=.pgdata-restored manage.py restore FILE       into a new embedded server, beside the old one

As the owner of the tables (DATABASE_OWNER_URL), into a database that has no tables yet; the two roles must be there. It
takes files of evidence back from BACKUP_DIR where they are missing. If it fails, drop the database, make it anew, repeat.
"""


class Command(ExplainedCommand):
    """Load a dump where there is nothing yet; what is there is never overwritten."""

    help = "Load a dump into an empty database, put missing files back, and bring the tables up to date."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dump", type=Path, help="the file that manage.py backup made")
        parser.add_argument("--dry-run", action="store_true", help="say what would be loaded, and change nothing")

    def handle(self, *args: Any, dump: Path, dry_run: bool, **options: Any) -> None:
        if not dump.is_file() or not dump.stat().st_size:
            raise CommandError(f"{dump} is no dump. BACKUP_DIR holds those that were made.")
        if dry_run:
            self.stdout.write(f"Would load {dump} ({dump.stat().st_size:,} bytes) into an empty database.")
            return
        try:
            files = restoring.restore(dump)
        except restoring.NotEmpty:
            raise CommandError(
                "There are tables in this database already. Name an empty one; nothing was changed."
            ) from None
        except backing_up.Failed as failure:
            raise CommandError(str(failure)) from None
        call_command("migrate", verbosity=0)
        self.stdout.write(
            f"{dump.name} is restored, files put back: {files}. Now: verify_history, check_books, and carry out again the"
            " erasures of personal data since that day (docs/runbook.md#restore)."
        )
