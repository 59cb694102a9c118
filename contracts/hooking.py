"""Webhooks of partners: opened, changed, signed with another secret, stopped and started again (G40.3)."""

import base64
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from contracts import partnering
from contracts.models import Partner, Webhook, WebhookReach, WebhookSecret
from contracts.models.webhook import PURPOSE, WhyStopped, is_type
from iijiot import ciphers, events
from iijiot.actors import Actor
from iijiot.models import Event
from iijiot.records import chapter, locked
from iijiot.rules import refuse, refuse_for
from iijiot.words import said

BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long the former secret signs beside the new one."""


@dataclass(frozen=True)
class Opened:
    """A webhook with its secret as it is told to its partner: now and never again."""

    webhook: Webhook
    secret: str


def readable(types: Iterable[str], kinds: Collection[str]) -> list[str]:
    """The types as they are kept, each once. Raises a refusal for those of kinds that cannot be read."""
    chosen = sorted({name for told in types for name in told.split()})
    if hidden := [name for name in chosen if is_type(name) and name.partition(".")[0] not in kinds]:
        raise refuse("G40.3", said(_("These events cannot be read with this key: {types}."), types="、".join(hidden)))
    return chosen


def open_webhook(
    partner: Partner,
    *,
    url: str,
    types: Iterable[str],
    contact: str,
    kinds: Collection[str],
    at: datetime,
    actor: Actor,
) -> Opened:
    """Have a partner told of events at an address, from now on; of these kinds, which it can read (G40.3)."""
    with chapter(actor=actor, clause="G40.3"), locked(partner) as (held,):
        refuse_for(partnering.why_closed(held))
        made = Webhook(partner=held, url=url, types=" ".join(readable(types, kinds)), contact=contact, made_at=at)
        made.save()
        events.give_places()
        WebhookReach(webhook=made, place=Event.objects.last_place()).save()
        return Opened(made, _drawn(made))


def change(
    webhook: Webhook, *, url: str, types: Iterable[str], contact: str, kinds: Collection[str], actor: Actor
) -> Webhook:
    """Change where it goes, what of, or whom we write to."""
    with chapter(actor=actor, clause="G40.3"), locked(webhook) as (held,):
        held.url, held.contact = url, contact
        held.types = " ".join(readable(types, kinds))
        held.save()
    return held


def rotate_secret(webhook: Webhook, *, at: datetime, actor: Actor) -> Opened:
    """Draw another secret; for a day the former signs beside it, so that the receiver can change over (G5.4)."""
    with chapter(actor=actor, clause="G5.4"), locked(webhook) as (held,):
        _forget_secrets(held, at)
        if held.secrets.count() > 1:
            raise refuse("G5.4", _("The former secret is still in use. Wait until its day is over."))
        held.secrets.update(until=at + OVERLAP)
        secret = _drawn(held)
        held.save()
        return Opened(held, secret)


def _drawn(webhook: Webhook) -> str:
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(BYTES)).decode()}"
    WebhookSecret(webhook=webhook, stored=ciphers.encrypt(secret, PURPOSE)).save()
    return secret


def _forget_secrets(webhook: Webhook, at: datetime) -> None:
    webhook.secrets.filter(until__lte=at).delete()


def signing(webhook: Webhook, at: datetime) -> list[str]:
    """The secrets to sign with at a moment, the lasting one first."""
    return [secret.plain for secret in webhook.secrets.order_by("-pk") if secret.until is None or secret.until > at]


def stop(webhook: Webhook, why: str, *, at: datetime, actor: Actor, reason: str = "") -> Webhook:
    """Call an address no more; what happens meanwhile is in the log of events."""
    with chapter(actor=actor, clause="G40.3", reason=reason), locked(webhook) as (held,):
        if held.stopped_at:
            raise refuse("G40.3", _("This webhook is stopped already."))
        held.stopped_at, held.why_stopped = at, WhyStopped(why)
        held.save()
    return held


def resume(webhook: Webhook, *, actor: Actor) -> Webhook:
    """Call an address again, with what happens from now on; what happened meanwhile is read from the log of events."""
    with chapter(actor=actor, clause="G40.3"), locked(webhook) as (held,):
        if not held.stopped_at:
            raise refuse("G40.3", _("This webhook is not stopped."))
        held.stopped_at, held.why_stopped = None, ""
        held.save()
        events.give_places()
        held.reach.place = Event.objects.last_place()
        held.reach.save()
    return held
