"""Partners: let in, shown customers, given keys that are told once, rotated with an overlap and revoked at once (G40.3)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AccessToken, Application

from contracts.models import Customer, Grant, Partner, PartnerKey
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.models import User
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse, refuse_for
from iijiot.words import said


@dataclass(frozen=True)
class Caller:
    """A partner's system as it comes with a token: who it is, and what the token is good for."""

    partner: Partner
    key: PartnerKey
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        """Who did what it does (G5.3)."""
        return Actor.partner(self.partner.user, self.key.name)

    @property
    def is_authenticated(self) -> bool:
        """It is, or there would be none."""
        return True

    def __str__(self) -> str:
        return f"{self.partner.number}:{self.key.client_id}"


@dataclass(frozen=True)
class Issued:
    """A key as it is told to its partner: now and never again."""

    key: PartnerKey
    secret: str


def caller_with(token: str, *, at: datetime) -> Caller | None:
    """Who comes with this access token; None where it is none of ours, over or revoked, or its partner is shut out."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    known = AccessToken.objects.select_related("application").filter(token_checksum=checksum, expires__gt=at).first()
    if known is None or known.application is None:
        return None
    key = working_key(known.application.client_id, at=at)
    return Caller(key.partner, key, frozenset(known.scope.split()) & key.good_for) if key else None


def working_key(client_id: str, *, at: datetime) -> PartnerKey | None:
    """The key with this client id, if a system can come with it at this moment."""
    key = PartnerKey.objects.of_client(client_id).first()
    return key if key is not None and key.works(at) else None


def let_in(*, name: str, kind: str, actor: Actor) -> Partner:
    """Have a partner, with a user that can log in nowhere: the name under which its systems act (G5.3)."""
    with chapter(actor=actor, clause="G40.3"):
        partner = Partner(name=name, kind=kind, user=login_for(name))
        partner.save()
    return partner


def login_for(name: str) -> User:
    """A user for a new partner, who can log in nowhere (G5.3)."""
    logins = (f"api{place}" for place in count(Partner.objects.count() + 1))
    user = User(login_id=next(login for login in logins if not User.objects.has_login_id(login)), name=name)
    user.set_unusable_password()
    user.save()
    return user


def why_closed(partner: Partner) -> list[Unmet]:
    """That a partner was shut out, so that nothing more is done for it (G40.3); empty where it was not."""
    sentence = _("The partner was closed on {day}.")
    return [Unmet(Clause("G40.3"), said(sentence, day=partner.closed_on))] if partner.closed_on else []


def why_not_hidden(grant: Grant) -> list[Unmet]:
    """Why a customer cannot be taken from a partner's sight: it was before (G40.3)."""
    sentence = _("This was withdrawn on {day} already.")
    return [Unmet(Clause("G40.3"), said(sentence, day=grant.withdrawn_on))] if grant.withdrawn_on else []


def why_not_rotated(key: PartnerKey, *, at: datetime) -> list[Unmet]:
    """Why no other key can be given in the place of this one (G5.4)."""
    if not key.works(at):
        return [Unmet(Clause("G5.4"), _("This key does not work any more. Issue another."))]
    if key.ends_at is not None:
        return [Unmet(Clause("G5.4"), _("Another key takes the place of this one already."))]
    return []


def why_not_revoked(key: PartnerKey) -> list[Unmet]:
    """Why a key cannot be revoked: it was before (G5.4)."""
    return [Unmet(Clause("G5.4"), _("This key was revoked already."))] if key.revoked_at else []


def close(partner: Partner, *, on: date, actor: Actor, reason: str) -> None:
    """Shut a partner out: every key is dead from the next request on."""
    with chapter(actor=actor, clause="G40.3", reason=reason), locked(partner.user, partner) as (user, held):
        refuse_for(why_closed(held))
        held.closed_on, user.is_active = on, False
        held.save()
        user.save()
        _forget_tokens([key.client_id for key in held.keys.all()])


def show(partner: Partner, customer: Customer, *, on: date, actor: Actor, reason: str = "") -> Grant:
    """Let a partner see a customer, and act for it as far as its keys go (G40.3)."""
    with chapter(actor=actor, clause="G40.3", reason=reason), locked(partner, customer) as (held, whose):
        refuse_for(why_closed(held))
        grant = Grant(partner=held, customer=whose, given_on=on)
        grant.save()
    return grant


def hide(grant: Grant, *, on: date, actor: Actor, reason: str) -> None:
    """Take the sight of a customer from a partner, from the next request on."""
    with chapter(actor=actor, clause="G40.3", reason=reason), locked(grant) as (held,):
        refuse_for(why_not_hidden(held))
        held.withdrawn_on = on
        held.save()


def issue_key(
    partner: Partner, *, name: str, scopes: Collection[str], allowed: Collection[str], at: datetime, actor: Actor
) -> Issued:
    """Give a partner a key for these scopes, which its kind of partner may have; the secret is told once."""
    if excess := sorted(set(scopes) - set(allowed)):
        raise refuse("G40.3", said(_("This kind of partner cannot have: {scopes}."), scopes="、".join(excess)))
    with chapter(actor=actor, clause="G40.3"), locked(partner) as (held,):
        refuse_for(why_closed(held))
        return _made(held, name, " ".join(sorted(set(scopes))), at)


def _made(partner: Partner, name: str, scopes: str, at: datetime) -> Issued:
    secret = generate_client_secret()
    client = Application(
        client_id=generate_client_id(),
        client_secret=secret,
        user=partner.user,
        name=partner.number,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    client.save()
    key = PartnerKey(partner=partner, name=name, client_id=client.client_id, scopes=scopes, issued_at=at)
    key.save()
    return Issued(key, secret)


def rotate(key: PartnerKey, *, at: datetime, until: datetime, actor: Actor) -> Issued:
    """Give another key in the place of one, which works on until a moment, so that a system can change over (G5.4)."""
    with chapter(actor=actor, clause="G5.4"), locked(key.partner, key) as (partner, held):
        refuse_for(why_not_rotated(held, at=at))
        held.ends_at = until
        held.save()
        return _made(partner, held.name, held.scopes, at)


def revoke(key: PartnerKey, *, at: datetime, actor: Actor, reason: str) -> None:
    """Make a key and every token of it worthless from the next request on (G5.4)."""
    with chapter(actor=actor, clause="G5.4", reason=reason), locked(key) as (held,):
        refuse_for(why_not_revoked(held))
        held.revoked_at = at
        held.save()
        _forget_tokens([held.client_id])


def _forget_tokens(clients: Collection[str]) -> None:
    AccessToken.objects.filter(application__client_id__in=clients).delete()
