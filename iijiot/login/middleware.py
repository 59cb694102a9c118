"""What every request of somebody logged in goes through: how long it lasts, and the second factor."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from iijiot import log_lines
from iijiot.actors import Actor
from iijiot.login import second_factor, sessions
from iijiot.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]

OPEN_BEFORE_ENROLMENT = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "admin:logout",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "set_language",
}
"""The only pages that staff reach before the second factor is passed."""


class SessionLimitMiddleware:
    """Ends a login that was idle or lasted too long; the page asked for then leads to the login, and back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and isinstance(request.user, User):
            log_lines.known(Actor.of(request.user).mark)
            why = sessions.why_over(request, request.user)
            if why:
                request.ended_because = why  # type: ignore[attr-defined]
                request.ended_user = request.user.pk  # type: ignore[attr-defined]
                logout(request)
                messages.warning(request, why)
            elif request.path != reverse("also_open"):  # which pages ask by themselves, whether or not anybody is there
                sessions.seen(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff reach nothing but the enrolment until the session has passed a second factor, whatever the method.

    It reads what the session has recorded, so that a page costs no query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead to the enrolment."""
        if SESSION_KEY not in request.session or not isinstance(request.user, User) or not request.user.is_staff:
            return None
        match = request.resolver_match
        if second_factor.passed(request) or (match and match.view_name in OPEN_BEFORE_ENROLMENT):
            return None
        return redirect("mfa_activate_totp")
