"""What the embedded server is given before its first use: roles, a template, the project's database."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql

DATABASE = "iijiot"
OWNER = "iijiot_owner"  # of the databases and all tables; it migrates
APPLICATION = "iijiot_app"  # owns nothing; the site and the daily run work as it

ROLES: dict[str, LiteralString] = {
    OWNER: "CREATE ROLE iijiot_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE",
    APPLICATION: "CREATE ROLE iijiot_app LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE",
}

SUPERUSERS_DATABASES = """
SELECT datname FROM pg_database
WHERE datdba = current_user::regrole AND datname <> 'postgres' AND datname NOT LIKE 'template_'
"""

SUPERUSERS_THINGS = """
SELECT format('ALTER %%s %%s OWNER TO %%I', CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
              c.oid::regclass, %(owner)s::text)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relowner = current_user::regrole AND c.relkind IN ('r', 'p', 'v', 'S')
  AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
  AND (relkind <> 'S' OR NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
  ))
UNION ALL
SELECT format('ALTER FUNCTION %%s OWNER TO %%I', p.oid::regprocedure, %(owner)s::text)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proowner = current_user::regrole AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
UNION ALL
SELECT format('ALTER SCHEMA %%I OWNER TO %%I', nspname, %(owner)s::text)
FROM pg_namespace
WHERE nspowner = current_user::regrole AND nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'
"""


def make_roles(server: psycopg.Connection[Any]) -> None:
    """Make the owner and the application's role."""
    present = {name for (name,) in server.execute("SELECT rolname FROM pg_roles")}
    for role, statement in ROLES.items():
        if role not in present:
            server.execute(statement)


def make_databases(server: psycopg.Connection[Any]) -> None:
    """Make the project's database, and the template that it and the test databases come from.

    Code-point order on every machine, and LIKE 'x%' by index: the C library's orders differ between systems.
    """
    providers = dict(server.execute("SELECT datname, datlocprovider::text FROM pg_database").fetchall())
    if providers.get("template1") != "b":
        if "template1" in providers:
            server.execute("ALTER DATABASE template1 IS_TEMPLATE false")
            server.execute("DROP DATABASE template1")
        server.execute(
            "CREATE DATABASE template1 TEMPLATE template0 IS_TEMPLATE true"
            " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    if DATABASE not in providers:
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def databases_of_the_superuser(server: psycopg.Connection[Any]) -> list[str]:
    """Databases made before there were roles."""
    return [name for (name,) in server.execute(SUPERUSERS_DATABASES)]


def hand_over_tables(database: psycopg.Connection[Any]) -> None:
    """Give what the superuser made in this database to the owner."""
    for (statement,) in database.execute(SUPERUSERS_THINGS, {"owner": OWNER}).fetchall():
        database.execute(statement)


def hand_over(server: psycopg.Connection[Any], database: str) -> None:
    """Give a database itself to the owner."""
    server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), sql.Identifier(OWNER)))
