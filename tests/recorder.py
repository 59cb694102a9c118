"""Sees every row that a test writes, by whatever way, and whether its history says the same.

Triggers of the test database keep a log: of each row written to a business table, and of each row added to its
history, with all values and the transaction. They see save, bulk writes, `update()`, raw SQL, CTEs, cascades, COPY and
other processes alike. After each test both sides must agree, row by row and value by value.
"""

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from psycopg import pq, sql

from iijiot.database_roles import application_role, as_owner
from iijiot.guards import is_history
from iijiot.records import RecordedModel

SCHEMA = """
CREATE SCHEMA IF NOT EXISTS recorder;
CREATE UNLOGGED TABLE IF NOT EXISTS recorder.log (
    seq bigint GENERATED ALWAYS AS IDENTITY, tx xid8 DEFAULT pg_current_xact_id(),
    side text, rel text, id bigint, act text, said jsonb, who jsonb
);
CREATE OR REPLACE FUNCTION recorder.written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO recorder.log (side, rel, id, act, said)
        SELECT 'row', TG_TABLE_NAME, id, '+', to_jsonb(n) - TG_ARGV[0]::text[] FROM new_rows n;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO recorder.log (side, rel, id, act, said)
        SELECT 'row', TG_TABLE_NAME, n.id, '~', to_jsonb(n) - TG_ARGV[0]::text[]
        FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE to_jsonb(n) = to_jsonb(o) OR to_jsonb(n) - TG_ARGV[0]::text[] <> to_jsonb(o) - TG_ARGV[0]::text[];
    ELSE
        INSERT INTO recorder.log (side, rel, id, act, said)
        SELECT 'row', TG_TABLE_NAME, id, '-', to_jsonb(o) - TG_ARGV[0]::text[] FROM old_rows o;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION recorder.remembered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recorder.log (side, rel, id, act, said, who)
    SELECT 'history', TG_ARGV[1], id, history_type, to_jsonb(n) - TG_ARGV[0]::text[] - TG_ARGV[2]::text[],
           jsonb_build_object('kind', history_actor_kind, 'actor', history_actor, 'chapter', history_chapter,
                              'clause', history_clause, 'reason', history_change_reason, 'user', history_user_id)
    FROM new_rows n;
    RETURN NULL;
END $$;
"""

STEADY_PLANS = """
DO $$ DECLARE emptied regclass; BEGIN
    FOR emptied IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', emptied);
    END LOOP;
END $$
"""
"""The planner is not told, between one test and the next, that tables are empty."""

SECONDS = 120
"""No statement waits for ever."""

RIGHTS = """
GRANT USAGE ON SCHEMA recorder TO {0};
GRANT SELECT, INSERT, DELETE ON recorder.log TO {0};
"""

DISAGREEING = """
WITH one_row AS (
    SELECT rel, id, tx, array_agg(act || said::text ORDER BY seq) FILTER (WHERE side = 'row') AS written,
           array_agg(act || said::text ORDER BY seq) FILTER (WHERE side = 'history') AS remembered
    FROM recorder.log GROUP BY rel, id, tx
)
SELECT rel, id, written, remembered FROM one_row WHERE written IS DISTINCT FROM remembered ORDER BY rel, id LIMIT 20
"""

NOBODY = """
SELECT rel, id, who::text FROM recorder.log
WHERE side = 'history' AND (COALESCE(who->>'kind', '') = '' OR COALESCE(who->>'actor', '') = '' OR who->'chapter' = 'null')
ORDER BY seq LIMIT 20
"""

TWO_ACTORS_IN_ONE_ACT = """
SELECT who->>'chapter', array_agg(DISTINCT who->>'actor') FROM recorder.log WHERE side = 'history'
GROUP BY 1 HAVING count(DISTINCT (who->>'kind', who->>'actor')) > 1 LIMIT 20
"""

SEND_HOME = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""
"""Sessions of processes that tests have killed may still be there when the database is to be dropped."""


@dataclass(frozen=True)
class Entry:
    """One row as it was written, or as its history tells it."""

    side: str
    table: str
    id: int
    act: str
    values: dict[str, Any]
    who: dict[str, Any] | None


def recorded_models() -> list[type[RecordedModel]]:
    """Every concrete model with a history."""
    return [model for model in apps.get_models() if issubclass(model, RecordedModel) and not is_history(model)]


def install() -> None:
    """Put the log and its triggers into the test database, as its owner, for the application to write to."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        cursor.execute(STEADY_PLANS)
        cursor.execute(sql.SQL(RIGHTS).format(sql.Identifier(application_role())))
        for model in recorded_models():
            table, history = model._meta.db_table, model.history.model._meta
            unrecorded = array({column(model, name) for name in getattr(model, "UNRECORDED", ())})
            told = array({f.column for f in history.concrete_fields if f.name.startswith("history_")})
            for event, names in (
                ("INSERT", "NEW TABLE AS new_rows"),
                ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
                ("DELETE", "OLD TABLE AS old_rows"),
            ):
                trigger(cursor, f"recorder_{event.lower()}", table, event, names, "written", [unrecorded])
            trigger(
                cursor,
                "recorder_remembered",
                history.db_table,
                "INSERT",
                "NEW TABLE AS new_rows",
                "remembered",
                [unrecorded, table, told],
            )


def trigger(cursor: Any, name: str, table: str, event: str, rows: str, function: str, args: list[str]) -> None:
    """One statement-level trigger, made anew."""
    named, on = sql.Identifier(name), sql.Identifier(table)
    cursor.execute(sql.SQL("DROP TRIGGER IF EXISTS {} ON {}").format(named, on))
    cursor.execute(
        sql.SQL(
            "CREATE TRIGGER {} AFTER {} ON {} REFERENCING {} FOR EACH STATEMENT"
            " WHEN (current_setting('recorder.rests', true) IS DISTINCT FROM 'yes') EXECUTE FUNCTION {}({})"
        ).format(
            named,
            sql.SQL(event),
            on,
            sql.SQL(rows),
            sql.Identifier("recorder", function),
            sql.SQL(", ").join(map(sql.Literal, args)),
        )
    )


def array(names: set[str]) -> str:
    """Names as an array literal of PostgreSQL."""
    return "{" + ",".join(sorted(names)) + "}"


def column(model: type[RecordedModel], name: str) -> str:
    """The column of a field."""
    return str(model._meta.get_field(name).column)


class Recorder:
    """What the log says; asked past Django, so that it counts as no query of the test."""

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the log; none when the test has left its transaction broken."""
        connection.ensure_connection()
        raw = connection.connection
        if raw.info.transaction_status == pq.TransactionStatus.INERROR:
            return []
        with raw.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall()) if cursor.description else []

    def rest(self, rests: bool) -> None:
        """Keep no log of what this connection writes, or keep it again; in a test's transaction until its end."""
        self.ask(f"SET recorder.rests = {'yes' if rests else 'no'}")

    def forget(self) -> None:
        """Begin anew."""
        self.ask("DELETE FROM recorder.log")

    def entries(self, table: str = "", side: str = "history") -> list[Entry]:
        """The log of one side since the test began, in order."""
        rows = self.ask("SELECT side, rel, id, act, said::text, who::text FROM recorder.log ORDER BY seq")
        found = [
            Entry(kind, rel, pk, act, json.loads(values), json.loads(who or "null"))
            for kind, rel, pk, act, values, who in rows
        ]
        return [entry for entry in found if entry.side == side and table in ("", entry.table)]

    def problems(self) -> list[str]:
        """Every write whose history is missing, other, too much, without actor, or of two actors at once."""
        told = []
        for table, pk, written, remembered in self.ask(DISAGREEING):
            told.append(f"{table} #{pk}\n  written:    {lines(written)}\n  remembered: {lines(remembered)}")
        told += [f"{table} #{pk}: history without actor: {who}" for table, pk, who in self.ask(NOBODY)]
        told += [f"act {act} has several actors: {actors}" for act, actors in self.ask(TWO_ACTORS_IN_ONE_ACT)]
        return told


def lines(said: list[str] | None) -> str:
    """Values one below the other."""
    return "\n              ".join(said) if said else "nothing"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A test database that keeps the log, from before the first test's transaction."""
    if not connection.settings_dict["NAME"].startswith("test_"):  # no test of this run wants one
        yield
        return
    with django_db_blocker.unblock():
        if not connection.settings_dict["TEST"].get("TEMPLATE"):  # else they came with the template
            install()
        with as_owner(), connection.cursor() as cursor:
            name = sql.Identifier(connection.settings_dict["NAME"])
            cursor.execute(sql.SQL("ALTER DATABASE {} SET statement_timeout = {}").format(name, f"{SECONDS}s"))
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(SEND_HOME)


@pytest.fixture(autouse=True)
def recorder(request: pytest.FixtureRequest, database_role: None) -> Iterator[Recorder | None]:
    """Fail a test after which some row's history does not say what was written, when it was, and by whom.

    `@pytest.mark.unrecorded("why")` excepts a test; where it does not ask for the recorder itself, no log is kept either.
    """
    wanted = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if not wanted and not request.node.get_closest_marker("django_db"):
        yield None
        return
    request.getfixturevalue("_django_db_helper")
    seen = Recorder()
    seen.forget()
    is_excepted = request.node.get_closest_marker("unrecorded") is not None
    rests = is_excepted and "recorder" not in inspect.signature(request.function).parameters
    if rests:
        seen.rest(True)
    yield seen
    problems = [] if is_excepted else seen.problems()
    if rests:
        seen.rest(False)
    seen.forget()
    if problems:
        pytest.fail("Written without the history that belongs to it (iijiot/records.py):\n" + "\n".join(problems))
