"""``manage.py migrate``: Django's, as the role that owns the tables."""

from typing import Any

from django.core.management.commands import migrate

from iijiot.database_roles import as_owner
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py migrate            bring the tables up to date, as the owner (DATABASE_OWNER_URL), and grant the
                               application's role its rights on them
  manage.py migrate --plan     show what it would do
"""


class Command(ExplainedCommand, migrate.Command):
    """Change the tables; every other command works as the application's role, which cannot."""

    examples = EXAMPLES

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]):
            super().handle(*args, **options)
