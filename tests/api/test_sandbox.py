"""The sandbox: a termination of next month, tried today, by moving its clock on; and nothing of that elsewhere."""

import os
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings as ours

from contracts.api import offered
from contracts.models import Contract
from iijiot import clock, daily
from iijiot.api import scopes
from iijiot.models import DayStep
from tests.api.conftest import system_of
from tests.factories import ContractFactory, LineFactory, SimCardFactory
from tests.factories.contracts import of


@pytest.fixture
def partner(settings, monkeypatch, dans_company):
    """Dan's company, in the sandbox, on the 25th of November 2026."""
    settings.ROOT_URLCONF = "tests.api.sandbox_site"
    monkeypatch.setattr(scopes, "_scopes", dict(scopes._scopes))
    offered.declare_sandbox()
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        daily.advance(clock.business_day())
        yield system_of(dans_company)


def move(system, day: str, key: str, query: str = ""):
    return system.send("POST", f"sandbox/clock{query}", {"day": day}, HTTP_IDEMPOTENCY_KEY=key)


@pytest.mark.clause("G29.1", "MA12.1")
def test_a_termination_of_next_month_is_tried_today(partner, aois_company):
    contract = ContractFactory(**of(aois_company), mobile_access=True)
    line = LineFactory(contract=contract)
    SimCardFactory(lent=True, line=line)
    public = f"ctr_{contract.number}"
    assert partner.get("sandbox/clock").json() == {"day": "2026-11-25"}
    given = partner.send(
        "POST", f"contracts/{public}/termination-notices", {"named_on": "2026-12-31"}, HTTP_IDEMPOTENCY_KEY="end"
    )
    assert given.status_code == 201, given.content
    assert move(partner, "2026-12-31", "1").json()["day"] == "2026-12-31"
    last_day = partner.get(f"contracts/{public}").json()
    assert (last_day["state"], last_day["ends_on"]) == ("active", "2026-12-31"), "the last day still counts"
    moved = move(partner, "2027-01-01", "2")
    assert (moved.status_code, moved.json()["set_aside"]) == (200, [])
    assert partner.get(f"contracts/{public}").json()["state"] == "ended"
    assert partner.get(f"lines/line_{line.number}").json()["state"] == "ended"
    types = [event["type"] for event in partner.get("events?kind=contract&limit=200").json()["data"]]
    assert types[-1] == "contract.ended"
    assert Contract.history.filter(id=contract.pk).first().history_actor_kind == "clock", "not the partner ended it"
    assert partner.get("sandbox/clock").json() == {"day": "2027-01-01"}


def test_a_dry_run_says_how_much_falls_due_and_moves_nothing(partner, aois_company):
    ContractFactory(**of(aois_company))
    answer = partner.send("POST", "sandbox/clock?dry_run=true", {"day": "2026-11-27"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"day", "carried_out", "set_aside"}
    assert partner.get("sandbox/clock").json() == {"day": "2026-11-25"}
    assert DayStep.objects.latest_day().isoformat() == "2026-11-25"


def test_days_do_not_come_back_and_nobody_goes_too_far(partner):
    for wrong in ("2026-11-24", "2027-03-01", "tomorrow", ""):
        answer = move(partner, wrong, f"to{wrong}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "day"), wrong


def test_sent_again_it_is_answered_again_and_moves_nothing(partner):
    first, second = move(partner, "2026-11-26", "same"), move(partner, "2026-11-26", "same")
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json() == second.json()
    assert move(partner, "2026-11-27", "same").status_code == 422


def test_it_needs_its_scope(partner):
    reader = system_of(partner.partner, "sandbox:read")
    assert reader.get("sandbox/clock").status_code == 200
    assert move(reader, "2026-11-26", "no").json()["scope"] == "sandbox:write"


def test_where_the_site_is_not_the_sandbox_there_is_no_such_thing(system):
    assert system.get("sandbox/clock").status_code == 404
    assert not any(name.startswith("sandbox") for name in scopes.scopes())


@pytest.mark.parametrize(("switched", "day_can_be_moved"), [("1", True), ("0", False)])
def test_the_switch_gives_it_its_address_a_database_of_its_own_and_no_mail(tmp_path, switched, day_can_be_moved):
    asked = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "from django.urls import NoReverseMatch, reverse\n"
        "try: found = reverse('api-sandbox-clock')\n"
        "except NoReverseMatch: found = ''\n"
        "print(found, s.PGDATA_DIR.name, s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_FILE_PATH.name)"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("PGDATA_DIR", "TESTING", "OUTBOX_DIR")},
        "DEBUG": "1",
        "SANDBOX": switched,
        "DJANGO_SETTINGS_MODULE": "iijiot.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ours.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    expected = "/api/v1/sandbox/clock .pgdata-sandbox filebased .outbox-sandbox" if day_can_be_moved else ""
    assert (
        (told.stdout.strip() == expected) if day_can_be_moved else told.stdout.startswith(" .pgdata filebased .outbox")
    )
