"""What a contract rests on, changed by staff with a reason until an end takes effect."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import ending
from contracts.admin.ends import PlanForm
from contracts.models import Contract, Dependency, ExternalSubscription
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.rules import Unmet

PERMISSION = "contracts.change_dependency"


class DropForm(PlanForm):
    """Which dependency."""

    dependency = forms.ModelChoiceField(
        label=_("Rests on"), queryset=Dependency.objects.none(), widget=UnfoldAdminSelectWidget
    )
    field_order = ["dependency", "reason"]

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dependency"].queryset = contract.dependencies.standing()  # type: ignore[attr-defined]


class RestForm(PlanForm):
    """What else the contract rests on."""

    base = forms.ChoiceField(label=_("Rests on"), widget=UnfoldAdminSelectWidget)
    field_order = ["base", "reason"]

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ending.offered_to_rest_on(contract)
        self.fields["base"].choices = [(f"{h.key[0]}:{h.key[1]}", h.name) for h in offered]  # type: ignore[attr-defined]


class DependencyAction(ConsoleAction):
    """What both dialogs share."""

    permission, clause = PERMISSION, "G4"
    plan_template: ClassVar = "console/plan_ending.html"

    def why_not(self) -> Sequence[Unmet]:
        """Only while the contract lives."""
        return [Unmet(Clause("G4"), _("The contract has ended."))] if self.obj.state == "ended" else []

    def form_kwargs(self) -> dict[str, Any]:
        """The contract."""
        return {"contract": self.obj}

    def carry_out(self, plan: ending.EndingPlan, data: dict[str, Any]) -> Any:
        """Do what was shown."""
        return ending.carry_out(plan, actor=self.actor, reason=data["reason"], today=self.today)


class DropDependency(DependencyAction):
    """前提となる契約を外す"""

    slug, label, form = "drop-dependency", _("Rest on one thing less"), DropForm
    help = _("The requirement must stay satisfied without it; its end then no longer ends this contract.")
    done = _("The contract no longer rests on it.")

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """What would change."""
        return ending.plan_dropping(data["dependency"], today=self.today)


class AddDependency(DependencyAction):
    """前提となる契約を加える"""

    slug, label, form = "add-dependency", _("Rest on one thing more"), RestForm
    help = _("Something else that the provision names; its end ends this contract where the provision says so.")
    done = _("The contract rests on it.")

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """What would change."""
        kind, pk = data["base"].split(":")
        model = Contract if kind == "contract" else ExternalSubscription
        return ending.plan_resting(self.obj, model._base_manager.get(pk=pk), today=self.today)
