"""The page of jobs: what waits, runs and failed, why, and a second chance; for operators and auditors."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts import notifying
from contracts.models import Notice
from iijiot import job_queue, jobs, roles
from iijiot.models import JobRetry, User
from tests.factories import NoticeFactory, UserFactory
from tests.house.console import as_superuser, enter, logged_in
from tests.workers import run

WHY = "550 <no such mailbox>"


@pytest.fixture
def operator(db):
    """An operator's browser."""
    return logged_in(UserFactory(groups=[roles.OPERATOR]))


def put_down(status: str = "todo", attempts: int = 0, error: str = "") -> tuple[Notice, int]:
    """A mail's job that has come so far."""
    notice = NoticeFactory()
    jobs.later(notifying.send_notice, pk=notice.pk)
    job = job_queue.jobs().order_by("-pk")[0]
    run("UPDATE procrastinate_jobs SET status = %s, attempts = %s WHERE id = %s", status, attempts, job.pk)
    if error:
        jobs.note(job.pk, job.task_name, error)
    return notice, job.pk


def status(pk: int) -> str:
    """Where a job is now."""
    return str(job_queue.jobs().get(pk=pk).status)


def test_it_counts_by_kind_and_tells_the_last_error_with_the_notice(operator):
    put_down()
    put_down("doing")
    put_down("todo", 2, "timed out")
    notice, _pk = put_down("failed", 6, "an earlier one")
    jobs.note(_pk, "contracts.notifying.send_notice", WHY)
    shown = operator.get("/console/jobs/")
    (kind,) = shown.context["kinds"]
    assert (kind.waiting, kind.running, kind.failed) == (2, 1, 1)
    text = shown.content.decode()
    assert "550 &lt;no such mailbox&gt;" in text
    assert "an earlier one" not in text
    assert "timed out" in text
    assert f"/console/contracts/notice/{notice.pk}/change/" in text


@pytest.mark.parametrize(
    ("group", "seen", "again"),
    [(roles.OPERATOR, 200, 302), (roles.AUDITOR, 200, 403), (roles.DESK, 403, 403), (roles.APPROVER, 403, 403)],
)
def test_operators_and_auditors_see_it_and_only_operators_let_run_again(db, group, seen, again):
    _notice, pk = put_down("failed", 6, WHY)
    browser = logged_in(UserFactory(groups=[group]))
    shown = browser.get("/console/jobs/")
    assert shown.status_code == seen
    assert (f"/console/jobs/{pk}/retry/" in shown.content.decode()) == (again == 302)
    assert browser.post(f"/console/jobs/{pk}/retry/").status_code == again
    assert status(pk) == ("todo" if again == 302 else "failed")


def test_a_failed_job_runs_again_once_however_often_the_button_is_pressed(operator):
    _notice, pk = put_down("failed", 6, WHY)
    first = operator.post(f"/console/jobs/{pk}/retry/", follow=True)
    assert [message.level_tag for message in first.context["messages"]] == ["success"]
    second = operator.post(f"/console/jobs/{pk}/retry/", follow=True)
    assert [message.level_tag for message in second.context["messages"]] == ["error"]
    assert (status(pk), job_queue.jobs().get(pk=pk).attempts) == ("todo", 7)


def test_who_let_it_run_again_stands_on_the_page_and_is_never_changed(operator):
    _notice, pk = put_down("failed", 6, WHY)
    operator.post(f"/console/jobs/{pk}/retry/")
    operator.post(f"/console/jobs/{pk}/retry/")
    user = User.objects.get()
    (kept,) = JobRetry.objects.all()
    assert (kept.job_id, kept.user_id, kept.who) == (pk, user.pk, user.display_name)
    shown = operator.get("/console/jobs/")
    assert [(one.job_id, one.who) for one in shown.context["retried"]] == [(pk, user.display_name)]
    assert f"{user.display_name}が再実行" in shown.content.decode()
    with pytest.raises(ProgrammingError), transaction.atomic():
        JobRetry.objects.update(who="nobody")


def test_what_is_under_way_is_not_started_a_second_time(operator):
    _notice, pk = put_down("doing")
    operator.post(f"/console/jobs/{pk}/retry/")
    assert status(pk) == "doing"


def test_looking_starts_nothing_and_neither_does_a_form_of_another_site(db):
    _notice, pk = put_down("failed")
    strict = enter(Client(enforce_csrf_checks=True), UserFactory(groups=[roles.OPERATOR]))
    assert strict.get(f"/console/jobs/{pk}/retry/").status_code == 405
    assert strict.post(f"/console/jobs/{pk}/retry/").status_code == 403
    assert status(pk) == "failed"


def test_it_says_whether_a_worker_is_at_work(operator):
    assert not operator.get("/console/jobs/").context["alive"]
    run("INSERT INTO procrastinate_workers DEFAULT VALUES")
    run("UPDATE procrastinate_workers SET last_heartbeat = '2026-11-25 01:00+00:00'")
    assert operator.get("/console/jobs/").context["alive"]
    run("UPDATE procrastinate_workers SET last_heartbeat = '2026-11-25 00:58+00:00'")
    assert not operator.get("/console/jobs/").context["alive"]


def test_it_asks_nothing_for_each_job(operator):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert operator.get("/console/jobs/").status_code == 200
        return len(captured)

    put_down("failed", 6, WHY)
    asked()
    few = asked()
    for _n in range(4):
        put_down("failed", 6, WHY)
    assert asked() == few


def test_what_failed_stands_in_the_queue_at_home_for_those_who_may_see_it(operator, desk):
    put_down("failed", 6, WHY)
    shown = operator.get("/console/?kind=failed-jobs")
    (task,) = shown.context["tasks"]
    assert (task.kind.name, task.row.note, task.url) == ("failed-jobs", WHY, "/console/jobs/")
    names = [entry["queue"].name for entry in desk.get("/console/").context["kinds"]]
    assert "failed-jobs" not in names


def test_the_librarys_own_page_of_jobs_is_not_there(db):
    assert as_superuser().get("/console/procrastinate/procrastinatejob/").status_code == 404
