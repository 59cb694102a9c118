"""What machines ask the site: whether it lives, whether it can work, how much there is of what (D06).

They are answered before the session, the business day and the host's name are looked at, so that they say something
when the database does not, and to whoever knows the process by its address alone.
"""

import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from iijiot import clock, health, metrics

GetResponse = Callable[[HttpRequest], HttpResponse]

PLAIN = "text/plain; charset=utf-8"
BY_A_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
"""Headers of a request that somebody passed on: it may come from anywhere."""


def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return HttpResponse("alive\n", content_type=PLAIN)


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can work: 503 with the causes where it cannot; warnings beside them change nothing."""
    found = health.findings(clock.now())
    is_ready = not any(finding.is_cause for finding in found)
    lines = ["ready" if is_ready else "not ready"]
    lines += [f"{'cause' if each.is_cause else 'warning'} {each.name}: {each.said} See {each.remedy}" for each in found]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN, status=200 if is_ready else 503)


def figures(request: HttpRequest) -> HttpResponse:
    """The figures, for who has the token; without a token only for this machine."""
    if may_watch(request):
        return HttpResponse(metrics.exposition(clock.now()), content_type=metrics.CONTENT_TYPE)
    refused = HttpResponse("Not for you: see METRICS_TOKEN.\n", content_type=PLAIN, status=403)
    if settings.METRICS_TOKEN:
        refused.status_code = 401
        refused.headers["WWW-Authenticate"] = "Bearer"
    return refused


def may_watch(request: HttpRequest) -> bool:
    """Whether the request has the token; without one set, whether it was made on this machine and not passed on."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not any(name in request.META for name in BY_A_PROXY)


def is_loopback(address: str) -> bool:
    """Whether this is the machine itself."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


urlpatterns = [path("livez", livez), path("readyz", readyz), path("metrics", figures)]

PROBES = {f"/{pattern.pattern}": pattern.callback for pattern in urlpatterns}


class ProbesMiddleware:
    """Answers the probes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path_info, self.get_response)(request)
