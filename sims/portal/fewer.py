"""Fewer lines: which end on which day and what follows, the password; and taken back in time (MA8.1)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from contracts.models.customer import Customer
from contracts.portal.contract import contracts_of
from iijiot.portal.forms import DayField, PortalForm, SentencesField
from iijiot.portal.plans import PlanPage
from iijiot.portal.views import OwnView
from iijiot.rules import Unmet, unmet
from iijiot.words import Words
from sims import changing
from sims.models import LineChange


def reductions_of(customer: Customer) -> Any:
    """What the customer chose to have fewer of; more lines come by applications."""
    return LineChange.objects.of_customer(customer).fewer().with_list_data()


class LinesField(SentencesField):
    """Lines of a contract, pasted."""

    contract: Contract | None = None

    def clean(self, value: Any) -> list[int]:
        """Their keys. Raises ValidationError that names what is none of them."""
        typed = super().clean(value) or ""
        return [] if self.contract is None else self.contract.lines.living().pasted(typed)


class FewerForm(PortalForm):
    """The last day, and how many lines, or which."""

    effective_on = DayField(
        label=gettext_lazy("Last day of the lines"), help_text=gettext_lazy("This day is charged in full.")
    )
    how_many = forms.IntegerField(
        label=gettext_lazy("How many lines end"), required=False, min_value=1, max_value=1_000_000,
        help_text=gettext_lazy("First those without a card, then the latest ordered. The next page shows which."),
    )  # fmt: skip
    lines = LinesField(
        label=gettext_lazy("Or which lines"), required=False, rows=4,
        help_text=gettext_lazy("Numbers of lines, telephone numbers or ICCIDs, one in each line."),
    )  # fmt: skip
    remark = SentencesField(label=gettext_lazy("What you want to tell us"), required=False, max_length=300, rows=3)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].contract = contract  # type: ignore[attr-defined]


class FewerLines(OwnView, PlanPage):
    """Ending lines of a contract that itself goes on (MA8.1)."""

    part, form, plan_template = "portal:contracts", FewerForm, "portal/plan_fewer_lines.html"
    confirm_label = gettext_lazy("End these lines")
    help = gettext_lazy("The lines end on the day you choose; the contract goes on.")
    own = staticmethod(contracts_of)

    def heading(self) -> Words:
        """Of which contract."""
        return _("Fewer lines for %(contract)s") % {"contract": self.record}

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """With the contract whose lines are named."""
        return super().make_form(*args, contract=self.record, **kwargs)

    def why_not(self) -> list[Unmet]:
        """Not while the contract is protected, waits for heirs, or has ended."""
        return unmet(self.record.take_fewer_lines)

    def plan(self, data: dict[str, Any]) -> changing.ReductionPlan:
        """Which lines would end, and what follows."""
        return changing.plan_reduction(
            self.record,
            effective_on=data["effective_on"],
            today=self.today,
            chosen=data["lines"],
            how_many=data["how_many"] or 0,
        )

    def carry_out(self, plan: changing.ReductionPlan, data: dict[str, Any]) -> LineChange:
        """Book it."""
        return changing.reduce(plan, actor=self.member.actor, reason=data["remark"])

    def done(self, result: LineChange) -> HttpResponse:
        """To the contract, where the change stands."""
        told = _("Your notice has arrived: %(change)s. Until its day is over you can take it back.")
        messages.success(self.request, told % {"change": result.number})
        return redirect("portal:contract", number=self.record.number)

    def back(self) -> str:
        """To the contract."""
        return reverse("portal:contract", args=[self.record.number])


class RemarkForm(PortalForm):
    """A remark."""

    remark = SentencesField(label=gettext_lazy("What you want to tell us"), required=False, max_length=300, rows=3)


class KeepLines(OwnView, PlanPage):
    """Letting lines go on after all, until the day of the reduction is over (MA8.1)."""

    part, form, plan_template, at_once = "portal:contracts", RemarkForm, "portal/plan_keep_lines.html", True
    confirm_label, tone = gettext_lazy("Let the lines go on"), "primary"
    own = staticmethod(reductions_of)

    def heading(self) -> Words:
        """Which reduction."""
        return _("Take back: %(change)s") % {"change": f"{self.record.get_kind_display()} {self.record.number}"}

    def why_not(self) -> list[Unmet]:
        """Only while it waits for its day."""
        return changing.why_not_back(self.record, today=self.today)

    def plan(self, data: dict[str, Any]) -> changing.BackPlan:
        """How many lines go on."""
        return changing.plan_taking_back(self.record, today=self.today)

    def carry_out(self, plan: changing.BackPlan, data: dict[str, Any]) -> None:
        """Let them go on."""
        changing.take_back(plan, actor=self.member.actor, reason=data["remark"])

    def done(self, result: None) -> HttpResponse:
        """To the contract."""
        messages.success(self.request, _("The lines go on."))
        return redirect("portal:contract", number=self.record.contract.number)

    def back(self) -> str:
        """To the contract."""
        return reverse("portal:contract", args=[self.record.contract.number])
