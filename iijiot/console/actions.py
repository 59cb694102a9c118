"""Dialogs for what can be done to an object: why not, what is needed, what will happen, then done exactly once."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.console.errors import cite, of_the_whole
from iijiot.console.timeline import timeline
from iijiot.constraints import constraint_sentence
from iijiot.failures import held_up
from iijiot.models import User
from iijiot.plans import Stale
from iijiot.records import latest_version
from iijiot.rules import RuleViolation, Unmet, unmet
from iijiot.words import Words


def staff_actor(request: HttpRequest) -> Actor:
    """The member of staff behind a request."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return Actor.staff(request.user)


class ConsoleAction:
    """One act on one object, as a dialog. GET shows, POST previews or confirms; the permission is checked for both."""

    slug: ClassVar[str]
    label: ClassVar[Words]
    permission: ClassVar[str]
    clause: ClassVar[str]
    help: ClassVar[Words] = ""
    form: ClassVar[type[forms.Form]] = forms.Form
    transition: ClassVar[str] = ""
    plan_template: ClassVar[str] = ""
    tone: ClassVar[str] = "default"
    done: ClassVar[Words] = gettext_lazy("Done.")
    form_template: ClassVar[str] = "console/form.html"
    plan_at_once: ClassVar[bool] = False
    """Whether the plan needs no input, so that the dialog opens with it."""
    do_not_call_in_templates = True

    def __init__(self, obj: Any, request: HttpRequest) -> None:
        self.obj = obj
        self.request = request
        self.today = clock.business_day()
        self.actor = staff_actor(request)

    def why_not(self) -> Sequence[Unmet]:
        """The reasons that keep the act from being taken now; by default those of its transition."""
        return unmet(getattr(self.obj, self.transition)) if self.transition else []

    def form_kwargs(self) -> dict[str, Any]:
        """What the form is made with besides the data."""
        return {}

    def initial(self) -> dict[str, Any]:
        """What the form shows at first."""
        return {}

    def plan(self, data: dict[str, Any]) -> Any:
        """What would happen, with a fingerprint; None for an act that needs no preview."""
        return None

    def plan_to_correct(self, data: dict[str, Any]) -> Any:
        """What the page still shows where the plan asked for is refused: one in which the wish can be corrected."""
        return None

    def typed_into_plan(self) -> dict[str, str]:
        """What was typed into the plan shown, kept while the page has no plan to show it in."""
        return {}

    def touched(self) -> Iterable[models.QuerySet[Any]]:
        """Besides the object itself, the records that the act makes or changes."""
        return ()

    def version(self) -> str:
        """The state that the dialog was opened on: a second click finds it changed by the first."""
        versions = [latest_version(self.obj)]
        for records in self.touched():
            history = records.model.history.filter(id__in=records.values("pk"))
            versions.append(history.aggregate(latest=models.Max("history_id"))["latest"])
        return ".".join(str(version or 0) for version in versions)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Do it; called once the plan shown has been confirmed."""
        raise NotImplementedError

    def after(self, result: Any) -> str:
        """Where to go when it is done: by default back to the object."""
        return change_url(self.obj)


def change_url(obj: Any) -> str:
    """The object's page in the console."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def action_url(obj: Any, action: type[ConsoleAction]) -> str:
    """The dialog's page."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_do", args=[obj.pk, action.slug])


def buttons(obj: Any, actions: Sequence[type[ConsoleAction]], request: HttpRequest) -> list[dict[str, Any]]:
    """The buttons of an object's page: all that the user may press, those that cannot act with the reasons why not."""
    shown = []
    for action in actions:
        if request.user.has_perm(action.permission):
            reasons = action(obj, request).why_not()
            shown.append({"action": action, "url": action_url(obj, action), "reasons": reasons})
    return shown


def dialog(
    request: HttpRequest, obj: Any, action_class: type[ConsoleAction], each_context: dict[str, Any]
) -> HttpResponse:
    """The page of one dialog: form, preview, confirmation."""
    if not request.user.has_perm(action_class.permission):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405)
    action = action_class(obj, request)
    reasons = list(action.why_not())
    data = request.POST if request.method == "POST" and not reasons else None
    form = action.form(data, initial=action.initial(), **action.form_kwargs())
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
        "previews": bool(action.plan_template),
    }
    if data is None and not reasons and action.plan_at_once:
        context["plan"] = action.plan(action.initial())
    status = 409 if reasons and request.method == "POST" else 200
    if data is not None and form.is_valid():
        answer = _try(action, form, context)
        if answer is not None:
            return answer
        status = 409 if form.errors else 200
    cite(form)
    context["kept"] = {} if context["plan"] else action.typed_into_plan()
    if status == 409:
        context["last_act"] = next(iter(timeline([obj], most=1)), None)
    return TemplateResponse(request, "console/dialog.html", context, status=status)


def _try(action: ConsoleAction, form: forms.Form, context: dict[str, Any]) -> HttpResponse | None:
    """Preview or confirm; what refuses it becomes an error of the form, and nothing is half done."""
    try:
        return _preview_or_confirm(action, form.cleaned_data, context)
    except RuleViolation as violation:
        form.add_error(None, violation.as_validation_error())
    except ValidationError as error:
        form.add_error(None, of_the_whole(error))
    except IntegrityError as error:
        form.add_error(None, constraint_sentence(error) or ValidationError(str(error)))
    except OperationalError as error:
        if not held_up(error):
            raise
        form.add_error(None, _("Somebody else is working on this at the moment. Try again in a few seconds."))
    if context["plan"] is None:
        context["plan"] = _to_correct(action, form.cleaned_data)
    return None


def _to_correct(action: ConsoleAction, data: dict[str, Any]) -> Any:
    try:
        return action.plan_to_correct(data)
    except (RuleViolation, ValidationError):
        return None


def _preview_or_confirm(action: ConsoleAction, data: dict[str, Any], context: dict[str, Any]) -> HttpResponse | None:
    plan = action.plan(data)
    context["plan"] = plan
    if plan is not None:
        confirmed = action.request.POST.get("fingerprint", "")
        if action.request.POST.get("step") != "confirm":
            return None
        if confirmed != plan.fingerprint:
            context["moved"] = True
            return None
    elif action.request.POST.get("version", context["version"]) != context["version"]:
        context["moved"] = True
        return None
    try:
        result = action.carry_out(plan, data)
    except Stale as stale:
        context.update(plan=stale.now if action.plan_template else None, version=action.version(), moved=True)
        return None
    messages.success(action.request, str(action.done))
    return HttpResponseRedirect(action.after(result))


def find(actions: Sequence[type[ConsoleAction]], slug: str) -> type[ConsoleAction]:
    """The dialog of this name. Raises Http404."""
    for action in actions:
        if action.slug == slug:
            return action
    raise Http404
