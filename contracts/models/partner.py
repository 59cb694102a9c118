"""Partners whose systems come through the API: which customers each may see, and the keys that it comes with (G40.3)."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.customer import Customer
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedModel, RecordedQuerySet


class PartnerKind(models.TextChoices):
    """What a partner is to the company; each kind may have other scopes."""

    SALES = "sales", _("Sales partner")
    CARRIER = "carrier", _("Host carrier")
    PLATFORM = "platform", _("Platform operator")
    CUSTOMER = "customer", _("Customer's own system")


class PartnerQuerySet(RecordedQuerySet["Partner"]):
    """Partners by how they are looked up."""

    def working(self) -> "PartnerQuerySet":
        """Those that have not been closed."""
        return self.filter(closed_on=None)

    def found(self, text: str, number: str | None) -> "PartnerQuerySet":
        """The one of this number; without one, those whose names begin so."""
        return self.filter(number=number) if number else self.filter(name__startswith=text.replace("\0", "").strip())


class Partner(Numbered):
    """A company whose systems act through the API. Its user is what the history names; closing it shuts every key."""

    NUMBER_PREFIX = "PT"
    LOCK_RANK = 6
    FIXED: ClassVar = {"kind": "G40.3", "user": "G5.5"}
    TOLD = ("name", "kind")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"name": NO}

    name = models.CharField(pgettext_lazy("of a body", "name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=PartnerKind)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="partner", verbose_name=_("user"), editable=False
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering: ClassVar = ["number"]
        permissions: ClassVar = [("manage_partner", _("Can manage partners, their keys and what they see"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="partner_kind_known",
                condition=Q(kind__in=PartnerKind.values),
                violation_error_code="G40.3",
                violation_error_message=_("Choose what the partner is to the company."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def customers(self) -> Any:
        """The keys of the customers that it may see now, as a query."""
        return Grant.objects.standing().filter(partner=self).order_by().values("customer")


class GrantQuerySet(RecordedQuerySet["Grant"]):
    """Grants by whether they stand."""

    def standing(self) -> "GrantQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_on=None)

    def with_list_data(self) -> "GrantQuerySet":
        """With both sides."""
        return self.select_related("partner", "customer")

    def newest(self) -> "GrantQuerySet":
        """Those that stand first, the latest of them first."""
        return self.order_by(F("withdrawn_on").desc(nulls_first=True), "-pk")

    def customers(self) -> Any:
        """The keys of the customers that some partner may see now, as a query."""
        return self.standing().order_by().values("customer")


class Grant(RecordedModel):
    """A partner may see a customer, and act for it as far as its keys go (G40.3)."""

    LOCK_RANK = 11
    FIXED: ClassVar = dict.fromkeys(("partner", "customer", "given_on"), "G40.3")
    TOLD = ("partner", "given_on")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {}

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="grants", verbose_name=_("partner"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="grants", verbose_name=_("customer"))
    given_on = models.DateField(_("given on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "customer"],
                condition=Q(withdrawn_on=None),
                name="one_standing_grant_per_customer",
                violation_error_code="G40.3",
                violation_error_message=_("The partner may see this customer already."),
            ),
            models.CheckConstraint(
                name="grant_withdrawn_after_it_was_given",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
                violation_error_code="G40.3",
                violation_error_message=_("It cannot be withdrawn before the day on which it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} → {self.customer}"


class PartnerKeyQuerySet(RecordedQuerySet["PartnerKey"]):
    """Keys by how they are looked up."""

    def of_client(self, client_id: str) -> "PartnerKeyQuerySet":
        """The key with this client id, with whose it is."""
        return self.select_related("partner__user").filter(client_id=client_id)

    def newest(self) -> "PartnerKeyQuerySet":
        """The latest first."""
        return self.order_by("-pk")

    def not_revoked(self) -> "PartnerKeyQuerySet":
        """Those that nobody revoked."""
        return self.filter(revoked_at=None)


class PartnerKey(RecordedModel):
    """A client id with which a partner's system comes, and what it is good for; of its secret the hash alone is kept."""

    LOCK_RANK = 7
    FIXED: ClassVar = dict.fromkeys(("partner", "client_id", "scopes", "issued_at"), "G5.4")
    TOLD = ("partner", "name", "scopes")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"name": NO, "client_id": NO, "scopes": NO}

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="keys", verbose_name=_("partner"))
    name = models.CharField(_("what it is for"), max_length=50)
    client_id = models.CharField("Client ID", max_length=100, editable=False)
    scopes = models.TextField(_("scopes"), blank=True)
    issued_at = models.DateTimeField(_("issued at"), editable=False)
    ends_at = models.DateTimeField(
        _("good until"), null=True, blank=True, editable=False, help_text=_("Set when another takes its place.")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    objects = PartnerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client_id"],
                name="one_key_per_client_id",
                violation_error_message=_("There is a key with this client ID already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def good_for(self) -> frozenset[str]:
        """The scopes that a token of it can have."""
        return frozenset(self.scopes.split())

    def works(self, at: datetime) -> bool:
        """Whether a system can come with it at a moment: neither revoked nor over, and its partner at work."""
        over = self.ends_at is not None and self.ends_at <= at
        return not (over or self.revoked_at or self.partner.closed_on) and self.partner.user.is_active
