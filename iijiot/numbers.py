"""The numbers by which people call records: given once, in the order of arrival."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

_provisional: ContextVar[tuple[str, Iterator[int]] | None] = ContextVar("provisional", default=None)


@contextmanager
def provisional_numbers(word: str) -> Iterator[None]:
    """Inside, records get numbers with this word that are not taken from any sequence: for what is taken back anyway."""
    token = _provisional.set((word, itertools.count(1)))
    try:
        yield
    finally:
        _provisional.reset(token)


def are_provisional() -> bool:
    """Whether numbers are given that are taken back anyway."""
    return _provisional.get() is not None


def provisional(many: int) -> tuple[str, int]:
    """The word and the first of so many provisional numbers, which nobody else gets."""
    current = _provisional.get()
    assert current is not None  # noqa: S101 - asked where they are provisional
    word, count = current
    first = next(count, 0)
    for _taken in range(many - 1):
        next(count)
    return word, first


def give_numbers(records: Sequence[Any]) -> None:
    """Take ids from the table's sequence, so that number and id agree and two clerks never share one."""
    if are_provisional():
        word, first = provisional(len(records))
        for place, record in enumerate(records, first):
            record.pk = -place
            record.number = f"{record.NUMBER_PREFIX}{word}{place}"
        return
    table = records[0]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(records)]
        )
        ids = [row[0] for row in cursor.fetchall()]
    for record, pk in zip(records, sorted(ids), strict=True):
        record.pk = pk
        record.number = f"{record.NUMBER_PREFIX}{pk:07d}"
