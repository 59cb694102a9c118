"""What a database holds, thing by thing, so that two can be compared: rows, numbers, and everything that guards them."""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg import sql

Told = Callable[[str], None]

OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"

TABLES = f"""
SELECT n.nspname, c.relname, ARRAY(
    SELECT quote_ident(a.attname) || CASE WHEN a.attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END
    FROM pg_index i, unnest(i.indkey::int[]) WITH ORDINALITY k(attnum, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = i.indrelid ORDER BY k.place
) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OURS} ORDER BY 1, 2
"""

THINGS = (
    "SELECT 'sequence ' || schemaname || '.' || sequencename, COALESCE(last_value, 0)::text FROM pg_sequences",
    f"""SELECT 'column ' || a.attrelid::regclass || '.' || a.attname,
        concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped AND {OURS}""",
    """SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname, concat_ws(' ', pg_get_triggerdef(oid), tgenabled)
        FROM pg_trigger WHERE NOT tgisinternal""",
    f"""SELECT 'constraint ' || c.conrelid::regclass || ' ' || c.conname,
        concat_ws(' ', pg_get_constraintdef(c.oid), c.convalidated)
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.conrelid <> 0 AND {OURS}""",
    f"""SELECT 'index ' || c.oid::regclass, pg_get_indexdef(c.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'i' AND {OURS}""",
    f"""SELECT 'function ' || p.oid::regprocedure, concat_ws(' ', pg_get_userbyid(p.proowner), pg_get_functiondef(p.oid), ARRAY(
            SELECT concat_ws(' ', a.grantee::regrole, a.privilege_type)
            FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a ORDER BY 1
        )) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p') AND {OURS}""",
    f"""SELECT 'rights ' || c.oid::regclass, concat_ws(' ', pg_get_userbyid(c.relowner), ARRAY(
            SELECT concat_ws(' ', a.grantee::regrole, a.privilege_type) FROM aclexplode(COALESCE(
                c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)
            )) a ORDER BY 1
        )) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'S') AND {OURS}""",
)
"""Each thing by its name, and what it is: numbers given, columns, triggers, constraints, indexes, functions, rights."""

REWRITTEN = re.compile(r"::(character varying|text)(\[\])?|[()]")
"""What PostgreSQL writes otherwise each time that it reads an expression: brackets, and casts between texts."""

TEXT = "SET search_path = public; SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1"


def of(database: psycopg.Connection[Any], told: Told = lambda name: None) -> dict[str, str]:
    """Everything in a database by its name; of a table how many rows, and a digest of all of them in order."""
    database.execute(TEXT)
    found = dict(_tables(database, told))
    for question in THINGS:
        for name, value in database.execute(question):
            found[name] = REWRITTEN.sub("", value) if name.startswith(("constraint ", "index ")) else value
    return found


def rows(found: dict[str, str]) -> int:
    """How many rows all tables have."""
    return sum(int(value.split()[0]) for name, value in found.items() if name.startswith("table "))


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is not equal, a line each. Numbers given between the look and the dump are none: they know no transaction."""
    return [
        f"{name}: {before.get(name, 'not there')} → {after.get(name, 'not there')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name) and not _went_on(name, before.get(name), after.get(name))
    ]


def _went_on(name: str, before: str | None, after: str | None) -> bool:
    """Whether it is a sequence that is further than it was."""
    return name.startswith("sequence ") and int(after or -1) >= int(before or 0)


def _tables(database: psycopg.Connection[Any], told: Told) -> Iterator[tuple[str, str]]:
    for schema, name, keys in database.execute(TABLES).fetchall():
        table = sql.Identifier(schema, name)
        order = sql.SQL(", ").join(map(sql.SQL, keys)) if keys else sql.SQL('t::text COLLATE "C"')
        many, digest = 0, hashlib.md5(usedforsecurity=False)
        with database.cursor() as cursor:
            statement = sql.SQL("COPY (SELECT * FROM {} t ORDER BY {}) TO STDOUT").format(table, order)
            with cursor.copy(statement) as copy:
                for block in copy:
                    digest.update(block)
                    many += bytes(block).count(b"\n")
        told(name)
        yield f"table {schema}.{name}", f"{many} rows {digest.hexdigest()}"
