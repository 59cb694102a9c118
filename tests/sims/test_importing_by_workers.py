"""M05: a long file is loaded by a worker, whatever happens to the browser, to the worker, or to the file meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from iijiot import progress
from sims import importing, surveying
from sims.models import FileImport, SimCard
from tests.acts import again
from tests.factories.sims import SimCardFactory, iccid
from tests.sims.test_importing import CLERK, WEDNESDAY, csv_of, given
from tests.workers import run, take_up, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english"), pytest.mark.clause("MA1")]


@pytest.fixture(autouse=True)
def _one_row_at_a_time(monkeypatch):
    monkeypatch.setattr(surveying, "SLICE", 1)


def sent(*numbers):
    body = csv_of(*[[iccid(n)] for n in numbers], header=["ICCID"])
    return importing.take_in("d.csv", body, given=given(), today=WEDNESDAY, actor=CLERK)


def confirmed(record):
    importing.load(importing.plan_loading(again(record), mode="all", takes_doubtful=False), actor=CLERK)
    return again(record)


def elsewhere(act):
    """Somebody else does it, on a connection of his own, at once."""

    def alone():
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


def test_m05_a_worker_looks_at_a_file_and_loads_it():
    record = sent(1, 2)
    assert record.state == "checking", "the upload returns at once"
    work()
    assert again(record).state == "checked"
    confirmed(record)
    work()
    assert (again(record).state, SimCard.objects.count()) == ("done", 2)


def test_m05_after_the_death_of_a_worker_the_next_one_loads_it_once():
    record = sent(1, 2)
    work()
    confirmed(record)
    run(
        "WITH dead AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id) "
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead) WHERE status = 'todo'"
    )
    take_up()
    assert (again(record).state, SimCard.objects.count()) == ("done", 2)


def test_m05_called_off_while_it_is_loaded_nothing_of_it_stays():
    record = sent(1, 2, 3)
    work()
    record = confirmed(record)
    importing.carry_out(
        record,
        told=lambda done, _total: (
            elsewhere(lambda: importing.cancel(again(record), actor=CLERK)) if done == 1 else None
        ),
    )
    assert (again(record).state, SimCard.objects.count()) == ("cancelled", 0)


def test_m05_how_far_it_is_shows_while_nothing_is_committed():
    record = sent(1, 2, 3)
    work()
    record = confirmed(record)
    seen = []

    def told(done, total):
        progress.teller("m05")(done, total)
        seen.append((elsewhere(lambda: progress.of("m05").percent), elsewhere(SimCard.objects.count)))

    importing.carry_out(record, told=told)
    assert seen == [(33, 0), (66, 0), (100, 0)]
    assert SimCard.objects.count() == 3


def test_a_card_that_somebody_takes_in_while_the_file_is_loaded_is_told_and_nothing_is_loaded():
    record = sent(1, 2)
    work()
    record = confirmed(record)
    importing.carry_out(
        record, told=lambda done, _total: elsewhere(lambda: SimCardFactory(iccid=iccid(2))) if done == 1 else None
    )
    record = again(record)
    assert (record.state, record.bad, SimCard.objects.count()) == ("checked", 1, 1)


def test_two_files_with_the_same_cards_at_once_load_them_once():
    first, second = sent(1, 2), sent(2, 3)
    work()
    first, second = confirmed(first), confirmed(second)

    def load(record):
        try:
            importing.carry_out(FileImport.objects.get(pk=record.pk), told=lambda _done, _total: None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(load, (first, second)))
    states = sorted(str(again(record).state) for record in (first, second))
    assert states == ["checked", "done"]
    assert SimCard.objects.count() == 2
    assert SimCard.objects.get(iccid=iccid(2)).received_on == date(2026, 11, 25)
