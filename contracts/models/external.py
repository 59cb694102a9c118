"""What a customer holds under other terms, recorded because our contracts rest on it."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.external import EXTERNALS
from contracts.catalogue.vocabulary import External, Holding
from contracts.models.customer import Customer
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet

NETWORKS = {code: words for external in EXTERNALS.values() for code, words in external.networks}


class ExternalSubscriptionQuerySet(RecordedQuerySet["ExternalSubscription"]):
    """Subscriptions by how they are looked up."""

    def lasting(self) -> "ExternalSubscriptionQuerySet":
        """Those without an end."""
        return self.filter(ends_on=None)

    def found(self, number: str | None, reference: str, most: int) -> "ExternalSubscriptionQuerySet":
        """By number, or by the reference of the other contract however it was capitalised."""
        named = Q(number=number) | Q(upper_reference=reference) if number else Q(upper_reference=reference)
        return self.alias(upper_reference=Upper("reference")).filter(named).select_related("customer")[:most]


class ExternalSubscription(Numbered):
    """A Private Backbone, Mobile Service Type I or K, or the use of WISE-PaaS, of one customer.

    Its end is recorded by a termination, so that what rests on it ends too.
    """

    NUMBER_PREFIX = "X"
    LOCK_RANK = 16
    FIXED: ClassVar = {"customer": "G10", "service": "G10", "network": "G10"}
    TOLD = ("service", "network", "reference", "starts_on")
    PERSONAL: ClassVar = {"reference": NO}

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="external_subscriptions", verbose_name=_("customer")
    )
    service = models.CharField(_("service"), max_length=30, choices=[(e.code, e.name) for e in EXTERNALS.values()])
    network = models.CharField(
        _("network type"), max_length=10, blank=True, choices=list(NETWORKS.items()), help_text=_("For Type I only.")
    )
    reference = models.CharField(_("reference"), max_length=50, help_text=_("Its number under the other terms."))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("last day"), null=True, blank=True, editable=False)

    objects = ExternalSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("external subscription")
        verbose_name_plural = _("external subscriptions")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(Upper("reference"), name="external_reference")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="external_service_known",
                condition=Q(service__in=list(EXTERNALS)),
                violation_error_code="G14.1.1",
                violation_error_message=_("Choose one of the services offered."),
            ),
            models.CheckConstraint(
                name="external_network_where_there_are_networks",
                condition=Q(service="mobile-type-i", network__in=["closed", "open"])
                | (~Q(service="mobile-type-i") & Q(network="")),
                violation_error_code="PMG3",
                violation_error_message=_("Say for Type I, and only for it, whether the network is closed."),
            ),
            models.CheckConstraint(
                name="external_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_code="G14.1.1",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.UniqueConstraint(
                fields=["customer", "service", "reference"],
                name="one_external_subscription_per_reference",
                violation_error_message=_(
                    "This subscription of the customer is recorded already. Open that one instead."
                ),
            ),
        ]

    def __str__(self) -> str:
        network = f" ({self.get_network_display()})" if self.network else ""
        return f"{self.number} {self.external}{network}"

    def clean(self) -> None:
        """Ask for the network type where the service has one, since PMG3 and IOT3.3 turn on it."""
        if self.service == "mobile-type-i" and not self.network:
            raise ValidationError({"network": ValidationError(_("Say whether the network is closed."), code="PMG3")})

    @property
    def external(self) -> External:
        """The catalogue's declaration."""
        return EXTERNALS[self.service]

    @property
    def end_clause(self) -> str:
        """The clause under which its end is recorded: what it takes down, or what it leaves to look at."""
        return (
            "WPC3" if self.service == "wise-paas-use" else "PMG5.2" if self.service != "private-backbone" else "PC5.2"
        )

    @property
    def name_for_letters(self) -> str:
        """How a letter names it."""
        return f"{self.external.name}（{self.reference}）"

    @property
    def key(self) -> tuple[str, int]:
        """How plans and requirements name it."""
        return ("external", self.pk)

    def as_holding(self) -> Holding:
        """What requirements see of it."""
        return Holding(self.service, self.starts_on, self.ends_on, self.key, str(self), self.network)
