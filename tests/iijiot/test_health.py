"""D06: what the probes find, each by its name; who may read the figures; nothing of it needs a login or leaves a trace."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from contracts import notifying
from iijiot import clock, daily, health, jobs
from iijiot.metrics import quoted
from iijiot.models import Backup, DayStep
from iijiot.records import chapter
from tests.factories import NoticeFactory
from tests.factories.base import MAKER
from tests.workers import run

NOON = "2026-11-25 12:00+09:00"


@pytest.fixture
def at_noon(db):
    """A quiet noon: a worker is at work, the day is done, and there is a backup of the night."""
    with time_machine.travel(NOON, tick=False):
        backed_up(hours=9)
        run("INSERT INTO procrastinate_workers DEFAULT VALUES")
        heard_of(0)
        finish(date(2026, 11, 25))
        yield


def backed_up(*, hours: int, size: int = 1_800_000) -> None:
    """A backup was made so many hours ago."""
    at = clock.now() - timedelta(hours=hours)
    Backup.objects.create(at=at, name=f"{at:%d%H}.dump", size=size, sha256="0" * 64, seconds=1.0, files=0, lost=0)


def heard_of(minutes: int) -> None:
    """A worker last said that it lives so many minutes ago."""
    run("UPDATE procrastinate_workers SET last_heartbeat = %s", clock.now() - timedelta(minutes=minutes))


def finish(day: date, but: str = "") -> None:
    """The daily run has done a day, all or all but one step."""
    with chapter(actor=MAKER):
        for step in daily.steps():
            if step.name != but:
                DayStep(day=day, step=step.name, done=0, finished_at=clock.now()).save()


def waiting(minutes: int, **where: Any) -> int:
    """A mail that has been waiting for a worker."""
    jobs.later(notifying.send_notice, pk=NoticeFactory().pk)
    run("UPDATE procrastinate_events SET at = %s", clock.now() - timedelta(minutes=minutes))
    for column, value in where.items():
        run(f"UPDATE procrastinate_jobs SET {column} = %s", value)  # noqa: S608
    return minutes


def found() -> list[str]:
    """The names of what is not in order."""
    return [finding.name for finding in health.findings(clock.now())]


def told(client: Client) -> dict[str, float]:
    """The figures by name and labels."""
    lines = client.get("/metrics").content.decode().splitlines()
    return {name: float(value) for name, value in (li.rsplit(" ", 1) for li in lines if not li.startswith("#"))}


def test_a_site_in_order_is_ready_and_says_nothing_more(at_noon, client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


def test_it_lives_without_asking_the_database(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_a_probe_has_no_session_is_not_kept_and_is_only_looked_at(at_noon, client, path):
    answer = client.get(path, headers={"Host": "10.0.0.7"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"].startswith("text/plain")


def test_readiness_costs_few_questions(at_noon, client, django_assert_max_num_queries):
    client.get("/readyz")
    with django_assert_max_num_queries(15):
        client.get("/readyz")


@pytest.mark.owner("forgets a migration")
def test_a_migration_that_is_not_applied_is_a_cause(at_noon, client):
    MigrationRecorder.Migration.objects.filter(app="iijiot", name="0001_initial").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content.decode().splitlines() == [
        "not ready",
        "cause migrations: Migrations not applied: 1. Run manage.py migrate. See docs/runbook.md#migrations",
    ]


def test_a_database_that_takes_no_writing_is_a_cause(at_noon, client):
    with transaction.atomic():
        run("SET TRANSACTION READ ONLY")
        answer = client.get("/readyz")
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert "cause database-writable: The database is read-only." in answer.content.decode()


@pytest.mark.parametrize(("minutes", "wrong"), [(0, []), (4, []), (6, ["worker"])])
def test_a_worker_that_is_silent_warns_and_the_site_stays(at_noon, client, minutes, wrong):
    heard_of(minutes)
    assert found() == wrong
    assert client.get("/readyz").status_code == 200


def test_no_worker_at_all_warns(at_noon):
    run("DELETE FROM procrastinate_workers")
    assert found() == ["worker"]


def test_a_job_that_waits_too_long_warns(at_noon):
    waiting(14)
    assert found() == []
    waiting(16)
    assert found() == ["jobs-waiting"]


def test_a_job_whose_time_has_not_come_does_not_wait(at_noon):
    waiting(60, scheduled_at=clock.now() + timedelta(hours=1))
    assert found() == []
    run("UPDATE procrastinate_jobs SET scheduled_at = %s", clock.now() - timedelta(minutes=16))
    assert found() == ["jobs-waiting"]


def test_a_job_that_stays_failed_warns(at_noon):
    waiting(1, status="failed")
    assert found() == ["jobs-failed"]


@pytest.mark.parametrize(
    ("moment", "wrong"),
    [
        ("2026-11-26 00:30+09:00", []),
        ("2026-11-26 01:00+09:00", ["daily-run"]),
        ("2026-11-28 09:00+09:00", ["daily-run"]),
    ],
)
def test_the_daily_run_has_an_hour_after_midnight(at_noon, moment, wrong):
    with time_machine.travel(moment, tick=False):
        heard_of(0)
        backed_up(hours=1)
        assert found() == wrong


def test_a_day_that_was_cut_short_is_not_done(at_noon):
    with time_machine.travel("2026-11-26 09:00+09:00", tick=False):
        heard_of(0)
        backed_up(hours=1)
        finish(date(2026, 11, 26), but=daily.steps()[-1].name)
        assert (daily.finished_day(), daily.days_late(clock.now())) == (date(2026, 11, 25), 1)
        assert found() == ["daily-run"]


def test_an_empty_system_says_that_no_day_was_ever_done(db):
    assert "daily-run" in found()
    assert daily.days_late(clock.now()) is None


def test_an_outbox_that_cannot_be_written_warns(at_noon, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "not" / "made" / "yet"
    assert found() == []
    (tmp_path / "a-file").write_text("")
    settings.EMAIL_FILE_PATH = tmp_path / "a-file" / "outbox"
    assert found() == ["outbox"]


def test_a_folder_of_evidence_that_cannot_be_written_warns(at_noon, settings, tmp_path):
    (tmp_path / "a-file").write_text("")
    settings.EVIDENCE_DIR = tmp_path / "a-file" / "evidence"
    assert found() == ["evidence"]


def test_a_folder_takes_files_where_it_may_be_written(tmp_path):
    assert health.can_write(tmp_path / "new")
    assert not health.can_write(Path("/proc/self/outbox"))


def said_of_backups() -> list[str]:
    """What is said of backups."""
    return [finding.said for finding in health.findings(clock.now()) if finding.name == "backup"]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-11-26 05:00+09:00", []),
        ("2026-11-26 06:00+09:00", ["The last backup is 27 hours old. Run manage.py backup."]),
    ],
)
def test_x49_a_backup_older_than_26_hours_warns_and_the_site_stays(at_noon, client, moment, told):
    with time_machine.travel(moment, tick=False):
        assert said_of_backups() == told
        assert client.get("/readyz").status_code == 200


def test_x49_an_empty_backup_warns(at_noon):
    backed_up(hours=0, size=0)
    assert said_of_backups() == ["The last backup is empty. Run manage.py backup and look at what it says."]


@pytest.mark.parametrize(("debug", "hours", "warns"), [(False, 26, True), (True, 26, False), (False, 0, False)])
def test_without_any_backup_the_real_site_warns_but_not_a_developers_machine(db, settings, debug, hours, warns):
    settings.DEBUG, settings.BACKUP_HOURS = debug, hours
    assert bool(said_of_backups()) == warns


def test_the_figures_tell_of_the_last_backup(at_noon, client):
    figures = told(client)
    assert figures["backoffice_backup_size_bytes"] == 1_800_000
    assert figures["backoffice_backup_timestamp_seconds"] == 1795575600 - 9 * 3600


def test_the_figures_count_what_operators_need(at_noon, client):
    waiting(3)
    NoticeFactory(letter=True)
    figures = told(client)
    kind = 'kind="contracts.notifying.send_notice"'
    assert figures["backoffice_ready"] == 1
    assert figures['backoffice_in_order{check="worker"}'] == 1
    assert figures[f'backoffice_jobs{{{kind},state="waiting"}}'] == 1
    assert figures[f'backoffice_jobs{{{kind},state="failed"}}'] == 0
    assert figures[f"backoffice_job_oldest_waiting_seconds{{{kind}}}"] == 180
    assert figures["backoffice_worker_silent_seconds"] == 0
    assert figures["backoffice_days_late"] == 0
    assert figures["backoffice_day_finished_timestamp_seconds"] == 1795532400
    assert figures["backoffice_set_aside"] == 0
    assert figures['backoffice_notices_unsent{channel="email",state="to-send"}'] == 1
    assert figures['backoffice_notices_unsent{channel="letter",state="to-send"}'] == 1


def test_what_is_not_in_order_shows_in_the_figures(at_noon, client):
    heard_of(10)
    figures = told(client)
    assert figures['backoffice_in_order{check="worker"}'] == 0
    assert figures["backoffice_ready"] == 1


@pytest.mark.parametrize(
    ("address", "passed_on", "status"),
    [("127.0.0.1", "", 200), ("::1", "", 200), ("10.0.0.7", "", 403), ("", "", 403), ("127.0.0.1", "10.0.0.7", 403)],
)
def test_without_a_token_only_the_machine_itself_reads_the_figures(at_noon, client, address, passed_on, status):
    more = {"HTTP_X_FORWARDED_FOR": passed_on} if passed_on else {}
    answer = client.get("/metrics", REMOTE_ADDR=address, **more)
    assert answer.status_code == status
    assert (b"backoffice_" in answer.content) == (status == 200)


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer fuji-no-yuki", 200), ("Bearer fuji", 401), ("fuji-no-yuki", 401), ("", 401)]
)
def test_with_a_token_whoever_brings_it_reads_the_figures(at_noon, client, settings, given, status):
    settings.METRICS_TOKEN = "fuji-no-yuki"
    answer = client.get("/metrics", REMOTE_ADDR="10.0.0.7", headers={"Authorization": given})
    assert answer.status_code == status
    assert client.get("/metrics").status_code == 401, "the machine itself must bring it too"


def test_labels_end_no_line_and_no_quotes():
    assert quoted('a"b\\c\nd') == 'a\\"b\\\\c\\nd'
