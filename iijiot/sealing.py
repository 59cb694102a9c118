"""Sealing what is kept, set-based and after the fact: writing history itself costs nothing more.

Each daily run seals what was added since the last: of every history and log, the keys, a hash of each row, and a digest
that takes in the digest of the seal before. `iijiot/verifying.py` compares.

A row is numbered before its transaction commits, so a row with a smaller key may become visible after one with a larger.
Only keys up to the largest visible one are sealed, and only once every transaction that was writing to the table at
that time has ended: whoever gets a key holds the lock of a writer on the table from before, until the end. Nobody waits
for the seal; it waits for them, and leaves a table that stays busy to the next day.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from iijiot import clock
from iijiot.daily import SET_ASIDE, Tally
from iijiot.guards import erasable, kept_models
from iijiot.seals import HistorySeal
from iijiot.selecting import selected

log = logging.getLogger(__name__)

PART = 10_000
"""Rows under one seal."""
PATIENCE = 10.0
"""Seconds to wait for those who write."""
LOCK = 0x5EA1
"""Any number that only sealing uses: the chain has one end."""
HALF = 12
"""Bytes of the hash of each half of a row."""
LOWEST = -(2**62)
"""Below every key."""

Explains = Callable[[str], bool]
_explained: list[Explains] = []

DIGEST = """
sha256(s.previous
    || sha256(convert_to(concat_ws('|', s.of_table, s.day::text, extract(epoch FROM s.at)::text, s.after::text, s.until::text,
        array_to_string(s.kept, ','), array_to_string(s.erasable, ','), s.many::text, s.cause), 'UTF8'))
    || sha256(convert_to(array_to_string(s.ids, ','), 'UTF8'))
    || sha256((SELECT string_agg(hash, ''::bytea ORDER BY place) FROM unnest(s.hashes) WITH ORDINALITY u(hash, place))))
"""

COLUMNS = "of_table, day, at, after, until, kept, erasable, ids, hashes, many, cause, previous"

SEAL = f"""
INSERT INTO iijiot_historyseal ({COLUMNS}, digest)
SELECT {COLUMNS}, {DIGEST} FROM (
    SELECT %(table)s::text AS of_table, %(day)s::date AS day, %(at)s::timestamptz AS at, %(after)s::bigint AS after,
        max(id) AS until, %(kept)s::text[] AS kept, %(erasable)s::text[] AS erasable, array_agg(id ORDER BY id) AS ids,
        array_agg(hash ORDER BY id) AS hashes, count(*)::int AS many, '' AS cause, %(previous)s::bytea AS previous
    FROM (
        SELECT {{key}} AS id, {{hash}} AS hash FROM {{table}} t WHERE {{key}} > %(after)s AND {{key}} <= %(ceiling)s
        ORDER BY {{key}} LIMIT %(most)s
    ) rows HAVING count(*) > 0
) s RETURNING until, many
"""

SEAL_AGAIN = f"""
INSERT INTO iijiot_historyseal ({COLUMNS}, digest)
SELECT {COLUMNS}, {DIGEST} FROM (
    SELECT part.of_table, %(day)s::date AS day, %(at)s::timestamptz AS at, part.after, part.until, part.kept, part.erasable,
        part.ids, part.many, %(cause)s::text AS cause, %(previous)s::bytea AS previous, (
            SELECT array_agg(CASE WHEN t.id IS NULL THEN was.hash ELSE substr(was.hash, 1, {HALF}) || t.half END ORDER BY was.id)
            FROM unnest(part.ids, part.hashes) was(id, hash)
            LEFT JOIN (SELECT {{key}} AS id, {{half}} AS half FROM {{table}} t WHERE {{key}} = ANY(%(touched)s)) t USING (id)
        ) AS hashes
    FROM iijiot_historyseal part WHERE part.id = %(part)s
) s
"""

PARTS_OF = """
SELECT DISTINCT ON (s.until) s.id, s.erasable FROM (
    SELECT DISTINCT (SELECT min(p.until) FROM iijiot_historyseal p WHERE p.of_table = %(table)s AND p.until >= key) AS until
    FROM unnest(%(touched)s::bigint[]) touched(key)
) part JOIN iijiot_historyseal s ON s.of_table = %(table)s AND s.until = part.until ORDER BY s.until, s.id DESC
"""

WRITERS = """
SELECT relation::regclass::text, virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()
AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = ANY(%s::regclass[])
"""


def explained_by(explains: Explains) -> None:
    """Register what knows why rows were sealed again."""
    _explained.append(explains)


def is_explained(cause: str) -> bool:
    """Whether there is a lawful act of this name."""
    return any(explains(cause) for explains in _explained)


def tables() -> dict[str, Any]:
    """Each table whose rows are only ever added, with its model; the seals themselves are held together by their chain."""
    return {model._meta.db_table: model for model in kept_models() if model is not HistorySeal}


def seal(day: date, tally: Tally) -> None:
    """Seal what was added to each table since it was sealed last."""
    marks, ceilings = sealed_up_to(), _ceilings()
    grown = [table for table, ceiling in ceilings.items() if ceiling > marks[table]]
    busy = _wait_for_writers(grown)
    for table in grown:
        if table in busy:
            log.warning("%s is being written to; it is sealed with the next day.", table)
            continue
        try:
            tally.done += _seal_table(table, marks[table], ceilings[table], day)
        except SET_ASIDE as why:
            tally.put_aside(table, why)
    log.info("History is sealed up to %s: %d rows more. Head of the chain: %s", day, tally.done, head())


def due(day: date) -> int:
    """How many rows that would be."""
    return sum(unsealed().values())


def head() -> str:
    """The end of the chain; whoever keeps it elsewhere can prove that no seal before it was changed."""
    return HistorySeal.objects.head().hex()


def seal_again(touched: Mapping[str, Sequence[int]], cause: str, day: date) -> None:
    """Seal rows again from which something was lawfully erased; in the transaction that erased it."""
    _alone()
    models = tables()
    for table, keys in touched.items():
        names = {"table": connection.ops.quote_name(table), "key": _key(models[table])}
        for part, columns in selected(PARTS_OF, {"table": table, "touched": list(keys)}):
            _insert(
                SEAL_AGAIN.format(**names, half=hash_of(columns)),
                {"touched": list(keys), "part": part, "cause": cause, "day": day},
            )


def sealed_up_to() -> dict[str, int]:
    """The largest key of each table that is under a seal."""
    found = selected(
        "SELECT name, (SELECT max(until) FROM iijiot_historyseal WHERE of_table = name) FROM unnest(%s::text[]) name",
        [list(tables())],
    )
    return {table: LOWEST if until is None else until for table, until in found}


def unsealed() -> dict[str, int]:
    """How many rows of each table wait for their seal."""
    marks, quote = sealed_up_to(), connection.ops.quote_name
    each = [f"SELECT '{n}', count(*) FROM {quote(n)} t WHERE {_key(m)} > {marks[n]}" for n, m in tables().items()]
    return dict(selected(" UNION ALL ".join(each)))


def hash_of(columns: Sequence[str]) -> str:
    """The SQL of the hash over these columns of a row `t`, in their order; nothing where there are none."""
    if not columns:
        return "''::bytea"
    values = ", ".join(f"t.{connection.ops.quote_name(column)}" for column in columns)
    return f"substr(sha256(convert_to(row_to_json(ROW({values}))::text, 'UTF8')), 1, {HALF})"


def _ceilings() -> dict[str, int]:
    quote = connection.ops.quote_name
    each = [f"SELECT '{table}', max({_key(model)}) FROM {quote(table)} t" for table, model in tables().items()]
    return {table: until for table, until in selected(" UNION ALL ".join(each)) if until is not None}


def _wait_for_writers(names: Sequence[str]) -> set[str]:
    """Wait until those who write to these tables now have ended; the tables where they have not."""
    quoted = [connection.ops.quote_name(name) for name in names]
    waited_for, give_up = set(selected(WRITERS, [quoted])), time.monotonic() + PATIENCE
    while waited_for and time.monotonic() < give_up:
        time.sleep(0.05)
        waited_for &= set(selected(WRITERS, [quoted]))
    return {table for table, _transaction in waited_for}


def _seal_table(table: str, mark: int, ceiling: int, day: date) -> int:
    """Seal the rows behind a mark, part by part, each its own transaction; returns how many."""
    model, done = tables()[table], 0
    may_go = erasable(model)
    kept = [f.column for f in model._meta.concrete_fields if f.column not in may_go and not f.primary_key]
    names = {"table": connection.ops.quote_name(table), "key": _key(model)}
    statement = SEAL.format(**names, hash=f"{hash_of(kept)} || {hash_of(may_go)}")
    while mark < ceiling:
        with transaction.atomic():
            _alone()
            given = {"table": table, "day": day, "after": mark, "ceiling": ceiling, "most": PART}
            sealed = _insert(statement, given | {"kept": kept, "erasable": may_go})
        if not sealed:
            break
        mark, many = sealed[0]
        done += many
    return done


def _alone() -> None:
    """Nobody else adds to the chain until the transaction ends."""
    selected("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _insert(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Add a seal to the end of the chain; call it alone."""
    return selected(statement, {**given, "at": clock.now(), "previous": HistorySeal.objects.head()})


def _key(model: Any) -> str:
    return f"t.{connection.ops.quote_name(model._meta.pk.column)}"
