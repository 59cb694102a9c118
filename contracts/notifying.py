"""Telling customers: the text is rendered and stored in the act, with a job to send it; a worker sends it afterwards.

A mail is sent while its notice is held, and its notice says so in the same transaction: whoever comes at the same
time waits, and finds it sent. Only between the mail server's yes and the commit can a death of the worker make a mail
leave twice. It then has the same Message-ID, by which servers and readers know it again; the books have it once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import LockNotAvailable

from contracts.letters import LETTERS
from contracts.letters.frame import framed
from contracts.letters.marks import in_one_line
from contracts.models import (
    Announcement,
    Application,
    ChangeReport,
    Contract,
    Customer,
    CustomerKind,
    Notice,
    Opening,
    Wording,
)
from iijiot import clock, company, job_queue
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.clauses import Clause
from iijiot.company import Company
from iijiot.jobs import NotDone, job, later, later_each
from iijiot.records import chapter, citing, locked

log = logging.getLogger(__name__)

AT_ONCE = 500
"""How many jobs are put down in one statement."""
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Stationery:
    """What all letters of an act are written on: the staff's own texts by kind, and who signs."""

    texts: Mapping[str, Wording]
    sender: Company


def stationery() -> Stationery:
    """As it is now."""
    return Stationery(Wording.objects.in_force(), company.present())


@dataclass(frozen=True)
class Written:
    """A letter as it is written: subject, the whole text, and the staff's text that it was written by, if any."""

    subject: str
    body: str
    wording: Wording | None


def compose(
    customer: Customer,
    kind: str,
    *,
    clause: Clause,
    context: dict[str, Any],
    application: Application | None = None,
    contract: Contract | None = None,
    report: ChangeReport | None = None,
    channel: str = Notice.Channel.EMAIL,
    paper: Stationery | None = None,
) -> Notice:
    """The notice as it would be written now; writes nothing. Who composes many gives what they are written on."""
    about = {"application": application, "contract": contract, "report": report}
    told = {"customer": customer, "clause": clause, **about, **context}
    letter = written(kind, told, to=addressee(customer), on=clock.business_day(), paper=paper)
    by_mail = channel == Notice.Channel.EMAIL
    return Notice(
        customer=customer,
        **about,
        kind=kind,
        channel=channel,
        clause=clause.id,
        to=customer.notice_email if by_mail else f"{customer.postal_code} {customer.address}".strip()[:320],
        subject=letter.subject,
        body=letter.body,
        wording=letter.wording,
    )


def written(kind: str, told: Mapping[str, Any], *, to: str, on: date, paper: Stationery | None = None) -> Written:
    """A letter of a kind about something, by the text that holds: the staff's own, or the built-in one."""
    letter = LETTERS[kind]
    wording = paper.texts.get(kind) if paper else Wording.objects.in_force_for(kind)
    by = wording or letter
    with translation.override("ja"):
        subject, text = letter.written(by.subject, by.text, letter.values(told))
    return Written(
        subject[:LONGEST_SUBJECT], framed(to, text, on, paper.sender if paper else company.present()), wording
    )


def addressee(customer: Customer) -> str:
    """How a letter addresses a customer."""
    return f"{in_one_line(customer.name)} {'様' if customer.kind == CustomerKind.SOLE_PROPRIETOR else '御中'}"


def send(notice: Notice) -> Notice:
    """Write a composed notice inside the open act, and for a mail the job that sends it once that is committed (G12.2.1)."""
    with citing(notice.clause):
        notice.save()
        if notice.channel == Notice.Channel.EMAIL:
            later(send_notice, pk=notice.pk)
    return notice


def send_all(notices: Sequence[Notice]) -> None:
    """Write composed notices inside the open act and under its clause, and the jobs that send the mails (G12.2.1)."""
    bulk_add(notices)
    later_each(send_notice, [{"pk": one.pk} for one in notices if one.channel == Notice.Channel.EMAIL])


def tell(customer: Customer, kind: str, **what: Any) -> Notice:
    """Compose a notice and send it; see `compose` for what it takes."""
    return send(compose(customer, kind, **what))


Enclosed = Callable[[Notice], Sequence[tuple[str, bytes]]]
"""The PDFs that go with a notice, each with its name. Raises OSError where one cannot be read now."""
_enclosed: dict[str, Enclosed] = {}


def encloses(kind: str, enclosed: Enclosed) -> None:
    """Register what goes with the mails of a kind."""
    _enclosed[kind] = enclosed


class BeingSent(Exception):
    """Somebody else is sending this mail at this moment."""


def deliver(pk: int) -> bool:
    """Send one mail and record that it left, or why it did not (G12.2.1). Sent once, however often this is called.

    Raises BeingSent where another has been at it for longer than one waits for a lock.
    """
    try:
        with chapter(actor=Actor.clock("send-notices"), clause="G12.2.1"), locked(Notice(pk=pk)) as (notice,):
            if notice.state == "sent":
                return True
            try:
                mail_of(notice).send()
            except (OSError, ValueError, ValidationError) as failure:
                notice.failed(reason(failure))
                log.warning("Notice %s could not be sent: %s", notice.number, notice.failure)
            else:
                notice.was_sent(clock.now())
            notice.save()
            return notice.state == "sent"
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise BeingSent from error
        raise


def mail_of(notice: Notice) -> EmailMessage:
    """The mail of a notice, the same each time. Raises ValidationError where it is addressed to no single address."""
    validate_email(notice.to)
    name = {"Message-ID": message_id(notice)}
    sender = company.present().mail_sender
    mail = EmailMessage(in_one_line(notice.subject), notice.body, sender, [notice.to], headers=name)
    if enclosed := _enclosed.get(notice.kind):
        for file_name, body in enclosed(notice):
            mail.attach(file_name, body, "application/pdf")
    return mail


def message_id(notice: Notice) -> str:
    """The name by which mail servers and readers know a mail again, made of the notice's number."""
    return mail_id(f"notice-{notice.number}")


def mail_id(what: str) -> str:
    """A name of our own for a mail about something that has one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{what}@{domain or 'localhost'}>"


def reason(failure: Exception) -> str:
    """Why a mail did not leave, in a line."""
    if isinstance(failure, ValidationError):
        return _("The address is no mail address.")
    return in_one_line(str(failure)) or type(failure).__name__


@job(gettext_lazy("Send a notice"), about="contracts.notice")
def send_notice(pk: int) -> None:
    """Send a mail; it is tried again after growing gaps, and then by each daily run (G12.2.1). Raises NotDone."""
    try:
        if deliver(pk):
            return
    except BeingSent:
        raise NotDone(_("Another worker is sending it.")) from None
    raise NotDone(Notice.objects.get(pk=pk).failure)


@job(gettext_lazy("Send what was announced"), about="contracts.announcement")
def send_announced(pk: int) -> None:
    """Put down a job for each mail of an announcement that has not left (G12.2.1). Begun twice, it sends nothing twice."""
    waiting = Notice.objects.mails_to_send().filter(announcement=pk).order_by("pk").values_list("pk", flat=True)
    last = 0
    while ids := list(waiting.filter(pk__gt=last)[:AT_ONCE]):
        later_each(send_notice, [{"pk": notice} for notice in ids])
        last = ids[-1]


def announce(made: Announcement) -> None:
    """Have the notices of an announcement sent once the open act is committed (G2.2)."""
    later(send_announced, pk=made.pk)


def settle_jobs() -> None:
    """Let the jobs end that had failed with mails which have left by another way since."""
    failed = dict(job_queue.jobs().failed().of_kind(send_notice).values_list("args__pk", "pk"))
    sent = Notice.objects.among(failed).filter(state="sent").values_list("pk", flat=True)
    job_queue.retry(*(failed[pk] for pk in sent), actor=Actor.clock("send-notices"))


def was_opened(notice: Notice, *, at: datetime, actor: Actor) -> None:
    """Keep that a customer's user has opened a notice at the portal; only the first time counts (U23)."""
    by = {"user_id": actor.user_id or 0, "who": actor.name}
    Opening.objects.get_or_create(notice=notice, defaults={"at": at, **by})


def record_posted(notice: Notice, *, actor: Actor) -> None:
    """Record that a letter was posted."""
    with chapter(actor=actor, clause="G14.2"), locked(notice) as (held,):
        held.was_sent(clock.now())
        held.save()


def channel_of(application: Application) -> str:
    """How an applicant is answered: by mail where the application came electronically, else by letter (G42.2.2)."""
    electronic = application.channel == Application.Channel.ELECTRONIC
    return Notice.Channel.EMAIL if electronic else Notice.Channel.LETTER
