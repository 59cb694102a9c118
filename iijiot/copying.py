"""Many rows at once: written by COPY, the quickest way into a table, records with their history beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count, islice, repeat
from types import NoneType
from typing import Any

from django.db import connection, models, transaction

from iijiot.bulk import history_insert
from iijiot.records import RecordedModel, column
from iijiot.selecting import Params, selected

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ALIKE = {bool, date, int, str, NoneType}
"""Of these kinds, what is equal is written alike."""
SLICE = 5000
"""Rows that memory holds at a time."""


Each = Mapping[str, Sequence[Any]]
"""Of each field a value for every row."""


def take_keys(model: type[models.Model], many: int) -> list[int]:
    """So many keys of a table that nobody else gets, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, many]
        )
        return sorted(row[0] for row in cursor.fetchall())


def copy_in(model: type[RecordedModel], each: Each, same: Mapping[str, Any], keys: Sequence[int] = ()) -> int:
    """Add records with their history: of `each` field a value for every record, of `same` one value for all.

    What neither names has its default; `keys` are those that were taken before, in order. The caller has checked every
    value; the database checks once more.
    """
    many = len(next(iter(each.values())))
    if not many:
        return 0
    keys = keys or take_keys(model, many)
    table = connection.ops.quote_name(model._meta.db_table)
    history, params = history_insert("added", model, "+", None)
    _copy(model, {"id": keys, **each}, same)
    # Keys that others took in between belong to others.
    gaps = keys[-1] - keys[0] >= many
    own, of = ("id = ANY(%s)", [list(keys)]) if gaps else ("id BETWEEN %s AND %s", [keys[0], keys[-1]])
    with connection.cursor() as cursor:
        cursor.execute(f"WITH added AS (SELECT * FROM {table} WHERE {own}) {history}", [*of, *params])
    return many


def copy_kept(model: type[models.Model], each: Each, same: Mapping[str, Any]) -> int:
    """Add rows of a kind that is only ever added to, and so is its own history; see `copy_in` for what it takes."""
    if not getattr(model, "APPEND_ONLY", False):
        raise TypeError(f"{model.__name__} has a history: use copy_in().")
    many = len(next(iter(each.values())))
    if many:
        _copy(model, each, same)
    return many


def _copy(model: type[models.Model], each: Each, same: Mapping[str, Any]) -> None:
    """Write rows by COPY, in slices: memory holds one as text."""
    given = {column(model, name): values for name, values in each.items()}
    fixed = {column(model, name): value for name, value in same.items()}
    left = [field for field in model._meta.concrete_fields if not field.primary_key and field not in given]
    others = [field for field in left if not given_by_database(field)]
    rest = {field: fixed.get(field, field.get_default()) for field in others}
    behind = (
        ["\t".join(_text(field.get_db_prep_save(value, connection)) for field, value in rest.items())] if rest else []
    )
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in (*given, *rest))
    table = connection.ops.quote_name(model._meta.db_table)
    many = len(next(iter(given.values())))
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for start in range(0, many, SLICE):
            part = [_texts(values[start : start + SLICE]) for values in given.values()]
            columns = [*part, *(repeat(one, min(SLICE, many - start)) for one in behind)]
            copy.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")


def given_by_database(field: Any) -> bool:
    """Whether the database alone knows the default of a field."""
    return bool(field.has_db_default() and not field.has_default())


@dataclass(frozen=True)
class Staging:
    """A table of the transaction, with what statements ask of it."""

    name: str

    def ask(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement, in which `{staged}` is this table; none where it gives none."""
        return selected(statement.replace("{staged}", self.name), params)


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
    """Values as COPY reads them; digits, of which a file has most, pass at once, and of equal ones each is written once."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str} and "".join(values).isalnum():
        return values
    if len(kinds - {NoneType}) <= 1 and kinds <= ALIKE:
        texts = {value: _text(value) for value in set(values)}
        return [texts[value] for value in values]
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value).translate(ESCAPES)
