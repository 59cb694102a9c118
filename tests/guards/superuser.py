"""The superuser of the embedded server: it can switch off whatever guards a table, and change what lies in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql


def superuser(database: str = "") -> psycopg.Connection[Any]:
    """A connection as the embedded server makes it to furnish itself; to the test database where none is named."""
    address = {"host": connection.get_connection_params()["host"], "user": "postgres"}
    return psycopg.connect(dbname=database or connection.settings_dict["NAME"], autocommit=True, **address)


@contextmanager
def unguarded(table: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection while the triggers of a table are off."""
    with superuser() as server:
        named = sql.Identifier(table)
        server.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(named))
        yield server
        server.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER ALL").format(named))
