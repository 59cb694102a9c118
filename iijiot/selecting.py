"""Set-based questions to the database, for what Django's own queries cannot say in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Params = Sequence[Any] | Mapping[str, Any]


def selected(statement: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement; none where it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return list(cursor.fetchall()) if cursor.description else []
