"""Violations: recorded on the customer's page, and closed once they are remedied or turn out to be none."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts import violating
from contracts.admin.shared import QueueFilter, WithState, cited, linked, searched_by_number
from contracts.models import Violation
from contracts.models.violation import PLAIN, TONES
from iijiot import clock
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.desk import DESK
from iijiot.console.fields import SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on

CLOSE = "contracts.close_violation"


class OutcomeForm(forms.Form):
    """What has come of it."""

    result = SentencesField(label=_("Outcome"), max_length=300)


class Remedy(ConsoleAction):
    """違反の解消の記録 (G28.1.1)"""

    slug, label, permission, clause = "remedy", _("Record as remedied"), CLOSE, "G28.1.1"
    transition, form = "remedy", OutcomeForm
    help = _("The customer has put it right. Suspensions for it are lifted on their own pages.")
    done = _("The violation is recorded as remedied.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Close it."""
        violating.remedy(self.obj, on=self.today, outcome=data["result"], actor=self.actor)


class Drop(ConsoleAction):
    """違反に当たらないことの記録 (G20)"""

    slug, label, permission, clause = "drop", _("Record as no violation"), CLOSE, "G20"
    transition, form = "drop", OutcomeForm
    help = _("It has turned out to be none. Suspensions for it are lifted on their own pages.")
    done = _("The violation is closed.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Close it."""
        violating.drop(self.obj, on=self.today, outcome=data["result"], actor=self.actor)


class ViolationQueue(QueueFilter):
    """Violations that are not closed."""

    queues: ClassVar = {"open": (pgettext_lazy("of a violation", "Open"), lambda rows: rows.open())}


@admin.register(Violation)
class ViolationAdmin(WithState, ConsoleAdmin):
    """Breaches of duties and prohibited use."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "breach", "found_on", "badge"]
    further_columns: ClassVar = ["contract", "closed_on", "outcome"]
    list_filter: ClassVar = [ViolationQueue, "state", "breach"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer", "contract"]
    fields: ClassVar = ["customer", "contract", "breach", "found_on", "what"]
    fixed_fields: ClassVar = ["customer", "breach"]
    prefilled: ClassVar = {"found_on": clock.business_day}
    dialogs: ClassVar = [Remedy, Drop, *DESK]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What is violated by a card or a device is recorded on the page of that."""
        if db_field.name == "breach":
            kwargs["choices"] = [("", "---------"), *((breach.value, breach.label) for breach in PLAIN)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def head(self, violation: Violation) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": violation.get_state_display(),
            "tone": TONES[violation.state],
            "facts": [
                (_("Number"), violation.number),
                (_("Customer"), linked(violation.customer)),
                (_("Clause"), cited(violation.breach)),
                (_("Closed on"), violation.closed_on),
                (_("Outcome"), violation.outcome),
            ],
        }


show_on(
    "contracts.customer",
    Panel(
        _("Violations"),
        "console/panel_violations.html",
        lambda request, customer: {"violations": customer.violations.all()[:10]},
        "violations",
        60,
    ),
)
show_history("contracts.violation", lambda violation: [violation, violation.suspensions.all()])
