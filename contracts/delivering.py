"""Telling partners of events at their addresses: handed out after the commit, signed, sent by the workers, tried for three days.

Which events an address was told of is kept as its place in the log, and moved on in the transaction that puts the
deliveries and their jobs down: whatever dies when, none is left out. A worker that dies while it sends leaves its job to
the next, which sends the same again under the same id; receivers drop what they have.
"""

import json
import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.core.mail import EmailMessage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from standardwebhooks import Webhook as Signer

from contracts import hooking, notifying
from contracts.models import Delivery, Webhook, WebhookReach
from contracts.models.webhook import DeliveryState, WhyStopped
from iijiot import clock, company, events, outward, request_ids
from iijiot.actors import Actor
from iijiot.api.scopes import open_to
from iijiot.jobs import job, later, later_at, later_each
from iijiot.models import Event
from iijiot.outward import Answer, Refused, Unreachable
from iijiot.records import chapter
from iijiot.rules import RuleViolation, refuse

log = logging.getLogger("iijiot.api.webhooks")

GAPS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=18),
    timedelta(hours=22),
)
"""How long one waits after each failure: ten tries in three days."""
LONGEST_WAIT = timedelta(hours=24)
"""So long an address may ask to be left alone."""
AT_ONCE = 1000
BEHIND_MAILS = -10
"""Priority of what waits for machines of others."""
GONE = 410
REFUSED, UNREACHABLE, STOPPED, HIDDEN = "address-not-public", "unreachable", "webhook-stopped", "not-visible"
"""What went wrong where there is no status (TROUBLES)."""
ACTOR = Actor.clock("send-webhooks")
QUIET = timedelta(days=1)
"""So often whoever is to be told hears of what was given up."""


def heard() -> None:
    """Something happened: have it handed out once it is committed, if there is anybody to tell."""
    if Webhook.objects.working().exists():
        later(hand_out)


@job(gettext_lazy("Hand out events to webhooks"), priority=BEHIND_MAILS)
def hand_out() -> None:
    """Put down what each address is to be told, up to the end of the log."""
    while events.give_places() == events.MOST:
        pass
    for webhook in Webhook.objects.working():
        while _hand_out(webhook):
            pass


def _hand_out(webhook: Webhook) -> bool:
    """Put down the next deliveries to an address; whether there may be more."""
    with transaction.atomic():
        reach = WebhookReach.objects.select_for_update().get(webhook=webhook)
        end = Event.objects.last_place()
        found = list(visible_to(webhook).of_types(webhook.chosen).between(reach.place, end)[:AT_ONCE])
        full = len(found) == AT_ONCE
        made = Delivery.objects.put_down(webhook, found, clock.now())
        later_each(send, [{"pk": pk, "tried": 0} for pk in made])
        reach.place = (found[-1].place if full else None) or end
        reach.save()
    return full


def visible_to(webhook: Webhook) -> events.EventQuerySet:
    """The events that the partner may see now: of its customers, of kinds of records that its kind may read."""
    kinds = readable_kinds(webhook.partner.kind)
    return Event.objects.of_customer(webhook.partner.customers()).of_kinds(kinds)


def readable_kinds(kind_of_partner: str) -> list[str]:
    """The kinds of records of which a kind of partner may be told."""
    return events.kinds(open_to(kind_of_partner))


@job(gettext_lazy("Send a webhook"), priority=BEHIND_MAILS)
def send(pk: int, tried: int) -> None:
    """Make one try, unless another was made since this one was put down, and put down the next where it fails."""
    with transaction.atomic():
        delivery = Delivery.objects.held(pk)
        if delivery is None or delivery.state != DeliveryState.WAITING or delivery.made != tried:
            return
        with request_ids.of(delivery.event.request_id):
            _try(delivery, clock.now())


def _try(delivery: Delivery, at: datetime) -> None:
    if hindered := hindrance(delivery):
        _note(delivery, at, error=hindered)
        _settle(delivery, DeliveryState.GIVEN_UP, at)
        return
    begun = time.monotonic()
    try:
        answer = outward.post(delivery.webhook.url, *signed(delivery, at), at=at)
    except (Refused, Unreachable) as why:
        _note(delivery, at, error=REFUSED if isinstance(why, Refused) else UNREACHABLE, begun=begun)
        _go_on(delivery, at)
    else:
        _note(delivery, at, status=answer.status, begun=begun)
        _answered(delivery, answer, at)


def hindrance(delivery: Delivery) -> str:
    """Why it must not be told now; empty where nothing is in the way."""
    if not delivery.webhook.works:
        return STOPPED
    return "" if visible_to(delivery.webhook).filter(pk=delivery.event_id).exists() else HIDDEN


def body_of(event: Event) -> bytes:
    """An event as it is told, the same as in the log."""
    told = {
        "id": event.key,
        "type": event.type,
        "object": event.subject,
        "sequence": event.sequence,
        "at": event.at,
        "data": event.data,
    }
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def signed(delivery: Delivery, at: datetime) -> tuple[bytes, dict[str, str]]:
    """What is sent, and its headers: signed with every secret that is good now (Standard Webhooks)."""
    body = body_of(delivery.event)
    name, moment = delivery.event.key, at.astimezone(UTC)
    signatures = [Signer(s).sign(name, moment, body.decode()) for s in hooking.signing(delivery.webhook, at)]
    return body, {
        "Content-Type": "application/json",
        "User-Agent": "iijiot-webhooks/1",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
        request_ids.HEADER: request_ids.current(),
    }


def _note(
    delivery: Delivery, at: datetime, *, status: int | None = None, error: str = "", begun: float | None = None
) -> None:
    took = 0 if begun is None else round((time.monotonic() - begun) * 1000)
    delivery.tries = [*delivery.tries, {"at": at, "status": status, "error": error, "milliseconds": took}]
    log.info("Webhook %s %s: %s %s ms", delivery.webhook.number, delivery.event.key, status or error, took)


def _answered(delivery: Delivery, answer: Answer, at: datetime) -> None:
    if 200 <= answer.status < 300:
        _settle(delivery, DeliveryState.DELIVERED, at)
    elif answer.status == GONE:
        _settle(delivery, DeliveryState.GIVEN_UP, at)
        _stop(delivery.webhook, WhyStopped.GONE, at)
    else:
        _go_on(delivery, at, min(answer.wait, LONGEST_WAIT))


def _go_on(delivery: Delivery, at: datetime, wait: timedelta = timedelta()) -> None:
    """Try again after the next gap, or when the other side wants it if that is later; or give up."""
    if delivery.made > len(GAPS):
        _give_up(delivery, at)
        return
    delivery.next_at = at + max(GAPS[delivery.made - 1], wait)
    delivery.save()
    later_at(send, delivery.next_at, pk=delivery.pk, tried=delivery.made)


def _give_up(delivery: Delivery, at: datetime) -> None:
    """Three days are over; where nothing else was taken in them either, the address is not called any more."""
    others, since = delivery.webhook.deliveries, at - sum(GAPS, timedelta())
    told = others.given_up_since(at - QUIET)
    _settle(delivery, DeliveryState.GIVEN_UP, at)
    if not others.taken_since(since):
        _stop(delivery.webhook, WhyStopped.FAILING, at)
    elif not told:
        later(tell_of_failure, pk=delivery.webhook_id, moment=at.isoformat())


def _settle(delivery: Delivery, state: DeliveryState, at: datetime) -> None:
    delivery.state, delivery.settled_at, delivery.next_at = state, at, None
    delivery.save()


def _stop(webhook: Webhook, why: WhyStopped, at: datetime) -> None:
    try:
        hooking.stop(webhook, why, at=at, actor=ACTOR)
    except RuleViolation:
        return  # somebody was quicker
    later(tell_of_failure, pk=webhook.pk, moment=at.isoformat())


def resend(delivery: Delivery, *, at: datetime, actor: Actor) -> None:
    """Send an event once more, by hand: at once, and on as if it had not been taken."""
    with chapter(actor=actor, clause="G40.3"):
        held = Delivery.objects.held(delivery.pk)
        if held is None:
            raise refuse("G40.3", _("It is being sent at this moment. Look again in a few seconds."))
        if not held.webhook.works:
            raise refuse("G40.3", _("This webhook is stopped. Start it again first."))
        held.state, held.settled_at, held.next_at, held.asked_by = DeliveryState.WAITING, None, at, str(actor)[:150]
        held.save()
        later(send, pk=held.pk, tried=held.made)


@job(gettext_lazy("Tell of a webhook that does not answer"), about="contracts.webhook")
def tell_of_failure(pk: int, moment: str) -> None:
    """Write to whoever is to be told that an address takes nothing any more."""
    webhook = Webhook.objects.select_related("partner").get(pk=pk)
    name = notifying.mail_id(f"webhook-{webhook.number}-{datetime.fromisoformat(moment):%Y%m%d%H%M%S}")
    subject, body = letter(webhook)
    EmailMessage(subject, body, company.present().mail_sender, [webhook.contact], headers={"Message-ID": name}).send()


def letter(webhook: Webhook) -> tuple[str, str]:
    """What is written of an address that takes nothing."""
    if webhook.stopped_at:
        subject = _("Webhook %(number)s is stopped") % {"number": webhook.number}
        happened: Iterable[str] = [
            _("Nothing is sent to your address any more: %(why)s.") % {"why": webhook.get_why_stopped_display()},
            _("Repair the address, start the webhook again by the API, and read from the event log what was missed."),
        ]
    else:
        subject = _("Webhook %(number)s: an event could not be delivered") % {"number": webhook.number}
        happened = [
            _("An event was tried for three days and is given up. Others get through; the webhook goes on."),
            _("See the deliveries that were given up by the API, and have them sent again."),
        ]
    greeting = _("To whom it may concern at %(name)s,") % {"name": webhook.partner.name}
    address = _("Address: %(url)s") % {"url": webhook.url}
    sender = company.present()
    return subject, "\n\n".join([greeting, *happened, address, f"{sender.name}\n{sender.desk}"]) + "\n"
