"""Empty the test database between tests, history included: what has rows, and nothing else, as most tests fill little."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connections, transaction
from django.utils.module_loading import module_has_submodule
from psycopg import sql

from iijiot.database_roles import as_owner

LEFT_ALONE = {ContentType._meta.db_table, Permission._meta.db_table}
"""Written by the migrations alone."""


class Command(flush.Command):
    """In place of Django's, which truncates every table and writes anew what the migrations wrote."""

    def handle(self, **options: Any) -> None:
        """As the owner: switch the triggers off, empty the tables, switch them on again, load the reference data."""
        database: str = options["database"]
        introspection = connections[database].introspection
        queue = [model._meta.db_table for model in apps.get_app_config("procrastinate").get_models()]
        ours = set(introspection.django_table_names(only_existing=True, include_views=False)) - LEFT_ALONE
        with as_owner(database), connections[database].cursor() as cursor:
            full = self._with_rows(cursor, sorted(ours))
            self._triggers(cursor, "DISABLE", full)
            try:
                with transaction.atomic(using=database):
                    for table in full:
                        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            finally:
                self._triggers(cursor, "ENABLE", full)
            if self._with_rows(cursor, queue):
                cursor.execute(f"TRUNCATE {', '.join(queue)}")
            cache.clear()
            for app in apps.get_app_configs():
                if module_has_submodule(app.module, "reference"):
                    import_module(f"{app.name}.reference").load()

    def _with_rows(self, cursor: Any, tables: Sequence[str]) -> list[str]:
        """Those of these tables that hold anything."""
        asked = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})")
        each = [asked.format(sql.Literal(table), sql.Identifier(table)) for table in tables]
        cursor.execute(sql.SQL(" UNION ALL ").join(each))
        return [table for (table,) in cursor.fetchall()]

    def _triggers(self, cursor: Any, verb: str, tables: Sequence[str]) -> None:
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" {verb} TRIGGER USER')
