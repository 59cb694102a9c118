"""Where the bytes of files are: in a folder that no web server serves, by a random key, never by anybody's name.

A file is on the disk before its row is; what a rollback leaves behind is found by its age and swept.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import InterfaceError, OperationalError

from iijiot.numbers import are_provisional

UNFINISHED = ".part"
OURS = re.compile(r"[0-9a-f]{32}(\.part)?")
"""The names of what is put here; what else lies in the folder is somebody else's."""


Needed = Callable[[list[str]], set[str]]
Digests = Callable[[], Iterable[tuple[str, str]]]
_needed: list[Needed] = []
_digests: list[Digests] = []


def keeps(known: Needed, digests: Digests) -> None:
    """Register what says which of some keys are of a record, and the digest of each; what nobody knows is swept in the end."""
    _needed.append(known)
    _digests.append(digests)


def recorded() -> Iterator[tuple[str, str]]:
    """Every file that a record needs, by its key, with the digest of what was put there."""
    for digests in _digests:
        yield from digests()


def needed(keys: list[str]) -> set[str]:
    """Those of these keys that a record needs."""
    return {key for known in _needed for key in known(keys)}


class Lost(Exception):
    """The file is not where it was put, or is another than the one that was put there."""


def digest(body: bytes) -> str:
    """What tells whether bytes are the same."""
    return hashlib.sha256(body).hexdigest()


@contextmanager
def placed(body: bytes) -> Iterator[str]:
    """Put bytes on the disk and give their key; taken away again where the block fails.

    Not where the database was lost: nobody knows then whether the row is there, and the sweep finds out later.

    In a rehearsal there is a key and nothing on the disk: what it writes is taken back anyway.
    """
    key = secrets.token_hex(16)
    if are_provisional():
        yield key
        return
    _put(key, body)
    try:
        yield key
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        drop(key)
        raise


def opened(key: str, sha256: str, folder: Path | None = None) -> BinaryIO:
    """The file to read from, proved to be the one that was put there; of another folder its copy. Raises Lost."""
    try:
        file = path_in(folder or settings.EVIDENCE_DIR, key).open("rb")
    except OSError as error:
        raise Lost(str(error)) from error
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        raise Lost(f"{key} is not what it was")
    file.seek(0)
    return file


def drop(key: str) -> None:
    """Take a file away that nobody knows of."""
    _path(key).unlink(missing_ok=True)


def untouched_since(moment: datetime) -> Iterator[list[str]]:
    """The keys of files that lay there at a moment already, folder by folder; those of unfinished ones too."""
    for folder in sorted(settings.EVIDENCE_DIR.glob("[0-9a-f][0-9a-f]")):
        yield [path.name for path in folder.iterdir() if OURS.fullmatch(path.name) and _lay_there(path, moment)]


def _lay_there(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # taken away meanwhile
        return False


def path_in(folder: Path, key: str) -> Path:
    """Where a file lies in a folder laid out like this one."""
    return folder / key[:2] / key


def _path(key: str) -> Path:
    return path_in(settings.EVIDENCE_DIR, key)


def copy(key: str, sha256: str, source: Path, target: Path) -> bool:
    """Copy a file from one such folder to another, unless a whole one is there; whether it was copied. Raises Lost."""
    if path_in(target, key).exists():
        opened(key, sha256, target).close()
        return False
    with opened(key, sha256, source) as file:
        _put(key, file.read(), target)
    return True


def _put(key: str, body: bytes, folder: Path | None = None) -> None:
    """Under another name first, so that a file with its own name is whole; and really on the disk."""
    path = path_in(folder or settings.EVIDENCE_DIR, key)
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(key + UNFINISHED)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    entries = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(entries)
    finally:
        os.close(entries)
