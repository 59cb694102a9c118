"""Set-based questions to the database, for what Django's own queries cannot say in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

Params = Sequence[Any] | Mapping[str, Any]


def selected(statement: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement; none where it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return list(cursor.fetchall()) if cursor.description else []


def array(values: Iterable[int | date | None]) -> str:
    """Numbers, days or truths as PostgreSQL reads an array, for `%s::bigint[]`: thousands of them pass at once."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
