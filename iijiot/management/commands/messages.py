"""``manage.py messages``: bring the Japanese catalogues up to date, check them, compile them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from iijiot.management.explained import ExplainedCommand
from iijiot.messages_catalogue import PACKAGES, Home, compile_catalogue, homes, problems, read, update, updated

EXAMPLES = """examples:
  manage.py messages             bring the catalogues up to date from the sources
  manage.py messages --dry-run   how much would be to translate; changes nothing
  manage.py messages --check     fail on every message without a sound translation
  manage.py messages --compile   write what Django reads
"""


class Command(ExplainedCommand):
    """Collect the msgids of the sources; with an option, only check or compile what stands there."""

    help = "Update the Japanese catalogues from the sources; --check and --compile leave them as they are."
    requires_system_checks: list[str] = []
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="fail on every msgid without a sound translation")
        what.add_argument("--dry-run", action="store_true", help="say which catalogues would change, write nothing")
        what.add_argument("--compile", action="store_true", help="write the .mo files that Django reads")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR, help="folder of the sources")
        parser.add_argument("--packages", nargs="*", default=PACKAGES, help="packages that ship no Japanese")

    def handle(self, *args: Any, root: Path, packages: list[str], **options: Any) -> None:
        if options["compile"]:
            for path in sorted(root.glob("*/locale/ja/LC_MESSAGES/django.po")):
                self.stdout.write(str(compile_catalogue(path)))
            return
        asked = homes(root, packages)
        if options["check"]:
            self.check_all(asked, root)
        else:
            self.update_all(asked, root, keep=not options["dry_run"])

    def check_all(self, asked: list[Home], root: Path) -> None:
        """Fail with every problem, each under its catalogue."""
        told = [f"{home.path.relative_to(root)}: {problem}" for home in asked for problem in problems(home)]
        if told:
            raise CommandError("\n".join([*told, f"{len(told)} messages need a translation; run: manage.py messages"]))
        self.stdout.write("Every message has its Japanese.")

    def update_all(self, asked: list[Home], root: Path, *, keep: bool) -> None:
        """Write every catalogue that has something in it, and say how much is left to translate."""
        before, changed = [read(home.path) for home in asked], 0
        kept = [home for home in asked if home.own or home.third_party or home.path.exists()]
        for home in kept:
            text = updated(home, before)
            changed += not home.path.exists() or home.path.read_text(encoding="utf-8") != text
            if keep:
                update(home, before)
                self.stdout.write(f"{home.path.relative_to(root)}: {len(problems(home))} to translate")
        self.stdout.write(f"{len(kept)} catalogues, {changed} {'changed' if keep else 'would change'}.")
