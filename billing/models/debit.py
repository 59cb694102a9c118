"""Direct debits: what a request asks the bank to take from an account, for which invoices, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bank_file import BankFile
from billing.models.invoice import Invoice
from billing.models.mandate import Mandate
from billing.models.receipt import Receipt
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a debit is."""

    ASKED = "asked", pgettext_lazy("of a debit", "With the bank")
    PAID = "paid", pgettext_lazy("of a debit", "Debited")
    FAILED = "failed", pgettext_lazy("of a debit", "Not debited")
    CALLED_OFF = "called-off", pgettext_lazy("of a debit", "Called off")


TONES: dict[str, str] = {
    State.ASKED: "info",
    State.PAID: "success",
    State.FAILED: "danger",
    State.CALLED_OFF: "default",
}

ALLOWED: Allowed = {"was_paid": [State.ASKED], "fail": [State.ASKED], "call_off": [State.ASKED]}
"""What is allowed when."""


class Result(models.TextChoices):
    """What a bank answers of a debit (振替結果コード)."""

    PAID = "0", _("Debited")
    NO_FUNDS = "1", _("Insufficient funds")
    NO_ACCOUNT = "2", _("No such account")
    STOPPED_BY_DEPOSITOR = "3", _("Stopped by the depositor")
    NO_MANDATE = "4", _("No mandate")
    STOPPED_BY_US = "8", _("Stopped by us")
    OTHER = "9", pgettext_lazy("of a debit", "Another reason")


BREAKS_MANDATE = (Result.NO_ACCOUNT, Result.STOPPED_BY_DEPOSITOR, Result.NO_MANDATE)
"""Answers after which the account is not debited again until somebody has seen to it."""


class DebitQuerySet(RecordedQuerySet["Debit"]):
    """Debits by what is to be done with them."""

    def asked(self) -> "DebitQuerySet":
        """Those that the bank has not answered."""
        return self.filter(state=State.ASKED)

    def failed(self) -> "DebitQuerySet":
        """Those that brought no money."""
        return self.filter(state=State.FAILED)

    def standing(self) -> "DebitQuerySet":
        """Those that were not called off."""
        return self.exclude(state=State.CALLED_OFF)

    def unanswered_first(self) -> "DebitQuerySet":
        """Those that the bank has not answered first, each time the oldest first."""
        return self.order_by(Case(When(state=State.ASKED, then=0), default=1), "pk")

    def of_requests(self, files: Any) -> "DebitQuerySet":
        """Those that these requests ask for."""
        return self.filter(request__in=files)

    def with_list_data(self) -> "DebitQuerySet":
        """With what a list shows of each."""
        return self.select_related("mandate__customer", "request")


class Debit(RecordedModel):
    """One sum from one account on one day; the day of the debit is the day of payment, whenever the money comes (G33)."""

    LOCK_RANK = 69
    CUSTOMER = "mandate__customer"
    FIXED: ClassVar = dict.fromkeys(("mandate", "request", "amount", "debit_on", "newness"), "G33")
    TOLD = ("mandate", "amount", "debit_on")

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="debits", verbose_name=_("direct debit mandate"))
    request = models.ForeignKey(BankFile, models.PROTECT, related_name="debits", verbose_name=_("request"))
    answer = models.ForeignKey(
        BankFile, models.PROTECT, related_name="answers", verbose_name=_("result"), null=True, blank=True
    )
    amount = models.BigIntegerField(_("amount"))
    debit_on = models.DateField(_("debit day"))
    newness = models.CharField(
        _("new code"), max_length=1, choices=[("0", "0"), ("1", _("first debit")), ("2", _("changed account"))]
    )
    result = models.CharField(_("answer of the bank"), max_length=1, choices=Result, blank=True)
    receipt = models.OneToOneField(
        Receipt, models.PROTECT, related_name="debit", verbose_name=_("payment received"), null=True, blank=True
    )
    state = StateField(_("state"), default=State.ASKED, choices=State, db_index=True)

    objects = DebitQuerySet.as_manager()

    class Meta:
        verbose_name = _("direct debit")
        verbose_name_plural = _("direct debits")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="debit_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G33",
                violation_error_message=_("This is no state of a debit."),
            ),
            models.CheckConstraint(
                name="debit_of_something",
                condition=Q(amount__gt=0, newness__in=["0", "1", "2"]),
                violation_error_code="G33",
                violation_error_message=_("A debit is above zero yen, and says whether the account is new."),
            ),
            models.CheckConstraint(
                name="debit_answered_by_a_file",
                condition=Q(state__in=["asked", "called-off"], result="", answer=None, receipt=None)
                | Q(state="paid", result="0", answer__isnull=False, receipt__isnull=False)
                | (
                    Q(state="failed", answer__isnull=False, receipt=None) & Q(result__in=["1", "2", "3", "4", "8", "9"])
                ),
                violation_error_code="G33",
                violation_error_message=_("What became of a debit says the bank's file: paid, or why not."),
            ),
            models.UniqueConstraint(
                fields=["request", "mandate"],
                name="one_debit_per_mandate_and_request",
                violation_error_code="G33",
                violation_error_message=_("The request debits this account already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate} {self.debit_on:%Y-%m-%d} {self.amount:,}"

    @transition(field=state, allowed=ALLOWED, target=State.PAID, clause="G33", label=_("Have it debited"))
    def was_paid(self, answer: BankFile, receipt: Receipt) -> None:
        """The bank has taken the money (G33)."""
        self.answer, self.receipt, self.result = answer, receipt, Result.PAID

    @transition(field=state, allowed=ALLOWED, target=State.FAILED, clause="G33", label=_("Have it fail"))
    def fail(self, answer: BankFile, result: str) -> None:
        """The bank could not take the money; late charges run from the due day regardless (G33, G35.1)."""
        self.answer, self.result = answer, result

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.CALLED_OFF,
        clause="G33",
        label=pgettext_lazy("a debit", "Call the debit off"),
    )
    def call_off(self) -> None:
        """The request does not go to the bank (G33)."""


class DebitPartQuerySet(RecordedQuerySet["DebitPart"]):
    """Invoices in debits."""

    def asked(self) -> "DebitPartQuerySet":
        """Those of debits that the bank has not answered."""
        return self.filter(debit__state=State.ASKED)

    def with_list_data(self) -> "DebitPartQuerySet":
        """With what a page shows of each."""
        return self.select_related("invoice").order_by("pk")

    def debtors(self) -> "models.QuerySet[DebitPart, Any]":
        """Who owes the invoices, by their keys."""
        return self.order_by().values_list(Coalesce("invoice__passed_to", "invoice__customer"), flat=True).distinct()

    def of_debits(self, debits: Any) -> "DebitPartQuerySet":
        """Those of these debits, in the order in which they are paid."""
        return self.filter(debit__in=debits).order_by("debit", "invoice__due_on", "invoice")


class DebitPart(RecordedModel):
    """How much of a debit is for which invoice (G33)."""

    LOCK_RANK = 71
    CUSTOMER = "debit__mandate__customer"
    FIXED: ClassVar = dict.fromkeys(("debit", "invoice", "amount"), "G33")
    TOLD = ("invoice", "amount")

    debit = models.ForeignKey(Debit, models.PROTECT, related_name="parts", verbose_name=_("direct debit"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="debit_parts", verbose_name=_("invoice"))
    amount = models.BigIntegerField(_("amount"))

    objects = DebitPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice in a direct debit")
        verbose_name_plural = _("invoices in direct debits")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="debit_part_of_something",
                condition=Q(amount__gt=0),
                violation_error_code="G33",
                violation_error_message=_("At least one yen of an invoice is debited."),
            ),
            models.UniqueConstraint(
                fields=["debit", "invoice"],
                name="one_debit_part_per_invoice",
                violation_error_code="G33",
                violation_error_message=_("The invoice stands in this debit already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} {self.amount:,}"
