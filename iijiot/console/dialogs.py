"""The page of a dialog: why not, the form, what will happen, and its confirmation."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url, why_not_asked
from iijiot.console.errors import cite, of_the_whole
from iijiot.console.four_eyes import propose
from iijiot.console.home import next_task
from iijiot.console.rehearsal import Moved, Outcome, perform, rehearse
from iijiot.console.timeline import timeline
from iijiot.identifiers import compact
from iijiot.plans import Stale
from iijiot.proposals import Proposal
from iijiot.records import fresh
from iijiot.refusals import said_in
from iijiot.rules import RuleViolation

REFUSALS = (RuleViolation, ValidationError, IntegrityError)


def dialog(
    request: HttpRequest, obj: Any, action_class: type[ConsoleAction], each_context: dict[str, Any]
) -> HttpResponse:
    """GET shows the dialog, POST previews or confirms; the permission is checked for both."""
    if not request.user.has_perm(action_class.permission):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405)
    action = action_class(obj, request)
    reasons = why_not_asked(action)
    data, files = (request.POST, request.FILES) if request.method == "POST" and not reasons else (None, None)
    form = action.form(data, files, initial=action.initial(), **action.form_kwargs())
    context: dict[str, Any] = {
        **each_context,
        "title": action.label,
        "action": action,
        "clause": Clause(action.clause),
        "object": obj,
        "opts": obj._meta,
        "back": change_url(obj),
        "form": form,
        "reasons": reasons,
        "version": action.version(),
        "plan": None,
        "outcome": None,
        "previews": previews(action),
    }
    if data is None and not reasons:
        _open(action, form, context)
    status = 409 if reasons and request.method == "POST" else 200
    if data is not None and form.is_valid():
        answer = _try(action, form, context)
        if answer is not None:
            return answer
        status = 409 if form.errors else 200
    cite(form)
    context["to_type"] = to_type(action, context["plan"])
    context["kept"] = {} if context["plan"] else action.typed_into_plan()
    if status == 409 or context.get("moved"):
        context["last_act"] = next(iter(timeline([obj], most=1).entries), None)
    return TemplateResponse(request, "console/dialog.html", context, status=status)


def previews(action: ConsoleAction) -> bool:
    """Whether it is shown before it is done: all but what is seen at once; what needs two always."""
    return action.needs_second or not action.seen_at_once


def to_type(action: ConsoleAction, plan: Any) -> str:
    """The record's number, which confirms an act that cannot be taken back; empty for all others."""
    return str(action.obj.number) if action.is_final(plan) else ""


def _is_typed(action: ConsoleAction, plan: Any, context: dict[str, Any]) -> bool:
    """Whether the number was typed where the act asks for it, however wide, small or spaced."""
    typed = action.request.POST.get("typed_number", "")
    context["mistyped"] = compact(typed).upper() != compact(to_type(action, plan)).upper()
    return not context["mistyped"]


def _open(action: ConsoleAction, form: forms.Form, context: dict[str, Any]) -> None:
    """A dialog that needs no input opens with what will happen."""
    if action.plan_template:
        if action.plan_at_once:
            context["plan"] = action.plan(action.initial())
        return
    if not previews(action) or any(field.required for field in form.fields.values()):
        return
    try:
        context["since"] = action.since()
        context["outcome"] = _rehearsed(
            action, {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
        )
    except REFUSALS:
        return  # it will be told when it is asked for, beside the fields that can be corrected


def _rehearsed(action: ConsoleAction, data: dict[str, Any]) -> Outcome:
    """What the act would write to the record as it is stored now, not as it was read before somebody else wrote."""
    action.obj = fresh(action.obj)
    return rehearse(action.actor, lambda: action.carry_out(None, data))


def _try(action: ConsoleAction, form: forms.Form, context: dict[str, Any]) -> HttpResponse | None:
    """Preview or confirm; what refuses it becomes an error of the form, and nothing is half done."""

    def tell(error: ValidationError) -> None:
        form.add_error(None, of_the_whole(error))

    by = _by_plan if action.plan_template else _by_rehearsal
    answer = said_in(form, tell, lambda: by(action, form.cleaned_data, context))
    if form.errors and context["plan"] is None and action.plan_template:
        context["plan"] = _to_correct(action, form.cleaned_data)
    return answer


def _to_correct(action: ConsoleAction, data: dict[str, Any]) -> Any:
    try:
        return action.plan_to_correct(data)
    except (RuleViolation, ValidationError):
        return None


def _by_plan(action: ConsoleAction, data: dict[str, Any], context: dict[str, Any]) -> HttpResponse | None:
    """Show the act's own plan, or carry out the one that was confirmed."""
    plan = action.plan(data)
    context["plan"] = plan
    if action.request.POST.get("step") != "confirm":
        return None
    if action.request.POST.get("fingerprint", "") != plan.fingerprint:
        context["moved"] = True
        return None
    if not _is_typed(action, plan, context):
        return None
    try:
        if action.needs_second:
            return _filed(action, propose(action, plan, data))
        result = action.carry_out(plan, data)
    except Stale as stale:
        context.update(plan=stale.now, version=action.version(), moved=True)
        return None
    return _done(action, result)


def _by_rehearsal(action: ConsoleAction, data: dict[str, Any], context: dict[str, Any]) -> HttpResponse | None:
    """Show what the act would write, or do what was confirmed; an act seen at once is done at once."""
    confirms = action.request.POST.get("step") == "confirm"
    shown = action.request.POST.get("outcome", "")
    opened_on = action.request.POST.get("version", context["version"])
    as_shown = confirms and opened_on == context["version"] and (shown or not previews(action))
    if as_shown and _is_typed(action, None, context):
        try:
            if action.needs_second:
                return _filed(action, propose(action, None, data, shown))
            if action.seen_at_once:
                return _done(action, action.carry_out(None, data))
            return _done(action, perform(action.actor, partial(action.carry_out, None, data), shown))
        except (Moved, Stale):
            context.update(moved=True, version=action.version())
    elif opened_on != context["version"] or (confirms and not shown and context["previews"]):
        context["moved"] = opened_on != context["version"]
    if previews(action):
        context["since"] = action.since()
        context["outcome"] = _rehearsed(action, data)
    return None


def _filed(action: ConsoleAction, proposal: Proposal) -> HttpResponse:
    messages.success(action.request, _("Proposed. It happens once another member of staff carries it out."))
    return HttpResponseRedirect(change_url(proposal))


def _done(action: ConsoleAction, result: Any) -> HttpResponse:
    """Say what happened and what comes next, and go where it shows."""
    record = result if admin.site.is_registered(type(result)) else action.obj
    task = next_task(action.request, record)
    told = (
        format_html('{} {} <a href="{}">{}</a>', action.done, _("Next:"), task.url, task.act.label)
        if task and task.act
        else str(action.done)
    )
    messages.success(action.request, told)
    return HttpResponseRedirect(action.after(result))
