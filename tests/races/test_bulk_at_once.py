"""Runs of bulk acts with two at once: begun once, done once, and a worker that dies in the middle doubles nothing."""

import os
import signal
from datetime import UTC, datetime

import pytest
from django.db import connection

from iijiot import bulk_work, job_queue
from iijiot.actors import Actor
from iijiot.bulk_runs import BulkRun
from iijiot.records import fresh
from sims import activating, bulk
from sims.models import Line
from tests.acts import BEN
from tests.factories import BulkRunFactory, ContractFactory, UserFactory
from tests.factories.sims import LineFactory
from tests.races.together import at_once
from tests.workers import process, take_up, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)


def prepared(many=8):
    """A pause of so many lines."""
    lines = LineFactory.create_batch(many, contract=ContractFactory(mobile_access=True))
    return lines, BulkRunFactory(ids=[line.pk for line in lines])


def pauses(lines):
    """What the history says of their pauses."""
    return Line.history.filter(id__in=[line.pk for line in lines], state="paused")


def begun(run):
    """How many jobs there are for a run."""
    return sum(job.args["pk"] == run.pk for job in job_queue.jobs().of_kind(bulk_work.carry_on))


def start(run, user):
    """Confirm it."""
    bulk_work.start(run, typed={}, reason="", could=run.count, by=user, at=NOON, actor=Actor.staff(user))


def test_two_clerks_confirm_one_run_and_it_is_begun_once(monkeypatch):
    _lines, run = prepared()
    clerks = [UserFactory(is_superuser=True), UserFactory(is_superuser=True)]
    outcomes = at_once(*(lambda user=user: start(run, user) for user in clerks))
    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    assert begun(run) == 1
    assert BulkRun.history.filter(id=run.pk, state="running").count() == 1


def test_two_workers_at_one_run_do_each_slice_once(monkeypatch):
    monkeypatch.setattr("iijiot.bulk_acts.BulkAct.slice", 2)
    lines, run = prepared()
    start(run, UserFactory(is_superuser=True))
    at_once(*(lambda: bulk_work.carry_on(pk=run.pk) for _worker in range(2)))
    assert (fresh(run).state, fresh(run).reached.done) == ("done", 8)
    assert list(run.slices.order_by("place").values_list("place", flat=True)) == [0, 1, 2, 3]
    assert pauses(lines).count() == 8


def test_a_run_and_a_clerk_at_the_same_lines_do_each_once():
    lines, run = prepared()
    start(run, UserFactory(is_superuser=True))
    single = [lambda line=line: activating.pause(line, actor=BEN) for line in lines[:3]]
    at_once(lambda: bulk_work.carry_on(pk=run.pk), *single)
    assert pauses(lines).count() == 8
    reached = fresh(run).reached
    assert (reached.done + reached.refused, fresh(run).state) == (8, "done")


def test_x07_a_worker_killed_in_the_middle_leaves_its_run_to_the_next(monkeypatch):
    """One slice is done; the worker waits in the next for a line that is held, and dies there."""
    monkeypatch.setattr("iijiot.bulk_acts.BulkAct.slice", 4)
    lines, run = prepared()
    start(run, UserFactory(is_superuser=True))
    assert bulk_work.step(run, run.bulk_act, run.ids(), {})
    with connection.cursor() as cursor, process("worker") as dying:
        cursor.execute("BEGIN")
        cursor.execute("SELECT id FROM sims_line WHERE id = %s FOR UPDATE", [lines[-1].pk])
        wait_until(lambda: waits_for_a_lock(cursor), "the worker has come to the line that is held")
        os.kill(dying.pid, signal.SIGKILL)
        dying.wait()
        cursor.execute("ROLLBACK")
    assert fresh(run).reached.done == 4
    take_up()
    reached = fresh(run).reached
    assert (fresh(run).state, reached.done, reached.refused) == ("done", 8, 0)
    assert pauses(lines).count() == 8
    assert {row.history_chapter for row in pauses(lines)} == {fresh(run).chapter}
    assert bulk.pause([line.pk for line in lines], actor=BEN) == []


def waits_for_a_lock(cursor):
    """Whether somebody waits for a row."""
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return cursor.fetchone()[0]
