"""Accounts of customers (G5): who can log in for a customer, and proofs of identity given by an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.customer import Customer
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, rule, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Whether an account can be used."""

    ACTIVE = "active", pgettext_lazy("of an account", "In use")
    LOCKED = "locked", _("Locked")
    REMOVED = "removed", pgettext_lazy("of an account", "Removed")


TONES: dict[str, str] = {State.ACTIVE: "success", State.LOCKED: "danger", State.REMOVED: "default"}

ALLOWED: Allowed = {"lock": [State.ACTIVE], "unlock": [State.LOCKED], "remove": [State.ACTIVE, State.LOCKED]}
"""What is allowed when."""


class Role(models.TextChoices):
    """What an account may do for its customer."""

    MANAGER = "manager", _("Manager")
    OPERATOR = "operator", pgettext_lazy("of an account", "Operator")
    VIEWER = "viewer", _("Viewer")


RIGHTS: dict[str, Sequence[str]] = {
    Role.MANAGER: ["look", "operate", "decide", "people"],
    Role.OPERATOR: ["look", "operate"],
    Role.VIEWER: ["look"],
}
"""What each role may do for its customer: look, operate lines and cards, decide what binds it, say who gets in."""


class AccountQuerySet(RecordedQuerySet["Account"]):
    """Accounts by how they are looked up."""

    def with_list_data(self) -> "AccountQuerySet":
        """With what a list shows of each."""
        return self.select_related("user", "customer")

    def named(self, login_id: str) -> "AccountQuerySet":
        """The one with this login ID, however it was typed."""
        return self.filter(user__login_id=login_id.strip().lower())

    def of_user(self, user: Any) -> "Account | None":
        """The one whose login this is, by the user or its key."""
        return self.filter(user=user).select_related("user", "customer").first()

    def user_ids(self) -> list[int]:
        """The keys of their logins."""
        return list(self.values_list("user", flat=True))

    def locked(self) -> "AccountQuerySet":
        """Locked ones, the longest first."""
        return self.filter(state=State.LOCKED).order_by("locked_at", "pk")

    def usable(self) -> "AccountQuerySet":
        """Those that are neither locked nor removed."""
        return self.filter(state=State.ACTIVE).select_related("user")

    def standing(self) -> "AccountQuerySet":
        """Those that were not removed."""
        return self.exclude(state=State.REMOVED)

    def able_managers(self) -> "AccountQuerySet":
        """Managers who can log in: not locked, not removed, and with a password of their own."""
        return self.filter(state=State.ACTIVE, role=Role.MANAGER, must_renew_password=False)

    def with_address(self, email: str) -> "AccountQuerySet":
        """Those whose users are written to at a mail address, however it is capitalised."""
        return self.filter(user__email__iexact=email)


@rule("G5.1", _("This is the only manager who can log in. Make somebody else manager first."))
def another_manager(account: "Account") -> bool:
    """The customer has another manager who can log in, or does not lose one by this."""
    able = account.customer.accounts.able_managers()
    return not able.among([account.pk]).exists() or able.exclude(pk=account.pk).exists()


class Account(RecordedModel):
    """Somebody who acts for a customer; what is done with it the customer has done (G5.3).

    The login is a user of the customers' side: so its ID is given by the company, collides with none of the staff's,
    and never changes (G5.5).
    """

    LOCK_RANK = 13
    FIXED: ClassVar = {"customer": "G5.5", "user": "G5.5"}
    TOLD = ("user", "role")
    PERSONAL: ClassVar = {"locked_why": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="accounts", verbose_name=_("customer"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="account", verbose_name=_("login")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    must_renew_password = models.BooleanField(_("must set a new password"), default=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_why = models.CharField(_("why it is locked"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.ACTIVE, choices=State, db_index=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [
            ("manage_account", _("Can issue accounts, lock them, and record proofs by account")),
            ("unlock_account", _("Can unlock accounts")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="account_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of an account."),
            ),
            models.CheckConstraint(
                name="account_role_known",
                condition=Q(role__in=Role.values),
                violation_error_code="G5.1",
                violation_error_message=_("Choose one of the roles offered."),
            ),
            models.CheckConstraint(
                name="account_locked_since_and_why",
                condition=(Q(state="locked", locked_at__isnull=False) & ~Q(locked_why=""))
                | Q(state__in=["active", "removed"], locked_at=None, locked_why=""),
                violation_error_code="G5.4",
                violation_error_message=_("A locked account says since when and why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.login_id} {self.holder}"

    def clean(self) -> None:
        """Staff hold no account of a customer."""
        if self.user.is_staff:
            raise ValidationError(
                {"user": ValidationError(_("A login of staff is no customer's account."), code="G5.3")}
            )

    @property
    def login_id(self) -> str:
        """The ID given by the company (G5.5)."""
        return self.user.login_id

    @property
    def holder(self) -> str:
        """Who uses it."""
        return self.user.name

    @property
    def is_usable(self) -> bool:
        """Whether somebody gets in by it (G5.4)."""
        return self.state == State.ACTIVE

    @property
    def can_come_back(self) -> bool:
        """Whether it can be used again one day: a locked one can, a removed one cannot (G5.4, G5.1)."""
        return self.state != State.REMOVED

    @property
    def rights(self) -> Sequence[str]:
        """What it may do for its customer (G5.1)."""
        return RIGHTS[self.role]

    @transition(field=state, allowed=ALLOWED, target=State.LOCKED, clause="G5.4", label=_("Lock"))
    def lock(self, at: datetime, why: str) -> None:
        """Misuse is known or suspected: nobody gets in any more, and the password is worth nothing (G5.4)."""
        self.locked_at, self.locked_why, self.must_renew_password = at, why, True

    @transition(field=state, allowed=ALLOWED, target=State.ACTIVE, clause="G5.4", label=_("Unlock"))
    def unlock(self, because: str) -> None:
        """The matter is settled: it can be used again once a new password is set (G5.4)."""
        if not because.strip():
            raise refuse("G5.4", _("Say why the account can be used again."))
        self.locked_at, self.locked_why = None, ""

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.REMOVED,
        clause="G5.1",
        label=pgettext_lazy("an account", "Remove"),
        conditions=[another_manager],
    )
    def remove(self) -> None:
        """Whoever used it acts for the customer no more; the ID is given to nobody else (G5.1, G5.5)."""
        self.locked_at, self.locked_why, self.must_renew_password = None, "", True


class ProofQuerySet(RecordedQuerySet["Proof"]):
    """Proofs by account."""

    def newest(self) -> "ProofQuerySet":
        """The latest first."""
        return self.select_related("account__user").order_by("-pk")


class Proof(RecordedModel):
    """A caller named a login ID, to show that the customer is calling: which, and whether it is the customer's (G5.2)."""

    FIXED: ClassVar = dict.fromkeys(("customer", "typed", "account", "at", "by"), "G5.2")
    TOLD = ("typed", "account")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"typed": REST, "by": NO}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="proofs", verbose_name=_("customer"))
    typed = models.CharField(_("login ID named"), max_length=50)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="proofs",
        verbose_name=_("account"),
        null=True,
        blank=True,
        help_text=_("Empty: it does not match."),
    )
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("recorded by"), max_length=150)

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof by account")
        verbose_name_plural = _("proofs by account")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.typed

    @property
    def matches(self) -> bool:
        """Whether the login ID is of this customer."""
        return self.account_id is not None
