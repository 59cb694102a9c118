"""Money paid back to a customer."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bank_account import AccountKind, AtABank
from billing.models.bank_file import BankFile
from contracts.models import Customer
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a refund is."""

    ORDERED = "ordered", pgettext_lazy("of a refund", "To be transferred")
    WITH_BANK = "with-bank", pgettext_lazy("of a refund", "In a file for the bank")
    PAID = "paid", pgettext_lazy("of a refund", "Paid back")
    CALLED_OFF = "called-off", pgettext_lazy("of a refund", "Called off or sent back")


TONES: dict[str, str] = {
    State.ORDERED: "warning",
    State.WITH_BANK: "info",
    State.PAID: "success",
    State.CALLED_OFF: "default",
}

ALLOWED: Allowed = {
    "hand_over": [State.ORDERED],
    "take_out": [State.WITH_BANK],
    "was_paid": [State.ORDERED, State.WITH_BANK],
    "call_off": [State.ORDERED],
    "come_back": [State.WITH_BANK, State.PAID],
}
"""What is allowed when."""


class RefundQuerySet(RecordedQuerySet["Refund"]):
    """Refunds by what is to be done with them."""

    def to_transfer(self) -> "RefundQuerySet":
        """Those that no file for the bank holds yet, the oldest first."""
        return self.filter(state=State.ORDERED).order_by("pk")

    def in_file(self, file: Any) -> "RefundQuerySet":
        """Those that a file for the bank holds."""
        return self.filter(file=file, state=State.WITH_BANK).order_by("pk")

    def standing(self) -> "RefundQuerySet":
        """Those that were, or will be, paid."""
        return self.exclude(state=State.CALLED_OFF)

    def with_list_data(self) -> "RefundQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "file")


class Refund(AtABank, Numbered):
    """What a customer paid too much, or was credited, on its way back to an account of the customer (G33)."""

    NUMBER_PREFIX = "RF"
    LOCK_RANK = 75
    FIXED: ClassVar = dict.fromkeys(
        ("customer", "amount", "bank", "branch", "account_kind", "account", "holder", "ordered_on"), "G33"
    )
    TOLD = ("amount", "ordered_on")
    PERSONAL: ClassVar = {
        "bank": NO,
        "bank_name": NO,
        "branch": NO,
        "branch_name": NO,
        "account": REST,
        "holder": REST,
        "reason": REST,
        "why": REST,
    }

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="refunds", verbose_name=_("customer"))
    amount = models.BigIntegerField(_("amount"))
    ordered_on = models.DateField(_("ordered on"))
    reason = models.CharField(_("reason"), max_length=300)
    file = models.ForeignKey(
        BankFile,
        models.PROTECT,
        related_name="refunds",
        verbose_name=_("bank's file"),
        null=True,
        blank=True,
        editable=False,
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True, editable=False)
    why = models.CharField(_("why it was called off"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.ORDERED, choices=State, db_index=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("order_refund", _("Can pay money back")),
            ("settle_refund", _("Can record what became of refunds")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="refund_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G33",
                violation_error_message=_("This is no state of a refund."),
            ),
            models.CheckConstraint(
                name="refund_pays_something_to_an_account",
                condition=Q(amount__gt=0, account_kind__in=AccountKind.values) & ~Q(reason=""),
                violation_error_code="G33",
                violation_error_message=_("A refund is above zero yen, goes to an account, and says why."),
            ),
            models.CheckConstraint(
                name="refund_paid_on_a_day",
                condition=Q(state="paid", paid_on__isnull=False)
                | Q(state="called-off")
                | Q(state__in=["ordered", "with-bank"], paid_on=None),
                violation_error_code="G33",
                violation_error_message=_("A refund that is paid says on which day."),
            ),
            models.CheckConstraint(
                name="refund_called_off_for_a_reason",
                condition=(Q(state="called-off") & ~Q(why="")) | (~Q(state="called-off") & Q(why="")),
                violation_error_code="G33",
                violation_error_message=_("A refund that is called off says why."),
            ),
            models.CheckConstraint(
                name="refund_with_the_bank_is_in_a_file",
                condition=~Q(state="with-bank") | Q(file__isnull=False),
                violation_error_code="G33",
                violation_error_message=_("What is with the bank stands in a file."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount:,}"

    @transition(field=state, allowed=ALLOWED, target=State.WITH_BANK, clause="G33", label=_("Put into a file"))
    def hand_over(self, file: BankFile) -> None:
        """Stand in a file for the bank (G33)."""
        self.file = file

    @transition(field=state, allowed=ALLOWED, target=State.ORDERED, clause="G33", label=_("Take out of a file"))
    def take_out(self) -> None:
        """Wait again: the file does not go to the bank (G33)."""
        self.file = None

    @transition(field=state, allowed=ALLOWED, target=State.PAID, clause="G33", label=_("Note that it was paid"))
    def was_paid(self, on: Any) -> None:
        """The money left our account on this day (G33)."""
        self.paid_on = on

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.CALLED_OFF,
        clause="G33",
        label=pgettext_lazy("a refund", "Call the refund off"),
    )
    def call_off(self, because: str) -> None:
        """It is not paid; the money is the customer's credit again (G33)."""
        self.why = because

    @transition(
        field=state, allowed=ALLOWED, target=State.CALLED_OFF, clause="G33", label=_("Record that the refund came back")
    )
    def come_back(self, because: str) -> None:
        """The bank did not pay it, or sent it back to our account; the money is the customer's credit again (G33)."""
        self.why = because
