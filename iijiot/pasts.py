"""Rows with an invented past: each stored with the history it would have, many at a time. For empty databases only."""

import uuid
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from django.db import connection, models
from psycopg import sql

from iijiot.actors import Actor
from iijiot.records import Numbered, RecordedModel, ordered_id


class Act(NamedTuple):
    """One act of the past: all versions that it wrote carry the same chapter."""

    at: datetime
    actor: Actor
    reason: str
    chapter: uuid.UUID


def act(random: Random, at: datetime, actor: Actor, reason: str = "") -> Act:
    """An act with a chapter that the same seed gives again."""
    moment = (int(at.timestamp() * 1000) << 12) + random.getrandbits(12)
    return Act(at, actor, reason, ordered_id(moment, random.getrandbits(62)))


class Line:
    """One row to be, with every version it has had."""

    __slots__ = ("model", "pk", "values", "versions")

    def __init__(self, model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
        self.model, self.pk, self.values = model, pk, values
        self.versions: list[tuple[Act, str, dict[str, Any]]] = []

    @property
    def number(self) -> str:
        """The number that people call it by."""
        return number(self.model, self.pk)


def number(model: Any, pk: int) -> str:
    """The number of a record with this id."""
    return f"{model.NUMBER_PREFIX}{pk:07d}"


class Order:
    """Which place each row takes among those of its kind, by the moment it was made: the first telling finds out."""

    def __init__(self) -> None:
        self.made: dict[type[models.Model], array[float]] = defaultdict(lambda: array("d"))
        self.places: dict[type[models.Model], Sequence[int]] = {}
        self.first: dict[type[models.Model], int] = {}

    def note(self, model: type[models.Model], at: datetime) -> None:
        """One more row of this kind."""
        self.made[model].append(at.timestamp())

    def reserve(self) -> None:
        """Sort, and take as many ids from each table's sequence, so that what comes later has later numbers."""
        for model, moments in self.made.items():
            by_moment = sorted(range(len(moments)), key=moments.__getitem__)
            places = array("q", bytes(8 * len(moments)))
            for place, row in enumerate(by_moment):
                places[row] = place
            self.places[model] = places
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT min(id) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id"
                    " FROM generate_series(1, %s)) taken",
                    [model._meta.db_table, len(moments)],
                )
                self.first[model] = cursor.fetchone()[0]
        self.made.clear()


class Past:
    """Collects rows and their versions. Told twice: the first telling only notes the order, the second stores."""

    def __init__(self, order: Order, *, storing: bool) -> None:
        self.order, self.storing = order, storing
        self.stored = 0
        self._lines: dict[type[models.Model], list[Line]] = defaultdict(list)
        self._counted: dict[type[models.Model], int] = defaultdict(int)

    def add(self, model: type[models.Model], by: Act, under: str, /, **values: Any) -> Line:
        """A row comes to be; a value may be another line."""
        if not self.storing:
            self.order.note(model, by.at)
            return Line(model, 0, values)
        place = self.order.places[model][self._counted[model]]
        self._counted[model] += 1
        line = Line(model, self.order.first[model] + place, {**_defaults(model), **values})
        if issubclass(model, Numbered):
            line.values["number"] = line.number
        line.values.update(_completed(model, line.values))
        line.versions.append((by, under, dict(line.values)))
        self._lines[model].append(line)
        return line

    def change(self, line: Line, by: Act, under: str, /, **values: Any) -> None:
        """It becomes another."""
        line.values.update(values)
        if self.storing:
            line.versions.append((by, under, dict(line.values)))

    def store(self) -> None:
        """Write what is collected, rows before their history, and forget it."""
        for model, lines in self._lines.items():
            fields = model._meta.concrete_fields
            with _copy(model._meta.db_table, [str(field.column) for field in fields]) as rows:
                for line in lines:
                    rows.write_row(_row(fields, line.pk, line.values))
            self.stored += len(lines)
        for model, lines in self._lines.items():
            _store_history(model, lines)
        self._lines.clear()


_known: dict[type[models.Model], dict[str, Any]] = {}


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    if model not in _known:
        _known[model] = {f.name: f.get_default() for f in model._meta.concrete_fields if not f.primary_key}
    return _known[model]


def _completed(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from other fields, for kinds of records that have such."""
    if not issubclass(model, RecordedModel) or model.complete is RecordedModel.complete:
        return {}
    record = model(**{name: value for name, value in values.items() if not isinstance(value, Line)})
    record.complete()
    return {name: getattr(record, name) for name in values if getattr(record, name) != values[name]}


def _row(fields: Iterable[Any], pk: int, values: Mapping[str, Any]) -> list[Any]:
    row = []
    for field in fields:
        value = pk if field.primary_key else values[field.name]
        row.append(value.pk if isinstance(value, Line) else value)
    return row


def _store_history(model: Any, lines: Iterable[Line]) -> None:
    kept = {field.column for field in model.history.model._meta.concrete_fields}
    fields = [field for field in model._meta.concrete_fields if field.column in kept]
    told = ["date", "type", "user_id", "change_reason", "actor_kind", "actor", "clause", "chapter"]
    columns = [*(str(field.column) for field in fields), *(f"history_{name}" for name in told)]
    versions = [
        (version[0].at, line.pk, kind, version)
        for line in lines
        for kind, version in zip("+" + "~" * len(line.versions), line.versions, strict=False)
    ]
    versions.sort(key=lambda told: told[0])
    with _copy(model.history.model._meta.db_table, columns) as rows:
        for at, pk, kind, (by, clause, values) in versions:
            who = by.actor
            said = [at, kind, who.user_id, by.reason, str(who.kind), who.name, clause, by.chapter]
            rows.write_row([*_row(fields, pk, values), *said])


@contextmanager
def _copy(table: str, columns: Sequence[str]) -> Iterator[Any]:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as rows:
        yield rows
