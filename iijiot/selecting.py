"""Set-based questions to the database, for what Django's own queries cannot say in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def selected(statement: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement; none where it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return list(cursor.fetchall()) if cursor.description else []
