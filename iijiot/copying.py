"""Many rows at once from a file: written by COPY, the quickest way into a table, with their history beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from django.db import connection, models

from iijiot.bulk import history_insert
from iijiot.records import RecordedModel, column

SLICE = 20_000

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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
    others = [field for field in model._meta.concrete_fields if not field.primary_key and field not in given]
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


def _texts(values: Sequence[Any]) -> Sequence[str]:
    """Values as COPY reads them; digits, of which a file has most, pass at once, and of equal days each is written once."""
    kinds = {type(value) for value in values}
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {date}:
        days = {day: day.isoformat() for day in set(values)}
        return [days[day] for day in values]
    if kinds == {str} and "".join(values).isalnum():
        return values
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value).translate(ESCAPES)
