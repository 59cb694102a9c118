"""Exemptions from invoices or reminders: decided by a supervisor on the customer's page, with a reason and an end."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from billing import exempting
from billing.models import Exemption
from billing.models.exemption import EXEMPTION_TONES, ExemptFrom
from contracts.admin.shared import BecauseForm, WithState, linked, or_of_customers
from iijiot import clock
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, show_on

EXEMPT = "billing.exempt_customer"


class ExemptForm(BecauseForm):
    """From what, from when until when, and why."""

    exempt_from = forms.ChoiceField(label=_("Exempt from"), choices=ExemptFrom.choices, widget=UnfoldAdminSelectWidget)
    since = ConsoleDateField(label=pgettext_lazy("of an exemption", "Since"))
    until = ConsoleDateField(
        label=pgettext_lazy("of an exemption", "Until"),
        help_text=_("The last day; it holds by itself no longer than that."),
    )
    field_order = ["exempt_from", "since", "until", "because"]


class ExemptCustomer(ConsoleAction):
    """請求・督促の適用除外 (G33)"""

    slug, label, permission, clause, form = (
        "exempt-customer",
        _("Exempt from invoices or reminders"),
        EXEMPT,
        "G33",
        ExemptForm,
    )
    help = _("No invoice, or no reminder, goes out meanwhile. What is owed stays owed, and late charges accrue.")
    done = _("The customer is exempt.")

    def initial(self) -> dict[str, Any]:
        """From today."""
        return {"since": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The customer's exemptions."""
        return [self.obj.exemptions.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Exemption:
        """Exempt it."""
        return exempting.exempt(self.obj, today=self.today, actor=self.actor, **data)


class LiftExemption(ConsoleAction):
    """適用除外の解除 (G33)"""

    slug, label, permission, clause, transition = "lift-exemption", _("Lift the exemption"), EXEMPT, "G33", "lift"
    form: ClassVar[type[forms.Form]] = BecauseForm
    help = _("Invoices or reminders go out again from now on.")
    done = _("The exemption is lifted.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Lift it."""
        exempting.lift(self.obj, because=data["because"], actor=self.actor)


@admin.register(Exemption)
class ExemptionAdmin(WithState, ReadOnlyAdmin):
    """Who is exempt, from what, until when."""

    tones = EXEMPTION_TONES
    list_display: ClassVar = ["customer", "exempt_from", "since", "until", "because", "badge"]
    list_filter: ClassVar = ["state", "exempt_from"]
    search_fields: ClassVar = ["customer__name"]
    searched = staticmethod(lambda rows, query: or_of_customers(rows.none(), rows, query))
    search_help_text = _("The customer by name, kana or number")
    fields: ClassVar = ["because"]
    dialogs: ClassVar = [LiftExemption]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exemption]:
        """With whom it is for."""
        return Exemption.objects.with_list_data().order_by("-pk")

    def head(self, exemption: Exemption) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": exemption.get_state_display(),
            "tone": EXEMPTION_TONES[exemption.state],
            "facts": [
                (_("Customer"), linked(exemption.customer)),
                (_("Exempt from"), exemption.get_exempt_from_display()),
                (pgettext_lazy("of an exemption", "Since"), exemption.since),
                (pgettext_lazy("of an exemption", "Until"), exemption.until),
                (_("Reason"), exemption.because),
            ],
        }


def of_customer(request: HttpRequest, customer: Any) -> dict[str, Any]:
    """What a customer is exempt from, now or later."""
    return {"exemptions": customer.exemptions.not_over(clock.business_day()).order_by("since")}


offer_on("contracts.customer", ExemptCustomer)
show_on("contracts.customer", Panel(_("Exemptions"), "console/panel_exemptions.html", of_customer, "exemptions", 64))
show_history("billing.exemption", lambda exemption: [exemption])
