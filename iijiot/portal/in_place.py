"""Answers that go into the page that is open (htmx): the part that was asked for, and nothing else.

Whatever would lead elsewhere, such as the login, leads the whole page there.
"""

from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponseRedirectBase
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

FOUND = "found"
"""The part of a list's page that is put in anew."""


def is_asked_for(request: HttpRequest) -> bool:
    """Whether what was found goes into the list that is open; a page that the browser restores is whole."""
    asked = cast("HtmxDetails", request.htmx)  # type: ignore[attr-defined]
    return bool(asked) and asked.target == FOUND and not asked.history_restore_request


def answered(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """The answer, which depends on how it was asked for. A script would follow a redirect and put in what is there."""
    if is_asked_for(request) and isinstance(answer, HttpResponseRedirectBase):
        answer = HttpResponseClientRedirect(answer.url)
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer
