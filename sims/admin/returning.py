"""Dialogs by which cards come back, are called back by letter, or are given up (MA9.2)."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import ReasonForm
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.console.offering import offer_on
from iijiot.rules import Unmet, unmet
from sims import reminding, returning
from sims.admin.issuing import UndoForm
from sims.admin.picking import DayComeField

RETURN, GIVE_UP, CALL_BACK = "sims.return_simcard", "sims.give_up_simcard", "sims.call_back_simcard"


class BackForm(forms.Form):
    """The day of the receipt, and a note."""

    on = DayComeField(label=_("Received on"))
    note = SentencesField(label=_("Note"), required=False, max_length=300)


class TakeCardBack(ConsoleAction):
    """SIMカードの返還の受領、カードの画面から (MA9.2)"""

    slug, label, permission, clause = "take-card-back", pgettext_lazy("one card", "Take back"), RETURN, "MA9.2"
    transition, form = "take_back", BackForm
    help = _("The receipt counts. A charge for not returning a card is taken back with it.")
    done = _("The card is back.")

    def why_not(self) -> Sequence[Unmet]:
        """One that is back says since when, and who took it (M11)."""
        already = returning.back_already(self.obj)
        return [already] if already else unmet(self.obj.take_back)

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The charges for the card."""
        return [self.obj.charge_events.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        returning.take_back(self.obj, actor=self.actor, **data)


class UndoReturn(ConsoleAction):
    """SIMカードの返還の受領の取消し (MA9.2)"""

    slug, label, permission, clause = "undo-return", _("Undo the return"), RETURN, "MA9.2"
    form: ClassVar[type[forms.Form]] = UndoForm
    help = _("For a card that was taken back by mistake: it is where it was before, with its day and its charge.")
    done = _("The return is undone.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while it is back."""
        return returning.why_not_undone(self.obj)

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The charges for the card."""
        return [self.obj.charge_events.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Undo it."""
        returning.undo(self.obj, actor=self.actor, reason=data["reason"])


class GiveUpForm(forms.Form):
    """The price that was shown, and why."""

    price_shown = PlainTextField(
        label=_("Price shown beforehand"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Where and when the customer was shown the price, such as: price list of April 2026, 3,000 yen."),
    )
    reason = SentencesField(label=_("Reason"), required=False, max_length=300)


class GiveUpCard(ConsoleAction):
    """SIMカードの未返還での処理終了 (MA9.2, MA13.1)"""

    slug, label, permission, clause = "give-up-card", _("Close as not returned"), GIVE_UP, "MA9.2"
    transition, form, tone = "give_up", GiveUpForm, "danger"
    help = _("The one-time charge for the card arises today. It is taken back if the card comes after all.")
    done = _("The card is closed as not returned.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The charges for the card."""
        return [self.obj.charge_events.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Close it."""
        returning.give_up(self.obj, on=self.today, actor=self.actor, **data)


class CallCardsBack(ConsoleAction):
    """SIMカードの返還の督促、契約者の画面から (MA9.2)"""

    slug, label, permission, clause = "call-cards-back", _("Call SIM cards back"), CALL_BACK, "MA9.2"
    form: ClassVar[type[forms.Form]] = ReasonForm
    help = _(
        "One letter names the overdue cards of the customer, or where there are none those that are due back. It goes out "
        "besides those of the daily run."
    )
    done = _("The letter goes out.")

    @property
    def customer(self) -> Any:
        """Whose cards they are."""
        return self.obj

    def why_not(self) -> Sequence[Unmet]:
        """Only where cards are awaited, once a day."""
        return reminding.why_not_called_back(self.customer, self.today)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Write the letter."""
        return reminding.call_back(self.customer, on=self.today, actor=self.actor, reason=data["reason"])


class CallCardBack(CallCardsBack):
    """SIMカードの返還の督促、カードの画面から (MA9.2)"""

    slug, label = "call-card-back", _("Call the customer's cards back")

    @property
    def customer(self) -> Any:
        """Who has the card."""
        return self.obj.customer

    def why_not(self) -> Sequence[Unmet]:
        """Only for a card that is awaited."""
        return reminding.why_not_awaited(self.obj) or super().why_not()


offer_on("contracts.customer", CallCardsBack)
