"""``manage.py sbom``: the bill of materials of what is installed by the lock."""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from iijiot.bill_of_materials import bill, locked
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py sbom                       write sbom.json
  manage.py sbom --out /tmp/sbom.json  elsewhere
  manage.py sbom --dry-run             only count
"""


class Command(ExplainedCommand):
    """Write every locked package with its version, hashes, licence and what wants it."""

    help = "Write the bill of materials (CycloneDX) of the packages in requirements.txt, with their licences."
    requires_system_checks: list[str] = []
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=Path("sbom.json"), help="where to write it")
        parser.add_argument("--dry-run", action="store_true", help="only count, write nothing")

    def handle(self, *args: Any, out: Path, dry_run: bool, **options: Any) -> None:
        base = Path(settings.BASE_DIR)
        lock = (base / "requirements.txt").read_text()
        project = tomllib.loads((base / "pyproject.toml").read_text())["project"]
        if not dry_run:
            out.write_text(bill(lock, project["name"], project["version"]))
        self.stdout.write(f"{len(locked(lock))} packages")
