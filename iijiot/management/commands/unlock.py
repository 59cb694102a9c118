"""``manage.py unlock``: let a user try to log in again at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from iijiot.login import throttle
from iijiot.management.explained import ExplainedCommand
from iijiot.models import User

EXAMPLES = """example:
  manage.py unlock sakura               forget the wrong passwords and codes of this login ID
  manage.py unlock sakura --dry-run     say who it would be
"""


class Command(ExplainedCommand):
    """Forget the attempts that block a user; written into the access log."""

    help = "Let a user try to log in again at once, after too many wrong passwords or codes."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login_id", help="who is blocked")
        parser.add_argument("--dry-run", action="store_true", help="say who it would be, and change nothing")

    def handle(self, *args: Any, login_id: str, dry_run: bool, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(login_id)
        except User.DoesNotExist:
            raise CommandError(f"There is no user with the login ID {login_id!r}.") from None
        if dry_run:
            self.stdout.write(f"Would let {user.login_id} ({user.name}) try again.")
            return
        throttle.forget(user)
        self.stdout.write(f"{user.login_id} may try again now.")
