"""Direct debit mandates and debits: what the bank makes of them."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing import mandating
from billing.models import Debit, Mandate
from billing.models.debit import TONES as DEBIT_TONES
from billing.models.mandate import TONES
from contracts.admin.shared import BecauseForm, QueueFilter, ReasonForm, WithState, linked, of_party, searched_by_number
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on

KEEP = "billing.keep_mandate"
SHOWN = 20


class SinceForm(ReasonForm):
    """From when the account can be debited."""

    since = ConsoleDateField(label=_("Debits from"))
    field_order = ["since", "reason"]


class ActivateMandate(ConsoleAction):
    """口座振替の開始 (G33)"""

    slug, label, permission, clause = "activate-mandate", _("Accepted by the bank"), KEEP, "G33"
    transition, tone = "activate", "primary"
    form: ClassVar[type[forms.Form]] = SinceForm
    help = _("Invoices issued from now on are debited. An earlier mandate of the customer ends with it.")
    done = _("The mandate is in force.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"since": self.today}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it in force."""
        mandating.activate(self.obj, actor=self.actor, **data)


class ReturnMandate(ConsoleAction):
    """口座振替依頼書の返戻 (G33)"""

    slug, label, permission, clause = "return-mandate", _("Sent back by the bank"), KEEP, "G33"
    transition, form = "give_back", BecauseForm
    done = _("The mandate is back. Ask the customer for another.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        mandating.give_back(self.obj, on=self.today, because=data["because"], actor=self.actor)


class StopMandate(ConsoleAction):
    """口座振替の停止 (G33)"""

    slug, label, permission, clause = "stop-mandate", _("Stop the mandate"), KEEP, "G33"
    transition, form, tone = "stop", BecauseForm, "danger"
    help = _("The customer pays by transfer from now on. What the bank was asked for already may still come.")
    done = _("The mandate is stopped.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Stop it."""
        mandating.stop(self.obj, on=self.today, because=data["because"], actor=self.actor)


class MandateQueue(QueueFilter):
    """Mandates by what is to be done."""

    queues: ClassVar = {
        "to-look-after": (_("Refused by the bank"), lambda rows: rows.to_look_after()),
        "requested": (_("With the bank"), lambda rows: rows.requested()),
    }


@admin.register(Mandate)
class MandateAdmin(WithState, ReadOnlyAdmin):
    """Mandates; recorded on the customer's page."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "bank_name", "branch_name", "requested_on", "active_from", "badge"]
    further_columns: ClassVar = ["creditor", "over_on", "why"]
    list_filter: ClassVar = [MandateQueue, "state", "creditor"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    page_related: ClassVar = ["customer", "creditor"]
    fields: ClassVar = ["holder"]
    dialogs: ClassVar = [ActivateMandate, ReturnMandate, StopMandate]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mandate]:
        """With what a list shows of each."""
        return Mandate.objects.with_list_data().order_by("-pk")

    def head(self, mandate: Mandate) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": mandate.get_state_display(),
            "tone": TONES[mandate.state],
            "facts": [
                (_("Number"), mandate.number),
                (_("Customer"), linked(mandate.customer)),
                (_("Bank"), f"{mandate.bank} {mandate.bank_name}"),
                (_("Branch"), f"{mandate.branch} {mandate.branch_name}"),
                (_("Account"), f"{mandate.get_account_kind_display()} {mandate.account}"),
                (_("Holder"), mandate.holder),
                (_("Number of the payer in files"), mandate.payer_number),
                (_("Our account"), linked(mandate.creditor)),
                (_("Sent to the bank on"), mandate.requested_on),
                (_("Debits from"), mandate.active_from),
                (_("Over since"), mandate.over_on),
                (_("Reason"), mandate.why),
            ],
        }


@admin.register(Debit)
class DebitAdmin(WithState, ReadOnlyAdmin):
    """Direct debits, with what the bank answered."""

    tones = DEBIT_TONES
    list_display: ClassVar = ["debit_on", "mandate", "customer", "sum", "result", "badge"]
    further_columns: ClassVar = ["newness", "request"]
    list_filter: ClassVar = ["state", "result"]
    page_related: ClassVar = ["mandate", "request", "answer", "receipt"]
    fields: ClassVar = ["result"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Debit]:
        """With what a list shows of each."""
        return Debit.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("customer"))
    def customer(self, debit: Debit) -> str:
        """Whose account it is."""
        return str(debit.mandate.customer)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, debit: Debit) -> str:
        """What was asked for."""
        return yen(debit.amount)

    def head(self, debit: Debit) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": debit.get_state_display(),
            "tone": DEBIT_TONES[debit.state],
            "facts": [
                (_("Customer"), linked(debit.mandate.customer)),
                (_("Direct debit mandate"), linked(debit.mandate)),
                (_("Debit day"), debit.debit_on),
                (_("Amount"), yen(debit.amount)),
                (_("Request"), linked(debit.request)),
                (_("Result"), linked(debit.answer)),
                (_("Answer of the bank"), debit.get_result_display()),
                (_("Payment received"), linked(debit.receipt)),
            ],
        }


def debits_of(request: HttpRequest, mandate: Mandate) -> dict[str, Any]:
    """The latest debits by a mandate."""
    return {"debits": mandate.debits.with_list_data().order_by("-pk")[:SHOWN]}


def parts_of(request: HttpRequest, debit: Debit) -> dict[str, Any]:
    """The invoices of a debit."""
    return {"parts": debit.parts.with_list_data()}


def mandate_row(mandate: Mandate, today: date) -> Row:
    """A mandate that the bank sent back or refuses."""
    return Row(
        str(mandate), change_url(mandate), mandate, mandate.customer, mandate.over_on, note=mandate.why,
        next=StopMandate.slug,
    )  # fmt: skip


show_on("billing.mandate", Panel(_("Debits"), "console/panel_debits.html", debits_of, "debits"))
show_on("billing.debit", Panel(_("Invoices"), "console/panel_debit_parts.html", parts_of, "parts"))
show_history("billing.mandate", lambda mandate: [mandate])
show_history("billing.debit", lambda debit: [debit])
show_at_home(
    Queue(
        "mandates",
        _("Mandates refused by the bank"),
        Clause("G33"),
        KEEP,
        listed("billing_mandate", "to-look-after"),
        waiting=lambda day: Mandate.objects.to_look_after().with_list_data(),
        row=mandate_row,
        of_customer=of_party,
        empty=_("Every mandate is in order."),
        due=F("over_on"),
        place=66,
    )
)
