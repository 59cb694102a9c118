"""What people see when something fails: a sentence, what to do, and a number to ask with; made without the database."""

import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg import errors

from iijiot import access_log, request_ids
from iijiot.api import is_for_systems, problems
from iijiot.models import AccessEvent

SECONDS_TO_TRY_AGAIN = 30
PORTAL = "/portal/"
UNAVAILABLE = (OperationalError, InterfaceError)


def held_up(error: BaseException | None) -> bool:
    """Whether somebody else's lock was waited for in vain."""
    cause = getattr(error, "__cause__", None)
    return isinstance(cause, (errors.LockNotAvailable, errors.DeadlockDetected))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, "400", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; whoever is logged in and was refused stands in the access log."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        with suppress(DatabaseError):  # the page comes even where the log cannot be written
            access_log.note(AccessEvent.Kind.DENIED, request, detail=request.method)
    return _page(request, "403", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page is too old, or was opened elsewhere."""
    return _page(request, "403_csrf", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, "404", 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for a request larger than any page takes."""
    return _page(request, "413", 413, most=settings.LARGEST_EVIDENCE // 1024**2)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, full or locked; 500 for what nobody foresaw."""
    error = sys.exc_info()[1]
    if not isinstance(error, UNAVAILABLE):
        return _page(request, "500", 500)
    response = _page(request, "503", 503, held_up=held_up(error))
    response.headers["Retry-After"] = str(SECONDS_TO_TRY_AGAIN)
    return response


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """One of the pages, or a problem document for another system.

    Of the request its address alone, by which staff and customers are led to their own home.
    """
    if is_for_systems(request.path):
        return problems.response(problems.BY_STATUS[status])
    shown = {"number": request_ids.current(), "at_portal": request.path.startswith(PORTAL), **context}
    return HttpResponse(render_to_string(f"{template}.html", shown), status=status)
