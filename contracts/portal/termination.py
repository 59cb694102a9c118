"""Ending a contract: the day, everything that ends with it, the password; the receipt; and taking it back (G29.1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import ending, recalling
from contracts.models import Termination
from contracts.models.customer import Customer
from contracts.models.termination import TONES
from contracts.portal.contract import contracts_of
from iijiot.portal.forms import DayField, PortalForm, SentencesField
from iijiot.portal.plans import PlanPage
from iijiot.portal.views import OwnView
from iijiot.rules import Unmet, unmet
from iijiot.words import Words

PLAN = "portal/plan_ending.html"


class NoticeForm(PortalForm):
    """The day wished, and why."""

    named_on = DayField(
        label=gettext_lazy("Last day wished"),
        required=False,
        help_text=gettext_lazy(
            "Empty: thirty days after today. An earlier day is not possible; the next page says which day it will be."
        ),
    )
    remark = SentencesField(label=gettext_lazy("What you want to tell us"), required=False, max_length=300, rows=3)


class RemarkForm(PortalForm):
    """A remark."""

    remark = SentencesField(label=gettext_lazy("What you want to tell us"), required=False, max_length=300, rows=3)


class TerminateContract(OwnView, PlanPage):
    """The customer's termination notice, which counts from today (G29.1)."""

    part, form, plan_template = "portal:contracts", NoticeForm, PLAN
    confirm_label = gettext_lazy("Send the termination notice")
    own = staticmethod(contracts_of)

    def heading(self) -> Words:
        """Which contract is ended."""
        return _("End %(contract)s") % {"contract": self.record.name_for_letters}

    def why_not(self) -> list[Unmet]:
        """What keeps a notice from being taken."""
        return unmet(self.record.take_notice)

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """Everything that would end."""
        named, how = data["named_on"], Termination.How.PORTAL
        return ending.plan_ending_by_notice(
            self.record, arrived_on=self.today, named_on=named, how=how, today=self.today
        )

    def carry_out(self, plan: ending.EndingPlan, data: dict[str, Any]) -> Any:
        """Take the notice."""
        return ending.carry_out(plan, actor=self.member.actor, reason=data["remark"], today=self.today)

    def done(self, result: Any) -> HttpResponse:
        """To the receipt."""
        messages.success(self.request, _("Your notice has arrived. This page is the receipt."))
        return redirect("portal:termination", number=result.number)

    def back(self) -> str:
        """To the contract."""
        return reverse("portal:contract", args=[self.record.number])


def terminations_of(customer: Customer) -> Any:
    """The ends of the customer's contracts and subscriptions."""
    return Termination.objects.of_customer(customer).with_list_data()


class TerminationPage(OwnView):
    """One end: the receipt of a notice, with what was told about it and how it can be taken back."""

    template, part = "portal/termination.html", "portal:contracts"
    own = staticmethod(terminations_of)

    def heading(self) -> Words:
        """What ends."""
        return _("End of %(subject)s") % {"subject": self.record.subject}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its day and why, what it takes along, the notices."""
        end = self.record
        contract = end.contract
        return self.render(
            end=end,
            tone=TONES[end.state],
            received_at=end.history.order_by("history_id").values_list("history_date", flat=True).first(),
            consequences=end.consequences.with_list_data(),
            notices=contract.notices.about_its_end()[:5] if contract else [],
            why_not=recalling.why_not(end, today=self.today),
        )


class RecallTermination(OwnView, PlanPage):
    """Taking a notice back, until the day before the last day (G29.1)."""

    part, form, plan_template, at_once = "portal:contracts", RemarkForm, PLAN, True
    confirm_label, tone = gettext_lazy("Take the notice back"), "primary"
    own = staticmethod(terminations_of)

    def heading(self) -> Words:
        """What goes on."""
        return _("Take back: end of %(subject)s") % {"subject": self.record.subject}

    def why_not(self) -> list[Unmet]:
        """Only a notice of the customer's own, in time."""
        return recalling.why_not(self.record, today=self.today)

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """Everything that would be lifted."""
        return recalling.plan_recalling(self.record, today=self.today)

    def carry_out(self, plan: ending.EndingPlan, data: dict[str, Any]) -> Any:
        """Take it back."""
        return ending.carry_out(plan, actor=self.member.actor, reason=data["remark"], today=self.today)

    def done(self, result: Any) -> HttpResponse:
        """To the end that is none any more."""
        messages.success(self.request, _("The notice is taken back. What ended only because of it goes on."))
        return redirect("portal:termination", number=self.record.number)

    def back(self) -> str:
        """To the end."""
        return reverse("portal:termination", args=[self.record.number])
