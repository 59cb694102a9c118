"""The checklist before the start: what only the customer can decide or disclose, told here (PC4.1, WPC4.1)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contracts import starting
from contracts.models import StartCondition
from contracts.models.condition import why_none_to_meet
from contracts.portal.contract import contracts_of
from iijiot.portal.forms import PortalForm, SentencesField
from iijiot.portal.views import FormPage, OwnView
from iijiot.rules import refuse_for
from iijiot.words import Words


class AnswerForm(PortalForm):
    """What was decided or disclosed."""

    answer = SentencesField(label=_("What you have decided, or tell us"), max_length=2000, rows=6)


class MeetCondition(OwnView, FormPage):
    """One thing to be done before the start."""

    template, part, form, edits = "portal/condition.html", "portal:contracts", AnswerForm, True
    own = staticmethod(contracts_of)

    @cached_property
    def condition(self) -> StartCondition:
        """The condition, of this contract."""
        found = self.record.conditions.with_contract().of_key(self.kwargs["condition"])
        if found is None:
            raise Http404
        return found

    def find(self) -> None:
        """The condition, which is there only with its contract."""
        _there = self.condition

    def heading(self) -> Words:
        """What is to be done."""
        return str(self.condition)

    def initial(self) -> dict[str, Any]:
        """What was told before."""
        return {"answer": self.condition.answer}

    def about(self) -> dict[str, Any]:
        """The contract, and what is asked."""
        return {"contract": self.record, "condition": self.condition}

    def send(self, form: Any) -> HttpResponse:
        """Record it."""
        refuse_for(why_none_to_meet(self.record))
        starting.meet(self.condition, form.cleaned_data["answer"], on=self.today, actor=self.member.actor)
        messages.success(self.request, _("It is recorded. Thank you."))
        return redirect("portal:contract", number=self.record.number)
