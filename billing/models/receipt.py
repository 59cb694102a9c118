"""Money that came: whose it is, what of it is used, and what became of it."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bank_account import BankAccount
from billing.models.bank_file import BankFile
from contracts.models import Customer
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, refuse, rule, transition, unmet
from iijiot.states import StateField


class Source(models.TextChoices):
    """How the money came."""

    TRANSFER = "transfer", _("Bank transfer")
    DIRECT_DEBIT = "direct-debit", _("Direct debit")
    OTHER = "other", pgettext_lazy("of a payment", "Otherwise (cash, cheque)")


class State(models.TextChoices):
    """Where a receipt is."""

    UNMATCHED = "unmatched", pgettext_lazy("of a payment", "Customer not known")
    MATCHED = "matched", pgettext_lazy("of a payment", "A customer's")
    DISMISSED = "dismissed", pgettext_lazy("of a payment", "No customer's payment")
    REVERSED = "reversed", pgettext_lazy("of a payment", "Reversed by the bank")


REVERSED_WITHIN = 60
"""So many days back a bank takes a credit back."""

TONES: dict[str, str] = {
    State.UNMATCHED: "warning",
    State.MATCHED: "success",
    State.DISMISSED: "default",
    State.REVERSED: "danger",
}

ALLOWED: Allowed = {
    "match": [State.UNMATCHED],
    "unmatch": [State.MATCHED],
    "use": [State.MATCHED],
    "dismiss": [State.UNMATCHED],
    "take_up": [State.DISMISSED],
    "reverse": [State.UNMATCHED, State.MATCHED, State.DISMISSED],
}
"""What is allowed when."""


@rule("G33", _("Invoices are paid with it. Take that back first."), helps="undo-allocations")
def nothing_used(receipt: "Receipt") -> bool:
    """Nothing of it pays an invoice or was paid back."""
    return not receipt.allocated


class ReceiptQuerySet(RecordedQuerySet["Receipt"]):
    """Receipts by what is to be done with them."""

    def to_match(self) -> "ReceiptQuerySet":
        """Those of which nobody knows whose they are, the oldest first."""
        return self.filter(state=State.UNMATCHED).order_by("value_on", "pk")

    def with_credit(self) -> "ReceiptQuerySet":
        """Those of customers of which something is left, the oldest first."""
        return self.filter(state=State.MATCHED, allocated__lt=F("amount")).order_by("value_on", "pk")

    def keys_among(self, keys: Any) -> set[str]:
        """Those of these keys that are in the books already."""
        wanted = list(keys)
        found = self.filter(Q(key__in=wanted) | Q(reversal_key__in=wanted)).values_list("key", "reversal_key")
        return {key for pair in found for key in pair} & set(wanted)

    def standing(self) -> "ReceiptQuerySet":
        """Those that the bank did not take back."""
        return self.exclude(state=State.REVERSED)

    def like(self, *, account: BankAccount, payer: str, amount: int, until: date) -> "ReceiptQuerySet":
        """Those that a reversal of so much of this payer up to a day may mean, the latest first."""
        same = self.standing().filter(account=account, payer=payer, amount=amount)
        lately = same.filter(booked_on__lte=until, booked_on__gte=until - timedelta(days=REVERSED_WITHIN))
        return lately.order_by("-booked_on", "-pk")

    def of_customer_lately(self, customer: Any) -> "ReceiptQuerySet":
        """A customer's, the latest first."""
        return self.filter(customer=customer).order_by("-value_on", "-pk")

    def with_list_data(self) -> "ReceiptQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "account")


class Receipt(Numbered):
    """One payment; its value date is what counts for late charges (G35.1), not the day of entry."""

    NUMBER_PREFIX = "RC"
    LOCK_RANK = 72
    FIXED: ClassVar = dict.fromkeys(
        ("source", "amount", "value_on", "booked_on", "account", "file", "key", "payer", "payer_code", "edi"), "G33"
    )
    TOLD = ("amount", "value_on", "payer")
    PERSONAL: ClassVar = {
        "key": NO,
        "reversal_key": NO,
        "payer": REST,
        "payer_code": REST,
        "edi": REST,
        "remark": REST,
        "from_bank": REST,
        "why": REST,
    }

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="receipts", verbose_name=_("customer"), null=True, blank=True
    )
    source = models.CharField(_("how it came"), max_length=12, choices=Source)
    amount = models.BigIntegerField(_("amount"))
    value_on = models.DateField(_("value date"))
    booked_on = models.DateField(_("booked by the bank on"))
    entered_on = models.DateField(_("entered on"))
    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="receipts", verbose_name=_("our account"), null=True, blank=True
    )
    file = models.ForeignKey(
        BankFile, models.PROTECT, related_name="receipts", verbose_name=_("bank's file"), null=True, blank=True
    )
    key = models.CharField(_("key in the bank's files"), max_length=60, blank=True, editable=False)
    payer = models.CharField(_("payer"), max_length=48, blank=True)
    payer_code = models.CharField(_("payer's code"), max_length=20, blank=True)
    edi = models.CharField(_("EDI information"), max_length=20, blank=True)
    remark = models.CharField(_("remark"), max_length=40, blank=True)
    from_bank = models.CharField(_("from"), max_length=31, blank=True)
    allocated = models.BigIntegerField(_("used"), default=0, editable=False)
    reversal_key = models.CharField(_("key of the reversal"), max_length=60, blank=True, editable=False)
    why = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.UNMATCHED, choices=State, db_index=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment received")
        verbose_name_plural = _("payments received")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("enter_receipt", _("Can enter payments received")),
            ("match_receipt", _("Can say whose payments are, and what they pay")),
            ("reverse_receipt", _("Can take payments back")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-value_on"], name="receipt_customer"),
            models.Index(fields=["value_on"], name="receipt_value_on"),
            models.Index(fields=["amount"], name="receipt_amount"),
            models.Index(fields=["customer"], condition=Q(allocated__lt=F("amount")), name="receipt_with_rest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="receipt_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G33",
                violation_error_message=_("This is no state of a payment."),
            ),
            models.CheckConstraint(
                name="receipt_came_somehow",
                condition=Q(source__in=Source.values, amount__gt=0),
                violation_error_code="G33",
                violation_error_message=_("A payment is above zero yen, and came in one of the ways offered."),
            ),
            models.CheckConstraint(
                name="receipt_used_within_amount",
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                violation_error_code="G33",
                violation_error_message=_("No more of a payment can be used than came."),
            ),
            models.CheckConstraint(
                name="receipt_of_a_customer_once_matched",
                condition=Q(state="matched", customer__isnull=False)
                | Q(state__in=["unmatched", "dismissed"], customer=None, allocated=0)
                | Q(state="reversed", allocated=0),
                violation_error_code="G33",
                violation_error_message=_("Only what a customer paid can be used, and nothing of what was reversed."),
            ),
            models.CheckConstraint(
                name="receipt_put_aside_for_a_reason",
                condition=Q(state__in=["unmatched", "matched"], why="")
                | (Q(state__in=["dismissed", "reversed"]) & ~Q(why="")),
                violation_error_code="G33",
                violation_error_message=_("Say why it is no customer's payment, or was reversed."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key=""),
                name="one_receipt_per_entry_of_a_bank",
                violation_error_code="G33",
                violation_error_message=_("This entry of the bank is in the books already."),
            ),
            models.UniqueConstraint(
                fields=["reversal_key"],
                condition=~Q(reversal_key=""),
                name="one_reversal_per_entry_of_a_bank",
                violation_error_code="G33",
                violation_error_message=_("This reversal by the bank is in the books already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount:,}"

    @property
    def rest(self) -> int:
        """What of it is not used."""
        return self.amount - self.allocated

    def why_not_reversed(self) -> list[Unmet]:
        """Why it cannot be reversed: only once. What it pays does not hinder it, being taken back with it."""
        reasons = unmet(self.reverse)
        return reasons if self.state == State.REVERSED else []

    @property
    def came_from(self) -> str:
        """Who paid, as the bank writes it."""
        return " ".join(part for part in (self.payer, self.payer_code, self.from_bank) if part)

    @transition(field=state, allowed=ALLOWED, target=State.MATCHED, clause="G33", label=_("Say whose it is"))
    def match(self, customer: Customer) -> None:
        """It is known whose it is (G33)."""
        self.customer = customer

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.UNMATCHED,
        clause="G33",
        label=_("Take back whose it is"),
        conditions=[nothing_used],
    )
    def unmatch(self) -> None:
        """It was another's (G33)."""
        self.customer = None

    @transition(field=state, allowed=ALLOWED, clause="G33", label=_("Use it"))
    def use(self, allocated: int) -> None:
        """Have so much of it used in all: for invoices, or paid back (G33)."""
        if not 0 <= allocated <= self.amount:
            raise refuse("G33", _("No more of a payment can be used than came."))
        self.allocated = allocated

    @transition(field=state, allowed=ALLOWED, target=State.DISMISSED, clause="G33", label=_("Put aside"))
    def dismiss(self, because: str) -> None:
        """It is no customer's payment, such as interest, or what the bank pays over of direct debits (G33)."""
        self.why = because

    @transition(field=state, allowed=ALLOWED, target=State.UNMATCHED, clause="G33", label=_("Take up again"))
    def take_up(self) -> None:
        """It is a customer's payment after all (G33)."""
        self.why = ""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.REVERSED,
        clause="G33",
        label=_("Reverse"),
        conditions=[nothing_used],
    )
    def reverse(self, because: str, key: str = "") -> None:
        """The bank has taken it back, or it was entered by mistake (G33)."""
        self.why, self.reversal_key = because, key
