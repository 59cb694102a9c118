"""Prices agreed with a customer: entered, ended, taken back."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing import agreeing
from billing.models import AgreedPrice
from billing.models.agreed import TONES
from contracts.admin.shared import BecauseForm, WithState, cited, linked, or_of_customers
from iijiot.amounts import yen
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.fields import ConsoleDateField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.searching import Query

END = "billing.end_agreedprice"


class LastDayForm(forms.Form):
    """To which day it holds."""

    last = ConsoleDateField(label=_("Last day"))
    reason = SentencesField(label=_("Reason"), max_length=300)


class EndAgreed(ConsoleAction):
    """個別料金の終了 (G30.1)"""

    slug, label = "end-agreed", pgettext_lazy("an agreed price", "Set its last day")
    permission, clause, transition, form = END, "G30.1", "end_on", LastDayForm
    help = _("As agreed with the customer. From the day after it the list holds again.")
    done = _("The last day is set.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Set the day."""
        agreeing.end(self.obj, data["last"], today=self.today, actor=self.actor, reason=data["reason"])


class WithdrawAgreed(ConsoleAction):
    """個別料金の取消し (G30.1)"""

    slug, label = "withdraw-agreed", pgettext_lazy("an agreed price", "Withdraw")
    permission, clause, transition, form = END, "G30.1", "withdraw", BecauseForm
    help = _(
        "For what was entered by mistake: it is as if it had never held, and invoices are corrected by the next run."
    )
    done = _("The agreed price is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        agreeing.withdraw(self.obj, because=data["because"], actor=self.actor)


def searched(rows: Any, query: Query) -> QuerySet[AgreedPrice]:
    """Those of the customers found by what was typed."""
    return or_of_customers(rows.none(), rows, query)


@admin.register(AgreedPrice)
class AgreedPriceAdmin(WithState, ConsoleAdmin):
    """Agreed prices: entered once, ended or taken back, never changed."""

    tones = TONES
    list_display: ClassVar = ["what", "customer", "yen_without_tax", "since", "until", "badge"]
    list_filter: ClassVar = ["state", "basis", "service_code"]
    search_fields: ClassVar = ["customer__name"]
    searched = staticmethod(searched)
    search_help_text = _("The customer by name, kana or number")
    autocomplete_fields: ClassVar = ["customer", "contract", "application"]
    fields: ClassVar = [
        "customer", "contract", "application", "service_code", "item", "kind", "unit", "cause", "yen", "tax", "basis",
        "reference", "since", "until",
    ]  # fmt: skip
    dialogs: ClassVar = [EndAgreed, WithdrawAgreed]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgreedPrice]:
        """With whom it is for."""
        return AgreedPrice.objects.with_list_data().order_by("-pk")

    def has_change_permission(self, request: HttpRequest, obj: AgreedPrice | None = None) -> bool:
        """Never changed."""
        return False

    @admin.display(description=_("fee"))
    def what(self, agreed: AgreedPrice) -> Any:
        """Which fee it is of."""
        return agreed.what

    @admin.display(description=_("without tax"), ordering="yen")
    def yen_without_tax(self, agreed: AgreedPrice) -> str:
        """The sum."""
        return yen(agreed.yen)

    def head(self, agreed: AgreedPrice) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": agreed.get_state_display(),
            "tone": TONES[agreed.state],
            "facts": [
                (_("Customer"), linked(agreed.customer)),
                (_("Holds for"), linked(agreed.scope)),
                (_("Fee"), agreed.what),
                (_("Without tax"), f"{yen(agreed.yen)} {agreed.get_unit_display()}"),
                (_("Consumption tax"), agreed.get_tax_display()),
                (_("Basis"), agreed.get_basis_display()),
                (_("Reference"), agreed.reference),
                (_("From"), agreed.since),
                (pgettext_lazy("of a price", "To"), agreed.until),
                (_("Clause"), cited("G30.1")),
                (_("Withdrawn because"), agreed.withdrawn_because),
            ],
        }


def of_customer(request: HttpRequest, customer: Any) -> dict[str, Any]:
    """What was agreed with a customer."""
    return {"agreed": AgreedPrice.objects.standing().of_customers([customer.pk]).with_list_data()[:20]}


show_on("contracts.customer", Panel(_("Agreed prices"), "console/panel_agreed.html", of_customer, "agreed", 62))
show_history("billing.agreedprice", lambda agreed: [agreed])
