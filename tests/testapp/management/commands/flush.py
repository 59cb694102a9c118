"""Empty the test database between tests, history included."""

from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connections

from iijiot.database_roles import as_owner
from iijiot.guards import kept_models


class Command(flush.Command):
    """Django's flush, past the triggers that keep history from being emptied."""

    def handle(self, **options: Any) -> None:
        """As the owner: switch the triggers off, empty the tables, switch them on again."""
        with as_owner(options["database"]):
            self._triggers("DISABLE", options["database"])
            try:
                super().handle(**options)
                self._empty_the_queue(options["database"])
                cache.clear()
            finally:
                self._triggers("ENABLE", options["database"])

    def _empty_the_queue(self, database: str) -> None:
        """Jobs, which Django leaves alone because it did not make their tables."""
        tables = [model._meta.db_table for model in apps.get_app_config("procrastinate").get_models()]
        with connections[database].cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)}")

    def _triggers(self, verb: str, database: str) -> None:
        quote = connections[database].ops.quote_name
        tables = [quote(model._meta.db_table) for model in kept_models()]
        with connections[database].cursor() as cursor:
            cursor.execute(";".join(f"ALTER TABLE {t} {verb} TRIGGER history_is_never_emptied" for t in tables))
