"""Comparing what is kept with its seals: which row was changed, deleted, added or swapped, and whether the chain is whole.

The seals are read part by part and compared in the database, which answers with what differs: a million rows that are
as they were come to nothing here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from iijiot.sealing import DIGEST, HALF, LOWEST, hash_of, is_explained, tables
from iijiot.seals import HistorySeal
from iijiot.selecting import selected

AT_ONCE = 100
"""Seals of the chain in one question."""
MOST = 10_000
"""Rows of one table that differ, looked at for pairs; of more than that each is told by itself."""

CHAIN = f"""
SELECT s.id, s.of_table, s.after, s.until, s.cause, s.previous, s.digest, {DIGEST} FROM iijiot_historyseal s
WHERE s.id > %s ORDER BY s.id LIMIT {AT_ONCE}
"""

RENEWED_TOO_MUCH = f"""
SELECT EXISTS (
    SELECT FROM unnest(n.ids, n.hashes) new(id, hash) FULL JOIN unnest(w.ids, w.hashes) was(id, hash) USING (id)
    WHERE substr(new.hash, 1, {HALF}) IS DISTINCT FROM substr(was.hash, 1, {HALF})
) FROM iijiot_historyseal n LEFT JOIN LATERAL (
    SELECT * FROM iijiot_historyseal w
    WHERE w.of_table = n.of_table AND w.until = n.until AND w.after = n.after AND w.id < n.id ORDER BY w.id DESC LIMIT 1
) w ON true WHERE n.id = %s
"""

PART_BEHIND = """
SELECT DISTINCT ON (s.until) s.id, s.after, s.until, s.kept, s.erasable, s.many FROM iijiot_historyseal s
WHERE s.of_table = %s AND s.until > %s ORDER BY s.until, s.id DESC LIMIT 1
"""

COMPARED = """
SELECT COALESCE(was.id, t.id), was.hash, t.hash FROM (
    SELECT u.id, u.hash FROM iijiot_historyseal s, unnest(s.ids, s.hashes) u(id, hash) WHERE s.id = %(part)s
) was FULL JOIN (
    SELECT {key} AS id, {hash} AS hash FROM {table} t WHERE {key} > %(after)s AND {key} <= %(until)s
) t USING (id) WHERE was.hash IS DISTINCT FROM t.hash ORDER BY 1
"""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed: of a table, of a row of it where one can be named."""

    table: str
    row: int | None
    said: str

    def __str__(self) -> str:
        return f"{self.table} #{self.row}: {self.said}" if self.row is not None else f"{self.table}: {self.said}"


@dataclass
class Tally:
    """How much was compared."""

    seals: int = 0
    rows: int = 0
    told: Callable[[str, int], None] = field(default=lambda table, rows: None)


def findings(tally: Tally, known_head: str = "") -> Iterator[Finding]:
    """Everything that is not as it was sealed; `known_head` is an end of the chain that was noted elsewhere."""
    yield from _of_chain(tally)
    if known_head and not HistorySeal.objects.has(bytes.fromhex(known_head)):
        yield Finding("iijiot_historyseal", None, f"no seal has the digest {known_head}: the chain was made anew")
    for table in sorted(_sealed_tables()):
        yield from _of_table(table, tally)


def _of_chain(tally: Tally) -> Iterator[Finding]:
    """The seals themselves: each follows the one before, says what it said, and leaves no gap in its table."""
    table, last, digest = HistorySeal._meta.db_table, 0, b""
    ends: dict[str, int] = {}
    while rows := selected(CHAIN, [last]):
        for last, of_table, after, until, cause, previous, said, reckoned in rows:
            if bytes(previous) != digest:
                yield Finding(table, last, "it does not follow the seal before it: one was taken out or put in")
            if bytes(said) != bytes(reckoned or b""):
                yield Finding(table, last, "the seal was changed")
            digest = bytes(said)
            if cause:
                yield from _of_renewal(last, cause)
            elif after != ends.get(of_table, LOWEST):
                yield Finding(table, last, f"a seal of {of_table} before it is missing")
            if not cause:
                ends[of_table] = until
        tally.seals += len(rows)


def _of_renewal(seal: int, cause: str) -> Iterator[Finding]:
    """What was sealed again: for a reason that there is, and nothing but what may be erased."""
    if not is_explained(cause):
        yield Finding(HistorySeal._meta.db_table, seal, f"it seals rows again for “{cause}”, which does not exist")
    if selected(RENEWED_TOO_MUCH, [seal]) != [(False,)]:
        yield Finding(HistorySeal._meta.db_table, seal, f"it seals again, for “{cause}”, what no erasure may change")


def _sealed_tables() -> set[str]:
    """The tables that have seals."""
    return {table for (table,) in selected("SELECT DISTINCT of_table FROM iijiot_historyseal")}


def _of_table(table: str, tally: Tally) -> Iterator[Finding]:
    """The rows of a table, each with what is under its latest seal."""
    model = tables().get(table)
    if model is None:
        yield Finding(table, None, "the table is gone")
        return
    columns = {field.column for field in model._meta.concrete_fields}
    differing: dict[int, tuple[bytes, bytes]] = {}
    mark = LOWEST - 1
    while parts := selected(PART_BEHIND, [table, mark]):
        part, after, mark, kept, may_go, many = parts[0]
        if missing := sorted({*kept, *may_go} - columns):
            yield Finding(table, None, f"sealed with columns that are gone: {', '.join(missing)}")
            continue
        for row, was, found in _compared(model, part, after, mark, kept, may_go):
            if was is None:
                yield Finding(table, row, "was added behind the seal")
            elif found is None:
                yield Finding(table, row, "was deleted")
            elif len(differing) < MOST:
                differing[row] = (bytes(was), bytes(found))
            else:
                yield Finding(table, row, _said_of_change(bytes(was), bytes(found)))
        tally.rows += many
        tally.told(table, many)
    yield from _changed_or_swapped(table, differing)


def _compared(
    model: Any, part: int, after: int, until: int, kept: list[str], may_go: list[str]
) -> list[tuple[int, Any, Any]]:
    quote = connection.ops.quote_name
    statement = COMPARED.format(
        key=f"t.{quote(model._meta.pk.column)}",
        table=quote(model._meta.db_table),
        hash=f"{hash_of(kept)} || {hash_of(may_go)}",
    )
    return selected(statement, {"part": part, "after": after, "until": until})


def _changed_or_swapped(table: str, differing: Mapping[int, tuple[bytes, bytes]]) -> Iterator[Finding]:
    """Two rows of which each is what the other was were swapped; the others were changed."""
    by_seal: dict[bytes, list[int]] = {}
    for row, (was, _found) in differing.items():
        by_seal.setdefault(was, []).append(row)
    for row, (was, found) in differing.items():
        other = next((other for other in by_seal.get(found, ()) if differing[other][1] == was), None)
        if other is None:
            yield Finding(table, row, _said_of_change(was, found))
        else:
            yield Finding(table, row, f"was swapped with #{other}")


def _said_of_change(was: bytes, found: bytes) -> str:
    if was[:HALF] == found[:HALF]:
        return "was changed, in what only an erasure may change"
    return "was changed"
