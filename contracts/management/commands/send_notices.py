"""``manage.py send_notices``: send the mails that wait; every few minutes, by a timer."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress

from contracts import notifying
from contracts.models import Notice

EXAMPLES = """examples:
  manage.py send_notices                every mail that has not left yet
  manage.py send_notices --dry-run      how many that would be; sends nothing

It can be run as often as wanted, beside another one and beside the daily run, and again after a crash: each mail is
sent by one of them. Those that fail are tried again by the next run.
"""


class Command(BaseCommand):
    """Send what waits. A bar on a terminal, one line of JSON elsewhere."""

    help = "Send the mails to customers that have not left yet, such as those of an announcement to all."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many wait, send nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        waiting = Notice.objects.ids_to_send()
        if dry_run:
            self.stdout.write(json.dumps({"waiting": len(waiting)}))
            return
        sent = 0
        with Progress(console=Console(), disable=not self.stdout.isatty()) as bar:
            for pk in bar.track(waiting, description="mails"):
                sent += notifying.deliver(pk)
        self.stdout.write(json.dumps({"sent": sent, "failed": len(waiting) - sent}))
