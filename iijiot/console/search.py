"""The search box of every page: each app feeds it; the first hit opens by Enter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from iijiot.searching import Query
from iijiot.words import Words

MOST = 8
"""Hits of one kind."""


@dataclass(frozen=True)
class Hit:
    """Something found; `exact` where what was typed is just its number."""

    words: Words
    url: str
    note: Words = ""
    exact: bool = False


@dataclass(frozen=True)
class Searcher:
    """How one kind of record is found: by equality, beginning or end, each by an index."""

    kind: Words
    permission: str
    find: Callable[[Query], Iterable[Hit]]


_searchers: list[Searcher] = []


def search_for(searcher: Searcher) -> None:
    """Register a kind of record; kinds are shown in the order of registration, exact hits before all others."""
    _searchers.append(searcher)


def searchers() -> tuple[Searcher, ...]:
    """Every kind that can be searched for."""
    return tuple(_searchers)


def hits(request: HttpRequest, typed: str) -> list[tuple[Words, Hit]]:
    """What is found of what this user may see, exact hits first."""
    query = Query(typed)
    if not query.name and not query.compact:
        return []
    found = [
        (searcher.kind, hit)
        for searcher in _searchers
        if request.user.has_perm(searcher.permission)
        for hit in searcher.find(query)
    ]
    return sorted(found, key=lambda told: not told[1].exact)


def page(request: HttpRequest) -> HttpResponse:
    """The results; one exact hit, or one hit alone, opens at once. `part=1` gives the list under the box."""
    typed = request.GET.get("q", "")
    found = hits(request, typed)
    if request.GET.get("part") == "1":
        return TemplateResponse(request, "console/hits.html", {"hits": found})
    if found and (len(found) == 1 or (found[0][1].exact and not found[1][1].exact)):
        return HttpResponseRedirect(found[0][1].url)
    context = {"title": _("Search"), "q": typed[:200], "hits": found}
    return TemplateResponse(request, "console/search.html", {**admin.site.each_context(request), **context})
