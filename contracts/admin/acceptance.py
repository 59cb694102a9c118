"""Accepting an application: the contract that is made, or the lines that one has more, shown before it is done."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import accepting
from contracts.admin.shared import ReasonForm
from contracts.models import Application
from iijiot import clock
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.fields import ConsoleDateField


class AcceptForm(ReasonForm):
    """What the contract rests on, where there is a choice, and the reason where one is needed."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = accepting.plan_acceptance(application, on=clock.business_day()).slots
        for slot in self.slots:
            if len(slot.candidates) > 1:
                self.fields[slot.name] = forms.ChoiceField(
                    label=_("Rests on: %(part)s") % {"part": slot.words},
                    choices=[(f"{held.key[0]}:{held.key[1]}", held.name) for held in slot.candidates],
                    widget=UnfoldAdminSelectWidget,
                )
        if application.changes is not None:
            self.fields["effective_on"] = ConsoleDateField(
                label=_("There from"),
                initial=max(application.start_wished_on, clock.business_day()),
                help_text=_("The lines are ordered on this day, and charged from it on."),
            )
        self.order_fields([name for name in self.fields if name != "reason"])

    @staticmethod
    def chosen(data: dict[str, Any]) -> dict[str, tuple[str, int]]:
        """The holdings picked, by slot."""
        picked = {name: value.split(":") for name, value in data.items() if name.startswith("rests-on-")}
        return {name: (kind, int(pk)) for name, (kind, pk) in picked.items()}


class Accept(ConsoleAction):
    """申込の承諾 (G13.1)"""

    slug, label, permission, clause = "accept", _("Accept"), "contracts.accept_application", "G13.1"
    transition, form, tone = "accept", AcceptForm, "primary"
    plan_template, plan_at_once = "console/plan_acceptance.html", True
    done = _("The application is accepted and the contract made.")

    def __init__(self, obj: Any, request: HttpRequest) -> None:
        super().__init__(obj, request)
        if obj.changes_id is not None:
            self.__dict__["done"] = _("The application is accepted: the contract has more lines from their day on.")

    def form_kwargs(self) -> dict[str, Any]:
        """The application to accept."""
        return {"application": self.obj}

    def plan(self, data: dict[str, Any]) -> accepting.AcceptancePlan:
        """The contract that would be made, or the lines that it would have more, with whatever stands in the way."""
        return accepting.plan_acceptance(
            self.obj, on=self.today, chosen=AcceptForm.chosen(data), effective_on=data.get("effective_on")
        )

    def carry_out(self, plan: accepting.AcceptancePlan, data: dict[str, Any]) -> Any:
        """Make it."""
        return accepting.accept(plan, actor=self.actor, reason=data["reason"])

    def after(self, result: Any) -> str:
        """To the contract that is made, or that has more lines."""
        return change_url(result)
