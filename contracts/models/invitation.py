"""Invitations of users: one link each, good once and for some time, by which whoever is invited sets a password (G5.1)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.account import Account
from iijiot.clauses import Clause
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Unmet

CLAUSE = Clause("G5.1")

_signer = signing.Signer(sep=".", salt="contracts.invitation")


class InvitationQuerySet(RecordedQuerySet["Invitation"]):
    """Invitations by how they are looked up."""

    def open(self) -> "InvitationQuerySet":
        """Those that were neither used nor replaced, in time or not."""
        return self.filter(used_at=None, replaced_at=None)

    def with_account(self) -> "InvitationQuerySet":
        """With whom each invites, and for which customer."""
        return self.select_related("account__user", "account__customer")

    def of_token(self, token: str) -> "Invitation | None":
        """The one that a link leads to; None where we did not sign it."""
        try:
            key = UUID(_signer.unsign(token))
        except (signing.BadSignature, ValueError):
            return None
        return self.with_account().filter(key=key).first()


class Invitation(RecordedModel):
    """A mail to somebody who is to act for a customer, with a link that is good once (G5.1).

    The link is the key with our signature: whoever reads the database cannot make it.
    """

    LOCK_RANK = 14
    CUSTOMER = "account__customer"
    FIXED: ClassVar = dict.fromkeys(("account", "key", "to", "made_at", "ends_at"), "G5.1")
    TOLD = ("account", "to")
    PERSONAL: ClassVar = {"to": REST}

    account = models.ForeignKey(Account, models.PROTECT, related_name="invitations", verbose_name=_("account"))
    key = models.UUIDField(_("key"), unique=True, default=uuid4, editable=False)
    to = models.EmailField(_("to"))
    made_at = models.DateTimeField(_("made at"))
    ends_at = models.DateTimeField(_("good until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at=None, replaced_at=None),
                name="one_open_invitation_per_account",
                violation_error_code="G5.1",
                violation_error_message=_("This user has an invitation already. Send it again instead."),
            ),
            models.CheckConstraint(
                name="invitation_used_or_replaced",
                condition=Q(used_at=None) | Q(replaced_at=None),
                violation_error_code="G5.1",
                violation_error_message=_("An invitation was used or replaced by another, not both."),
            ),
            models.CheckConstraint(
                name="invitation_ends_after_it_was_made",
                condition=Q(ends_at__gt=F("made_at")),
                violation_error_code="G5.1",
                violation_error_message=_("An invitation is good for some time after it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.to}"

    @property
    def token(self) -> str:
        """What its link ends with."""
        return _signer.sign(self.key.hex)

    def why_over(self, at: datetime) -> list[Unmet]:
        """Why it lets nobody in at a moment; empty while it does."""
        if self.used_at:
            return [Unmet(CLAUSE, _("This invitation was used already. Log in with your ID and your password."))]
        if self.replaced_at or not self.account.is_usable:
            return [Unmet(CLAUSE, _("This invitation holds no more. Use the newest mail, or ask your manager."))]
        if at >= self.ends_at:
            return [Unmet(CLAUSE, _("The time of this invitation is over. Ask your manager to send it again."))]
        return []
