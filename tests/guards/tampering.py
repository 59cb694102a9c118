"""Ways to change what is kept, and a row for each to be tried on."""

from typing import Any, LiteralString

from django.apps import apps
from django.db import Error, connection, transaction
from psycopg import errors, sql

from tests.house.console import made

TAMPERING: dict[str, LiteralString] = {
    "UPDATE": "UPDATE {0} SET id = id",
    "DELETE": "DELETE FROM {0}",
    "TRUNCATE": "TRUNCATE {0} CASCADE",
}
"""What the owner's own tables refuse it, by trigger."""

TAKING_AWAY: dict[str, LiteralString] = {
    "disable the triggers": "ALTER TABLE {0} DISABLE TRIGGER ALL",
    "session_replication_role": "SET session_replication_role = replica; DELETE FROM {0}",
}
"""What takes the triggers away first; the owner could do the first, so the application must not be the owner."""

VALUES = {
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "numeric": 1,
    "double precision": 1.5,
    "boolean": False,
    "character varying": "x",
    "text": "x",
    "date": "2026-04-01",
    "timestamp with time zone": "2026-04-01T00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "jsonb": "{}",
    "ARRAY": "{}",
    "inet": "192.0.2.1",
    "bytea": b"\x00",
}


def put_a_row(table: str) -> None:
    """Some row in a table, whatever its columns are; what it points at is made, and may bring the row with it."""
    with connection.cursor() as cursor:
        keys = pointed_at(cursor, table)
        if keys and has_rows(cursor, table):
            return
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL",
            [table],
        )
        columns: list[tuple[str, str]] = cursor.fetchall()
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(sql.Identifier(name) for name, _type in columns),
                sql.SQL(", ").join(sql.Literal(keys.get(name, VALUES[type_])) for name, type_ in columns),
            )
        )
    connection.check_constraints()


def pointed_at(cursor: Any, table: str) -> dict[str, Any]:
    """A record for each key of a table to others."""
    models: dict[str, Any] = {model._meta.db_table: model for model in apps.get_models()}
    relations = connection.introspection.get_relations(cursor, table)
    keys = {column: made(models[relation[1]]).pk for column, relation in relations.items()}
    connection.check_constraints()
    return keys


def has_rows(cursor: Any, table: str) -> bool:
    """Whether something is in a table."""
    cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
    return bool(cursor.fetchone()[0])


def refusal(statement: LiteralString, table: str = "") -> str:
    """Why the database refuses a statement for want of rights; empty when it ran. Any other error is the test's own."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
    except Error as error:
        cause: Any = error.__cause__
        if isinstance(cause, errors.InsufficientPrivilege):
            return str(cause)
        raise
    return ""
