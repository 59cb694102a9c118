"""``manage.py openapi``: write the description of the API into the documents, or check that it says what the code says."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from iijiot.api.additive import breaking, major
from iijiot.api.describing import description
from iijiot.management.explained import ExplainedCommand

PLACE, CHANGES = "docs/openapi.json", "docs/api-changelog.md"
EXAMPLES = """examples:
  manage.py openapi             write docs/openapi.json from the resources in the code
  manage.py openapi --dry-run   say what would change; changes nothing
  manage.py openapi --check     fail while the document does not say what the code says
"""


class Command(ExplainedCommand):
    """Write the description, if it breaks no program that was written after the one before; with an option, only compare."""

    help = "Write the description of the API into docs/openapi.json; --check compares it with the code."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="fail while the document is stale")
        what.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="folder of the sources")

    def handle(self, *args: Any, root: Path, **options: Any) -> None:
        place, now = root / PLACE, written()
        before = place.read_text() if place.exists() else ""
        if options["check"]:
            if before != now:
                raise CommandError(f"{PLACE} is stale; run: manage.py openapi")
        else:
            refuse_breaking(before, now)
            if not options["dry_run"]:
                place.write_text(now)
        version = json.loads(now)["info"]["version"]
        if f"\n## {version}" not in (root / CHANGES).read_text():
            raise CommandError(f"{CHANGES} has no entry for {version}: say there what is new")
        paths = len(json.loads(now)["paths"])
        self.stdout.write(f"{paths} addresses, version {version}: {'as it was' if before == now else 'changed'}.")


def written() -> str:
    """The description as it stands in the document."""
    return json.dumps(description(), ensure_ascii=False, indent=1) + "\n"


def refuse_breaking(before: str, now: str) -> None:
    """Raises while something is taken away or made stricter under the same major version."""
    if not before:
        return
    old, new = json.loads(before), json.loads(now)
    found = breaking(old, new)
    if found and major(new) <= major(old):
        raise CommandError(
            "This breaks programs that others have written: "
            + "; ".join(found)
            + ". Keep it beside the new, or raise the major version."
        )
