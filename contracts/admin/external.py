"""External subscriptions: recorded, and their ends with everything that rests on them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contracts import ending, terminating
from contracts.admin.ends import EndingAction, PlanForm
from contracts.admin.shared import dependents_page, linked, or_of_customers
from contracts.ending import Designated
from contracts.models import ExternalSubscription
from contracts.models.external import ExternalSubscriptionQuerySet
from iijiot import clock
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.console.search import MOST
from iijiot.searching import Query


class EndForm(PlanForm):
    """The subscription's last day."""

    effective_on = ConsoleDateField(
        label=_("Last day"), help_text=_("Under the other terms; it is still a day of service.")
    )
    field_order = ["effective_on", "reason"]


class RecordEnd(EndingAction):
    """他約款契約の終了の記録 (PC5.2)"""

    slug, label, permission, clause = "end", _("Record its end"), "contracts.end_contract", "PC5.2"
    form, tone = EndForm, "danger"
    help = _("You see everything that ends with it before you confirm.")
    done = _("The end is recorded.")

    def __init__(self, obj: ExternalSubscription, request: HttpRequest) -> None:
        super().__init__(obj, request)
        self.clause = obj.end_clause  # type: ignore[misc]

    def planned(self, data: dict[str, Any], wishes: Sequence[Designated]) -> ending.EndingPlan:
        """Everything that would end."""
        return terminating.plan_end_of_subscription(
            self.obj, effective_on=data["effective_on"], today=self.today, designated=wishes
        )


def searched_subscriptions(rows: ExternalSubscriptionQuerySet, query: Query) -> QuerySet[ExternalSubscription]:
    """Those of this number or reference; where there is none, those of the customers found by what was typed."""
    same = ExternalSubscription.objects.found(query.numbered("X"), query.compact, MOST)
    return or_of_customers(rows.among([subscription.pk for subscription in same]), rows, query)


@admin.register(ExternalSubscription)
class ExternalSubscriptionAdmin(ConsoleAdmin):
    """What customers hold under other terms."""

    list_display: ClassVar = ["number", "customer", "service", "network", "reference", "starts_on", "ends_on"]
    list_filter: ClassVar = ["service"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_subscriptions)
    search_help_text = _("Number, reference, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer"]
    fixed_fields: ClassVar = ["customer", "service", "network"]
    prefilled: ClassVar = {"starts_on": clock.business_day}
    dialogs: ClassVar = [RecordEnd]

    def head(self, subscription: ExternalSubscription) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Number"), subscription.number),
                (_("Customer"), linked(subscription.customer)),
                (_("Last day"), subscription.ends_on),
            ]
        }


show_on(
    "contracts.externalsubscription",
    Panel(
        _("Connections"),
        "console/panel_resting.html",
        lambda request, subscription: {
            "dependents": dependents_page(request, subscription),
            "terminations": subscription.terminations.with_list_data(),
        },
        "resting",
    ),
)
show_history("contracts.externalsubscription", lambda subscription: [subscription, subscription.terminations.all()])
