"""Mandates: that a bank may debit a customer's account for us (預金口座振替依頼書)."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bank_account import AccountKind, AtABank, BankAccount
from contracts.models import Customer
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a mandate is."""

    REQUESTED = "requested", pgettext_lazy("of a mandate", "With the bank")
    ACTIVE = "active", pgettext_lazy("of a mandate", "In force")
    RETURNED = "returned", pgettext_lazy("of a mandate", "Sent back by the bank")
    BROKEN = "broken", pgettext_lazy("of a mandate", "Refused by the bank")
    STOPPED = "stopped", pgettext_lazy("of a mandate", "Stopped")


TONES: dict[str, str] = {
    State.REQUESTED: "info",
    State.ACTIVE: "success",
    State.RETURNED: "danger",
    State.BROKEN: "danger",
    State.STOPPED: "default",
}

ALLOWED: Allowed = {
    "activate": [State.REQUESTED],
    "give_back": [State.REQUESTED],
    "break_off": [State.ACTIVE],
    "stop": [State.REQUESTED, State.ACTIVE, State.BROKEN, State.RETURNED],
}
"""What is allowed when."""


class MandateQuerySet(RecordedQuerySet["Mandate"]):
    """Mandates by what is to be done with them."""

    def active(self) -> "MandateQuerySet":
        """Those by which accounts are debited."""
        return self.filter(state=State.ACTIVE)

    def in_force_on(self, day: date) -> "MandateQuerySet":
        """Those by which an account can be debited on a day: of a customer the active one, or until it begins the one before.

        If the active one is stopped before it begins, the one before is not in force again.
        """
        followed = Mandate.objects.active().filter(customer=OuterRef("customer"), active_from=OuterRef("over_on"))
        until_then = Q(state=State.STOPPED, over_on__gt=day) & Q(Exists(followed))
        return self.filter(Q(state=State.ACTIVE) | until_then, active_from__lte=day)

    def of_creditor(self, account: BankAccount) -> "MandateQuerySet":
        """Those for one of our accounts."""
        return self.filter(creditor=account)

    def to_look_after(self) -> "MandateQuerySet":
        """Those that the bank sent back or refuses: the customer is asked for another."""
        return self.filter(state__in=[State.RETURNED, State.BROKEN]).order_by("pk")

    def requested(self) -> "MandateQuerySet":
        """Those that the bank looks at, the oldest first."""
        return self.filter(state=State.REQUESTED).order_by("requested_on", "pk")

    def with_list_data(self) -> "MandateQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "creditor")


class Mandate(AtABank, Numbered):
    """A customer's account that may be debited from a day on; until then the customer pays by transfer (G33)."""

    NUMBER_PREFIX = "MD"
    LOCK_RANK = 54
    FIXED: ClassVar = dict.fromkeys(
        ("customer", "creditor", "bank", "branch", "account_kind", "account", "holder", "requested_on"), "G33"
    )
    TOLD = ("bank_name", "branch_name", "requested_on")
    PERSONAL: ClassVar = {
        "bank": NO,
        "bank_name": NO,
        "branch": NO,
        "branch_name": NO,
        "account": REST,
        "holder": REST,
        "why": REST,
    }

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="mandates", verbose_name=_("customer"))
    creditor = models.ForeignKey(BankAccount, models.PROTECT, related_name="mandates", verbose_name=_("our account"))
    requested_on = models.DateField(_("sent to the bank on"))
    active_from = models.DateField(_("debits from"), null=True, blank=True, editable=False)
    over_on = models.DateField(_("over since"), null=True, blank=True, editable=False)
    why = models.CharField(_("why it is over"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.REQUESTED, choices=State, db_index=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("direct debit mandate")
        verbose_name_plural = _("direct debit mandates")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("keep_mandate", _("Can record what becomes of mandates"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mandate_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="G33",
                violation_error_message=_("This is no state of a mandate."),
            ),
            models.CheckConstraint(
                name="mandate_kind_of_account_known",
                condition=Q(account_kind__in=AccountKind.values),
                violation_error_code="G33",
                violation_error_message=_("Choose one of the kinds of accounts offered."),
            ),
            models.CheckConstraint(
                name="mandate_in_force_from_a_day",
                condition=Q(state="requested", active_from=None)
                | Q(state__in=["active", "broken"], active_from__isnull=False, active_from__gte=F("requested_on"))
                | Q(state__in=["returned", "stopped"]),
                violation_error_code="G33",
                violation_error_message=_("A mandate in force says from when, not before it was sent to the bank."),
            ),
            models.CheckConstraint(
                name="mandate_over_for_a_reason",
                condition=Q(state__in=["requested", "active"], over_on=None, why="")
                | (Q(state__in=["returned", "broken", "stopped"], over_on__isnull=False) & ~Q(why="")),
                violation_error_code="G33",
                violation_error_message=_("A mandate that is over says since when, and why."),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="active"),
                name="one_mandate_in_force_per_customer",
                violation_error_code="G33",
                violation_error_message=_("The customer has a mandate in force already."),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="requested"),
                name="one_mandate_with_the_bank_per_customer",
                violation_error_code="G33",
                violation_error_message=_("The bank looks at a mandate of this customer already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.bank_name} {self.branch_name}"

    @property
    def payer_number(self) -> str:
        """Our number of the payer in files (顧客番号), never used again for another mandate."""
        return f"{self.pk:020d}"

    @transition(field=state, allowed=ALLOWED, target=State.ACTIVE, clause="G33", label=_("Put the mandate in force"))
    def activate(self, since: date) -> None:
        """The bank has accepted it: the account can be debited from this day on (G33)."""
        if since < self.requested_on:
            raise refuse("G33", _("It was not with the bank yet on that day. Check the day."))
        self.active_from = since

    @transition(
        field=state, allowed=ALLOWED, target=State.RETURNED, clause="G33", label=_("Take it back from the bank")
    )
    def give_back(self, on: date, because: str) -> None:
        """The bank has sent it back, such as for a seal that differs (G33)."""
        self.over_on, self.why = on, because

    @transition(field=state, allowed=ALLOWED, target=State.BROKEN, clause="G33", label=_("Note that the bank refuses"))
    def break_off(self, on: date, because: str) -> None:
        """The bank answers a debit that there is no such account or mandate, or that it was stopped (G33)."""
        self.over_on, self.why = on, because

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.STOPPED,
        clause="G33",
        label=pgettext_lazy("a mandate", "Stop the mandate"),
    )
    def stop(self, on: date, because: str) -> None:
        """The account is debited no more (G33)."""
        self.over_on, self.why = on, because
