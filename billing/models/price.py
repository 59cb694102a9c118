"""Prices of the list: each of one fee, in one version, with copies of its days once they hold."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.price_key import KEY, Keyed, key_checks
from billing.models.price_version import PriceVersion
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet


class PriceQuerySet(RecordedQuerySet["Price"]):
    """Prices by what they hold for."""

    def published(self) -> "PriceQuerySet":
        """Those that hold, each fee's by their days."""
        return self.filter(new_from__isnull=False).order_by(*KEY, "new_from", "pk")

    def of_version(self, version: PriceVersion) -> "PriceQuerySet":
        """Those of a version, by service."""
        return self.filter(version=version).order_by("service_code", "kind", "unit", "cause")

    def with_list_data(self) -> "PriceQuerySet":
        """With what a list shows of each."""
        return self.select_related("version")


class Price(Keyed, RecordedModel):
    """What one fee is by a version of the list, in yen without tax (G30.1)."""

    LOCK_RANK = 7
    TOLD = ("service_code", "kind", "yen")
    PERSONAL: ClassVar = {"item": NO}

    version = models.ForeignKey(PriceVersion, models.PROTECT, related_name="prices", verbose_name=_("price version"))
    new_from = models.DateField(_("for new contracts from"), null=True, blank=True, editable=False)
    existing_from = models.DateField(_("for existing contracts from"), null=True, blank=True, editable=False)

    objects = PriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering: ClassVar = ["-version__new_from", *KEY]
        constraints: ClassVar = [
            *key_checks("price"),
            models.UniqueConstraint(
                fields=["version", *KEY],
                name="one_price_per_version_and_fee",
                violation_error_code="G30.1",
                violation_error_message=_("The version has a price for this fee already. Change that one."),
            ),
            models.UniqueConstraint(
                fields=[*KEY, "new_from"],
                condition=Q(new_from__isnull=False),
                name="one_price_per_fee_and_day_for_new",
                violation_error_code="G30.1",
                violation_error_message=_(
                    "Another version has a price for this fee from the same day for new contracts."
                ),
            ),
            models.UniqueConstraint(
                fields=[*KEY, "existing_from"],
                condition=Q(existing_from__isnull=False),
                name="one_price_per_fee_and_day_for_existing",
                violation_error_code="G30.4",
                violation_error_message=_(
                    "Another version changes this fee on the same day for existing contracts. Choose another day."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.yen:,} {self.get_unit_display()}"

    def fixed(self) -> dict[str, str]:
        """Prices change while their version is a draft, and never after."""
        if self.version_id and not self.version.is_draft:
            return dict.fromkeys((*KEY, "yen", "tax", "version"), "G30.4")
        return {"version": "G30.1"}
