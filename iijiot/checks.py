"""System checks of what only a database can tell: ``manage.py check --database default``."""

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.db import connections

from iijiot.database_roles import application_role

STANDING = """
SELECT rolname, rolsuper, ARRAY(
    SELECT DISTINCT pg_get_userbyid(c.relowner)::text FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND pg_has_role(r.oid, c.relowner, 'MEMBER')
) FROM pg_roles r WHERE rolname = COALESCE(NULLIF(%s, ''), current_user)
"""
REMEDY = (
    "Let one role own the tables and name it in DATABASE_OWNER_URL, and another work in them (DATABASE_URL); "
    'README, "Two database roles", has the commands.'
)


def roles_are_apart(databases: Iterable[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn where the role of the site could switch off what keeps the history."""
    return [found for using in databases or () for found in _standing(using)]


def _standing(using: str) -> list[checks.CheckMessage]:
    with connections[using].cursor() as cursor:
        cursor.execute(STANDING, [application_role(using)])
        role, superuser, owners = cursor.fetchone()
    if superuser:
        return [
            checks.Warning(f"The site works as {role}, a superuser: no guard holds.", hint=REMEDY, id="iijiot.W001")
        ]
    if owners:
        sentence = f"The site works as {role}, which owns the tables or may act as their owner ({', '.join(owners)})."
        return [
            checks.Warning(f"{sentence} It could switch off what keeps the history.", hint=REMEDY, id="iijiot.W002")
        ]
    return []


def register() -> None:
    """Let Django run them."""
    checks.register(roles_are_apart, checks.Tags.database)
