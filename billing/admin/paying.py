"""What customers pay, on their page: payments entered by hand, refunds, mandates, and by what payers are known."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing import collecting, crediting, mandating, refunding
from billing.admin.fields import AccountForm, InvoicesField, yen_field
from billing.models import BankAccount, Mandate, PayerSign, Receipt, Refund
from billing.models.payer import SignKind
from billing.models.receipt import Source
from contracts.admin.shared import BecauseForm, ReasonForm, linked, or_of_customers
from iijiot.amounts import yen
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.offering import offer_on
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet

ENTER, MATCH = "billing.enter_receipt", "billing.match_receipt"
REFUND, MANDATE, SIGN = "billing.order_refund", "billing.keep_mandate", "billing.keep_payersign"
SHOWN = 10


class EnterForm(ReasonForm):
    """What came, when, and how."""

    amount = yen_field(_("Yen"))
    value_on = ConsoleDateField(
        label=_("Value date"), help_text=_("The day that counts for late charges (article 35).")
    )
    source = forms.ChoiceField(
        label=_("How it came"),
        choices=[(s.value, s.label) for s in Source if s != Source.DIRECT_DEBIT],
        initial=Source.OTHER,
        widget=UnfoldAdminSelectWidget,
    )
    payer = PlainTextField(label=_("Payer"), max_length=48, required=False, widget=UnfoldAdminTextInputWidget)
    remark = PlainTextField(label=_("Remark"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget)
    invoices = InvoicesField(label=_("Invoices"))
    field_order = ["amount", "value_on", "source", "payer", "remark", "invoices", "reason"]


class EnterReceipt(ConsoleAction):
    """入金の登録 (G33)"""

    slug, label, permission, clause, form = "enter-receipt", _("Enter a payment"), ENTER, "G33", EnterForm
    help = _("Only what no bank's file brings. It pays the invoices named, then the oldest due.")
    done = _("The payment is entered.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"value_on": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The customer's payments."""
        return [self.obj.receipts.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Receipt:
        """Enter it."""
        return collecting.enter(self.obj, today=self.today, actor=self.actor, **data)


class UseCredit(ConsoleAction):
    """過入金・減額残高の充当 (G33)"""

    slug, label, permission, clause = "use-credit", _("Use the credit balance"), MATCH, "G33"
    help = _("Credit notes first for what they correct, then for the oldest due; then payments not used up.")
    done = _("The credit is used.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with a credit and a debt."""
        why = crediting.why_none(self.obj)
        return [Unmet(Clause("G33"), why)] if why else []

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The customer's payments."""
        return [self.obj.receipts.all(), self.obj.invoices.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Use it."""
        crediting.use_credit(self.obj, today=self.today, actor=self.actor)


class RefundForm(AccountForm):
    """How much, why, and to which account."""

    amount = yen_field(_("Yen"))
    reason = SentencesField(label=_("Reason"), max_length=300)
    field_order = ["amount", "reason"]


class OrderRefund(ConsoleAction):
    """返金の指図 (G33)"""

    slug, label, permission, clause, form = "order-refund", _("Pay back"), REFUND, "G33", RefundForm
    help = _("Out of the customer's credit balance, by the next file of transfers.")
    done = _("The refund waits for the next file of transfers.")

    def why_not(self) -> Sequence[Unmet]:
        """Only with a credit."""
        return [] if crediting.credit_of(self.obj) else [Unmet(Clause("G33"), _("The customer has no credit."))]

    def initial(self) -> dict[str, Any]:
        """All of the credit, to the account that is debited."""
        mandate = Mandate.objects.active().of_customer(self.obj).first()
        account = forms.model_to_dict(mandate, AccountForm.base_fields) if mandate else {}
        return {"amount": crediting.credit_of(self.obj), **account}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The customer's refunds and payments."""
        return [self.obj.refunds.all(), self.obj.receipts.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Refund:
        """Order it."""
        return refunding.order(self.obj, today=self.today, actor=self.actor, **data)


class MandateForm(AccountForm, ReasonForm):
    """Which account, debited by which of ours, and when it went to the bank."""

    creditor = forms.ModelChoiceField(
        label=_("Our account"), queryset=BankAccount.objects.none(), widget=UnfoldAdminSelectWidget
    )
    requested_on = ConsoleDateField(label=_("Sent to the bank on"))
    field_order = ["creditor", "requested_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creditor"].queryset = BankAccount.objects.creditors()  # type: ignore[attr-defined]


class RequestMandate(ConsoleAction):
    """預金口座振替依頼書の受付 (G33)"""

    slug, label, permission, clause = "request-mandate", _("Record a direct debit mandate"), MANDATE, "G33"
    form = MandateForm
    help = _("Until the bank accepts it, which takes weeks, the customer pays by transfer.")
    done = _("The mandate is with the bank.")

    def initial(self) -> dict[str, Any]:
        """Today."""
        return {"requested_on": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The customer's mandates."""
        return [self.obj.mandates.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Mandate:
        """Record it."""
        return mandating.request_mandate(self.obj, actor=self.actor, **data)


class SignForm(ReasonForm):
    """By what the payer is known."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SignKind.choices, widget=UnfoldAdminSelectWidget)
    value = PlainTextField(label=_("As the bank writes it"), max_length=48, widget=UnfoldAdminTextInputWidget)
    field_order = ["kind", "value", "reason"]


class KnowPayer(ConsoleAction):
    """振込人の識別情報の登録 (G33)"""

    slug, label, permission, clause, form = "know-payer", _("Know the payer by"), SIGN, "G33", SignForm
    help = _("A virtual account or a payer's code matches every payment; a name only exact sums.")
    done = _("Payments by this are the customer's from now on.")

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The customer's signs."""
        return [self.obj.payer_signs.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> PayerSign:
        """Record it."""
        return collecting.know_payer(self.obj, actor=self.actor, **data)


class WithdrawSign(ConsoleAction):
    """振込人の識別情報の取消し (G33)"""

    slug, label, permission, clause, form = (
        "withdraw-sign",
        _("Know the payer no longer by this"),
        SIGN,
        "G33",
        BecauseForm,
    )
    done = _("It is withdrawn.")

    def why_not(self) -> Sequence[Unmet]:
        """Only once."""
        gone = self.obj.withdrawn_on is not None
        return [Unmet(Clause("G33"), _("It was withdrawn already."))] if gone else []

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        collecting.withdraw_sign(self.obj, because=data["because"], today=self.today, actor=self.actor)


@admin.register(PayerSign)
class PayerSignAdmin(ReadOnlyAdmin):
    """By what payers are known; recorded on the customer's page, or learned from a payment."""

    list_display: ClassVar = ["customer", "kind", "value", "is_learned", "withdrawn_on"]
    list_filter: ClassVar = ["kind", "is_learned"]
    search_fields: ClassVar = ["value"]
    searched = staticmethod(lambda rows, query: or_of_customers(rows.of_value(query.typed), rows, query))
    search_help_text = _("As the bank writes it, or the customer by name, kana or number")
    fields: ClassVar = ["value"]
    dialogs: ClassVar = [WithdrawSign]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PayerSign]:
        """With whom they are of."""
        return PayerSign.objects.with_list_data().order_by("-pk")

    def head(self, sign: PayerSign) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Customer"), linked(sign.customer)),
                (_("Kind"), sign.get_kind_display()),
                (_("As the bank writes it"), sign.value),
                (_("Learned from a payment"), _("yes") if sign.is_learned else _("no")),
                (_("Withdrawn on"), sign.withdrawn_on),
            ]
        }


def of_customer(request: HttpRequest, customer: Any) -> dict[str, Any]:
    """Credit, payments, mandate, signs and refunds of a customer."""
    return {
        "credit": yen(crediting.credit_of(customer)),
        "receipts": Receipt.objects.of_customer_lately(customer)[:SHOWN],
        "all_receipts": f"{reverse('admin:billing_receipt_changelist')}?customer__id__exact={customer.pk}",
        "mandates": customer.mandates.order_by("-pk")[:3],
        "signs": PayerSign.objects.standing().of_customer(customer)[:SHOWN],
        "refunds": customer.refunds.order_by("-pk")[:3],
    }


offer_on("contracts.customer", EnterReceipt, UseCredit, OrderRefund, RequestMandate, KnowPayer)
show_on("contracts.customer", Panel(_("Payments"), "console/panel_payments.html", of_customer, "payments", 62))
show_history("billing.payersign", lambda sign: [sign])
