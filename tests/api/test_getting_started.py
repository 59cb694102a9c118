"""D12, X46: the guide for developers is followed word for word, from the key to the first contract."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings

from contracts.models import Application, Contract
from iijiot import clock
from tests import acts
from tests.factories import CustomerFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory, issued

GUIDE = (Path(settings.BASE_DIR) / "docs/getting-started.md").read_text()
STEP = re.compile(r"```sh\n(?P<shell>.*?)```|<!-- (?P<company>.*?) -->", re.DOTALL)
MINUTES = 10
NAMES = " ".join(sorted(set(re.findall(r"^([A-Z]+)=", GUIDE, re.MULTILINE))))
KEEP = f"(declare -p {NAMES} 2> /dev/null || true; declare -f) > state"
"""What one step has found is there for the next, as in one shell."""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("curl"), reason="the guide is written for curl"),
]


def accept() -> None:
    """What the company does in the meantime."""
    acts.accept(acts.screened(Application.objects.get()), on=clock.business_day())


def test_d12_from_the_key_to_the_first_contract_as_the_guide_says(live_server, tmp_path):
    customer, partner = CustomerFactory(), PartnerFactory()
    of(customer)
    GrantFactory(partner=partner, customer=customer)
    key = issued(partner)
    known = {"HOST": live_server.url, "CLIENT_ID": key.key.client_id, "CLIENT_SECRET": key.secret}
    begun, steps = time.monotonic(), 0
    for step in STEP.finditer(GUIDE):
        if step["company"]:
            accept()
            continue
        script = f"set -e; touch state; . ./state\n{step['shell']}\n{KEEP}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **known},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (step["shell"], done.stdout, done.stderr)
        steps += 1
    assert steps >= 6
    assert time.monotonic() - begun < MINUTES * 60
    contract = Contract.objects.get()
    assert contract.application == Application.objects.get()
    assert contract.history.count() == 1
