"""The timeline as a part of pages: a panel on each record's page, and the page of one act."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.as_of import version_after, version_at
from iijiot.console.fields import ConsoleDateField, ConsoleTimeField
from iijiot.console.panels import Panel, show_on
from iijiot.console.sentences import described
from iijiot.console.timeline import Scope, act, kinds, timeline
from iijiot.recorded import recorded_models
from iijiot.records import RecordedModel

ONE_MINUTE = timedelta(minutes=1, microseconds=-1)


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


class MomentForm(forms.Form):
    """The moment at which a record is looked at."""

    on = ConsoleDateField(label=_("See the state on"))
    at = ConsoleTimeField(label=_("At"), initial=time(23, 59), help_text=_("Tokyo time, such as 9:00."))

    def clean_on(self) -> date:
        """A day that has come."""
        on: date = self.cleaned_data["on"]
        if on > clock.business_day():
            raise ValidationError(_("This day has not come yet."), code="future")
        return on

    def moment(self) -> datetime:
        """The end of the minute."""
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], clock.TOKYO) + ONE_MINUTE


def state_then(request: HttpRequest, record: RecordedModel) -> dict[str, Any]:
    """How a record stood at the moment asked for, since which act and until when; only the form where none is."""
    if "on" not in request.GET:
        return {"form": MomentForm()}
    form = MomentForm(request.GET)
    if not form.is_valid():
        return {"form": form}
    version = version_at(record, form.moment())
    if version is None:
        return {"form": form, "asked": True}
    return {
        "form": form,
        "asked": True,
        "version": version,
        "until": version_after(version),
        "described": described(type(record), version, hidden=record.hidden_from(request.user)),
    }


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
