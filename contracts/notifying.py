"""Telling customers: the text is rendered and stored in the act, and leaves after its transaction."""

import logging
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from contracts.models import Application, Contract, Customer, CustomerKind, Notice
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.records import chapter, citing, locked

log = logging.getLogger(__name__)


def compose(
    customer: Customer,
    kind: str,
    *,
    clause: Clause,
    context: dict[str, Any],
    application: Application | None = None,
    contract: Contract | None = None,
    channel: str = Notice.Channel.EMAIL,
) -> Notice:
    """The notice as it would be written now; reads and writes nothing."""
    told = {
        "written_on": clock.business_day(),
        "addressee": addressee(customer),
        "customer": customer,
        "clause": clause,
        "application": application,
        "contract": contract,
        **context,
    }
    subject, body = rendered(kind, told)
    by_mail = channel == Notice.Channel.EMAIL
    return Notice(
        customer=customer,
        application=application,
        contract=contract,
        kind=kind,
        channel=channel,
        clause=clause.id,
        to=customer.notice_email if by_mail else f"{customer.postal_code} {customer.address}".strip()[:320],
        subject=subject,
        body=body,
    )


def rendered(kind: str, told: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a kind of letter."""
    with translation.override("ja"):
        subject, _, body = render_to_string(f"letters/{kind}.txt", told).strip().partition("\n")
    return subject.strip(), body.strip()


def addressee(customer: Customer) -> str:
    """How a letter addresses a customer."""
    return f"{customer.name} {'様' if customer.kind == CustomerKind.SOLE_PROPRIETOR else '御中'}"


def send(notice: Notice) -> Notice:
    """Write a composed notice inside the open act; a mail leaves when its transaction is committed (G12.2.1)."""
    with citing(notice.clause):
        notice.save()
    leave(notice)
    return notice


def leave(notice: Notice) -> None:
    """Let a mail leave as soon as the open act is committed; a letter waits for the post."""
    if notice.channel == Notice.Channel.EMAIL:
        transaction.on_commit(partial(deliver, notice.pk), robust=True)


def tell(customer: Customer, kind: str, **what: Any) -> Notice:
    """Compose a notice and send it; see `compose` for what it takes."""
    return send(compose(customer, kind, **what))


def deliver(pk: int) -> bool:
    """Send one mail and record that it left, or why it did not. Sent once, however often this is called."""
    with chapter(actor=Actor.clock("send-notices"), clause="G12.2.1"), locked(Notice(pk=pk)) as (notice,):
        if notice.state == "sent":
            return True
        try:
            EmailMessage(notice.subject, notice.body, to=[notice.to]).send()
        except OSError as failure:
            log.warning("Notice %s could not be sent: %s", notice.number, failure)
            notice.failed(str(failure) or type(failure).__name__)
        else:
            notice.was_sent(clock.now())
        notice.save()
        return notice.state == "sent"


def record_posted(notice: Notice, *, actor: Actor) -> None:
    """Record that a letter was posted."""
    with chapter(actor=actor, clause="G14.2"), locked(notice) as (held,):
        held.was_sent(clock.now())
        held.save()


def channel_of(application: Application) -> str:
    """How an applicant is answered: by mail where the application came electronically, else by letter (G42.2.2)."""
    electronic = application.channel == Application.Channel.ELECTRONIC
    return Notice.Channel.EMAIL if electronic else Notice.Channel.LETTER
