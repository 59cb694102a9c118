"""Inviting users: an account, a mail with a link that is good once, and the password that is set by it (G5.1)."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from contracts import admitting
from contracts.models import Account, Customer, Invitation
from contracts.models.account import AccountQuerySet
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.jobs import job, later
from iijiot.login import mails
from iijiot.models import User
from iijiot.records import chapter, locked
from iijiot.rules import Unmet, refuse_for

CLAUSE = Clause("G5.1")


def invite(customer: Customer, *, holder: str, email: str, role: str, at: datetime, actor: Actor) -> Invitation:
    """Give somebody an account and write to him how he gets in (G5.1, G5.5)."""
    with chapter(actor=actor, clause="G5.1"), locked(customer) as (held,):
        admitting.still_admits(actor)
        admitting.refuse_address_taken(held, email)
        account = admitting.issue(held, holder=holder, role=role, actor=actor, email=email)
        return _send(account, at)


def invite_again(account: Account, *, at: datetime, actor: Actor) -> Invitation:
    """Write once more to somebody who has no password yet; the link of the mail before is good no more (G5.1)."""
    with chapter(actor=actor, clause="G5.1"), locked(account.customer, account) as (_customer, held):
        admitting.still_admits(actor)
        refuse_for(why_not_invited(held))
        for earlier in held.invitations.open():
            earlier.replaced_at = at
            earlier.save()
        return _send(held, at)


def why_not_invited(account: Account) -> list[Unmet]:
    """Why there is nothing to invite this user to; empty where there is (G5.1)."""
    if not account.is_usable:
        return [Unmet(CLAUSE, _("This user is locked or removed."))]
    if not account.must_renew_password:
        return [Unmet(CLAUSE, _("This user has a password. Whoever forgets it sets a new one from the login page."))]
    if not account.user.email:
        return [Unmet(CLAUSE, _("This user has no mail address. Enter one first."))]
    return []


def with_invitations(accounts: AccountQuerySet) -> AccountQuerySet:
    """Accounts with the invitation of each that was not used yet, as `waiting`."""
    return accounts.prefetch_related(Prefetch("invitations", Invitation.objects.open(), to_attr="waiting"))


def _send(account: Account, at: datetime) -> Invitation:
    ends_at = at + timedelta(hours=settings.INVITATION_HOURS)
    invitation = Invitation(account=account, to=account.user.email, made_at=at, ends_at=ends_at)
    invitation.save()
    later(send_invitation, pk=invitation.pk)
    return invitation


@job(_("Send an invitation"), about="contracts.invitation")
def send_invitation(pk: int) -> None:
    """Write to whoever is invited, unless the invitation is over by then; the link is made now and kept nowhere."""
    invitation = Invitation.objects.with_account().get(pk=pk)
    if invitation.why_over(clock.now()):
        return
    account = invitation.account
    mails.write(
        "invitation", account.user, to=invitation.to, account=account, invitation=invitation,
        link=mails.link("portal:invitation", invitation.token),
    )  # fmt: skip


def accept(invitation: Invitation, password: str, *, at: datetime) -> User:
    """Whoever is invited sets a password: the link is used up (G5.1). Raises RuleViolation where it is over."""
    account = invitation.account
    with (
        chapter(actor=Actor.of(account.user), clause="G5.1"),
        locked(account.user, account, invitation) as (user, held, used),
    ):
        refuse_for(used.why_over(at))
        user.set_password(password)
        user.save()
        held.must_renew_password, used.used_at = False, at
        held.save()
        used.save()
    return cast("User", user)
