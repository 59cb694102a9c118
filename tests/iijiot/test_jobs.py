"""Jobs: put down with the act or not at all, tried again after growing gaps, taken up after a death, cleared away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from procrastinate.contrib.django import app

from iijiot import job_keeping, job_queue, jobs
from iijiot.models import JobFailure
from tests.factories.base import MAKER
from tests.workers import beside_a_browser, later_on, run, take_up, work

transactional = pytest.mark.django_db(transaction=True)
DONE: list[int] = []


@jobs.job("A job of the tests")
def count(pk: int) -> None:
    """Fails for what is negative, otherwise counts."""
    if pk < 0:
        raise ZeroDivisionError("nobody foresaw it")
    DONE.append(pk)


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


def states():
    return list(job_queue.jobs().of_kind(count).order_by("pk").values_list("status", flat=True))


def test_the_gaps_grow_and_end():
    """1 minute, 5, 30, 2 hours, 6 hours, and then never by itself."""
    failed_at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    tries = [jobs.Gaps(jobs.GAPS).next_try(failed_at, before) for before in range(7)]
    assert [at - failed_at for at in tries if at] == [
        timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
    ]  # fmt: skip
    assert tries[5:] == [None, None]


def test_a_dead_workers_job_comes_back_within_two_minutes():
    keeping = job_keeping
    assert keeping.DEAD_AFTER >= 3 * keeping.HEARTBEAT, "one lost heartbeat is no death"
    assert timedelta(minutes=2) > keeping.DEAD_AFTER + keeping.LOOKED_AFTER
    (often,) = [t for t in app.periodic_registry.periodic_tasks.values() if t.periodic_id == "pick-up"]
    assert often.cron == "* * * * *"


@transactional
def test_x08_an_act_taken_back_takes_its_jobs_back():
    def act() -> None:
        with transaction.atomic():
            jobs.later(count, pk=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert states() == []
    work()
    assert DONE == []


@transactional
def test_a_job_put_down_runs_once_after_the_commit():
    with transaction.atomic():
        jobs.later(count, pk=1)
        jobs.later_each(count, [{"pk": 2}, {"pk": 3}])
        assert DONE == []
    work()
    work()
    assert sorted(DONE) == [1, 2, 3]
    assert states() == ["succeeded"] * 3


def test_no_jobs_of_nothing_are_put_down(db):
    jobs.later_each(count, [])
    assert states() == []


@transactional
def test_x07_a_job_that_fails_is_tried_again_and_each_failure_is_kept():
    jobs.later(count, pk=-1)
    work()
    (shown,) = job_queue.shown(job_queue.jobs().to_try_again())
    assert shown.job.last_error == "ZeroDivisionError: nobody foresaw it"
    assert shown.job.scheduled_at > shown.job.failed_at
    for _try in range(5):
        later_on()
        work()
    assert states() == ["failed"]
    assert JobFailure.objects.filter(task=count.name).count() == 6
    later_on()
    work()
    assert JobFailure.objects.filter(task=count.name).count() == 6


@transactional
def test_a_failed_job_runs_again_when_somebody_says_so_and_only_then():
    jobs.later(count, pk=4)
    run("UPDATE procrastinate_jobs SET status = 'failed'")
    (failed,) = job_queue.jobs().failed()
    assert [job_queue.retry(failed.pk, actor=MAKER), job_queue.retry(failed.pk, actor=MAKER)] == [1, 0]
    work()
    assert (DONE, states()) == ([4], ["succeeded"])
    assert job_queue.retry(failed.pk, actor=MAKER) == 0


@transactional
def test_x07_what_a_dead_worker_left_is_taken_up_and_told():
    jobs.later(count, pk=5)
    run(
        "WITH dead AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id) "
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
    )
    work()
    assert (DONE, states()) == ([], ["doing"])
    take_up()
    assert (DONE, states()) == ([5], ["succeeded"])
    assert JobFailure.objects.get().error == str(job_keeping.DIED)


@transactional
def test_a_job_that_kills_every_worker_is_given_up_for_a_person_to_see():
    jobs.later(count, pk=6)
    run("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", job_keeping.MOST_STARTS - 1)
    take_up()
    assert (DONE, states()) == ([], ["failed"])
    (shown,) = job_queue.shown(job_queue.jobs().failed())
    assert shown.job.last_error == str(job_keeping.DIED_OFTEN)


@transactional
@pytest.mark.parametrize(
    ("status", "days", "left"),
    [
        ("succeeded", 2, 1),
        ("succeeded", 4, 0),
        ("failed", 60, 1),
        ("failed", 100, 0),
        ("todo", 100, 1),
        ("doing", 100, 1),
    ],
)
def test_jobs_long_finished_are_cleared_away_and_no_others(status, days, left):
    jobs.later(count, pk=7)
    run("UPDATE procrastinate_jobs SET status = %s, scheduled_at = now() + interval '1 day'", status)
    run("UPDATE procrastinate_events SET at = now() - %s * interval '1 day'", days)
    job_keeping.clear_away_finished.configure(task_kwargs={"timestamp": 0}).defer()
    work()
    assert job_queue.jobs().of_kind(count).count() == left


@transactional
def test_the_worker_says_how_much_waits_and_does_it(capsys):
    jobs.later(count, pk=8)
    call_command("worker", "--dry-run")
    assert capsys.readouterr().out == "1 jobs waiting, 0 running, 0 failed.\n"
    assert DONE == []
    beside_a_browser(lambda: call_command("worker", "--once"))
    assert DONE == [8]


@transactional
def test_a_kind_of_job_that_this_version_does_not_know_fails_and_is_shown_by_its_name():
    jobs.later(count, pk=9)
    run("UPDATE procrastinate_jobs SET task_name = 'of.another.version'")
    work()
    (kind,) = [kind for kind in job_queue.kinds() if kind.failed]
    assert kind.label == "of.another.version"
