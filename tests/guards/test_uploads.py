"""X40, measured: the site as it runs for real refuses each attack within 5 seconds and in 200 MB."""

import re
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from contracts.models import Evidence
from iijiot import roles
from tests.factories import ChangeReportFactory, UserFactory
from tests.guards.production import HOST, Site
from tests.house.console import logged_in, page
from tests.papers import ATTACKS, MB, PAPERS

SECONDS, MEMORY = 5, 200 * MB
TOKEN = "x" * 32
HEAVY = [
    "archive that swells",
    "workbook with a million empty rows",
    "entities",
    "drawing with a script",
    "50 MB",
    "a byte too many",
    "two endings",
    "a NUL in the name",
    "a PDF with an archive in it",
    "a PDF that swells",
    "a PDF of a million packed objects",
    "a PDF of escapes alone",
    "a picture of a million parts",
    "a photograph that fills",
    "photographs without end",
    "a huge picture",
]
"""Those that cost something, and one of each other kind."""


def ask(site: Site, path: str, session: str, name: str, body: bytes) -> tuple[int, str]:
    """Send the dialog's form with a file, as a browser would."""
    typed = {
        "csrfmiddlewaretoken": TOKEN,
        "step": "confirm",
        "kind": "register",
        "received_on": "2026-11-24",
    }
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in typed.items()
    ]
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    whole = b"".join(parts) + head + body + b"\r\n--B--\r\n"
    headers = {
        "Host": HOST,
        "X-Forwarded-Proto": "https",
        "Referer": f"https://{HOST}{path}",
        "Cookie": f"__Host-sessionid={session}; __Host-csrftoken={TOKEN}",
        "Content-Type": "multipart/form-data; boundary=B",
    }
    http = HTTPConnection("127.0.0.1", site.port, timeout=60)
    http.request("POST", path, body=whole, headers=headers)
    response = http.getresponse()
    said = response.read().decode(errors="replace")
    http.close()
    return response.status, said


def most_memory(port: int) -> int:
    """The most that any process behind the port has had in memory so far, in bytes."""
    listens = {c.pid for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port}
    servers = {p.pid for pid in listens if pid for p in (psutil.Process(pid), *psutil.Process(pid).children())}
    said = [Path(f"/proc/{pid}/status").read_text() for pid in servers]
    return max(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) for status in said) * 1024  # type: ignore[index]


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's memory")
def test_x40_every_attack_is_refused_in_time_and_memory_and_a_paper_is_taken_still(site: Site):
    session = logged_in(UserFactory(groups=[roles.DESK])).cookies["sessionid"].value
    report = ChangeReportFactory()
    path, took = page(report, "do", "add-evidence"), {}
    ask(site, path, session, "a.txt", b"the first request of a site is slow")
    for attack in HEAVY:
        file = ATTACKS[attack]
        body = file.body()
        began = time.monotonic()
        status, said = ask(site, path, session, file.name, body)
        took[attack] = time.monotonic() - began
        assert (attack, status) in ((attack, 200), ("50 MB", 413))
        assert 'class="console-field-error"' in said or "10 MBまで" in said, attack
    memory = most_memory(site.port)
    slowest = max(took, key=lambda attack: took[attack])
    print(f"X40: {len(took)} attacks, at most {took[slowest]:.1f} s ({slowest}) and {memory // MB} MB")
    assert took[slowest] < SECONDS
    assert memory < MEMORY
    assert not Evidence.objects.exists()
    name, paper = PAPERS["png"]
    assert ask(site, path, session, name, paper())[0] == 302
    evidence = Evidence.objects.get()
    stored = Path(settings.EVIDENCE_DIR) / evidence.stored_as[:2] / evidence.stored_as
    assert stored.read_bytes() == paper()
