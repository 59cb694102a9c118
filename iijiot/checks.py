"""System checks: what only a database can tell (``manage.py check --database default``), and where files are."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core import checks
from django.db import connections

from iijiot.database_roles import application_role
from iijiot.environment import slips

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


def evidence_is_not_served(**kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a folder of evidence files that lies in one that a web server serves, or the other way round."""
    evidence = Path(settings.EVIDENCE_DIR).resolve()
    served = [Path(folder).resolve() for folder in (settings.STATIC_ROOT, settings.MEDIA_ROOT)]
    return [
        checks.Error(
            f"EVIDENCE_DIR ({evidence}) and {folder}, which a web server serves, lie in one another.",
            hint="Give the evidence files a folder of their own.",
            id="iijiot.E001",
        )
        for folder in served
        if evidence.is_relative_to(folder) or folder.is_relative_to(evidence)
    ]


def files_are_not_proposed(**kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse four eyes for an act that takes a file: a proposal keeps what was typed, and no files."""
    admin.autodiscover()
    return [
        checks.Error(
            f"FOUR_EYES names {dialog.permission}, but “{dialog.slug}” takes a file, which cannot be proposed.",
            hint="Take it out of FOUR_EYES.",
            id="iijiot.E002",
        )
        for model in apps.get_models()
        if admin.site.is_registered(model)
        for dialog in getattr(admin.site.get_model_admin(model), "dialogs", ())
        if dialog.permission in settings.FOUR_EYES
        and any(isinstance(field, forms.FileField) for field in dialog.form.base_fields.values())
    ]


def names_are_known(**kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of a variable that is nearly one that is read, and so is read by nobody (D08)."""
    return [
        checks.Warning(
            f"{given} is in the environment, and nothing reads it.",
            hint=f"Was {meant} meant? docs/settings.md has all names.",
            id="iijiot.W003",
        )
        for given, meant in slips(os.environ)
    ]


def register() -> None:
    """Let Django run them."""
    checks.register(names_are_known)
    checks.register(roles_are_apart, checks.Tags.database)
    checks.register(evidence_is_not_served, checks.Tags.files)
    checks.register(files_are_not_proposed, checks.Tags.admin)
