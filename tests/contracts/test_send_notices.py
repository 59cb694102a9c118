"""The mails of big announcements leave by a command, each once, whoever runs it beside."""

import json
from datetime import date, datetime
from io import StringIO
from threading import Thread

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from contracts import announcing
from contracts.models import Notice
from iijiot.clock import TOKYO
from tests.acts import announce
from tests.factories import ContractFactory, MeasureFactory, NoticeFactory

MONDAY = datetime(2026, 11, 30, 9, tzinfo=TOKYO)


def send(*arguments: str) -> dict[str, int]:
    out = StringIO()
    call_command("send_notices", *arguments, stdout=out)
    return dict(json.loads(out.getvalue().strip().splitlines()[-1]))


def announced(customers: int) -> None:
    for _n in range(customers):
        ContractFactory(mobile_access=True)
    announce(MeasureFactory(starts_at=datetime(2026, 12, 20, tzinfo=TOKYO)), at=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_few_leave_at_once(monkeypatch):
    announced(2)
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    assert len(mail.outbox) == 2
    assert send() == {"sent": 0, "failed": 0}


@pytest.mark.clause("G12.2.1")
@pytest.mark.django_db(transaction=True)
def test_many_leave_by_the_command_and_only_once(monkeypatch):
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    announced(3)
    assert mail.outbox == []
    assert send("--dry-run") == {"waiting": 3}
    assert send() == {"sent": 3, "failed": 0}
    assert send() == {"sent": 0, "failed": 0}
    assert len(mail.outbox) == 3
    assert Notice.history.filter(state="sent").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_mail_once():
    NoticeFactory.create_batch(20)

    def run() -> None:
        try:
            send()
        finally:
            connection.close()

    runs = [Thread(target=run) for _n in range(2)]
    for started in runs:
        started.start()
    for started in runs:
        started.join()
    assert Notice.history.filter(state="sent").count() == Notice.objects.filter(state="sent").count() == 20
    assert len(mail.outbox) == 20


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_shown_and_tried_again(settings):
    NoticeFactory()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send() == {"sent": 0, "failed": 1}
    assert Notice.objects.get().failure
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send() == {"sent": 1, "failed": 0}


@pytest.mark.django_db
def test_the_day_of_an_announcement_to_nobody_is_no_error():
    made = announce(MeasureFactory(starts_at=datetime(2026, 12, 20, tzinfo=TOKYO)), at=MONDAY)
    assert (made.recipients, made.due_by) == (0, date(2026, 12, 6))
