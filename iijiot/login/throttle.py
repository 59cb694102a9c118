"""Too many attempts: who is refused until when, told in a page, logged, and forgotten by command."""

from datetime import timedelta
from math import ceil
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from iijiot import clock
from iijiot.access_log import note
from iijiot.models import AccessEvent, User

APP = "allauth.account"
LEAST_WAIT = 30
"""Seconds to wait where nothing else is known."""


def login_key(login_id: str) -> str:
    """What wrong passwords are counted by."""
    return f"login:{login_id}"


def code_key(user: Any) -> str:
    """What wrong codes are counted by: allauth's own name for it."""
    return f"mfa-auth-user-{user.pk}"


def somebody(request: HttpRequest) -> User | None:
    """Who is logged in, or has given the password and not the code yet."""
    if isinstance(request.user, User):
        return request.user
    login = unstash_login(request, peek=True)
    return login.user if login and isinstance(login.user, User) else None


def typed(request: HttpRequest) -> str:
    """The login ID that was typed, as users have it."""
    return request.POST.get("login", "").strip().lower()[:150]


def seconds_to_wait(request: HttpRequest) -> int:
    """Until the next attempt counts again."""
    user = somebody(request)
    by_address = ("login", "failed_from_address", "reset_password_from_key")
    counted: list[tuple[str, dict[str, Any]]] = [(action, {}) for action in by_address]
    if email := request.POST.get("email", "").strip().lower():
        counted += [("reset_password", {"key": email})]
    login_id = typed(request) or (user.login_id if user else "")
    counted += [("login_failed", {"key": login_key(login_id)})]
    if user:
        counted += [("login_failed", {"key": code_key(user)})]
        counted += [(action, {"user": user}) for action in ("change_password", "reauthenticate", "invite")]
    return max(LEAST_WAIT, *(_wait(request, action, by) for action, by in counted))


def _wait(request: HttpRequest, action: str, by: dict[str, Any]) -> int:
    longest = 0.0
    now = clock.now().timestamp()
    for rate in ratelimit.get_rates(app=APP, action=action):
        history = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, **by), [])
        if len(history) >= rate.amount:
            longest = max(longest, history[rate.amount - 1] + rate.duration - now)
    return ceil(longest)


def count_address(request: HttpRequest) -> bool:
    """Count a wrong password from the request's address, whatever the login ID; false once there were too many."""
    return ratelimit.consume(request, app=APP, action="failed_from_address") is not None


def address_is_blocked(request: HttpRequest) -> bool:
    """Whether the request's address has given too many wrong passwords."""
    return ratelimit.consume(request, app=APP, action="failed_from_address", dry_run=True) is None


def refuse(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page that says when to try again; the refusal is logged."""
    user = somebody(request)
    note(AccessEvent.Kind.THROTTLED, request, who=typed(request) or (user.login_id if user else ""))
    wait = seconds_to_wait(request)
    again = clock.now() + timedelta(seconds=wait + 59)
    response = render(request, "429.html", {"again": again, "minutes": ceil(wait / 60)}, status=429)
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response


def forget(user: User) -> None:
    """Let a user try again at once: wrong passwords and codes are forgotten, and that is logged."""
    for key in (login_key(user.login_id), code_key(user)):
        ratelimit.clear(HttpRequest(), app=APP, action="login_failed", key=key)
    for action in ("change_password", "reauthenticate"):
        ratelimit.clear(HttpRequest(), app=APP, action=action, user=user)
    note(AccessEvent.Kind.UNLOCKED, None, who=user.login_id)
