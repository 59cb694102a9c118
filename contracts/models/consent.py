"""What customers have said: uses allowed or stopped, disclosures to somebody, the data processing addendum."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.purposes import SAID, Purpose
from contracts.models.account import Account
from contracts.models.customer import Customer
from contracts.models.recipient import Recipient
from iijiot.clauses import Clause
from iijiot.personal import NO, REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.words import Words

DATA_PROCESSING = "data-processing"

TO_SOMEBODY: dict[str, tuple[Words, str]] = {
    "communications": (_("Communication records, to a recipient"), "G38.2"),
    "secrets": (_("Trade secrets, to a recipient"), "G39.2"),
    "personal": (_("Personal information, to a recipient"), "G40.3"),
}
"""Consents to disclose to one recipient, each with its clause."""

KINDS: dict[str, tuple[Words, str]] = {
    **{code: (purpose.words, purpose.clause.id) for code, purpose in SAID.items()},
    **TO_SOMEBODY,
    DATA_PROCESSING: (_("Data processing addendum"), "G40.5"),
}


class ConsentQuerySet(RecordedQuerySet["Consent"]):
    """What was said, by what it is about."""

    def about(self, purpose: Purpose) -> "ConsentQuerySet":
        """What was said of a use."""
        return self.filter(kind=purpose.code)

    def given(self) -> "ConsentQuerySet":
        """What is allowed now."""
        return self.filter(given=True)

    def stopped(self) -> "ConsentQuerySet":
        """What is not."""
        return self.filter(given=False)

    def to(self, kind: str, recipient: Recipient | None) -> "ConsentQuerySet":
        """Of a kind, to one recipient, or to none in particular."""
        return self.filter(kind=kind, recipient=recipient)

    def without_recipient(self) -> "ConsentQuerySet":
        """Those of uses, which name nobody."""
        return self.filter(recipient=None)

    def to_somebody(self) -> "ConsentQuerySet":
        """Consents to disclose, with the recipient of each."""
        return self.filter(kind__in=TO_SOMEBODY).select_related("recipient").order_by("pk")

    def of_addendum(self) -> "ConsentQuerySet":
        """Consents to the data processing addendum, the latest version first."""
        return self.filter(kind=DATA_PROCESSING).order_by("-pk")

    def of_version(self, version: str) -> "ConsentQuerySet":
        """Those to one version of the data processing addendum."""
        return self.of_addendum().filter(version=version)


class Consent(RecordedModel):
    """What a customer allows or has stopped (G38.4, G40.2.3, G46.1, G46.2, G46.4); its history has what was before.

    The row of the data processing addendum stays as it was written on conclusion (G40.5): another version is another row.
    """

    LOCK_RANK = 13
    FIXED: ClassVar = dict.fromkeys(("customer", "kind", "recipient", "version"), "G40.5")
    TOLD = ("kind", "recipient", "version", "given", "told")
    PERSONAL: ClassVar = {"version": NO, "told": REST, "by": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consents", verbose_name=_("customer"))
    kind = models.CharField(
        _("what it is about"), max_length=20, choices=[(code, words) for code, (words, _clause) in KINDS.items()]
    )
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, related_name="consents", verbose_name=_("recipient"), null=True, blank=True
    )
    version = models.CharField(_("version"), max_length=50, blank=True)
    given = models.BooleanField(_("allowed"))
    told = models.CharField(_("how the customer said it"), max_length=300)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="consents", verbose_name=_("account"), null=True, blank=True
    )
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("recorded by"), max_length=150)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [("record_consent", _("Can record what customers allow and stop"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="consent_of_a_known_kind",
                condition=Q(kind__in=list(KINDS)),
                violation_error_code="G40.2.5",
                violation_error_message=_("Choose one of the consents offered."),
            ),
            models.CheckConstraint(
                name="consent_to_disclose_names_the_recipient",
                condition=Q(kind__in=list(TO_SOMEBODY), recipient__isnull=False)
                | (~Q(kind__in=list(TO_SOMEBODY)) & Q(recipient=None)),
                violation_error_code="G38.2",
                violation_error_message=_("A consent to disclose names the recipient; no other consent does."),
            ),
            models.CheckConstraint(
                name="consent_to_an_addendum_has_its_version",
                condition=(Q(kind="data-processing", given=True) & ~Q(version=""))
                | (~Q(kind="data-processing") & Q(version="")),
                violation_error_code="G40.5",
                violation_error_message=_("The data processing addendum holds since the conclusion, in a version."),
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "recipient", "version"],
                nulls_distinct=False,
                name="one_consent_per_customer_and_kind",
                violation_error_code="G40.2.5",
                violation_error_message=_("This customer's answer is recorded already. Change that one."),
            ),
        ]

    def __str__(self) -> str:
        about = [self.get_kind_display(), str(self.recipient or ""), self.version]
        return " ".join(part for part in about if part)

    @property
    def clause_value(self) -> Clause:
        """The clause that asks for it."""
        return Clause(KINDS[self.kind][1])

    def clean(self) -> None:
        """An account answers for its own customer alone (G5.3)."""
        if self.account is not None and self.account.customer_id != self.customer_id:
            raise ValidationError({"account": ValidationError(_("This account is another customer's."), code="G5.3")})
