"""Protecting contracts against termination: no notice of the customer is taken, and those booked are taken back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts import ending, protecting
from contracts.admin.ends import EndingAction, PlanForm
from contracts.admin.shared import ReasonForm
from contracts.ending import Designated
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.rules import Unmet

PROTECT = "contracts.protect_contract"


class ProtectContract(EndingAction):
    """解約保護の設定 (G29.1)"""

    slug, label, permission, clause = "protect", _("Protect against termination"), PROTECT, "G29.1"
    transition, form, plan_at_once = "protect", PlanForm, True
    help = _(
        "Neither a termination notice nor fewer lines are taken until it is switched off; what is booked already is "
        "taken back. What the company does, and the end of what it rests on, are not hindered."
    )
    done = _("The contract is protected.")

    def why_not(self) -> Sequence[Unmet]:
        """Not twice, and not once a notice has taken effect."""
        return protecting.why_not(self.obj, today=self.today)

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """What is taken back."""
        return protecting.plan_protecting(self.obj, today=self.today)

    def after(self, result: Any) -> str:
        """Back to the contract."""
        return change_url(self.obj)


class UnprotectContract(ConsoleAction):
    """解約保護の解除 (G29.1)"""

    slug, label, permission, clause = "unprotect", _("Take the protection away"), PROTECT, "G29.1"
    transition, form = "unprotect", ReasonForm
    help = _("A notice that arrived before counts from its arrival. Ends that were taken back do not come back.")
    done = _("The contract is protected no more.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let notices be taken again."""
        protecting.unprotect(self.obj, actor=self.actor, reason=data["reason"])
