"""``manage.py backup``: a dump of the database and a copy of the files of evidence."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from iijiot import backing_up, clock
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py backup                     into BACKUP_DIR (./backups)
  manage.py backup --keep-days 35      and delete dumps that are older, so that what was erased lapses there too
  manage.py backup --dry-run           say where it would go

Run it every day, as the owner of the tables (DATABASE_OWNER_URL), and take the folder to another machine. It can be
repeated at any time, also beside the site at work. manage.py restore_drill proves that a backup can be restored.
"""


class Command(ExplainedCommand):
    """Make a backup and write down that it was made."""

    help = "Dump the database and copy the files of evidence, and write down when and how large."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep-days", type=int, metavar="N", help="delete dumps older than N days; else all are kept"
        )
        parser.add_argument("--dry-run", action="store_true", help="say where it would go, and write nothing")

    def handle(self, *args: Any, keep_days: int | None, dry_run: bool, **options: Any) -> None:
        if keep_days is not None and keep_days < 1:
            raise CommandError("Keep dumps for a day at least.")
        if dry_run:
            self.stdout.write(f"Would make a backup in {settings.BACKUP_DIR}.")
            return
        try:
            made, copied = backing_up.make(clock.now())
        except (backing_up.Failed, OSError) as failure:
            raise CommandError(f"There is no new backup. {failure}") from None
        if keep_days:
            self.stdout.write(f"Files deleted that have lapsed: {backing_up.let_lapse(clock.now(), keep_days)}.")
        if not made.size:
            raise CommandError(f"The dump {made.name} is empty.")
        if copied.lost:
            raise CommandError(
                f"{made.name} is made, but {len(copied.lost)} files of evidence are lost or changed, such as {copied.lost[0]}."
            )
        self.stdout.write(
            f"{settings.BACKUP_DIR / made.name}: {made.size:,} bytes, {copied.files} files of evidence"
            f" ({copied.new} new), in {made.seconds:.1f} s."
        )
