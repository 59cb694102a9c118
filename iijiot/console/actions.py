"""Dialogs for what can be done to an object: why not, what is needed, what will happen, then done exactly once.

An act shows what it will do before it is confirmed: by a plan of its own, or by a rehearsal. Only acts that say why
not (`seen_at_once`) are done without that.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from iijiot import clock
from iijiot.actors import Actor
from iijiot.lookups import history_of
from iijiot.models import User
from iijiot.proposals import already_proposed, needs_two
from iijiot.records import latest_version
from iijiot.rules import Unmet, unmet
from iijiot.words import Words

KEY = "--key--"


def staff_user(request: HttpRequest) -> User:
    """The member of staff behind a request. Raises PermissionDenied for anybody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def staff_actor(request: HttpRequest) -> Actor:
    """The same as the actor of what is written."""
    return Actor.staff(staff_user(request))


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
    seen_at_once: ClassVar[str] = ""
    """Why the act needs no preview: it writes what is typed, moves no state and tells nobody."""
    final: ClassVar[bool] = False
    """Whether no other act takes it back."""
    do_not_call_in_templates = True

    def __init__(self, obj: Any, request: HttpRequest) -> None:
        self.obj = obj
        self.request = request
        self.today = clock.business_day()
        self.actor = staff_actor(request)
        self.needs_second = needs_two(self.permission)

    @classmethod
    def fits(cls, obj: Any) -> bool:
        """Whether such a record has the act at all; where it has not, its page shows no button."""
        return True

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
            history = history_of(records.model).filter(id__in=records.values("pk"))
            versions.append(history.aggregate(latest=models.Max("history_id"))["latest"])
        return ".".join(str(version or 0) for version in versions)

    def is_final(self, plan: Any) -> bool:
        """Whether what the plan does cannot be taken back: then the record's number is typed to confirm it (U20)."""
        return self.final

    def since(self) -> dict[str, list[str]]:
        """What has changed since somebody else was shown the act; empty where nobody was."""
        return {}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Do it; called once the plan shown has been confirmed."""
        raise NotImplementedError

    def after(self, result: Any) -> str:
        """Where to go when it is done: by default back to the object."""
        return change_url(self.obj)


def change_url(obj: Any) -> str:
    """The object's page in the console."""
    before, after = _around_the_key(obj._meta.label_lower)
    return f"{before}{obj.pk}{after}"


def action_url(obj: Any, action: type[ConsoleAction]) -> str:
    """The dialog's page."""
    before, _after = _around_the_key(obj._meta.label_lower)
    return f"{before}{obj.pk}/do/{action.slug}/"


@cache
def _around_the_key(label: str) -> tuple[str, str]:
    """What stands before and after the key in the address of a page: hundreds of links stand on a page."""
    before, _key, after = reverse(f"admin:{label.replace('.', '_')}_change", args=[KEY]).partition(KEY)
    return before, after


def buttons(obj: Any, actions: Sequence[type[ConsoleAction]], request: HttpRequest) -> list[dict[str, Any]]:
    """The buttons of an object's page: all that fit it and the user may press, those that cannot act with the reasons."""
    shown = []
    for action in actions:
        if request.user.has_perm(action.permission) and action.fits(obj):
            reasons = why_not_asked(action(obj, request))
            shown.append({"action": action, "url": action_url(obj, action), "reasons": reasons})
    return shown


def why_not_asked(action: ConsoleAction) -> list[Unmet]:
    """Why the act cannot be asked for now: its own reasons, or that it waits for a second person already."""
    return [*action.why_not(), *already_proposed(action.obj, action.slug, action.permission)]


def offered(obj: Any, slug: str) -> "type[ConsoleAction] | None":
    """The dialog of this name that a record's admin offers."""
    dialogs = getattr(admin.site.get_model_admin(type(obj)), "dialogs", ())
    return next((action for action in dialogs if action.slug == slug), None)


def find(actions: Sequence[type[ConsoleAction]], slug: str) -> type[ConsoleAction]:
    """The dialog of this name. Raises Http404."""
    for action in actions:
        if action.slug == slug:
            return action
    raise Http404
