"""Surcharges, damages and credits: decided on the page of a contract, pending until an invoice takes them."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from billing import deciding
from billing.models import ExtraItem
from billing.models.extra_item import TONES
from billing.models.price_key import MOST_YEN
from contracts.admin.shared import BecauseForm, WithState, linked, of_party, or_of_customers
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet
from iijiot.searching import Query

DECIDE = "billing.decide_extraitem"


class SumForm(forms.Form):
    """A sum, what stands on the invoice, and why."""

    amount = forms.IntegerField(
        label=_("Yen without tax"), min_value=1, max_value=MOST_YEN, widget=UnfoldAdminIntegerFieldWidget
    )
    text = PlainTextField(label=_("Text on the invoice"), max_length=100, widget=UnfoldAdminTextInputWidget)
    reason = SentencesField(label=_("Reason"), max_length=300)


class EvadedForm(SumForm):
    """A fee that was evaded."""

    amount = forms.IntegerField(
        label=_("Fee evaded, in yen without tax"),
        min_value=1,
        max_value=MOST_YEN // 2,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Twice as much is claimed; the fee itself is charged apart."),
    )


class Claim(ConsoleAction):
    """What the dialogs of a contract by which something is claimed share."""

    permission, form = DECIDE, SumForm
    done = _("It stands on the next invoice.")

    def touched(self) -> Iterable[models.QuerySet[Any]]:
        """What was decided for the contract before."""
        return [ExtraItem.objects.of_contract(self.obj.pk)]

    def said(self, data: dict[str, Any]) -> dict[str, Any]:
        """What every claim has."""
        return {"text": data["text"], "reason": data["reason"], "on": self.today, "actor": self.actor}


class ClaimSurcharge(Claim):
    """割増金の請求 (G34)"""

    slug, label, clause, form = "claim-surcharge", _("Claim a surcharge"), "G34", EvadedForm
    help = _("For a fee that was unlawfully evaded: twice the fee, outside the tax, beside the fee itself.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Claim it."""
        deciding.claim_surcharge(self.obj, data["amount"], **self.said(data))


class ClaimDamages(Claim):
    """損害賠償の請求 (G21)"""

    slug, label, clause = "claim-damages", _("Claim damages"), "G21"
    help = _("For what the customer has to make good; outside the tax.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Claim them."""
        deciding.claim_damages(self.obj, data["amount"], **self.said(data))


class CreditQuality(Claim):
    """品質保証違背時の減額 (G22, G32)"""

    slug, label, clause = "credit-quality", _("Credit for quality"), "G32"
    help = _("Only where a service guarantees its quality, and on the customer's request.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where a quality is guaranteed."""
        why = deciding.why_no_quality_credit(self.obj)
        return [Unmet(Clause("G32"), why)] if why else []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Credit it on the latest invoice of the contract."""
        deciding.credit_latest(self.obj, data["amount"], requested_on=self.today, **self.said(data))


class WithdrawExtra(ConsoleAction):
    """請求・減額の取消し (G30.1)"""

    slug, label = "withdraw-extra", pgettext_lazy("an extra item", "Withdraw")
    permission, clause, transition, form = DECIDE, "G30.1", "withdraw", BecauseForm
    help = _("While no invoice has it.")
    done = _("It is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        deciding.withdraw(self.obj, because=data["because"], actor=self.actor)


def searched(rows: Any, query: Query) -> QuerySet[ExtraItem]:
    """Those of the customers found by what was typed."""
    return or_of_customers(rows.none(), rows, query)


@admin.register(ExtraItem)
class ExtraItemAdmin(WithState, ReadOnlyAdmin):
    """What staff decided beside the fees."""

    tones = TONES
    list_display: ClassVar = ["kind", "customer", "yen_without_tax", "text", "arose_on", "badge"]
    list_filter: ClassVar = ["state", "kind"]
    search_fields: ClassVar = ["customer__name"]
    searched = staticmethod(searched)
    search_help_text = _("The customer by name, kana or number")
    fields: ClassVar = ["text"]
    dialogs: ClassVar = [WithdrawExtra]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExtraItem]:
        """With whom it is for."""
        return ExtraItem.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("without tax"), ordering="amount")
    def yen_without_tax(self, extra: ExtraItem) -> str:
        """The sum."""
        return yen(extra.amount)

    def head(self, extra: ExtraItem) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": extra.get_state_display(),
            "tone": TONES[extra.state],
            "facts": [
                (_("Kind"), extra.get_kind_display()),
                (_("Customer"), linked(extra.customer)),
                (_("Management unit"), linked(extra.management_unit)),
                (_("Contract"), linked(extra.contract)),
                (_("Clause"), extra.clause_value.citation),
                (_("Without tax"), yen(extra.amount)),
                (_("Taxed"), _("yes") if extra.taxable else _("no")),
                (_("Arose on"), extra.arose_on),
                (_("Month"), f"{extra.month:%Y-%m}"),
                (_("Reason"), extra.reason),
                (_("Withdrawn because"), extra.withdrawn_because),
            ],
        }


def of_customer(request: HttpRequest, customer: Any) -> dict[str, Any]:
    """What waits for the customer's next invoice."""
    return {"extras": of_party(ExtraItem.objects.pending().with_list_data(), customer)[:20]}


offer_on("contracts.contract", ClaimSurcharge, ClaimDamages, CreditQuality)
show_on(
    "contracts.customer",
    Panel(_("Waiting for the next invoice"), "console/panel_extras.html", of_customer, "extras", 63),
)
show_history("billing.extraitem", lambda extra: [extra])
