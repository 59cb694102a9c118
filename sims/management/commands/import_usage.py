"""``manage.py import_usage FILE``: daily traffic of lines, with a bar of rich.progress on a terminal."""

from typing import ClassVar

from sims.management.loading import LoadCommand

EXAMPLES = """examples:
  manage.py import_usage 2026-12-01.csv
  manage.py import_usage 2026-12-01.csv --dry-run         what the file comes to; loads nothing
  manage.py import_usage 2026-12-01.csv --good-rows-only  though other rows are wrong

Columns: number, ICCID or IMSI; day; bytes up and down; IMEI where it is known. What was loaded for a line and day before
is replaced, so a file can be loaded again. Exit code 1 where nothing was loaded.
"""


class Command(LoadCommand):
    """Takes traffic in."""

    help = "Load the daily traffic of lines from a CSV or Excel file, all rows or none."
    kind = "usage"
    examples: ClassVar = EXAMPLES
