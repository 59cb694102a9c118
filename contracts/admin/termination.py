"""Terminations: what ends when, and taking it back."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contracts import ending
from contracts.admin.ends import PlanForm
from contracts.admin.shared import QueueFilter, UnderClause, WithState, cited, linked, or_of_customers
from contracts.models import Termination
from contracts.models.termination import TONES, TerminationQuerySet
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.desk import DESK
from iijiot.console.history import show_history
from iijiot.rules import RuleViolation, Unmet
from iijiot.searching import Query


class TakeBack(ConsoleAction):
    """解約の撤回 (G29.1)"""

    slug, label, permission, clause = "take-back", _("Take back"), "contracts.take_back_termination", "G29.1"
    form, tone = PlanForm, "danger"
    plan_template, plan_at_once = "console/plan_ending.html", True
    help = _("By agreement of both sides, until it takes effect. What only this end caused is lifted with it.")
    done = _("The end is taken back.")

    def why_not(self) -> Sequence[Unmet]:
        """Only an own end that has not taken effect."""
        try:
            ending.may_be_taken_back(self.obj, today=self.today)
        except RuleViolation as violation:
            return violation.unmet
        return []

    def plan(self, data: dict[str, Any]) -> ending.EndingPlan:
        """Everything that would be lifted."""
        return ending.plan_taking_back(self.obj, today=self.today)

    def carry_out(self, plan: ending.EndingPlan, data: dict[str, Any]) -> Any:
        """Do what was shown."""
        return ending.carry_out(plan, actor=self.actor, reason=data["reason"], today=self.today)


class TerminationQueue(QueueFilter):
    """Ends to come."""

    queues: ClassVar = {
        "to-come": (_("To come"), lambda rows: rows.scheduled()),
        "form-missing": (_("Our form is missing"), lambda rows: rows.without_our_form()),
    }


class TerminationsUnderClause(UnderClause):
    """Ends to come under a clause."""

    rows = "to_come_under"


def searched_terminations(rows: TerminationQuerySet, query: Query) -> QuerySet[Termination]:
    """Those of this number or of what ends; where there is none, those of the customers found by what was typed."""
    return or_of_customers(rows.about(*map(query.numbered, ("E", "K", "X"))), rows, query)


@admin.register(Termination)
class TerminationAdmin(WithState, ReadOnlyAdmin):
    """Ends of contracts and subscriptions."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "what", "effective_on", "why", "origin", "caused_by", "badge"]
    further_columns: ClassVar = ["arrived_on", "named_on", "how", "reason"]
    list_filter: ClassVar = [TerminationQueue, TerminationsUnderClause, "state", "origin"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_terminations)
    search_help_text = _(
        "Number of the termination, the contract or the subscription, or the customer by name, kana, number or telephone"
    )
    fields: ClassVar = ["origin", "how", "arrived_on", "named_on", "through", "designated", "ground", "reason"]
    dialogs: ClassVar = [TakeBack, *DESK]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Termination]:
        """With what a list shows of each."""
        return Termination.objects.with_list_data().order_by("effective_on", "pk")

    @admin.display(description=_("customer"))
    def customer(self, termination: Termination) -> str:
        """Whose contract ends."""
        return str(termination.subject.customer)

    @admin.display(description=_("what ends"))
    def what(self, termination: Termination) -> str:
        """The contract or subscription."""
        return str(termination.subject)

    @admin.display(description=_("clause"))
    def why(self, termination: Termination) -> str:
        """The clause that makes it that day."""
        return cited(termination.clause)

    @admin.display(description=_("caused by"))
    def caused_by(self, termination: Termination) -> str:
        """The end that causes this one."""
        return str(termination.cause.subject) if termination.cause else "—"

    def head(self, termination: Termination) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": termination.get_state_display(),
            "tone": TONES[termination.state],
            "facts": [
                (_("Number"), termination.number),
                (_("Customer"), linked(termination.subject.customer)),
                (_("What ends"), linked(termination.subject)),
                (_("Last day"), termination.effective_on),
                (_("Clause"), cited(termination.clause)),
                (_("Caused by"), linked(termination.cause) if termination.cause else ""),
            ],
        }


show_history("contracts.termination", lambda termination: [termination, termination.consequences.all()])
