"""Accounts of customers: issued by the company, locked the moment misuse is known, unlocked with a new password (G5)."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from django.utils.translation import gettext_lazy as _

from contracts.models import Account, Customer, Proof
from contracts.models.account import Role, another_manager
from iijiot import clock
from iijiot.actors import Actor, ActorKind
from iijiot.clauses import Clause
from iijiot.jobs import job, later
from iijiot.login import mails, sessions
from iijiot.models import User, keep_out
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet, refuse
from iijiot.words import said

Ending = Callable[[Account], None]

_on_lock: list[Ending] = []


def on_lock(end: Ending) -> Ending:
    """Have something ended whenever an account is locked, such as tokens of an interface (G5.4).

    It runs inside the act: it writes to the database alone, and its error stops the lock.
    """
    _on_lock.append(end)
    return end


def not_on_lock(end: Ending) -> None:
    """Take that back."""
    _on_lock.remove(end)


def issue(customer: Customer, *, holder: str, role: str, actor: Actor, email: str = "") -> Account:
    """Give a customer an account with a login ID of the company's making; it has no password yet (G5.1, G5.5)."""
    with chapter(actor=actor, clause="G5.1"), locked(customer) as (held,):
        user = User.objects.create_user(next_login_id(held), name=holder, email=email)
        account = Account(customer=held, user=user, role=role)
        account.save()
    return account


def next_login_id(customer: Customer) -> str:
    """The customer's number and the first count that nobody has, staff included (G5.5)."""
    names = (f"{customer.number.lower()}n{place}" for place in count(customer.accounts.count() + 1))
    return next(name for name in names if not User.objects.has_login_id(name))


def change(
    account: Account, *, holder: str, role: str, actor: Actor, reason: str = "", email: str | None = None
) -> None:
    """Record who uses the account, as what, and where he is written to (G5.1).

    Raises RuleViolation where nobody would be left who says who gets in.
    """
    with (
        chapter(actor=actor, reason=reason, clause="G5.1"),
        locked(account.user, account.customer, account) as (user, _customer, held),
    ):
        still_admits(actor)
        if role != Role.MANAGER and not another_manager(held):
            raise RuleViolation(another_manager.unmet(held))
        before = user.email
        if email:
            refuse_address_taken(held.customer, email, but=held)
        user.name, held.role = holder, role
        user.email = before if email is None else email
        user.save()
        held.save()
        if before and user.email != before:
            later(tell_of_address, pk=user.pk, before=before)


def remove(account: Account, *, actor: Actor, reason: str = "") -> None:
    """End that somebody acts for the customer: he is out at once, and nobody gets in by the ID any more (G5.1, G5.5)."""
    with (
        chapter(actor=actor, reason=reason, clause="G5.1"),
        locked(account.user, account.customer, account) as (user, _customer, held),
    ):
        still_admits(actor)
        held.remove()
        held.save()
        _shut_out(held, user)


def still_admits(actor: Actor) -> None:
    """Check, while the customer is held, that an account that says who gets in is not itself out by now (G5.1)."""
    if actor.kind != ActorKind.ACCOUNT:
        return
    account = Account.objects.of_user(actor.user_id)
    if account is None or not account.is_usable or "people" not in account.rights:
        raise refuse("G5.1", _("You do not manage users any more. Ask another manager of your company."))


def refuse_address_taken(customer: Customer, email: str, but: Account | None = None) -> None:
    """Check that no other user of the customer has a mail address: whoever gets the mail is whoever acts (G5.3)."""
    there = customer.accounts.standing().with_address(email).with_list_data().exclude(pk=but.pk if but else 0).first()
    if there is not None:
        raise refuse(
            "G5.3", said(_("{account} has this mail address already. Change that user instead."), account=there)
        )


def _shut_out(held: Account, user: User) -> None:
    """Nobody is in by this account from now on, whatever he holds."""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    sessions.end_all(user)
    for end in _on_lock:
        end(held)


@job(_("Tell a user of another mail address"), about="iijiot.user")
def tell_of_address(pk: int, before: str) -> None:
    """Write to the address that held before, so that its owner knows."""
    mails.write("address-changed", User.objects.get(pk=pk), to=before)


def report_misuse(account: Account, *, why: str, at: datetime, actor: Actor) -> None:
    """Lock an account that is misused or may be: its sessions end at once, and its password is dead (G5.4)."""
    with chapter(actor=actor, reason=why, clause="G5.4"), locked(account.user, account) as (user, held):
        held.lock(at, why)
        held.save()
        _shut_out(held, user)


def follow_password(sender: object, user: User, **kwargs: object) -> None:
    """Hear of a password that somebody has changed by himself."""
    password_renewed(user, actor=Actor.of(user))


@keep_out
def shut_account(user: User) -> str:
    """The login of a locked account is opened by unlocking that alone (G5.4), that of a removed one never again."""
    account = Account.objects.of_user(user)
    if account is None or account.is_usable:
        return ""
    if not account.can_come_back:
        return str(Unmet(Clause("G5.1"), said(_("{account} was removed. Issue another account."), account=account)))
    return str(
        Unmet(Clause("G5.4"), said(_("The account {account} is locked. Use “Unlock” on its page."), account=account))
    )


def unlock(account: Account, *, because: str, actor: Actor) -> None:
    """Let an account be used again, once a new password is set (G5.4)."""
    with chapter(actor=actor, reason=because, clause="G5.4"), locked(account.user, account) as (user, held):
        held.unlock(because)
        held.save()
        user.is_active = True
        user.save()


def password_renewed(user: User, *, actor: Actor) -> None:
    """A new password is set by whoever uses the account: it is usable without further ado (G5.4)."""
    account = Account.objects.of_user(user)
    if account is None or not account.must_renew_password:
        return
    with chapter(actor=actor, clause="G5.4"), locked(account) as (held,):
        held.must_renew_password = False
        held.save()
        for invitation in held.invitations.open():
            invitation.replaced_at = clock.now()
            invitation.save()


def prove(customer: Customer, typed: str, *, at: datetime, actor: Actor) -> Proof:
    """Compare the login ID that a caller names with the customer's accounts, and write it down either way (G5.2).

    A locked account proves nothing.
    """
    with chapter(actor=actor, clause="G5.2"):
        account = customer.accounts.usable().named(typed).first()
        proof = Proof(customer=customer, typed=typed, account=account, at=at, by=actor.name)
        proof.save()
    return proof
