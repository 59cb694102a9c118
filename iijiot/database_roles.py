"""Two database roles: the owner makes the tables, the application works in them and can change nothing about them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.transaction import TransactionManagementError

from iijiot.guards import kept_models

ROWS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
KEPT_ROWS = frozenset({"SELECT", "INSERT"})
NUMBERS = frozenset({"USAGE"})

RIGHTS = """
SELECT c.relname, c.relkind = 'S', ARRAY(
    SELECT a.privilege_type FROM aclexplode(c.relacl) a WHERE a.grantee = %s::regrole
) FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'S')
"""


@contextmanager
def as_owner(using: str = "default") -> Iterator[None]:
    """Work as the role that owns the tables, on a connection of its own; without such a role, as the only one."""
    connection = connections[using]
    ordinary = connection.settings_dict
    owner = ordinary.get("OWNER")
    if not owner or ordinary["USER"] == owner["USER"]:
        yield
        return
    if connection.in_atomic_block:
        raise TransactionManagementError("The role cannot change inside a transaction: begin as the owner instead.")
    connection.close()
    connection.settings_dict = {**ordinary, **owner}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = ordinary


def application_role(using: str = "default") -> str:
    """The name of the role that the site works as; empty where the operating system's user decides."""
    return str(connections.settings[using]["USER"])


def grant_rights(using: str = "default", **kwargs: Any) -> None:
    """Give the application's role the rights that it needs, and no other; repeating it changes nothing."""
    connection = connections[using]
    role = application_role(using)
    if "OWNER" not in connection.settings_dict or connection.settings_dict["USER"] == role:
        return
    quote = connection.ops.quote_name
    wanted = {model._meta.db_table: KEPT_ROWS for model in kept_models()} | {"django_migrations": frozenset({"SELECT"})}
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [quote(role)])
        changes = [
            change
            for name, is_sequence, held in cursor.fetchall()
            for change in changes_of_rights(
                f"{'SEQUENCE' if is_sequence else 'TABLE'} {quote(name)}",
                quote(role),
                set(held),
                NUMBERS if is_sequence else wanted.get(name, ROWS),
            )
        ]
        if not changes:
            return
        cursor.execute("SELECT current_schema()")
        schema = quote(cursor.fetchone()[0])
        later = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT"
        changes += [
            f"GRANT USAGE ON SCHEMA {schema} TO {quote(role)}",
            f"{later} {', '.join(sorted(ROWS))} ON TABLES TO {quote(role)}",
            f"{later} {', '.join(sorted(NUMBERS))} ON SEQUENCES TO {quote(role)}",
        ]
        cursor.execute(";\n".join(changes))


def changes_of_rights(thing: str, role: str, held: set[str], wanted: frozenset[str]) -> Iterator[str]:
    """The statements that turn the rights held on a thing into those wanted."""
    if excess := held - wanted:
        yield f"REVOKE {', '.join(sorted(excess))} ON {thing} FROM {role}"
    if missing := wanted - held:
        yield f"GRANT {', '.join(sorted(missing))} ON {thing} TO {role}"


def make_functions(statements: Sequence[str], guarded: str, using: str = "default") -> None:
    """Make functions anew, as the owner; the guarded one only the application's role may call.

    `{schema}` in a statement is the schema of the tables, outside which a function of the owner must not look.
    """
    connection, role = connections[using], application_role(using)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = quote(cursor.fetchone()[0])
        for statement in statements:
            cursor.execute(statement.replace("{schema}", schema))
        cursor.execute(f"REVOKE ALL ON FUNCTION {guarded} FROM PUBLIC")
        if role:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {guarded} TO {quote(role)}")
