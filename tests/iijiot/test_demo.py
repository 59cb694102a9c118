"""``manage.py demo``: an invented world, lawful throughout, in an empty database only."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contracts.models import Contract, Customer, MailDomain, Termination
from iijiot import worlds
from iijiot.bulk_runs import BulkRun
from iijiot.login import demo
from iijiot.models import User
from sims.demo import fleet
from tests import lawful, lawful_fleet
from tests.factories import CustomerFactory


@pytest.fixture
def on_a_developers_machine(settings):
    """Django's tests run with DEBUG off."""
    settings.DEBUG = True


def run(*arguments: str) -> str:
    """What it writes."""
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.long
def test_the_world_is_built_with_history_and_every_state_in_it(db, recorder, settings, monkeypatch):
    """The recorder holds: not a row of it came past history."""
    monkeypatch.setattr(fleet, "LINES", 100)
    worlds.build(worlds.SIZES[0], date(2026, 11, 25), seed=1)
    assert Customer.objects.count() >= 25
    assert not User.objects.filter(second_factor_at__isnull=False).exists(), "invented seeds are for DEBUG alone"
    assert set(Contract.objects.values_list("state", flat=True)) >= {"accepted", "active", "ended"}
    assert Termination.objects.pending().exists()
    machines = [m for m in lawful.with_states() if m._meta.app_label == "sims" or m is BulkRun]
    missing = {m.__name__: lawful.states_reached(m) - lawful.states_there(m) for m in machines}
    assert len(missing) >= 11
    assert not any(missing.values()), missing
    assert list(lawful_fleet.wrong(date(2026, 11, 25))) == []
    assert {"clock", "staff"} <= {entry.who["kind"] for entry in recorder.entries() if entry.who}
    settings.DEBUG = True
    with pytest.raises(CommandError, match="not empty"):
        run()


def test_once_leaves_what_is_there(db, on_a_developers_machine):
    CustomerFactory()
    assert "kept as it is" in run("--once")
    assert Customer.objects.count() == 1
    assert not MailDomain.objects.exists()


def test_it_is_for_developers_machines_only(db):
    with pytest.raises(CommandError, match="set DEBUG=1"):
        run()


def test_the_logins_come_with_their_present_codes(db, on_a_developers_machine, monkeypatch):
    staff = worlds.parts()[:1]
    monkeypatch.setattr(worlds, "parts", lambda: staff)
    run()
    told = run("--logins")
    for user in User.objects.filter(login_id__in=worlds.STAFF):
        assert demo.present_code(user)
        assert user.second_factor_at
    assert sum(line.count(worlds.PASSWORD) for line in told.splitlines()) == len(worlds.STAFF)
    assert "for 30 seconds" in told
