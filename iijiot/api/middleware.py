"""What every request of another system goes through, from its first line to the last header of its answer."""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from iijiot import clock, request_ids
from iijiot.api import is_for_systems, limits, problems
from iijiot.calls import LONGEST_PATH, ApiCall

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
        keep(request, response.status_code, correlator, round((time.monotonic() - begun) * 1000))
        return response


def keep(request: HttpRequest, status: int, correlator: str, milliseconds: int) -> None:
    """A line of the log and a row of the calls: by which client, what for, how it went; nothing of what was sent."""
    client: str = getattr(request, "client", "")
    partner, _separator, client_id = client.partition(":")
    method = request.method if (request.method or "").isalpha() else "?"
    path = request.path.encode("unicode_escape").decode()[:LONGEST_PATH]
    told = {
        "method": method,
        "path": path,
        "status": status,
        "client": client or "-",
        "correlator": correlator or "-",
        "milliseconds": milliseconds,
    }
    log.info(
        "%(method)s %(path)s %(status)s client=%(client)s correlator=%(correlator)s %(milliseconds)d ms",
        told,
        extra={"told": told},
    )
    try:
        ApiCall.objects.note(
            at=clock.now(),
            partner=partner,
            client=client_id,
            method=str(method)[:10],
            path=path,
            status=status,
            milliseconds=milliseconds,
            request_id=request_ids.current(),
            correlator=correlator,
            address=limits.address_of(request),
        )
    except DatabaseError:
        log.exception("The call could not be kept")


def language_of(header: str) -> str:
    """The language that the caller would rather have, of those that we speak; Japanese where it says nothing."""
    offered = dict(settings.LANGUAGES)
    for asked, _weight in parse_accept_lang_header(header[:200]):
        for language in (asked, asked.split("-")[0]):
            if language in offered:
                return language
    return settings.LANGUAGE_CODE
