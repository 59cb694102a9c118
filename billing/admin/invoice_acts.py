"""What staff do to a document: discard a draft, credit a part of what was invoiced."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing import deciding, issuing
from billing.admin.fields import yen_field
from billing.models import ExtraItem, InvoiceLine
from billing.printing import days_of, what_for
from contracts.admin.shared import BecauseForm
from iijiot.amounts import yen
from iijiot.console.actions import ConsoleAction
from iijiot.console.fields import PlainTextField, SentencesField
from iijiot.rules import Unmet

DISCARD, CREDIT = "billing.discard_invoice", "billing.credit_invoice"


class DiscardDraft(ConsoleAction):
    """下書きの破棄 (G30.1)"""

    slug, label, permission, clause, transition = (
        "discard-draft",
        gettext_lazy("Discard the draft"),
        DISCARD,
        "G30.1",
        "discard",
    )
    form: ClassVar[type[forms.Form]] = BecauseForm
    tone = "danger"
    help = gettext_lazy("The next round of the billing run computes the management unit anew.")
    done = gettext_lazy("The draft is discarded.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What staff decided and waits for an invoice again."""
        return [ExtraItem.objects.on_invoice(self.obj)]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Discard it."""
        issuing.discard(self.obj, reason=data["because"], actor=self.actor)


class LineField(forms.ModelChoiceField):
    """A line of the invoice."""

    def label_from_instance(self, line: InvoiceLine) -> str:
        """Contract, what for, days, sum."""
        contract = line.contract.number if line.contract else ""
        return f"{contract} {what_for(line)} {days_of(line)} {yen(line.amount)}"


class GoodwillForm(forms.Form):
    """Of which line, how much, what stands on the credit note, and why."""

    line = LineField(
        label=gettext_lazy("Row of the invoice"), queryset=InvoiceLine.objects.none(), widget=UnfoldAdminSelectWidget
    )
    amount = yen_field(gettext_lazy("Yen without tax"))
    text = PlainTextField(label=gettext_lazy("Text on the invoice"), max_length=100, widget=UnfoldAdminTextInputWidget)
    reason = SentencesField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args: Any, invoice: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = invoice.lines.that_can_be_lessened()  # type: ignore[attr-defined]


class GiveGoodwill(ConsoleAction):
    """請求済み料金の任意の減額 (G30.1)"""

    slug, label, permission, clause = "give-goodwill", gettext_lazy("Credit as goodwill"), CREDIT, "G30.1"
    form = GoodwillForm
    help = gettext_lazy("Although it was owed. The next billing run makes a credit note at the rate of the invoice.")
    done = gettext_lazy("It stands on the next credit note.")

    def why_not(self) -> Sequence[Unmet]:
        """Only of invoices that went out, and of what is left of their charges."""
        return deciding.why_not_lessened(self.obj)

    def form_kwargs(self) -> dict[str, Any]:
        """Whose lines are offered."""
        return {"invoice": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """What was decided for the customer before."""
        return [self.obj.customer.extra_items.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> ExtraItem:
        """Credit it."""
        return deciding.give_goodwill(
            data["line"], data["amount"], text=data["text"], reason=data["reason"], on=self.today, actor=self.actor
        )
