"""What every request of another system goes through, from its first line to the last header of its answer."""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from iijiot.api import is_for_systems, problems

CORRELATOR = "x-correlator"
LAWFUL_CORRELATOR = re.compile(r"[a-zA-Z0-9\-_:;./<>{}]{1,256}\Z")
"""As CAMARA has it: what goes back into a header and into the log holds nothing else."""

log = logging.getLogger("iijiot.api")


class ApiMiddleware:
    """For the API's addresses: the caller's language and correlator, HTTPS alone, one line of log for each call."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_for_systems(request.path):
            return self.get_response(request)
        begun = time.monotonic()
        language = language_of(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            if settings.SECURE_SSL_REDIRECT and not request.is_secure():
                response = problems.response("https-required")
            else:
                response = self.get_response(request)
        response.headers["Content-Language"] = language
        correlator = request.headers.get(CORRELATOR, "")
        if LAWFUL_CORRELATOR.match(correlator):
            response.headers[CORRELATOR] = correlator
        else:
            correlator = ""
        log.info(
            "%s %s %s client=%s correlator=%s %.0f ms",
            request.method if (request.method or "").isalpha() else "?",
            request.path.encode("ascii", "backslashreplace").decode()[:300],
            response.status_code,
            getattr(request, "client", "-"),
            correlator or "-",
            (time.monotonic() - begun) * 1000,
        )
        return response


def language_of(header: str) -> str:
    """The language that the caller would rather have, of those that we speak; Japanese where it says nothing."""
    offered = dict(settings.LANGUAGES)
    for asked, _weight in parse_accept_lang_header(header[:200]):
        for language in (asked, asked.split("-")[0]):
            if language in offered:
                return language
    return settings.LANGUAGE_CODE
