"""What every dialog that ends something shares: the reason, and other days designated in the plan."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts import ending
from contracts.ending import Designated
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import SentencesField, plain_text, read_date


class PlanForm(forms.Form):
    """The reason that stands in the history."""

    reason = SentencesField(label=_("Reason or remark"), required=False, max_length=300)


class EndingAction(ConsoleAction):
    """An act whose plan shows what ends, and takes other days for what ends with it."""

    plan_template: ClassVar = "console/plan_ending.html"

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """Everything that would end, with these other days."""
        raise NotImplementedError

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """Everything that would end, with the other days that were typed."""
        return self.planned(data, designated(self.request.POST))

    def plan_to_correct(self, data: dict[str, Any]) -> ending.EndingPlan | None:
        """Without the other days, which stand there as they were typed."""
        return self.planned(data, ()) if self.typed_into_plan() else None

    def typed_into_plan(self) -> dict[str, str]:
        """The other days, their reasons, and whether the customer agrees."""
        typed = self.request.POST.items()
        return {name: str(value) for name, value in typed if name.startswith("designated-") and value}

    def is_final(self, plan: ending.EndingPlan | None) -> bool:
        """Where something ends today or ended before: no day is left on which the end could be lifted."""
        return plan is not None and any(c.after is not None and c.after.on <= self.today for c in plan.changes)

    def carry_out(self, plan: ending.EndingPlan, data: dict[str, Any]) -> Any:
        """Do what was shown."""
        return ending.carry_out(plan, actor=self.actor, reason=data["reason"], today=self.today)


def designated(posted: Mapping[str, str]) -> list[Designated]:
    """The other days that were typed into the plan, for contracts that end with what they rest on."""
    wishes = []
    for name, value in posted.items():
        kind, _dash, pk = name.partition("-day-")
        if kind == "designated" and pk.isascii() and pk.isdigit() and value.strip():
            reason = plain_text(posted.get(f"designated-reason-{pk}", ""))
            agrees = posted.get(f"designated-agrees-{pk}") == "on"
            wishes.append(Designated(int(pk), read_date(value), reason, agrees))
    return wishes
