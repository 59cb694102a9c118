"""Mails leave once by a worker, fail visibly, are tried again; what customers typed stays what it is in every letter."""

from datetime import date
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail

from contracts import due, notifying
from contracts.models import Notice
from iijiot import job_queue
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.console.rehearsal import rehearse
from iijiot.daily import Tally
from iijiot.models import JobFailure
from iijiot.records import chapter
from tests.contracts.lettered import KINDS, told
from tests.factories import CustomerFactory, NoticeFactory, UserFactory
from tests.workers import later_on, mail_server, run, take_up, work

transactional = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")
HOSTILE = '{{ x.__class__ }}{% now "Y" %}<b>&"\'|escape'


def tell(**more: Any) -> Notice:
    """A notice written and its job put down, as an act does it."""
    with chapter(actor=ACTOR, clause="G13.1"):
        return notifying.send(NoticeFactory.build(customer=CustomerFactory(), **more))


def sending() -> list[str]:
    """Where the jobs of mails are."""
    return list(job_queue.jobs().of_kind(notifying.send_notice).order_by("pk").values_list("status", flat=True))


def by_smtp(settings: Any, port: int) -> None:
    """Send really, to a server of this machine."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1


@transactional
@pytest.mark.clause("G12.2.1")
def test_x08_an_act_taken_back_after_its_notice_was_written_sends_nothing():
    def act() -> None:
        with chapter(actor=ACTOR):
            tell()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    work()
    assert (Notice.objects.count(), sending(), mail.outbox) == (0, [], [])


@transactional
def test_a_rehearsal_leaves_no_job_behind():
    outcome = rehearse(Actor.staff(UserFactory()), tell)
    assert len(outcome.letters) == 1
    work()
    assert (Notice.objects.count(), sending(), mail.outbox) == (0, [], [])


@transactional
@pytest.mark.clause("G12.2.1")
def test_a_mail_leaves_once_and_says_by_its_id_which_notice_it_is():
    notice = tell()
    work()
    work()
    (sent,) = mail.outbox
    assert sent.extra_headers == {"Message-ID": f"<notice-{notice.number}@backoffice.example>"}
    assert (Notice.objects.get().state, sending()) == ("sent", ["succeeded"])


def test_a_letter_gets_no_job(db):
    tell(letter=True)
    assert sending() == []


@transactional
@pytest.mark.clause("G12.2.1")
@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"answer": "550 no such mailbox"}, "550"),
        ({"silent": True}, "timed out"),
        ({"gone": True}, "refused"),
    ],
    ids=["refused by the server", "no answer", "no server"],
)
def test_x07_a_mail_that_fails_is_shown_and_leaves_once_when_the_trouble_is_over(settings, trouble, told):
    notice = tell()
    with mail_server() as (box, port):
        by_smtp(settings, 1 if trouble.get("gone") else port)
        box.answer, box.silent = trouble.get("answer", "250 OK"), trouble.get("silent", False)
        work()
        assert (Notice.objects.get().state, sending()) == ("failed", ["todo"])
        assert told in Notice.objects.get().failure
        assert told in JobFailure.objects.get().error
        box.answer, box.silent = "250 OK", False
        by_smtp(settings, port)
        box.received.clear()
        later_on()
        work()
        work()
        assert [message["Message-ID"] for message in box.received] == [notifying.message_id(notice)]
    assert (Notice.objects.get().state, Notice.objects.get().failure, sending()) == ("sent", "", ["succeeded"])
    assert Notice.history.filter(state="sent").count() == 1


@transactional
@pytest.mark.clause("G12.2.1")
def test_the_daily_run_sends_what_the_jobs_gave_up_and_ends_them(settings):
    tell()
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    for _try in range(6):
        work()
        later_on()
    assert sending() == ["failed"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tally = Tally()
    due.send_notices(date(2026, 11, 25), tally)
    work()
    due.send_notices(date(2026, 11, 25), tally)
    assert (tally.done, len(mail.outbox), sending()) == (1, 1, ["succeeded"])


@transactional
def test_a_mail_that_the_daily_run_has_sent_already_is_not_sent_by_its_job():
    tell()
    due.send_notices(date(2026, 11, 25), Tally())
    work()
    assert (len(mail.outbox), sending()) == (1, ["succeeded"])


@transactional
def test_x07_a_worker_that_died_before_it_began_leaves_its_mail_to_the_next():
    tell()
    run("UPDATE procrastinate_jobs SET status = 'doing'")
    take_up()
    assert (len(mail.outbox), sending()) == (1, ["succeeded"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to", ["info@aoi.example\nBcc: all@evil.example", "a@aoi.example, b@evil.example", "葵 <a@aoi.example>", "", "@"]
)
def test_x44_a_mail_goes_to_one_address_or_nowhere(to):
    notice = NoticeFactory(to=to or "-")
    assert notifying.deliver(notice.pk) is False
    assert (Notice.objects.get().state, mail.outbox) == ("failed", [])
    assert Notice.objects.get().failure


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n\n"])
def test_x44_a_line_end_in_a_subject_makes_no_header(end):
    notice = NoticeFactory(subject=f"お知らせ{end}Bcc: all@evil.example{end}")
    assert notifying.deliver(notice.pk) is True
    (sent,) = mail.outbox
    message = sent.message()
    assert sorted(message.keys()) == sorted({*message.keys()}), "no header twice"
    assert "Bcc" not in message
    assert sent.recipients() == [notice.to]
    assert len(sent.subject.splitlines()) == 1


@pytest.mark.clause("G12.2.1")
@pytest.mark.django_db
def test_x38_what_a_customer_typed_stays_what_it_is(aois_company):
    customer = CustomerFactory.build(name="{{ x.__class__ }} & {% now 'Y' %}")
    measure = SimpleNamespace(number="Z0000001", scope="全サービス", starts_at=None, last_day=date(2026, 12, 31))
    notice = notifying.compose(customer, "withdrawn", clause=Clause("G2.2"), context={"source": measure})
    assert notice.body.startswith("{{ x.__class__ }} & {% now 'Y' %} 御中")


@pytest.mark.parametrize("typed", [HOSTILE, f"{HOSTILE}\r\nBcc: all@evil.example\n\n"], ids=["marks", "line ends"])
@pytest.mark.parametrize("kind", KINDS)
def test_x38_x44_every_letter_says_literally_what_was_typed_and_its_subject_is_one_line(kind, typed):
    letter = notifying.written(kind, told(kind, typed), to=typed, on=date(2026, 11, 25), holding={})
    assert HOSTILE in letter.body
    assert "&amp;" not in letter.subject + letter.body
    assert "<class" not in letter.subject + letter.body
    assert len(letter.subject.splitlines()) == 1
    message = EmailMessage()
    message["Subject"] = letter.subject
    assert message.keys() == ["Subject"]
