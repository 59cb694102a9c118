"""Payments received: whose they are, what they pay; the queue of those that nobody knows, with suggestions."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing import collecting, knowing
from billing.admin.fields import InvoicesField
from billing.models import Receipt
from billing.models.receipt import TONES, State
from contracts.admin.shared import (
    BecauseForm,
    CustomerField,
    QueueFilter,
    ReasonForm,
    WithState,
    linked,
    searched_by_number,
)
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, action_url, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on

MATCH, REVERSE = "billing.match_receipt", "billing.reverse_receipt"


class MatchForm(ReasonForm):
    """Whose it is, and what it pays."""

    customer = CustomerField(label=_("Customer"))
    invoices = InvoicesField(label=_("Invoices"))
    learns = forms.BooleanField(
        label=_("Know the payer by this name and code from now on"),
        required=False,
        help_text=_("The next payment of this name and an exact sum is then matched by itself."),
    )
    field_order = ["customer", "invoices", "learns", "reason"]


class MatchReceipt(ConsoleAction):
    """入金の消込（契約者の特定） (G33)"""

    slug, label, permission, clause, transition = "match-receipt", _("Say whose it is"), MATCH, "G33", "match"
    form: ClassVar[type[forms.Form]] = MatchForm
    tone = "primary"
    help = _("It pays the invoices named, then the oldest due; what is left is the customer's credit.")
    done = _("The payment is matched.")

    def initial(self) -> dict[str, Any]:
        """The customer of a suggestion that was followed."""
        return {"customer": self.request.GET.get("customer", "")[:20]}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Match it."""
        collecting.match(
            self.obj,
            data["customer"],
            invoices=data["invoices"],
            learns=data["learns"],
            today=self.today,
            actor=self.actor,
            reason=data["reason"],
        )


class UseForm(ReasonForm):
    """What it pays."""

    invoices = InvoicesField(label=_("Invoices"))
    field_order = ["invoices", "reason"]


class UseReceipt(ConsoleAction):
    """入金残高の充当 (G33)"""

    slug, label, permission, clause, transition = "use-receipt", _("Use what is left"), MATCH, "G33", "use"
    form = UseForm
    done = _("It is used.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What it pays."""
        return [self.obj.allocations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Use it."""
        collecting.use(self.obj, invoices=data["invoices"], today=self.today, actor=self.actor, reason=data["reason"])


class UndoAllocations(ConsoleAction):
    """消込の取消し (G33)"""

    slug, label, permission, clause, transition = "undo-allocations", _("Take back what it pays"), MATCH, "G33", "use"
    form, tone = BecauseForm, "danger"
    help = _("The invoices are open again, those past their due day overdue; the money is the customer's credit.")
    done = _("What it paid is taken back.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What it pays."""
        return [self.obj.allocations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        collecting.undo(self.obj, because=data["because"], today=self.today, actor=self.actor)


class UnmatchReceipt(ConsoleAction):
    """入金の契約者の取消し (G33)"""

    slug, label, permission, clause = "unmatch-receipt", _("Take back whose it is"), MATCH, "G33"
    transition, form = "unmatch", BecauseForm
    done = _("It waits to be matched again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it back."""
        collecting.unmatch(self.obj, because=data["because"], actor=self.actor)


class DismissReceipt(ConsoleAction):
    """契約者の入金でないことの記録 (G33)"""

    slug, label, permission, clause = "dismiss-receipt", _("No customer's payment"), MATCH, "G33"
    transition, form = "dismiss", BecauseForm
    help = _("Such as interest, or what the bank pays over of direct debits, which are booked by their result.")
    done = _("It is put aside.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it aside."""
        collecting.dismiss([self.obj], because=data["because"], actor=self.actor)


class TakeUpReceipt(ConsoleAction):
    """契約者の入金としての再取上げ (G33)"""

    slug, label, permission, clause = "take-up-receipt", _("A customer's payment after all"), MATCH, "G33"
    transition, form = "take_up", BecauseForm
    done = _("It waits to be matched.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it up."""
        collecting.take_up(self.obj, because=data["because"], actor=self.actor)


class ReverseReceipt(ConsoleAction):
    """入金の取消し (G33)"""

    slug, label, permission, clause = "reverse-receipt", _("Reverse the payment"), REVERSE, "G33"
    form, tone, final = BecauseForm, "danger", True
    help = _("The bank has taken it back, or it was entered by mistake. What it paid is open again.")
    done = _("The payment is reversed.")

    def why_not(self) -> Any:
        """Only while it is not reversed; what it pays is taken back with it."""
        return self.obj.why_not_reversed()

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What it pays."""
        return [self.obj.allocations.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Reverse it."""
        collecting.reverse(self.obj, because=data["because"], today=self.today, actor=self.actor)


class ReceiptQueue(QueueFilter):
    """Payments by what is to be done."""

    queues: ClassVar = {
        "to-match": (_("Customer not known"), lambda rows: rows.to_match()),
        "with-credit": (_("Not used up"), lambda rows: rows.with_credit()),
    }


@admin.register(Receipt)
class ReceiptAdmin(WithState, ReadOnlyAdmin):
    """Payments; they come by banks' files, or are entered on the customer's page."""

    tones = TONES
    list_display: ClassVar = ["number", "value_on", "payer", "customer", "sum", "left", "source", "badge"]
    further_columns: ClassVar = ["booked_on", "entered_on", "payer_code", "edi", "from_bank", "account"]
    list_filter: ClassVar = [ReceiptQueue, "state", "source", "account"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    page_related: ClassVar = ["customer", "account", "file"]
    fields: ClassVar = ["payer"]
    dialogs: ClassVar = [
        MatchReceipt,
        UseReceipt,
        DismissReceipt,
        TakeUpReceipt,
        UndoAllocations,
        UnmatchReceipt,
        ReverseReceipt,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Receipt]:
        """With what a list shows of each."""
        return Receipt.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, receipt: Receipt) -> str:
        """What came."""
        return yen(receipt.amount)

    @admin.display(description=_("not used"))
    def left(self, receipt: Receipt) -> str:
        """What of it is not used."""
        return yen(receipt.rest) if receipt.state == State.MATCHED and receipt.rest else ""

    def head(self, receipt: Receipt) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": receipt.get_state_display(),
            "tone": TONES[receipt.state],
            "facts": [
                (_("Number"), receipt.number),
                (_("Customer"), linked(receipt.customer)),
                (_("Amount"), yen(receipt.amount)),
                (_("Not used"), yen(receipt.rest)),
                (_("Value date"), receipt.value_on),
                (_("Booked by the bank on"), receipt.booked_on),
                (_("Entered on"), receipt.entered_on),
                (_("How it came"), receipt.get_source_display()),
                (_("Payer"), receipt.payer),
                (_("Payer's code"), receipt.payer_code),
                (_("EDI information"), receipt.edi),
                (_("Remark"), receipt.remark),
                (_("From"), receipt.from_bank),
                (_("Our account"), linked(receipt.account)),
                (_("Bank's file"), linked(receipt.file)),
                (_("Reason"), receipt.why),
            ],
        }


def uses(request: HttpRequest, receipt: Receipt) -> dict[str, Any]:
    """What it pays and paid; where nobody knows whose it is, who it may be."""
    guesses = knowing.suggestions(receipt) if receipt.state == State.UNMATCHED else []
    may = request.user.has_perm(MATCH)
    return {
        "uses": receipt.allocations.with_list_data().order_by("-pk")[:50],
        "waits": receipt.state == State.UNMATCHED,
        "given_up": knowing.given_up(receipt),
        "suggestions": [
            (guess, f"{action_url(receipt, MatchReceipt)}?customer={guess.customer.number}" if may else "")
            for guess in guesses
        ],
    }


def receipt_row(receipt: Receipt, today: date) -> Row:
    """A payment of which nobody knows whose it is."""
    note = f"{yen(receipt.amount)} {receipt.came_from}"
    return Row(receipt.number, change_url(receipt), receipt, due=receipt.value_on, note=note, next=MatchReceipt.slug)


show_on("billing.receipt", Panel(_("What it pays"), "console/panel_uses.html", uses, "uses"))
show_history("billing.receipt", lambda receipt: [receipt, receipt.allocations.all()])
show_at_home(
    Queue(
        "receipts",
        _("Payments to match"),
        Clause("G33"),
        MATCH,
        listed("billing_receipt", "to-match"),
        waiting=lambda day: Receipt.objects.to_match().with_list_data(),
        row=receipt_row,
        empty=_("Every payment is matched."),
        due=F("value_on"),
        place=64,
    )
)
