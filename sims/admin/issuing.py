"""Dialogs by which cards leave the stock: assigned to lines, exchanged, put back, shipped, arrived, disposed of (MA1, MA8.1)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from contracts.admin.shared import ReasonForm
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.offering import offer_on
from iijiot.rules import Unmet
from sims import issuing, receiving
from sims.admin.bulk_forms import CardForm
from sims.admin.picking import CardsField, DayComeField, NewCardForm
from sims.models import SimCard

ASSIGN, SHIP, DISPOSE, RECEIVE = (
    "sims.assign_simcard",
    "sims.ship_simcard",
    "sims.dispose_simcard",
    "sims.receive_simcard",
)


class AssignForm(CardForm):
    """Which cards, and to how many of the lines that wait."""

    quantity = forms.IntegerField(
        label=_("How many"),
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Empty: all lines of the contract that wait for a card, the first ordered first."),
    )


class AssignCards(ConsoleAction):
    """SIMカードの引当、契約の画面から (MA8.1)"""

    slug, label, permission, clause = "assign-contract-cards", _("Assign SIM cards"), ASSIGN, "MA8.1"
    form, plan_template = AssignForm, "console/plan_assigning.html"
    help = _("Lines get their cards in the order in which they were ordered, and the cards longest in stock go first.")
    done = _("The cards are assigned.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where a line waits."""
        if self.obj.lines.without_card().exists():
            return []
        return [Unmet(Clause("MA8.1"), _("No line of the contract waits for a card."))]

    def plan(self, data: dict[str, Any]) -> issuing.AssignPlan:
        """How many get one, and whether the stock is enough."""
        return issuing.plan_assigning(self.obj, **data)

    def carry_out(self, plan: issuing.AssignPlan, data: dict[str, Any]) -> None:
        """Assign them."""
        product = data["product"]
        issuing.assign(
            self.obj, form_factor=data["form_factor"], quantity=plan.quantity, on=self.today, actor=self.actor,
            product=product.pk if product else None,
        )  # fmt: skip


class AssignCard(ConsoleAction):
    """SIMカードの引当、回線の画面から (MA8.1)"""

    slug, label, permission, clause = "assign-card", _("Assign a SIM card"), ASSIGN, "MA8.1"
    form = NewCardForm
    done = _("The card is assigned.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where the line waits for one."""
        return issuing.why_no_card(self.obj)

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The cards of the line."""
        return [self.obj.cards.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> SimCard:
        """Assign it."""
        return issuing.assign_card(
            self.obj, data["card"], form_factor=data["form_factor"], on=self.today, actor=self.actor
        )


class ExchangeForm(NewCardForm):
    """The new card, and why."""

    reason = SentencesField(label=_("Reason"), max_length=300)


class ExchangeCard(ConsoleAction):
    """引当済みSIMカードの差替え (MA8.1)"""

    slug, label, permission, clause = "exchange-card", _("Take another card instead"), ASSIGN, "MA8.1"
    form = ExchangeForm
    help = _("The line gets another card before this one is sent; this one goes back into stock.")
    done = _("The line has another card.")

    def why_not(self) -> Sequence[Unmet]:
        """Only before it is sent."""
        return issuing.why_not_exchanged(self.obj)

    def initial(self) -> dict[str, Any]:
        """Of the same form factor."""
        return {"form_factor": self.obj.form_factor}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> SimCard:
        """Exchange it."""
        return issuing.exchange(
            self.obj, new=data["card"], form_factor=data["form_factor"], on=self.today, actor=self.actor,
            reason=data["reason"],
        )  # fmt: skip


class PutCardBack(ConsoleAction):
    """SIMカードの在庫への戻入、カードの画面から (MA1)"""

    slug, label, permission, clause = "put-card-back", _("Put back into stock"), ASSIGN, "MA1"
    transition, form = "put_back", ReasonForm
    help = _("Before it is sent. The line waits for another card.")
    done = _("The card is in stock again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it back."""
        issuing.put_back([self.obj], actor=self.actor, reason=data["reason"])


class ShipForm(forms.Form):
    """The day and the shipment."""

    on = DayComeField(label=_("Shipped on"))
    shipment = PlainTextField(
        label=_("Shipment"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The number of the delivery note, by which it is found again."),
    )


class ShipCard(ConsoleAction):
    """SIMカードの出荷、カードの画面から (MA1)"""

    slug, label, permission, clause = "ship-card", pgettext_lazy("one card", "Ship"), SHIP, "MA1"
    transition, form, tone = "ship", ShipForm, "primary"
    help = _("The loan begins on this day.")
    done = _("The card is shipped.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Send it."""
        issuing.ship([self.obj.pk], actor=self.actor, **data)


class ShipSeveralForm(ShipForm):
    """The same for several cards of a contract."""

    cards = CardsField(
        label=_("Cards"),
        help_text=_("ICCIDs, one in each line. Empty: all cards that are assigned to lines of the contract."),
    )
    field_order = ["on", "shipment", "cards"]


class ShipCards(ConsoleAction):
    """SIMカードの出荷、契約の画面から (MA1, M13)"""

    slug, label, permission, clause = "ship-contract-cards", _("Ship SIM cards"), SHIP, "MA1"
    form, plan_template = ShipSeveralForm, "console/plan_shipping.html"
    help = _("All in one shipment, or none: whatever cannot be sent is named. The loan begins on this day.")
    done = _("The cards are shipped.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where a card waits to be sent."""
        if SimCard.objects.to_ship().of_contracts([self.obj.pk]).exists():
            return []
        return [Unmet(Clause("MA1"), _("No card of the contract waits to be sent."))]

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def plan(self, data: dict[str, Any]) -> issuing.ShipPlan:
        """Which cards go out."""
        return issuing.plan_shipping(self.obj, **data)

    def carry_out(self, plan: issuing.ShipPlan, data: dict[str, Any]) -> None:
        """Send them."""
        issuing.ship(plan.cards, on=plan.on, shipment=plan.shipment, actor=self.actor)


class CardArrived(ConsoleAction):
    """SIMカードの到着の記録、カードの画面から (MA1)"""

    slug, label, permission, clause = "card-arrived", pgettext_lazy("one card", "Record its arrival"), SHIP, "MA1"
    transition = "arrive"
    done = _("The customer has the card.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        issuing.arrive([self.obj.pk], actor=self.actor)


class DisposeForm(forms.Form):
    """What was done with it."""

    reason = SentencesField(
        label=_("What was done with it"),
        max_length=300,
        help_text=_("Such as destroyed, or given back to the carrier."),
    )


class DisposeOfCard(ConsoleAction):
    """SIMカードの廃棄、カードの画面から (MA1)"""

    slug, label, permission, clause = "dispose-of-card", pgettext_lazy("one card", "Dispose of"), DISPOSE, "MA1"
    transition, form, tone = "dispose", DisposeForm, "danger"
    help = _("It was destroyed or given back to the host carrier; nothing more is done with it.")
    done = _("The card is disposed of.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        issuing.dispose(self.obj, actor=self.actor, reason=data["reason"])


class UndoForm(forms.Form):
    """Why it is undone."""

    reason = SentencesField(label=_("Reason"), max_length=300)


class UndoReceipt(ConsoleAction):
    """SIMカードの入庫の取消し (MA1)"""

    slug, label, permission, clause = "undo-receipt", _("Undo the receipt"), RECEIVE, "MA1"
    transition, form = "undo_receipt", UndoForm
    help = _(
        "For a card that was entered by mistake, or with the wrong product or form factor. It can be taken in again."
    )
    done = _("The receipt is undone.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Undo it."""
        receiving.undo(self.obj, actor=self.actor, reason=data["reason"])


offer_on("contracts.contract", AssignCards, ShipCards)
offer_on("sims.line", AssignCard)
