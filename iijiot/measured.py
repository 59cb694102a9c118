"""Figures that machines count, millions a day: no records of acts, and so without a history of their own.

They come in by one road: rows stream into a table of the transaction (`iijiot.copying.staged`), statements take them
over from there, and what brought them is on record. They leave when their time is over, and by nothing else.
"""

from datetime import date
from typing import Any, ClassVar, NoReturn

from django.db import connection, models


class MeasuredQuerySet(models.QuerySet[Any]):
    """Figures, to be read; written from a staging and let go by `forget` alone."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "Measured figures come in by statements over a staging and go by forget() (iijiot/measured.py)."
        )

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
        raise TypeError("Measured figures come in by statements over a staging (iijiot/measured.py).")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: figures go when their time is over."""
        raise TypeError("Measured figures go by forget() (iijiot/measured.py).")


def forget(model: type[MeasuredModel], before: date) -> int:
    """Let go of the oldest day of figures that is before this day; returns how many rows, 0 where there is none.

    A day at a time, so that no transaction grows with the time that was not forgotten.
    """
    table, day = (connection.ops.quote_name(name) for name in (model._meta.db_table, model.DAY))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {day} = (SELECT min({day}) FROM {table} WHERE {day} < %s)", [before])
        return cursor.rowcount
