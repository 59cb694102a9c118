"""Closing a month that has no run yet: which month, what it would come to, and then the jobs are handed out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import closing
from billing.admin.fields import MonthField
from billing.closing import ClosePlan
from billing.models import BillingRun
from billing.months import Month
from iijiot import clock
from iijiot.clauses import Clause
from iijiot.console.actions import change_url, staff_actor, staff_user
from iijiot.console.errors import cite
from iijiot.plans import Stale
from iijiot.rules import RuleViolation


class CloseForm(forms.Form):
    """Which month."""

    month = MonthField(label=gettext_lazy("Month"))


def next_month() -> Month:
    """The month that is closed next: the one after the latest run's, or the one that is over."""
    latest = BillingRun.objects.newest()
    return Month.of(latest.month).next if latest else Month.of(clock.business_day()).previous


def close_view(admin: Any, request: HttpRequest) -> HttpResponse:
    """GET asks for the month, POST shows what closing it would do, and with `step=confirm` does what was shown."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405)
    sent = request.POST if request.method == "POST" else None
    form = CloseForm(sent, initial={"month": str(next_month())})
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "title": _("Close a month"),
        "clause": Clause(closing.CLAUSE),
        "form": form,
        "plan": None,
        "opts": admin.opts,
    }
    if sent is not None and form.is_valid():
        answer = _plan_or_close(request, form, context)
        if answer is not None:
            return answer
    cite(form)
    status = 409 if form.non_field_errors() else 200
    return TemplateResponse(request, "console/close_month.html", context, status=status)


def _plan_or_close(request: HttpRequest, form: CloseForm, context: dict[str, Any]) -> HttpResponse | None:
    try:
        plan = closing.plan_close(form.cleaned_data["month"])
        context["plan"] = plan
        if request.POST.get("step") != "confirm":
            return None
        if request.POST.get("fingerprint", "") != plan.fingerprint:
            context["moved"] = True
            return None
        return _closed(request, plan)
    except Stale as stale:
        context.update(plan=stale.now, moved=True)
    except RuleViolation as violation:
        form.add_error(None, violation.as_validation_error())
    return None


def _closed(request: HttpRequest, plan: ClosePlan) -> HttpResponse:
    run = closing.close(plan, actor=staff_actor(request), user=staff_user(request))
    messages.success(request, _("The run is under way."))
    return HttpResponseRedirect(change_url(run))
