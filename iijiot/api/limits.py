"""Limits: how many calls a client may make in a minute, and how often somebody may guess a secret; counted in the log of calls.

Every process counts the same, and what was refused does not count: who waits as long as is said gets through.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from iijiot import clock
from iijiot.api import problems
from iijiot.calls import ApiCall
from iijiot.words import said

MINUTE = timedelta(minutes=1)
LIMIT, LEFT = "RateLimit-Limit", "RateLimit-Remaining"

GUESSING = timedelta(minutes=15)
GUESSES, GUESSES_OF_ADDRESS = 10, 50
"""So many wrong secrets in that time: for one client from one address, and from one address for any."""


def address_of(request: HttpRequest) -> str | None:
    """The network address of the caller, as the trusted proxy gives it where there is one."""
    return get_client_ip(request) or None


def seconds_until(moment: datetime, at: datetime) -> int:
    """How long to wait, told in whole seconds."""
    return max(1, ceil((moment - at).total_seconds()))


class PerClient(BaseThrottle):
    """So many calls of a client in any minute."""

    seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether it may call now; how many calls are left is told with the answer."""
        most: int = settings.API_CALLS_PER_MINUTE
        at = clock.now()
        client = request.auth.key.client_id if request.auth else ""
        calls = ApiCall.objects.let_through(client, at - MINUTE)
        made = calls.count() if client else 0
        view.headers[LIMIT], view.headers[LEFT] = str(most), str(max(0, most - made - 1))
        if made < most:
            return True
        self.seconds = seconds_until(calls[most - 1].at + MINUTE, at)
        return False

    def wait(self) -> float:
        """Until the oldest call of the minute counts no more."""
        return self.seconds


def guessed_too_often(request: HttpRequest, client: str) -> HttpResponse | None:
    """The refusal of whoever has sent too many wrong secrets; None for everybody else."""
    at = clock.now()
    whose = {"address": address_of(request)}
    for by, most in (({**whose, "client": client}, GUESSES), (whose, GUESSES_OF_ADDRESS)):
        guesses = ApiCall.objects.failures(at - GUESSING, [401], **by).order_by("-at")
        made = list(guesses.values_list("at", flat=True)[:most])
        if len(made) == most:
            return refusal(seconds_until(made[-1] + GUESSING, at))
    return None


def refusal(seconds: int) -> HttpResponse:
    """The problem that says how long to wait."""
    return problems.response("too-many-requests", told(seconds), {"Retry-After": str(seconds)})


def told(seconds: int) -> Any:
    """How long to wait, in words."""
    return said(_("Wait {seconds} seconds, then go on."), seconds=seconds)
