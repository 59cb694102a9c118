"""Refunds on their way back to customers."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing import refunding
from billing.models import Refund
from billing.models.refund import TONES
from contracts.admin.shared import BecauseForm, QueueFilter, ReasonForm, WithState, linked, of_party, searched_by_number
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on

REFUND, SETTLE = "billing.order_refund", "billing.settle_refund"


class PaidForm(ReasonForm):
    """The day on which it left our account."""

    on = ConsoleDateField(label=_("Paid on"))
    field_order = ["on", "reason"]


class RefundPaid(ConsoleAction):
    """返金の実行の記録 (G33)"""

    slug, label, permission, clause, transition = "refund-paid", _("Note that it was paid"), SETTLE, "G33", "was_paid"
    form: ClassVar[type[forms.Form]] = PaidForm
    done = _("The refund is paid.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"on": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Note it."""
        refunding.were_paid([self.obj], today=self.today, actor=self.actor, **data)


class CallOffRefund(ConsoleAction):
    """返金の取りやめ (G33)"""

    slug, label, permission, clause, transition = "call-off-refund", _("Call the refund off"), SETTLE, "G33", "call_off"
    form, tone = BecauseForm, "danger"
    help = _("It is not paid; the money is the customer's credit again.")
    done = _("The money is the customer's credit again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Call it off."""
        refunding.call_off(self.obj, because=data["because"], today=self.today, actor=self.actor)


class RefundCameBack(ConsoleAction):
    """返金の組戻し (G33)"""

    slug, label, permission, clause = "refund-came-back", _("Record that the refund came back"), REFUND, "G33"
    transition, form, tone = "come_back", BecauseForm, "danger"
    help = _("Once the money is in our account again, or the bank says that it did not leave it.")
    done = _("The money is the customer's credit again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        refunding.come_back(self.obj, because=data["because"], today=self.today, actor=self.actor)


class RefundQueue(QueueFilter):
    """Refunds by what is to be done."""

    queues: ClassVar = {"to-transfer": (_("To be transferred"), lambda rows: rows.to_transfer())}


@admin.register(Refund)
class RefundAdmin(WithState, ReadOnlyAdmin):
    """Refunds; ordered on the customer's page."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "sum", "ordered_on", "paid_on", "badge"]
    further_columns: ClassVar = ["reason", "file"]
    list_filter: ClassVar = [RefundQueue, "state"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    page_related: ClassVar = ["customer", "file"]
    fields: ClassVar = ["reason"]
    dialogs: ClassVar = [RefundPaid, CallOffRefund, RefundCameBack]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        """With what a list shows of each."""
        return Refund.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        """What is paid back."""
        return yen(refund.amount)

    def head(self, refund: Refund) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": refund.get_state_display(),
            "tone": TONES[refund.state],
            "facts": [
                (_("Number"), refund.number),
                (_("Customer"), linked(refund.customer)),
                (_("Amount"), yen(refund.amount)),
                (_("Bank"), f"{refund.bank} {refund.bank_name}"),
                (_("Branch"), f"{refund.branch} {refund.branch_name}"),
                (_("Account"), f"{refund.get_account_kind_display()} {refund.account}"),
                (_("Holder"), refund.holder),
                (_("Ordered on"), refund.ordered_on),
                (_("Paid on"), refund.paid_on),
                (_("Bank's file"), linked(refund.file)),
                (_("Reason"), refund.reason),
                (_("Why it was called off"), refund.why),
            ],
        }


def sources(request: HttpRequest, refund: Refund) -> dict[str, Any]:
    """What it was taken out of."""
    return {"uses": refund.allocations.with_list_data().order_by("-pk"), "waits": False, "suggestions": []}


def refund_row(refund: Refund, today: date) -> Row:
    """A refund that waits for a file of transfers."""
    return Row(refund.number, change_url(refund), refund, refund.customer, refund.ordered_on, note=yen(refund.amount))


show_on("billing.refund", Panel(_("Taken out of"), "console/panel_uses.html", sources, "uses"))
show_history("billing.refund", lambda refund: [refund])
show_at_home(
    Queue(
        "refunds",
        _("Refunds to be transferred"),
        Clause("G33"),
        SETTLE,
        listed("billing_refund", "to-transfer"),
        waiting=lambda day: Refund.objects.to_transfer().with_list_data(),
        row=refund_row,
        of_customer=of_party,
        empty=_("No refund waits."),
        due=F("ordered_on"),
        place=67,
    )
)
