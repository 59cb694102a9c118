"""X40, measured: the site as it runs for real refuses each attack within 5 seconds of a processor and in 100 MB."""

import re
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from contracts.models import Evidence
from iijiot import roles
from tests.factories import ChangeReportFactory, UserFactory
from tests.guards.production import HOST, SECONDS, Site
from tests.house.console import logged_in, page
from tests.papers import ATTACKS, MB, PAPERS

PROCESSOR_SECONDS, MEMORY = 5, 100 * MB
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
    http = HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    http.request("POST", path, body=whole, headers=headers)
    response = http.getresponse()
    said = response.read().decode(errors="replace")
    http.close()
    return response.status, said


def servers(port: int) -> list[psutil.Process]:
    """The processes behind the port."""
    listens = {c.pid for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port}
    return list({p for pid in listens if pid for p in (psutil.Process(pid), *psutil.Process(pid).children())})


def processor_seconds(processes: list[psutil.Process]) -> float:
    """What they have had of the processor so far: what else the machine does is not counted."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def memory(processes: list[psutil.Process], line: str) -> int:
    """The largest of what they have in memory (`VmRSS`), or have had at the most (`VmHWM`), in bytes."""
    said = [Path(f"/proc/{process.pid}/status").read_text() for process in processes]
    return max(int(re.search(rf"{line}:\s+(\d+) kB", status)[1]) for status in said) * 1024  # type: ignore[index]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's memory")
def test_x40_every_attack_is_refused_in_time_and_memory_and_a_paper_is_taken_still(site: Site):
    session = logged_in(UserFactory(groups=[roles.DESK])).cookies["sessionid"].value
    report = ChangeReportFactory()
    path, took = page(report, "do", "add-evidence"), {}
    ask(site, path, session, "a.txt", b"the first request of a site is slow")
    behind = servers(site.port)
    at_rest = memory(behind, "VmRSS")
    for attack in HEAVY:
        file = ATTACKS[attack]
        body = file.body()
        began = processor_seconds(behind)
        status, said = ask(site, path, session, file.name, body)
        took[attack] = processor_seconds(behind) - began
        assert (attack, status) in ((attack, 200), ("50 MB", 413))
        assert 'class="console-field-error"' in said or "10 MBまで" in said, attack
    more = memory(behind, "VmHWM") - at_rest
    slowest = max(took, key=lambda attack: took[attack])
    print(f"X40: {len(took)} attacks, at most {took[slowest]:.1f} s ({slowest}) and {more // MB} MB more than at rest")
    assert took[slowest] < PROCESSOR_SECONDS
    assert more < MEMORY
    assert not Evidence.objects.exists()
    name, paper = PAPERS["png"]
    assert ask(site, path, session, name, paper())[0] == 302
    evidence = Evidence.objects.get()
    stored = Path(settings.EVIDENCE_DIR) / evidence.stored_as[:2] / evidence.stored_as
    assert stored.read_bytes() == paper()
