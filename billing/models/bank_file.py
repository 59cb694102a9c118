"""Files to and from banks: what came and what was booked of it, what was made and what became of it."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bank_account import BankAccount
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class Kind(models.TextChoices):
    """What a file is."""

    CREDITS = "credits", _("Credit notification")
    STATEMENT = "statement", _("Account statement")
    DEBIT_RESULT = "debit-result", _("Direct debit, result")
    DEBIT_REQUEST = "debit-request", _("Direct debit, request")
    TRANSFERS = "transfers", _("Transfers")


OURS = (Kind.DEBIT_REQUEST, Kind.TRANSFERS)
"""Kinds that we make and the bank gets."""


class State(models.TextChoices):
    """Where a file is."""

    CHECKED = "checked", pgettext_lazy("of a bank's file", "To be booked")
    BOOKED = "booked", pgettext_lazy("of a bank's file", "Booked")
    MADE = "made", pgettext_lazy("of a bank's file", "To be sent to the bank")
    SENT = "sent", pgettext_lazy("of a bank's file", "With the bank")
    ANSWERED = "answered", pgettext_lazy("of a bank's file", "Answered by the bank")
    CALLED_OFF = "called-off", pgettext_lazy("of a bank's file", "Called off")


TONES: dict[str, str] = {
    State.CHECKED: "warning",
    State.BOOKED: "success",
    State.MADE: "warning",
    State.SENT: "info",
    State.ANSWERED: "success",
    State.CALLED_OFF: "default",
}

ALLOWED: Allowed = {
    "book": [State.CHECKED],
    "send": [State.MADE],
    "answer": [State.MADE, State.SENT],
    "call_off": [State.CHECKED, State.MADE],
}
"""What is allowed when."""


class BankFileQuerySet(RecordedQuerySet["BankFile"]):
    """Files by what is to be done with them."""

    def to_book(self) -> "BankFileQuerySet":
        """Those that came and wait for somebody's word, the oldest first."""
        return self.filter(state=State.CHECKED).order_by("pk")

    def to_send(self) -> "BankFileQuerySet":
        """Those that wait to be sent to the bank, the oldest first."""
        return self.filter(state=State.MADE).order_by("pk")

    def to_handle(self) -> "BankFileQuerySet":
        """Both."""
        return self.filter(state__in=[State.CHECKED, State.MADE]).order_by("pk")

    def same_file(self, sha256: str) -> "BankFileQuerySet":
        """Those of the very same bytes that were not called off."""
        return self.filter(sha256=sha256).exclude(state=State.CALLED_OFF)

    def requests_for(self, account: BankAccount, debit_on: Any) -> "BankFileQuerySet":
        """Requests for debits of an account on a day, which may have gone out."""
        asked = self.filter(account=account, kind=Kind.DEBIT_REQUEST, debit_on=debit_on)
        return asked.exclude(state=State.CALLED_OFF).order_by("pk")

    def stored_among(self, keys: list[str]) -> set[str]:
        """Those of these keys whose files belong to one of them."""
        return set(self.filter(stored_as__in=keys).values_list("stored_as", flat=True))

    def digests(self) -> Iterator[tuple[str, str]]:
        """Under which key each file is kept, and its digest."""
        return self.order_by("pk").values_list("stored_as", "sha256").iterator()

    def with_list_data(self) -> "BankFileQuerySet":
        """With what a list shows of each."""
        return self.select_related("account")


class BankFile(Numbered):
    """One file of the banks' kinds (Zengin), with its count and sum; its bytes lie outside the web (G33)."""

    NUMBER_PREFIX = "BF"
    LOCK_RANK = 68
    FIXED: ClassVar = dict.fromkeys(
        ("kind", "account", "name", "size", "sha256", "stored_as", "came_on", "debit_on", "count", "amount"), "G33"
    )
    TOLD = ("kind", "account", "count", "amount")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"name": NO, "sha256": NO, "stored_as": NO, "left_out": NO}

    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="files", verbose_name=_("our account"))
    name = models.CharField(_("name of the file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_as = models.CharField(_("stored as"), max_length=32, editable=False)
    came_on = models.DateField(_("came, or was made, on"))
    debit_on = models.DateField(_("debit or transfer day"), null=True, blank=True)
    count = models.PositiveIntegerField(_("entries"))
    amount = models.BigIntegerField(_("sum"))
    booked = models.PositiveIntegerField(_("booked"), default=0, editable=False)
    there_before = models.PositiveIntegerField(_("there before"), default=0, editable=False)
    to_match = models.PositiveIntegerField(_("without a customer"), default=0, editable=False)
    left_out = models.JSONField(_("left out"), default=list, blank=True, editable=False)
    state = StateField(_("state"), default=State.CHECKED, choices=State, db_index=True)

    objects = BankFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank's file")
        verbose_name_plural = _("banks' files")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("book_bankfile", _("Can take in and book banks' files")),
            ("make_bankfile", _("Can make files for banks")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="bank_file_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G33",
                violation_error_message=_("This is no state of a bank's file."),
            ),
            models.CheckConstraint(
                name="bank_file_of_a_known_kind",
                condition=Q(kind__in=Kind.values)
                & (
                    Q(state="called-off")
                    | Q(kind__in=OURS, state__in=["made", "sent", "answered"])
                    | (~Q(kind__in=OURS) & Q(state__in=["checked", "booked"]))
                ),
                violation_error_code="G33",
                violation_error_message=_("What comes from a bank is booked; what is made for one is sent."),
            ),
            models.CheckConstraint(
                name="bank_file_of_debits_has_a_day",
                condition=Q(kind__in=["credits", "statement"], debit_on=None)
                | (~Q(kind__in=["credits", "statement"]) & Q(debit_on__isnull=False)),
                violation_error_code="G33",
                violation_error_message=_("Debits and transfers have their day."),
            ),
            models.UniqueConstraint(
                fields=["sha256"],
                condition=~Q(state="called-off") & ~Q(kind__in=OURS),
                name="one_bank_file_per_content",
                violation_error_code="G33",
                violation_error_message=_("The very same file was taken in before."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    @property
    def is_ours(self) -> bool:
        """Whether we made it."""
        return self.kind in OURS

    @transition(field=state, allowed=ALLOWED, target=State.BOOKED, clause="G33", label=_("Book the file"))
    def book(self, told: dict[str, Any]) -> None:
        """What it says is in the books (G33)."""
        for name, value in told.items():
            setattr(self, name, value)

    @transition(field=state, allowed=ALLOWED, target=State.SENT, clause="G33", label=_("Note that it was sent"))
    def send(self) -> None:
        """The bank has it (G33)."""

    @transition(field=state, allowed=ALLOWED, target=State.ANSWERED, clause="G33", label=_("Have it answered"))
    def answer(self) -> None:
        """The bank has said what became of each entry (G33)."""

    @transition(field=state, allowed=ALLOWED, target=State.CALLED_OFF, clause="G33", label=_("Call the file off"))
    def call_off(self) -> None:
        """Nothing of it is booked, or it does not go to the bank (G33)."""
