"""The second factor: whether it was passed, enrolling in it, and resetting it when the device is lost."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.access_log import note
from iijiot.actors import Actor
from iijiot.login import sessions
from iijiot.models import AccessEvent, User
from iijiot.records import chapter, locked
from iijiot.rules import refuse

NOTHING_TO_RESET = _("This user has no second factor: at the next login one is asked to set it up.")


def passed(request: HttpRequest) -> bool:
    """Whether the login of this session has given a second factor; asks the session alone."""
    user = request.user if isinstance(request.user, AbstractBaseUser) else None
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def of(user: User) -> Authenticator | None:
    """The user's authenticator app, if one is enrolled."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def has_passkey(user: User) -> bool:
    """Whether the user has a passkey, which customers' users can have beside the app or instead of it."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()


def enrolled(user: User) -> None:
    """Note on the user since when; call it inside a chapter, or while the user acts."""
    user.second_factor_at = clock.now()
    user.save()


def keep_in_step(user: User) -> None:
    """Note on the user since when, or that there is none any more, after an app or a passkey has come or gone."""
    there = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    if there == (user.second_factor_at is not None):
        return
    with chapter(actor=Actor.of(user), clause="G5.4"), locked(User(pk=user.pk)) as (held,):
        held.second_factor_at = clock.now() if there else None
        held.save()
    user.second_factor_at = held.second_factor_at


def enrol(user: User, seed: str) -> None:
    """Give a user a second factor with this seed, and recovery codes; inside a chapter."""
    TOTP.activate(user, seed)
    RecoveryCodes.activate(user)
    enrolled(user)


def reset(user: User, *, actor: Actor, reason: str, request: HttpRequest | None = None) -> int:
    """Take the second factor away and end the user's sessions; the next login sets up a new one.

    Returns how many sessions were ended. Raises RuleViolation where there is none.
    """
    with chapter(actor=actor, reason=reason, clause="G5.4"), locked(user) as (user,):
        deleted, _kinds = Authenticator.objects.filter(user=user).delete()
        if not deleted:
            raise refuse("G5.4", NOTHING_TO_RESET)
        user.second_factor_at = None
        user.save()
        ended = sessions.end_all(user)
    note(AccessEvent.Kind.SECOND_FACTOR, request, who=str(actor), detail=f"reset: {user.login_id}: {reason}")
    return ended
