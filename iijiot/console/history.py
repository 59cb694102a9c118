"""The timeline as a part of pages: a panel on each record's page, and the page of one act."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from iijiot.console.panels import Panel, show_on
from iijiot.console.timeline import Scope, act, kinds, timeline
from iijiot.recorded import recorded_models


def show_history(model_label: str, scope: Callable[[Any], Scope], most: int = 10) -> None:
    """Show the history of a scope on the page of each record of a model ("contracts.customer")."""
    show_on(
        model_label,
        Panel(
            _("History"),
            "console/timeline.html",
            lambda request, record: told(request, scope(record), most),
            "history",
            90,
        ),
    )


def told(request: HttpRequest, scope: Scope, most: int) -> dict[str, Any]:
    """A page of the timeline as asked for: `kind` leaves one kind of record, `before` begins at an act."""
    parts = list(scope)
    kind, before = request.GET.get("kind", ""), request.GET.get("before", "")
    offered = kinds(parts)
    if kind not in {label for label, _words in offered}:
        kind = ""
    shown = timeline(parts, most, before=before, kind=kind)
    return {"timeline": shown, "kinds": offered if len(offered) > 1 else [], "kind": kind, "before": before}


def act_page(request: HttpRequest, act_id: Any) -> HttpResponse:
    """Everything that one act did, as far as the reader may see it. Raises Http404 where that is nothing."""
    seen = [
        model
        for model in recorded_models()
        if request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    ]
    entry = act(act_id, seen)
    if entry is None:
        raise Http404
    context = {"title": _("One act"), "panel": {"entry": entry}, "entry": entry}
    return TemplateResponse(request, "console/act.html", {**admin.site.each_context(request), **context})
