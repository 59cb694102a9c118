"""How long a login lasts: idle and at the longest, by side and group (SESSION_LIMITS)."""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from iijiot import clock
from iijiot.models import User

BEGAN, SEEN = "login_began_at", "login_seen_at"
NOTED_EVERY = 60
"""Seconds between two notes of when a session was seen: a click costs no write."""


@dataclass(frozen=True)
class Limit:
    """How long a login lasts without a click, and at the longest, in seconds."""

    idle: int
    longest: int


def limit_of(user: User) -> Limit:
    """The strictest of the limits of the user's side and groups."""
    names = {"staff" if user.is_staff else "customer", *user.roles.split("、")}
    if user.is_superuser:
        names.add("operator")
    found = [limits for name, limits in settings.SESSION_LIMITS.items() if name in names]
    return Limit(min(limits["idle"] for limits in found), min(limits["longest"] for limits in found))


def begin(request: HttpRequest) -> None:
    """Note when the login began."""
    request.session[BEGAN] = request.session[SEEN] = int(clock.now().timestamp())


def why_over(request: HttpRequest, user: User) -> str:
    """Why the login is over, as a sentence; empty while it lasts."""
    limit, now = limit_of(user), clock.now().timestamp()
    if now - request.session.get(BEGAN, 0) >= limit.longest:
        return _("You were logged out because %(hours)s hours have passed since you logged in.") % {
            "hours": limit.longest // 3600
        }
    if now - request.session.get(SEEN, 0) >= limit.idle:
        return _("You were logged out because nothing was done for %(minutes)s minutes.") % {
            "minutes": limit.idle // 60
        }
    return ""


def seen(request: HttpRequest) -> None:
    """Note that the session is in use, at most once a minute."""
    now = clock.now()
    if now.timestamp() - request.session[SEEN] >= NOTED_EVERY:
        request.session[SEEN] = int(now.timestamp())
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)


def renew_id(request: HttpRequest) -> None:
    """Give the session a new id; the old one is dead (ASVS 7.2.4)."""
    old = request.session.session_key
    request.session.cycle_key()
    if old:
        UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def end_all(user: User, but: str | None = None) -> int:
    """End the user's sessions, all or all but one; returns how many."""
    ended = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    for session in ended:
        session.end()
    return len(ended)
