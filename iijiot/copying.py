"""Many rows at once: written by COPY, the quickest way into a table, records with their history beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count, islice, repeat
from typing import Any

from django.db import connection, transaction

from iijiot.bulk import history_insert
from iijiot.records import RecordedModel, column

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Params = Sequence[Any] | Mapping[str, Any]
SLICE = 5000
"""Rows that memory holds at a time."""


def copy_in(model: type[RecordedModel], each: Mapping[str, Sequence[Any]], same: Mapping[str, Any]) -> int:
    """Add records with their history: of `each` field a value for every record, of `same` one value for all.

    What neither names has its default. The caller has checked every value; the database checks once more.
    """
    many = len(next(iter(each.values())))
    if not many:
        return 0
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not given_by_database(field)]
    given = {column(model, name): values for name, values in each.items()}
    fixed = {column(model, name): value for name, value in same.items()}
    rest = {field: fixed.get(field, field.get_default()) for field in fields if field not in given}
    behind = "\t".join(_text(field.get_db_prep_save(value, connection)) for field, value in rest.items())
    names = [connection.ops.quote_name(str(field.column)) for field in (*given, *rest)]
    table = connection.ops.quote_name(model._meta.db_table)
    history, params = history_insert("added", model, "+", None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, many]
        )
        keys = sorted(row[0] for row in cursor.fetchall())
        columns = [map(str, keys), *map(_texts, given.values()), repeat(behind, many)]
        lines = "\n".join(map("\t".join, zip(*columns, strict=True)))
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} (id, {', '.join(names)}) FROM STDIN") as copy:
            copy.write(f"{lines}\n")
        # Keys that others took in between belong to others.
        gaps = keys[-1] - keys[0] >= many
        own, of = ("id = ANY(%s)", [keys]) if gaps else ("id BETWEEN %s AND %s", [keys[0], keys[-1]])
        cursor.execute(f"WITH added AS (SELECT * FROM {table} WHERE {own}) {history}", [*of, *params])
    return many


def given_by_database(field: Any) -> bool:
    """Whether the database alone knows the default of a field."""
    return bool(field.has_db_default() and not field.has_default())


@dataclass(frozen=True)
class Staging:
    """A table of the transaction, with what statements ask of it."""

    name: str

    def ask(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement, in which `{staged}` is this table; none where it gives none."""
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{staged}", self.name), params or None)
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def staged(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Iterator[Staging]:
    """Stream rows by COPY into a table that is gone with the transaction; memory holds a slice of them.

    `columns` gives each column's type.
    """
    named = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with _table(f"({named}) ON COMMIT DROP") as table, connection.cursor() as cursor:
        each = iter(rows)
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            while piece := list(islice(each, SLICE)):
                copy.write("".join("\t".join(map(_text, row)) + "\n" for row in piece))
        cursor.execute(f"ANALYZE {table}")
        yield Staging(table)


@contextmanager
def gathered(query: str, params: Params = ()) -> Iterator[Staging]:
    """What a query finds, kept in a table of the transaction for several statements."""
    with _table(f"ON COMMIT DROP AS {query}", params) as table:
        yield Staging(table)


_numbers = count(1)


@contextmanager
def _table(what: str, params: Params = ()) -> Iterator[str]:
    name = f"staged_{next(_numbers)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {name} {what}", params)
        yield f"pg_temp.{name}"
        cursor.execute(f"DROP TABLE pg_temp.{name}")


def one_at_a_time(lock: int) -> None:
    """Wait until no other transaction holds this lock, and hold it until the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def _texts(values: Sequence[Any]) -> Sequence[str]:
    """Values as COPY reads them; digits, of which a file has most, pass at once."""
    if all(type(value) is str for value in values) and "".join(values).isalnum():
        return values
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if type(value) is int:
        return str(value)
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value).translate(ESCAPES)
