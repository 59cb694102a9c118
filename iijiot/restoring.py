"""Restoring a backup into an empty database, and proving on a server that is thrown away that it can be done (X49)."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from psycopg import sql

from iijiot import backing_up, clock, file_store
from iijiot.actors import Actor
from iijiot.embedded import furnish
from iijiot.embedded.server import EmbeddedServer
from iijiot.login import second_factor
from iijiot.login.codes import code_of
from iijiot.models import User
from iijiot.records import chapter

ACTOR = Actor.command("restore_drill")
AT_ONCE = 2
"""Processes that load at the same time."""

ROLES = "SELECT current_user, (SELECT tableowner FROM pg_tables WHERE tablename = 'django_migrations')"

_proofs: list[str] = ["verify_history"]


def prove_by(command: str) -> None:
    """Register a command that proves, by ending without an error, that what was restored is right."""
    _proofs.append(command)


class NotEmpty(Exception):
    """There are tables in the database already."""


def restore(dump: Path) -> int:
    """Load a dump into the empty database of this site, and put back the files that are missing; returns how many files.

    Raises NotEmpty, and Failed with what pg_restore says.
    """
    if connection.introspection.table_names():
        raise NotEmpty
    restore_rows(dump)
    return put_back(backing_up.files_folder(), settings.EVIDENCE_DIR)


def restore_rows(dump: Path) -> None:
    """Load a dump into the empty database that is connected to, as the owner. Raises Failed."""
    arguments = ["--exit-on-error", f"--jobs={AT_ONCE}", str(dump)]
    backing_up.run("pg_restore", *arguments, address=backing_up.owners_address())
    connection.close()


def put_back(source: Path, target: Path) -> int:
    """Copy the files that records need from a backup; returns how many were missing. What the backup lacks is left out."""
    many = 0
    for key, sha256 in file_store.recorded():
        try:
            many += file_store.copy(key, sha256, source, target)
        except file_store.Lost:
            continue
    return many


@contextmanager
def elsewhere() -> Iterator[None]:
    """Work on an empty database of a server of one's own, which is thrown away afterwards, in place of the site's."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES)
        application, owner = cursor.fetchone()
    folder = Path(tempfile.mkdtemp(prefix="restore-drill-"))
    with EmbeddedServer.thrown_away(folder) as socket:
        _make_roles(socket, application, owner)
        with _connected_to(folder, socket, application, owner):
            yield


@contextmanager
def _connected_to(folder: Path, socket: Path, application: str, owner: str) -> Iterator[None]:
    ordinary = connection.settings_dict
    there = {"PASSWORD": "", "HOST": str(socket), "PORT": ""}
    connection.close()
    connection.settings_dict = {
        **ordinary,
        **there,
        "NAME": furnish.DATABASE,
        "USER": application,
        "OWNER": {"USER": owner, **there},
        "OPTIONS": {key: ordinary["OPTIONS"][key] for key in ("options", "connect_timeout")},
        "FOLDER": folder,
        "QUICK": True,
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = ordinary


def _make_roles(socket: Path, application: str, owner: str) -> None:
    """The roles that the dump grants rights to, by the names that they have on the site."""
    with psycopg.connect(host=str(socket), user="postgres", dbname="postgres", autocommit=True) as server:
        present = {name for (name,) in server.execute("SELECT rolname FROM pg_roles")}
        for role in sorted({application, owner} - present):
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        named = sql.Identifier(furnish.DATABASE), sql.Identifier(owner)
        server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(*named))


def proofs() -> Iterator[tuple[str, Callable[[], str]]]:
    """What is tried on a restored database: by name, and how; each answers with what is wrong, or nothing."""
    yield "migrate --check", lambda: _ran("migrate", check_unapplied=True, verbosity=0)
    for command in _proofs:
        yield command, lambda command=command: _ran(command)  # type: ignore[misc]
    yield "files", _lost_files
    yield "login", _logged_in


def _ran(command: str, **options: Any) -> str:
    try:
        call_command(command, stdout=StringIO(), stderr=StringIO(), **options)
    except (CommandError, SystemExit) as failure:
        return str(failure) or "failed"
    return ""


def _lost_files() -> str:
    lost = []
    for key, sha256 in file_store.recorded():
        try:
            file_store.opened(key, sha256, backing_up.files_folder()).close()
        except file_store.Lost:
            lost.append(key)
    return f"{len(lost)} files are not in the backup as they were, such as {lost[0]}" if lost else ""


def _logged_in() -> str:
    """Let somebody who is made for it log in by password and code, through the site's own pages."""
    password, seed = secrets.token_urlsafe(24), generate_totp_secret()
    with chapter(actor=ACTOR):
        user = User.objects.create_user(f"drill{secrets.token_hex(4)}", password, name="Restore drill", is_staff=True)
        second_factor.enrol(user, seed)
    from django.test import Client  # 4 MB, which only a drill needs

    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("."))
    for page, given in (
        ("account_login", {"login": user.login_id, "password": password}),
        ("mfa_authenticate", {"code": code_of(seed, clock.now())}),
    ):
        if client.post(reverse(page), given, secure=True).status_code != 302:
            return f"{reverse(page)} did not let a user in"
    opened = client.get(reverse("admin:index"), secure=True)
    return "" if opened.status_code == 200 else f"the console answers with {opened.status_code}"
