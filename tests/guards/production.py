"""The site as it runs for real: gunicorn, production settings, files collected; behind a proxy that ends TLS."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from django.conf import settings
from django.db import connection

HOST = "backoffice.example"
SECONDS = 120
"""More than anything here takes, however busy the machine."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Site:
    """A running site, and where it writes its log."""

    port: int
    log: Path

    def ask(self, path: str, method: str = "GET", session: str = "", body: str = "", host: str = HOST) -> Answer:
        """One request, as the proxy passes it on; headers by their names in lower case."""
        headers = {"Host": host, "X-Forwarded-Proto": "https", "X-Request-ID": "from-outside"}
        if session:
            headers["Cookie"] = f"__Host-sessionid={session}"
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        http = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        http.request(method, path, body=body or None, headers=headers)
        response: HTTPResponse = http.getresponse()
        answer = Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read().decode(errors="replace"),
        )
        http.close()
        return answer


def environment(static: Path, database: str) -> dict[str, str]:
    """The environment of production, with nothing in it of the test run's."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "iijiot.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database,
        "STATIC_ROOT": str(static),
        "EVIDENCE_DIR": str(settings.EVIDENCE_DIR),
        "BEHIND_PROXY": "1",
    }


def address_of_the_test_database() -> str:
    """The URL of the test database, for the application's role."""
    params = connection.get_connection_params()
    return f"postgresql://{params['user']}@/{params['dbname']}?host={params['host']}"


def manage(*arguments: str, static: Path, database: str) -> subprocess.CompletedProcess[str]:
    """A command with the settings of production."""
    command = [sys.executable, "manage.py", *arguments]
    env = environment(static, database)
    return subprocess.run(command, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


@contextmanager
def running(folder: Path, static: Path, database: str) -> Iterator[Site]:
    """Gunicorn on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    command = [sys.executable, "-m", "gunicorn", "iijiot.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    with log.open("w") as lines:
        server = subprocess.Popen(command, env=environment(static, database), cwd=settings.BASE_DIR, stderr=lines)
    try:
        give_up = time.monotonic() + SECONDS
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)
        yield Site(port, log)
    finally:
        server.terminate()
        server.wait(SECONDS)
