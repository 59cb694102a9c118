"""The outermost layers of every answer: its number, its headers, what its page may do."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import reverse

from iijiot import failures, log_lines, request_ids
from iijiot.api import is_for_systems, problems
from iijiot.content_security import THEME

GetResponse = Callable[[HttpRequest], HttpResponse]

METHODS = ("GET", "HEAD", "POST")
"""What pages are asked with; anything else is refused before a page is looked for."""
API_METHODS = (*METHODS, "PUT", "PATCH", "DELETE")
"""What other systems may ask with; each address says which of them it takes."""
PART, MOST_PARTS = 64 * 1024, 1024
"""How much of what is too large is read at a time, and how often: 64 MB."""
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


class RequestIdMiddleware:
    """Numbers the request; stands outside of all others, so that each of their lines in the log has the number."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = request_ids.begin()
        log_lines.known(log_lines.NOBODY)
        response = self.get_response(request)
        response.headers[request_ids.HEADER] = number
        return response


@receiver(request_finished)
def forget_the_request(**_told: Any) -> None:
    """Once it is answered: Django itself logs refusals after the outermost layer."""
    request_ids.end()
    log_lines.known(log_lines.NOBODY)


class HeadersMiddleware:
    """Headers that Django has no setting for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ContentSecurityMiddleware(CSPMiddleware):
    """The strict policy everywhere; below the console's address also what its theme needs, here and nowhere else."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(reverse("admin:index")):
            parts.replace = {**THEME, **(parts.replace or {})}
        return parts


class NoStoreMiddleware:
    """Nothing that is made for a request stays in a browser or a proxy; files are answered before."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request) if request.method in methods(request) else refused(request)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response


def methods(request: HttpRequest) -> tuple[str, ...]:
    """The methods that are looked at below this address."""
    return API_METHODS if is_for_systems(request.path) else METHODS


def refused(request: HttpRequest) -> HttpResponse:
    """405 for a method that nothing here takes."""
    if is_for_systems(request.path):
        return problems.response("method-not-allowed", headers={"Allow": ", ".join(API_METHODS)})
    return HttpResponseNotAllowed(METHODS)


class SizeMiddleware:
    """Refuses what is larger than any page takes, before anything of it is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= settings.LARGEST_REQUEST:
            return self.get_response(request)
        # A browser shows the answer only once it has sent everything.
        for _part in range(MOST_PARTS):
            if not request.read(PART):
                break
        return failures.too_large(request)
