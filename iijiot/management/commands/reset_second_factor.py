"""``manage.py reset_second_factor``: for a lost device where no operator can get in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from iijiot.actors import Actor
from iijiot.login import second_factor
from iijiot.management.explained import ExplainedCommand
from iijiot.models import User
from iijiot.rules import RuleViolation

EXAMPLES = """example:
  manage.py reset_second_factor kusunoki --reason "phone lost, seen in person"
"""


class Command(ExplainedCommand):
    """Take a second factor away and end the user's sessions; in the history and the access log."""

    help = "Take a user's second factor away, so that the next login sets up a new one."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login_id", help="whose device is lost")
        parser.add_argument("--reason", required=True, help="why, for the history")

        parser.add_argument("--dry-run", action="store_true", help="say who it would be, and change nothing")

    def handle(self, *args: Any, login_id: str, reason: str, dry_run: bool, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(login_id)
            if dry_run:
                self.stdout.write(f"Would take the second factor of {user.login_id} ({user.name}) away.")
                return
            ended = second_factor.reset(user, actor=Actor.command("reset_second_factor"), reason=reason)
        except User.DoesNotExist:
            raise CommandError(f"There is no user with the login ID {login_id!r}.") from None
        except RuleViolation as violation:
            raise CommandError(str(violation)) from None
        self.stdout.write(f"{user.login_id} sets up a new second factor at the next login; sessions ended: {ended}.")
