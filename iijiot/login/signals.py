"""What happens around a login is written into the access log; each step gives the session a new id, and who is off is out."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed, password_reset
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.http import HttpRequest

from iijiot.access_log import note
from iijiot.login import resetting, second_factor, sessions
from iijiot.models import AccessEvent, User

Kind = AccessEvent.Kind


def logged_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The login begins."""
    sessions.begin(request)
    note(Kind.LOGIN, request, who=user.login_id)


def login_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A wrong password."""
    note(Kind.LOGIN_FAILED, request, who=str(credentials.get("username", "")), detail="password")


def logged_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """By oneself, or because the time was over."""
    if user is not None:
        note(Kind.LOGOUT, request, who=user.login_id, detail=getattr(request, "ended_because", ""))


def step_completed(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """A password or a code was right: nobody who knew the session's id before knows it now."""
    sessions.renew_id(request)


def code_failed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A wrong code."""
    note(Kind.LOGIN_FAILED, request, who=user.login_id, detail="code")


def factor_used(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A recovery code is used up."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note(Kind.SECOND_FACTOR, request, who=user.login_id, detail="recovery code used")


def factor_changed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Something was set up or made anew."""
    note(Kind.SECOND_FACTOR, request, who=user.login_id, detail=f"set up: {authenticator.type}")
    second_factor.keep_in_step(user)


def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Something was taken away by its owner."""
    note(Kind.SECOND_FACTOR, request, who=user.login_id, detail=f"taken away: {authenticator.type}")
    second_factor.keep_in_step(user)


def own_password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """One's own password is another."""
    note(Kind.PASSWORD, request, who=user.login_id)


def switched_off(sender: Any, instance: User, created: bool, **kwargs: Any) -> None:
    """Nobody who is switched off has a session that would live on, should he be switched on again."""
    if not instance.is_active and not created:
        sessions.end_all(instance)


def connect() -> None:
    """Follow the library's signals."""
    user_logged_in.connect(logged_in)
    user_login_failed.connect(login_failed)
    user_logged_out.connect(logged_out)
    authentication_step_completed.connect(step_completed)
    post_save.connect(switched_off, sender=User)
    for changed in (password_changed, password_reset):
        changed.connect(own_password_changed)
    password_reset.connect(resetting.was_reset)
    mfa.authenticator_removed.connect(factor_removed)
    mfa.authentication_failed.connect(code_failed)
    mfa.authenticator_used.connect(factor_used)
    for signal in (mfa.authenticator_added, mfa.authenticator_reset):
        signal.connect(factor_changed)
