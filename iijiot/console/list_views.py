"""Saving lists as views, and starting the day with one."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from iijiot import saved_views
from iijiot.console.actions import staff_actor
from iijiot.rules import RuleViolation
from iijiot.saved_views import SavedView


def model_of(register: str) -> Any:
    """The kind of record of a register ("contracts.contract"); None for what is no register."""
    try:
        model = apps.get_model(register)
    except (LookupError, ValueError):
        return None
    return model if admin.site.is_registered(model) else None


def list_url(register: str, query: str = "") -> str:
    """The address of a register with its filters. Raises Http404 for what is no register."""
    model = model_of(register)
    if model is None:
        raise Http404
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{query}" if query else address


def _may_see(request: HttpRequest, register: str) -> None:
    model = apps.get_model(register)
    if not request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
        raise PermissionDenied


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the list shown as a view of one's own."""
    register, query = request.POST.get("register", ""), request.POST.get("query", "")
    back = list_url(register)
    _may_see(request, register)
    try:
        view = saved_views.keep(
            request.user, register, request.POST.get("name", "")[:60], query,
            shared=request.POST.get("shared") == "on", actor=staff_actor(request),
        )  # fmt: skip
    except RuleViolation as violation:
        messages.error(request, str(violation))
        return HttpResponseRedirect(f"{back}{query if query.startswith('?') else ''}")
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return HttpResponseRedirect(list_url(register, view.query))


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a view of one's own away, or make it one's start page."""
    view = SavedView.objects.own(request.user).among([pk]).first()
    if view is None:
        raise Http404
    act = request.POST.get("act", "")
    if act == "put-away":
        saved_views.put_away(view, actor=staff_actor(request))
        return HttpResponseRedirect(list_url(view.register))
    if act in ("start", "no-start"):
        saved_views.start_with(view, starts=act == "start", actor=staff_actor(request))
    return HttpResponseRedirect(list_url(view.register, view.query))


def start(request: HttpRequest) -> HttpResponse:
    """The first page after logging in: one's own view, or home."""
    view = SavedView.objects.start_of(request.user)
    return HttpResponseRedirect(list_url(view.register, view.query) if view else reverse("admin:index"))


def above_the_list(
    request: HttpRequest, model: Any, offered: list[tuple[str, str]], shown: list[str]
) -> dict[str, Any]:
    """Views and columns to choose from."""
    register = model._meta.label_lower
    views = SavedView.objects.offered(request.user, register)
    columns = sorted(offered, key=lambda told: shown.index(told[0]) if told[0] in shown else len(shown))
    kept = request.GET.copy()
    for name in (*saved_views.WHERE, "columns"):
        kept.pop(name, None)
    here = request.GET.urlencode()
    return {
        "register": register,
        "views": [
            {
                "view": view,
                "url": list_url(register, view.query),
                "own": view.owner == request.user,
                "current": view.query == here,
            }
            for view in views
        ],
        "columns": [{"name": name, "label": label, "shown": name in shown} for name, label in columns],
        "kept": [(name, value) for name, values in kept.lists() for value in values],
        "query": f"?{request.GET.urlencode()}",
        "export_url": f"{list_url(register)}export/?{request.GET.urlencode()}",
    }
