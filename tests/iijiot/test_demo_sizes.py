"""Worlds with many customers: as many as promised, lawful throughout, and the same for the same seed and day."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from contracts import demo
from contracts.demo import applying
from contracts.demo.names import invented
from contracts.demo.volume import SIZES
from contracts.models import Contract, Customer
from iijiot import worlds
from iijiot.records import RecordedModel
from tests import lawful

TODAY = date(2026, 11, 25)
unrecorded = pytest.mark.unrecorded("a past is written at once: rows as they are now, history with every version")


@pytest.mark.long
@pytest.mark.owner("tells the planner how much there is")
@unrecorded
def test_d02_the_office_has_a_few_thousand_contracts_in_every_state_there_is(db, few_lines):
    worlds.build("office", TODAY, seed=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counts = Customer.objects.count(), Contract.objects.count()
    lines = Contract.objects.filter(service_code="mobile-access").aggregate(n=Sum("quantity"))["n"]
    print("office: {} customers, {} contracts, {} lines".format(*counts, lines))
    assert counts[0] > SIZES["office"].customers
    assert 2_000 <= counts[1] <= 6_000
    missing = {m.__name__: lawful.states_reached(m) - lawful.states_there(m) for m in lawful.with_states()}
    del missing["Proposal"], missing["Erasure"]  # what needs two is shown by people, not by an invented past
    missing["Notice"].discard("failed")  # the mail of a demo always leaves
    assert not any(missing.values()), missing
    assert lawful.wrong(TODAY) == []
    assert lawful.overtaken() == []
    models: list[type[RecordedModel]] = [Customer, *lawful.with_states()]
    records = [r for m in models for r in m._base_manager.order_by("?")[:40]]
    print(f"{len(records)} records asked by their own checks")
    for record in records:
        record.full_clean()


@pytest.mark.long
@pytest.mark.owner("puts the sequences back")
@unrecorded
def test_the_same_seed_and_day_make_the_same_world(db, few_lines, monkeypatch):
    monkeypatch.setattr(demo, "STORIES", [applying.has_just_applied])
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
