"""Dialogs of ends by another way than a notice on our form: by the company (G28), or in trouble (G29.2)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import ending, terminating
from contracts.admin.ends import EndingAction, PlanForm
from contracts.ending import Designated
from contracts.models import Contract, Measure
from contracts.models.suspension import Cause
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.rules import RuleViolation, Unmet, unmet

BY_COMPANY = "contracts.end_by_company"


class CompanyEndForm(PlanForm):
    """The last day, and what the customer is told."""

    effective_on = ConsoleDateField(
        label=_("Last day"), help_text=_("The customer is told today; the contract ends at the end of this day.")
    )
    told = SentencesField(label=_("Reason told to the customer"), max_length=250)
    field_order = ["effective_on", "told", "reason"]


class CompanyEnding(EndingAction):
    """What both ways have in common."""

    permission, tone = BY_COMPANY, "danger"
    transition, form = "take_termination", CompanyEndForm
    done = _("The contract is terminated.")

    def initial(self) -> dict[str, Any]:
        """Today: nothing in the terms delays it once the customer is told."""
        return {"effective_on": self.today}


class EndAfterSuspension(CompanyEnding):
    """停止後の解除 (G28.1.1)"""

    slug, label, clause = "end-after-suspension", _("Terminate after a suspension"), "G28.1.1"
    help = _(
        "For non-payment at once, for other causes once the two months to cure are over. The notice goes out as you confirm."
    )

    def why_not(self) -> Sequence[Unmet]:
        """Only with a suspension whose period is over."""
        try:
            terminating.may_end_after_suspension(self.obj, today=self.today)
        except RuleViolation as violation:
            return violation.unmet
        return []

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """Everything that would end."""
        return terminating.plan_ending_after_suspension(
            self.obj, effective_on=data["effective_on"], told=data["told"], today=self.today, designated=wishes
        )


class HindranceForm(CompanyEndForm):
    """The cause, and how it hinders our operations."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Cause.choices, widget=UnfoldAdminSelectWidget)
    hindrance = SentencesField(
        label=_("How our operations are hindered, or likely to be"),
        max_length=200,
    )
    field_order = ["cause", "hindrance", "effective_on", "told", "reason"]


class EndForHindrance(CompanyEnding):
    """業務支障による解除 (G28.1.2)"""

    slug, label, clause = "end-for-hindrance", _("Terminate for hindrance"), "G28.1.2"
    form = HindranceForm
    help = _("Without a suspension, where one of its causes hinders our operations or is likely to.")

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """Everything that would end."""
        return terminating.plan_ending_for_hindrance(
            self.obj,
            cause=data["cause"],
            hindrance=data["hindrance"],
            effective_on=data["effective_on"],
            told=data["told"],
            today=self.today,
            designated=wishes,
        )


class TroubleForm(PlanForm):
    """Which measure makes the contract useless, and what the customer said."""

    measure = forms.ModelChoiceField(
        label=_("Restriction or interruption"), queryset=Measure.objects.none(), widget=UnfoldAdminSelectWidget
    )
    arrived_on = ConsoleDateField(
        label=_("Arrived on"), help_text=_("In any form, by telephone too. The contract ends on this day.")
    )
    statement = SentencesField(
        label=_("Why the purpose can no longer be reached"),
        max_length=250,
        help_text=_("As the customer says."),
    )
    field_order = ["measure", "arrived_on", "statement", "reason"]

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = Measure.objects.opening_an_end(contract)  # type: ignore[attr-defined]
        self.fields["measure"].initial = Measure.objects.opening_an_end(contract).first()


class EndInTrouble(EndingAction):
    """利用不能時の解約 (G29.2)"""

    slug, label, permission, clause = (
        "end-in-trouble",
        _("End while it cannot be used"),
        "contracts.end_contract",
        "G29.2",
    )
    transition, form, tone = "take_notice", TroubleForm, "danger"
    help = _("A restriction or interruption makes the service unusable and the purpose of the contract fails.")
    done = _("The contract ends on the day of arrival.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while a restriction or interruption touches the contract."""
        return unmet(self.obj.take_notice) or terminating.why_no_trouble(self.obj)

    def form_kwargs(self) -> dict[str, Any]:
        """The contract."""
        return {"contract": self.obj}

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"arrived_on": self.today}

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """Everything that would end."""
        return terminating.plan_ending_in_trouble(
            self.obj,
            data["measure"],
            arrived_on=data["arrived_on"],
            statement=data["statement"],
            today=self.today,
            designated=wishes,
        )
