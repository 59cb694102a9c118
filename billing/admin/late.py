"""Late charges, and what is done to an invoice that is not paid: shown on the invoice's page, waived, written off, passed on."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing import claiming, collecting, passing
from billing.models import Allocation, Invoice, LateCharge
from billing.models.late_charge import TONES
from contracts.admin.shared import BecauseForm, WithState, linked, or_of_customers
from contracts.models import Succession
from iijiot import clock
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

WAIVE, WRITE_OFF = "billing.waive_latecharge", "billing.write_off_invoice"
PASS = "contracts.carry_out_succession"  # noqa: S105 - a permission


class WaiveLateCharge(ConsoleAction):
    """遅延損害金の免除（請求済みの額） (G35.2)"""

    slug, label, permission, clause, transition = "waive-late-charge", _("Waive"), WAIVE, "G35.2", "waive"
    form: ClassVar[type[forms.Form]] = BecauseForm
    tone = "danger"
    help = _("It is taken off the next invoice, or credited where an invoice has it already; it is not claimed again.")
    done = _("The late charge is waived.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What waits for the customer's next invoice."""
        return [self.obj.extra_item.customer.extra_items.all()] if self.obj.extra_item else []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Waive it."""
        claiming.waive(self.obj, because=data["because"], today=self.today, actor=self.actor)


class WaiveAccruing(ConsoleAction):
    """遅延損害金の免除（未請求の額） (G35.2)"""

    slug, label, permission, clause = "waive-accruing", _("Waive what has accrued"), WAIVE, "G35.2"
    form, tone = BecauseForm, "danger"
    help = _("What has accrued up to today and was not claimed. What accrues afterwards is claimed.")
    done = _("What has accrued so far is waived.")

    def why_not(self) -> Sequence[Unmet]:
        """Only where something has accrued."""
        found = claiming.accruing(self.obj, self.today)
        nothing = found is None or not found.new
        return [Unmet(Clause("G35.2"), _("Nothing has accrued that was not claimed."))] if nothing else []

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The late charges of the invoice."""
        return [self.obj.late_charges.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Waive it."""
        claiming.waive_accruing(self.obj, because=data["because"], today=self.today, actor=self.actor)


class WriteOff(ConsoleAction):
    """貸倒れの処理 (G33)"""

    slug, label, permission, clause, transition = "write-off", _("Write off"), WRITE_OFF, "G33", "write_off"
    form, tone = BecauseForm, "danger"
    help = _("What is open of it is given up. No reminder and no late charge follows; it can be taken up again.")
    done = _("The invoice is written off.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Write it off."""
        collecting.write_off(self.obj, because=data["because"], actor=self.actor)


class TakeUpAgain(ConsoleAction):
    """貸倒れの取消し (G33)"""

    slug, label, permission, clause, transition = (
        "take-up-invoice",
        _("Insist on it again"),
        WRITE_OFF,
        "G33",
        "take_up",
    )
    form = BecauseForm
    done = _("The invoice is open again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take it up."""
        collecting.take_up_again(self.obj, because=data["because"], today=self.today, actor=self.actor)


class SuccessionField(PlainTextField):
    """A succession by number."""

    def clean(self, value: Any) -> Any:
        """The succession. Raises ValidationError where there is none."""
        typed = super().clean(value)
        found = Succession.objects.numbered(Query(typed).numbered("J") or "").first() if typed else None
        if found is None:
            raise ValidationError(_("There is no succession of this number. Check it."), code="invalid")
        return found


class PassForm(forms.Form):
    """By which split, and where the plan says so."""

    succession = SuccessionField(
        label=_("Succession"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("By number, such as J0000012."),
    )
    reason = SentencesField(label=_("Where the split plan says so"), max_length=300)


class PassDebt(ConsoleAction):
    """分割計画による債務の承継 (G17)"""

    slug, label, permission, clause, transition = "pass-debt", _("Pass the debt on"), PASS, "G17", "pass_to"
    form = PassForm
    help = _("Mergers and inheritances carry all debts by themselves; a split only those that its plan names.")
    done = _("The debt has passed.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let it pass."""
        passing.pass_debt(self.obj, data["succession"], actor=self.actor, reason=data["reason"])


def searched(rows: Any, query: Query) -> QuerySet[LateCharge]:
    """Those on the invoice of this number, or of the customers found."""
    return or_of_customers(rows.on_invoice(query.numbered("O") or query.compact), rows, query)


@admin.register(LateCharge)
class LateChargeAdmin(WithState, ReadOnlyAdmin):
    """Late charges as they were claimed at the close of a month."""

    tones = TONES
    list_display: ClassVar = ["invoice", "customer", "up_to", "days", "sum", "badge"]
    further_columns: ClassVar = ["because"]
    list_filter: ClassVar = ["state"]
    search_fields: ClassVar = ["invoice__number"]
    searched = staticmethod(searched)
    search_help_text = _("The invoice's number, or the customer by name, kana or number")
    page_related: ClassVar = ["invoice", "extra_item"]
    fields: ClassVar = ["because"]
    dialogs: ClassVar = [WaiveLateCharge]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LateCharge]:
        """With what a list shows of each."""
        return LateCharge.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("customer"))
    def customer(self, claimed: LateCharge) -> str:
        """Whose invoice it is."""
        return str(claimed.invoice.customer)

    @admin.display(description=_("late charge"), ordering="amount")
    def sum(self, claimed: LateCharge) -> str:
        """What was claimed."""
        return yen(claimed.amount)

    def head(self, claimed: LateCharge) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": claimed.get_state_display(),
            "tone": TONES[claimed.state],
            "facts": [
                (_("Invoice"), _linked(claimed.invoice)),
                (_("Customer"), linked(claimed.invoice.customer)),
                (_("Accrued up to"), claimed.up_to),
                (_("Late, tax included"), yen(claimed.base)),
                (_("Days after the due day"), str(claimed.days)),
                (_("Accrued in all"), yen(claimed.accrued)),
                (_("Late charge"), yen(claimed.amount)),
                (_("Item of the invoice"), linked(claimed.extra_item)),
                (_("How it comes about"), claimed.extra_item.reason if claimed.extra_item else ""),
                (_("Reason"), claimed.because),
            ],
        }


def _linked(invoice: Invoice) -> Any:
    return linked(invoice) if admin.site.is_registered(Invoice) else str(invoice)


def of_invoice(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """What paid it, what accrues on it part by part, and what was claimed of that."""
    ways = Allocation.objects.standing().with_list_data()
    return {
        "invoice": invoice,
        "uses": ways.of_invoice(invoice),
        "accrual": claiming.accruing(invoice, clock.business_day()),
        "claims": invoice.late_charges.order_by("pk"),
    }


offer_on("billing.invoice", WaiveAccruing, WriteOff, TakeUpAgain, PassDebt)
show_on(
    "billing.invoice", Panel(_("Payments and late charges"), "console/panel_settled.html", of_invoice, "settled", 40)
)
show_history("billing.latecharge", lambda claimed: [claimed])
