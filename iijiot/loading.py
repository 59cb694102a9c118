"""Loading very many rows: their tables have no indexes and foreign keys meanwhile, and get them anew from all rows at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from iijiot.recorded import recorded_models
from iijiot.selecting import selected

OWNED = "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(%s::regclass[])"
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1
"""
"""Those that belong to no constraint, and to which no foreign key refers."""
KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype = 'f' ORDER BY 1, 2
"""
MEMORY = "SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL work_mem = '64MB'"


@contextmanager
def unindexed(*models: Any) -> Iterator[None]:
    """Inside, the tables of these records and of their histories are loaded by their owner without looking up anything.

    For a transaction in which nobody else works with them. Who does not own them loads them with everything in place.
    """
    tables = [kind._meta.db_table for model in models for kind in (model, model.history.model)]
    if not _own(tables):
        yield
        return
    selected(MEMORY)
    selected("SET CONSTRAINTS ALL IMMEDIATE")
    indexes, keys = selected(INDEXES, [tables]), selected(KEYS, [tables])
    for table, name, _definition in keys:
        selected(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        selected(f"DROP INDEX {name}")
    selected("SET CONSTRAINTS ALL DEFERRED")
    yield
    for _name, definition in indexes:
        selected(definition)
    for table, name, definition in keys:
        selected(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def counted(*models: Any) -> None:
    """Let the planner know how much there is of these by now; what is not committed, nobody but the owner can tell it."""
    tables = [model._meta.db_table for model in models]
    if _own(tables):
        selected(f"ANALYZE {', '.join(tables)}")


def everything_counted() -> None:
    """The same for all that is recorded, with its history; where very much of it was just loaded."""
    counted(*recorded_models(), *(model.history.model for model in recorded_models()))


def _own(tables: Sequence[str]) -> bool:
    return selected(OWNED, [tables]) == [(True,)]
