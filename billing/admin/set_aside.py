"""Management units that a run set aside: the cause, what helps against it, and letting through what was only large."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing import closing
from billing.models import SetAside
from billing.models.run import ASIDE_TONES
from contracts.admin.shared import BecauseForm, QueueFilter, WithState, cited, linked, of_party, or_of_customers
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Queue, Row, listed, show_at_home
from iijiot.console.terms import Waiting, waits
from iijiot.rules import Unmet, unmet

LET_THROUGH = "billing.let_through"


class LetThrough(ConsoleAction):
    """保留の解除 (G30.1)"""

    slug, label, permission, clause, transition = "let-through", _("Let through"), LET_THROUGH, "G30.1", "let_through"
    form: ClassVar[type[forms.Form]] = BecauseForm
    help = _("You have looked at it and found it right. The next round of the run makes the invoice.")
    done = _("It is let through. Compute the month once more.")

    @staticmethod
    def can(aside: SetAside) -> bool:
        """Whether it can be let through now."""
        return not (unmet(aside.let_through) or closing.why_not_let_through(aside))

    def why_not(self) -> Sequence[Unmet]:
        """While it waits, and where only its size was the cause."""
        return unmet(self.obj.let_through) or closing.why_not_let_through(self.obj)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let it through."""
        closing.let_through(self.obj, reason=data["because"], actor=self.actor)


class AsideQueue(QueueFilter):
    """What is to be looked at."""

    queues: ClassVar = {"open": (_("To be looked at"), lambda rows: rows.open())}


@admin.register(SetAside)
class SetAsideAdmin(WithState, ReadOnlyAdmin):
    """What runs have set aside."""

    tones = ASIDE_TONES
    list_display: ClassVar = ["management_unit", "customer", "run", "cause", "why", "badge"]
    further_columns: ClassVar = ["contract", "clause"]
    list_filter: ClassVar = [AsideQueue, "state", "cause"]
    search_fields: ClassVar = ["customer__name"]
    searched = staticmethod(lambda rows, query: or_of_customers(rows.none(), rows, query))
    search_help_text = _("The customer by name, kana or number")
    fields: ClassVar = ["why"]
    dialogs: ClassVar = [LetThrough]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SetAside]:
        """With what a list shows of each."""
        return SetAside.objects.with_list_data().order_by("-pk")

    def head(self, aside: SetAside) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": aside.get_state_display(),
            "tone": ASIDE_TONES[aside.state],
            "facts": [
                (_("Billing run"), linked(aside.run)),
                (_("Customer"), linked(aside.customer)),
                (_("Management unit"), linked(aside.management_unit)),
                (_("Contract"), linked(aside.contract)),
                (_("Cause"), aside.get_cause_display()),
                (_("Why"), aside.why),
                (_("Clause"), cited(aside.clause)),
            ],
        }


def to_look_at(aside: SetAside, today: date) -> Row:
    """A unit that a run set aside."""
    return Row(
        str(aside.management_unit), change_url(aside), aside, aside.customer, clause=Clause(aside.clause), note=aside.why,
        next=LetThrough.slug if LetThrough.can(aside) else "",
    )  # fmt: skip


waits(
    Waiting(
        _("Set aside in billing runs"),
        "billing.view_setaside",
        SetAside.objects.open_by_clause,
        lambda clause: f"{reverse('admin:billing_setaside_changelist')}?queue=open&clause__exact={Clause(clause).id}",
    )
)
show_history("billing.setaside", lambda aside: [aside])
show_at_home(
    Queue(
        "units-aside",
        _("Set aside in billing runs"),
        Clause("G30.1"),
        LET_THROUGH,
        listed("billing_setaside", "open"),
        waiting=lambda day: SetAside.objects.open().with_list_data(),
        row=to_look_at,
        of_customer=of_party,
        empty=_("Nothing is set aside."),
        place=67,
        among_others=5,
    )
)
