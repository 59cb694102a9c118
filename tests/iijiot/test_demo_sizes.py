"""Worlds with many customers: as many as promised, lawful throughout, and the same for the same seed and day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from contracts import demo
from contracts.demo import applying
from contracts.demo.names import invented
from contracts.demo.volume import SIZES
from contracts.models import Contract, Customer
from iijiot import worlds
from iijiot.records import RecordedModel
from sims.demo import fleet
from sims.models import DailyUsage, Incident, Line, SimCard
from tests import lawful, lawful_lines

TODAY = date(2026, 11, 25)
unrecorded = pytest.mark.unrecorded("a past is written at once: rows as they are now, history with every version")


@pytest.mark.long
@pytest.mark.owner("tells the planner how much there is")
@unrecorded
def test_d02_the_office_has_a_few_thousand_contracts_in_every_state_there_is(db):
    worlds.build("office", TODAY, seed=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counts = Customer.objects.count(), Contract.objects.count()
    print("office: {} customers, {} contracts, {} lines".format(*counts, Line.objects.count()))
    assert counts[0] > SIZES["office"].customers
    assert 2_000 <= counts[1] <= 6_000
    missing = {m.__name__: lawful.states_reached(m) - lawful.states_there(m) for m in lawful.with_states()}
    del missing["Proposal"], missing["Erasure"]  # what needs two is shown by people, not by an invented past
    missing["Notice"].discard("failed")  # the mail of a demo always leaves
    assert not any(missing.values()), missing
    assert lawful.wrong(TODAY) == []
    assert lawful_lines.lacking(TODAY) == []
    assert lawful.overtaken() == []
    models: list[type[RecordedModel]] = [Customer, *lawful.with_states()]
    the_stories_have_what_they_promise()
    records = [r for m in models for r in m._base_manager.order_by("?")[:40]]
    print(f"{len(records)} records asked by their own checks")
    for record in records:
        record.full_clean()


def the_stories_have_what_they_promise():
    """Twenty thousand lines on ten contracts; stock, faults, losses, cards overdue; three months of traffic."""
    fleet = Customer.objects.get(name="見本フリート管理株式会社")
    contracts = fleet.contracts.filter(service_code="mobile-access")
    assert contracts.count() == 10
    assert abs(Line.objects.of_customer(fleet).living().count() - 20_000) < 100
    assert SimCard.objects.in_stock().count() >= 300
    assert {"fault", "loss"} <= set(Incident.objects.open().values_list("kind", flat=True))
    assert SimCard.objects.overdue().exists()
    first, last = DailyUsage.objects.earliest("day").day, DailyUsage.objects.latest_day()
    assert (TODAY - first).days >= 90
    assert last == TODAY - timedelta(1)


@pytest.mark.long
@pytest.mark.owner("puts the sequences back")
@unrecorded
def test_the_same_seed_and_day_make_the_same_world(db, few_lines, monkeypatch):
    monkeypatch.setattr(demo, "STORIES", [applying.has_just_applied])
    monkeypatch.setattr(fleet, "LINES", 100)
    monkeypatch.setitem(SIZES, "office", replace(SIZES["office"], biggest=500, heavy=1, customers=60, most=20))
    where, made = lawful.sequences(), []
    for seed in (1, 1, 2):
        with transaction.atomic():
            lawful.put_back(where)
            worlds.build("office", TODAY, seed)
            made.append(lawful.fingerprint())
            transaction.set_rollback(True)
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_ten_thousand_invented_names_are_all_different_and_say_that_they_are_invented():
    names = [invented(index) for index in range(SIZES["big"].customers)]
    assert len({name for name, _kana in names}) == len(names) == 10_000
    plainly = ("見本", "架空", "例示", "仮称", "模擬", "仮想", "サンプル", "テスト用")
    assert all(name.startswith(plainly) for name, _kana in names)
