"""D07: what is written for containers holds without any: its files are there, its versions ours, its entry script runs."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml
from django.conf import settings
from django.db import connection

BASE = Path(settings.BASE_DIR)
DOCKERFILE = (BASE / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((BASE / "compose.yaml").read_text())
ENTRYPOINT = "docker/entrypoint.sh"
SECONDS = 60


def kinds() -> set[str]:
    """What the entry script can be told to be, beside commands of manage.py."""
    return set(re.findall(r"^    ([a-z]+)\)$", (BASE / ENTRYPOINT).read_text(), re.MULTILINE))


def test_what_is_copied_into_the_image_is_there_and_let_through():
    copied = [path for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE) for path in line.split()[:-1]]
    let_through = {line[1:] for line in (BASE / ".dockerignore").read_text().split() if line.startswith("!")}
    assert set(copied) == let_through
    assert [path for path in copied if not (BASE / path).exists()] == []
    packages = tomllib.loads((BASE / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert set(packages) - {"tests"} <= set(copied)


@pytest.mark.django_db
def test_the_versions_are_those_that_are_tested():
    (python,) = re.findall(r"^FROM python:([\d.]+)-slim$", DOCKERFILE, re.MULTILINE)
    wanted = tomllib.loads((BASE / "pyproject.toml").read_text())["project"]["requires-python"]
    assert f">={python}" == wanted
    assert "--require-hashes" in DOCKERFILE
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    assert COMPOSE["services"]["database"]["image"] == f"postgres:{major}"


def test_each_service_is_one_that_the_entry_script_knows_and_runs_as_nobody_special():
    services = {name: service for name, service in COMPOSE["services"].items() if "command" in service}
    assert set(services) == {"migrate", "site", "worker", "daily"}
    assert {service["command"] for service in services.values()} <= kinds()
    assert re.search(r"^USER backoffice$", DOCKERFILE, re.MULTILINE)
    owners = [name for name, service in services.items() if "DATABASE_OWNER_URL" in service["environment"]]
    assert owners == ["migrate"]
    told = (BASE / "docs/settings.md").read_text()
    assert [name for name in services["site"]["environment"] if f"`{name}`" not in told] == []


def test_no_secret_stands_in_a_file():
    text = (BASE / "compose.yaml").read_text()
    for name in re.findall(r"^\s+([A-Z_]*(?:PASSWORD|KEY|URL)): (.+)$", text, re.MULTILINE):
        assert "${" in name[1], name[0]


@contextmanager
def running(*arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The entry script as a process, on the database of the test."""
    environment = {
        **os.environ, "DEBUG": "1", "TESTING": "1", "PYTHON": sys.executable,
        "DATABASE_NAME": str(connection.settings_dict["NAME"]), **more,
    }  # fmt: skip
    with subprocess.Popen(
        ["sh", ENTRYPOINT, *arguments], cwd=BASE, env=environment, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as started:  # fmt: skip
        try:
            yield started
        finally:
            if started.poll() is None:
                os.killpg(started.pid, signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_the_entry_script_serves_the_site_says_that_it_is_alive_and_ends_when_asked():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with running("site", PORT=port, SITE_PROCESSES="1") as site:
        give_up = time.monotonic() + SECONDS
        while not answers(port):
            assert site.poll() is None, site.stdout.read()
            assert time.monotonic() < give_up
            time.sleep(0.2)
        with running("alive", PORT=port) as alive:
            assert alive.wait(SECONDS) == 0
        site.terminate()
        assert site.wait(SECONDS) == 0
    with running("alive", PORT=port) as alive:
        assert alive.wait(SECONDS) != 0


def answers(port: str) -> bool:
    """Whether something on this port says that it lives."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def test_any_other_word_is_a_command_of_manage_py():
    with running("version") as told:
        assert told.wait(SECONDS) == 0
        assert re.search(r"\d+\.\d+", told.stdout.read())
