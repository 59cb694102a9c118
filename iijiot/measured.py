"""Figures that machines count, millions a day: no records of acts, and so without a history of their own.

They come in by one road: rows stream by COPY into a table of the transaction, statements take them over from there,
and what loads them records the load itself. They leave when their time is over, and by nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, ClassVar, NoReturn

from django.db import connection, models, transaction

SLICE = 5000
"""Rows that memory holds at a time."""


class MeasuredQuerySet(models.QuerySet[Any]):
    """Figures, to be read; written by `staged` and let go by `forget` alone."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Measured figures come in by staged() and go by forget() (iijiot/measured.py).")

    update = delete = create = bulk_create = bulk_update = get_or_create = update_or_create = _refuse


class MeasuredModel(models.Model):
    """A kind of figure; `MEASURED` says why it needs no history."""

    MEASURED: ClassVar[str] = ""
    DAY: ClassVar[str] = "day"
    """The field by whose day its time runs."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refused: figures come in by a load."""
        raise TypeError("Measured figures come in by staged() (iijiot/measured.py).")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: figures go when their time is over."""
        raise TypeError("Measured figures go by forget() (iijiot/measured.py).")


@dataclass(frozen=True)
class Staging:
    """A table of the transaction, with what statements ask of it."""

    name: str

    def ask(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement, in which `{staged}` is this table; none where it gives none."""
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{staged}", self.name), params)
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def staged(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Iterator[Staging]:
    """Stream rows of numbers and days, by COPY, into a table that is gone with the transaction; memory holds a slice.

    `columns` gives each column's type.
    """
    named = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with _table(f"({named})", ()) as table, connection.cursor() as cursor:
        each = iter(rows)
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            while piece := list(islice(each, SLICE)):
                copy.write("".join("\t".join(map(str, row)) + "\n" for row in piece))
        cursor.execute(f"ANALYZE {table}")
        yield Staging(table)


@contextmanager
def gathered(query: str, params: Sequence[Any]) -> Iterator[Staging]:
    """What a query finds, kept in a table of the transaction for several statements."""
    with _table(f"AS {query}", params) as table:
        yield Staging(table)


_made = 0


@contextmanager
def _table(what: str, params: Sequence[Any]) -> Iterator[str]:
    global _made
    _made += 1
    table = f"pg_temp.staged_{_made}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table.removeprefix('pg_temp.')} {_dropped(what)}", params)
        yield table
        cursor.execute(f"DROP TABLE {table}")


def _dropped(what: str) -> str:
    """The rest of CREATE TABLE, with its end at the end of the transaction."""
    return f"ON COMMIT DROP {what}" if what.startswith("AS ") else f"{what} ON COMMIT DROP"


def one_at_a_time(lock: int) -> None:
    """Wait until no other transaction holds this lock, and hold it until the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def forget(model: type[MeasuredModel], before: date) -> int:
    """Let go of the oldest day of figures that is before this day; returns how many rows, 0 where there is none.

    A day at a time, so that no transaction grows with the time that was not forgotten.
    """
    table, day = (connection.ops.quote_name(name) for name in (model._meta.db_table, model.DAY))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {day} = (SELECT min({day}) FROM {table} WHERE {day} < %s)", [before])
        return cursor.rowcount
