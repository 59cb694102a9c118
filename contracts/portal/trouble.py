"""Ending a contract at once while a restriction or an interruption makes it useless (G29.2)."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import ending, terminating
from contracts.models import Contract, Measure, Termination
from contracts.portal.contract import contracts_of
from contracts.portal.termination import PLAN
from iijiot.portal.forms import PortalForm, SentencesField
from iijiot.portal.members import Member, Right
from iijiot.portal.panels import Section, show_on
from iijiot.portal.plans import PlanPage
from iijiot.portal.views import OwnView
from iijiot.rules import Unmet, unmet
from iijiot.words import Words


class TroubleForm(PortalForm):
    """What makes it useless, and why."""

    measure: Any = forms.ModelChoiceField(
        label=gettext_lazy("Because of"), queryset=None, empty_label=None, widget=forms.RadioSelect
    )
    statement = SentencesField(
        label=gettext_lazy("Why you can no longer reach the purpose of the contract"), max_length=300, rows=4
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = Measure.objects.opening_an_end(contract)  # type: ignore[attr-defined]


class EndAtOnce(OwnView, PlanPage):
    """The customer's termination with today as the last day (G29.2)."""

    part, form, plan_template = "portal:contracts", TroubleForm, PLAN
    confirm_label = gettext_lazy("End it today")
    help = gettext_lazy(
        "While a restriction or an interruption makes the service unusable, so that the contract is of no use to you, it can "
        "end on the day on which you say so, without the thirty days. This cannot be taken back."
    )
    own = staticmethod(contracts_of)

    def heading(self) -> Words:
        """Which contract is ended."""
        return _("End %(contract)s at once") % {"contract": self.record.name_for_letters}

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """With what makes it useless now."""
        return super().make_form(*args, contract=self.record, **kwargs)

    def initial(self) -> dict[str, Any]:
        """The only thing that does, where there is one."""
        found = list(Measure.objects.opening_an_end(self.record)[:2])
        return {"measure": found[0].pk} if len(found) == 1 else {}

    def why_not(self) -> list[Unmet]:
        """Only while something makes it unusable."""
        return unmet(self.record.take_notice) or terminating.why_no_trouble(self.record)

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """Everything that would end."""
        return terminating.plan_ending_in_trouble(
            self.record, data["measure"], arrived_on=self.today, statement=data["statement"], today=self.today,
            how=Termination.How.PORTAL,
        )  # fmt: skip

    def carry_out(self, plan: ending.EndingPlan, data: dict[str, Any]) -> Any:
        """End it."""
        return ending.carry_out(plan, actor=self.member.actor, reason=data["statement"], today=self.today)

    def done(self, result: Any) -> HttpResponse:
        """To the receipt."""
        messages.success(self.request, _("Your notice has arrived. This page is the receipt."))
        return redirect("portal:termination", number=result.number)

    def back(self) -> str:
        """To the contract."""
        return reverse("portal:contract", args=[self.record.number])


def unusable(member: Member, contract: Contract, day: date) -> dict[str, Any]:
    """What makes a contract unusable now, so that it may be ended at once; nothing where nothing does."""
    if not member.may(Right.DECIDE) or unmet(contract.take_notice):
        return {}
    measures = list(Measure.objects.opening_an_end(contract))
    return {"measures": measures, "contract": contract} if measures else {}


show_on("contracts.contract", Section(gettext_lazy("Not usable now"), "portal/unusable.html", unusable, "unusable", 5))
