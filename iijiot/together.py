"""Records of many kinds in one statement, for pages that show a few of each."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import ModelIterable


def fetched_together(asked: Sequence[models.QuerySet[Any]]) -> list[list[Any]]:
    """The records of each queryset in its order, with all that it selects and annotates; prefetching is left out.

    Each part travels as JSON, and its fields read it back: of text, numbers, days, moments and what is JSON itself.
    """
    if len(asked) < 2:
        return [list(queryset) for queryset in asked]
    parts = {place: part for place, queryset in enumerate(asked) if (part := _Part(queryset)).sql}
    if parts:
        statement = " UNION ALL ".join(
            f"SELECT {place}, row_number() OVER (), row_to_json(told)::text FROM ({part.sql}) told"
            for place, part in parts.items()
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [param for part in parts.values() for param in part.params])
            for place, _turn, told in sorted(cursor.fetchall()):
                parts[place].take(told)
    return [parts[place].records() if place in parts else [] for place in range(len(asked))]


class _Part:
    """One queryset's share of the statement; Django's own iterable makes records of its rows."""

    def __init__(self, queryset: models.QuerySet[Any]) -> None:
        self.queryset = queryset.all()
        self.compiler = self.queryset.query.get_compiler(queryset.db)
        self.rows: list[tuple[Any, ...]] = []
        try:
            self.sql, self.params = self.compiler.as_sql(with_col_aliases=True)
        except EmptyResultSet:
            self.sql, self.params = "", ()

    def take(self, told: str) -> None:
        """One row of it."""
        values = json.loads(told, parse_float=Decimal).values()
        fields = [expression.output_field for expression, _sql, _alias in self.compiler.select]
        self.rows.append(tuple(_read(field, value) for field, value in zip(fields, values, strict=True)))

    def records(self) -> list[Any]:
        """Its rows as records."""
        self.compiler.execute_sql = lambda **kwargs: [self.rows]
        self.queryset.query.get_compiler = lambda **kwargs: self.compiler  # type: ignore[method-assign]
        return list(ModelIterable(self.queryset))


def _read(field: Any, value: Any) -> Any:
    """A value as the database driver would have given it."""
    if value is None:
        return None
    return json.dumps(value) if isinstance(field, models.JSONField) else field.to_python(value)
