"""Reorder points: from how many cards on the stock of a kind is short, and the next delivery is to be ordered."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.card import SimCard
from sims.models.product import FormFactor, SimProduct

HIGHEST = 1_000_000


class ReorderPointQuerySet(RecordedQuerySet["ReorderPoint"]):
    """Reorder points by how much is there."""

    def with_stock(self) -> Any:
        """With how many such cards are in stock, as `in_stock`."""
        kept = SimCard.objects.in_stock().filter(form_factor=OuterRef("form_factor"), product=OuterRef("product"))
        counted = kept.order_by().values("product").annotate(many=Count("pk")).values("many")
        return self.select_related("product").annotate(in_stock=Coalesce(Subquery(counted), 0))

    def short(self) -> "ReorderPointQuerySet":
        """Those with fewer cards in stock, the emptiest first."""
        short: ReorderPointQuerySet = self.with_stock().filter(in_stock__lt=F("quantity")).order_by("in_stock", "pk")
        return short


class ReorderPoint(RecordedModel):
    """With fewer cards of a product and form factor in stock than this, home says that the stock is short (MA8.1)."""

    LOCK_RANK = 7
    FIXED: ClassVar = {"product": "MA8.1", "form_factor": "MA8.1"}
    TOLD = ("product", "form_factor", "quantity")
    STAFF_ONLY = frozenset({"*"})

    product = models.ForeignKey(
        SimProduct, models.PROTECT, related_name="reorder_points", verbose_name=_("SIM product")
    )
    form_factor = models.CharField(_("form factor"), max_length=4, choices=FormFactor)
    quantity = models.PositiveIntegerField(
        _("reorder point"),
        validators=[MinValueValidator(0), MaxValueValidator(HIGHEST)],
        help_text=_("With fewer cards in stock, home says that the stock is short. 0: never."),
    )

    objects = ReorderPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorder point")
        verbose_name_plural = _("reorder points")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "form_factor"],
                name="one_reorder_point_per_kind_of_card",
                violation_error_code="MA8.1",
                violation_error_message=_("There is a reorder point for such cards already: change that one."),
            ),
            models.CheckConstraint(
                name="reorder_point_of_a_form_factor",
                condition=Q(form_factor__in=FormFactor.values),
                violation_error_code="MA1",
                violation_error_message=_("Choose one of the form factors offered."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.get_form_factor_display()}"
