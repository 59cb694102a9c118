"""D12, X46: the receiver that partners can begin with takes what we send, once, and nothing that others send."""

import os
import socket
import ssl
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from django.conf import settings as configured

from sims import activating
from tests.api.hooks import everything_due, opened, told
from tests.receivers import certificate

EXAMPLE = Path(configured.BASE_DIR) / "docs/webhook_receiver.py"
LONGEST = 20
"""Seconds until it listens."""


@pytest.fixture
def address(tmp_path, settings, monkeypatch):
    """Where it will be, which the operator lets webhooks go to."""
    public, secret = certificate("localhost")
    (tmp_path / "own.pem").write_bytes(public + secret)
    (tmp_path / "trusted.pem").write_bytes(public)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.CALLED_PORTS, settings.CALLED_NETWORKS = [port], ["127.0.0.0/8"]
    return f"https://localhost:{port}/"


@contextmanager
def listening(folder: Path, address: str, secret: str):
    """It runs, as its first lines say; what it prints goes to a file."""
    port = address.rstrip("/").rpartition(":")[2]
    with (folder / "printed").open("ab") as printed:
        process = subprocess.Popen(
            [sys.executable, EXAMPLE, port, "own.pem"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "WEBHOOK_SECRET": secret},
            stdout=printed,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(int(port))
            yield
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int) -> None:
    """Until something listens there."""
    until = time.monotonic() + LONGEST
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "nothing listens"
            time.sleep(0.1)


def sent_by_others(folder: Path, address: str, **headers: str) -> int:
    """The status that somebody else gets."""
    port = int(address.rstrip("/").rpartition(":")[2])
    trusted = ssl.create_default_context(cafile=folder / "trusted.pem")
    with closing(HTTPSConnection("localhost", port, context=trusted)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", "/", b'{"id": "evt_line_1", "type": "line.paused"}', named)
        return connection.getresponse().status


def test_d12_it_takes_each_event_once_also_after_it_was_started_anew(tmp_path, system, line, clerk, address):
    answer = opened(system, address).json()
    hook, secret = answer["webhook"], answer["secret"]
    activating.pause(line, actor=clerk)
    with listening(tmp_path, address, secret):
        everything_due()
        (delivery,) = told(system, hook)
        assert [one["status"] for one in delivery["tries"]] == [204]
    system.send("POST", f"webhook-deliveries/{delivery['id']}/resend", {}, HTTP_IDEMPOTENCY_KEY="again")
    activating.resume(line, actor=clerk)
    with listening(tmp_path, address, secret):
        everything_due()
    assert [[one["status"] for one in each["tries"]] for each in told(system, hook)] == [[204], [204, 204]]
    printed = (tmp_path / "printed").read_text().splitlines()
    assert [taken.split()[:2] for taken in sorted(printed)] == [
        ["line.active", f"line_{line.number}"],
        ["line.paused", f"line_{line.number}"],
    ]


def test_d12_what_is_not_signed_for_it_is_refused(tmp_path, address):
    signed = {"webhook_id": "evt_line_1", "webhook_timestamp": str(int(time.time()))}
    with listening(tmp_path, address, "whsec_c2VjcmV0IG9mIGFuIGV4YW1wbGU="):
        assert sent_by_others(tmp_path, address) == 400
        assert sent_by_others(tmp_path, address, **signed, webhook_signature="v1,bm8=") == 400
        assert sent_by_others(tmp_path, address, **signed, webhook_signature="nonsense") == 400
    assert (tmp_path / "printed").read_text() == ""
