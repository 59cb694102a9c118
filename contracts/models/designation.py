"""Another last day that the company designates for a contract that ends with what it rests on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.termination import Termination
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet


class DesignatedDayQuerySet(RecordedQuerySet["DesignatedDay"]):
    """Designated days by what they are for."""

    def for_ends(self, ends: list[int]) -> "DesignatedDayQuerySet":
        """Those for these ends, the latest first."""
        return self.filter(end__in=ends).order_by("-pk")


class DesignatedDay(RecordedModel):
    """The day on which a contract ends instead, where one particular end would take it down (MA12.2 and its like).

    It holds as long as that end stands, also while something else ends the contract earlier.
    """

    LOCK_RANK = 27
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "G29.1", "end": "G29.1"}
    PERSONAL: ClassVar = {"reason": REST}
    TOLD = ("end", "on", "reason")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="designated_days", verbose_name=_("contract"))
    end = models.ForeignKey(Termination, models.PROTECT, related_name="designated_days", verbose_name=_("because of"))
    on = models.DateField(_("day designated"))
    reason = models.CharField(_("reason"), max_length=300)
    customer_agrees = models.BooleanField(_("the customer agrees"), default=False)

    objects = DesignatedDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("designated day")
        verbose_name_plural = _("designated days")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="designated_day_has_a_reason",
                condition=~Q(reason=""),
                violation_error_code="MA12.2",
                violation_error_message=_("Give the reason for designating another day."),
            ),
            models.UniqueConstraint(
                fields=["contract", "end"],
                name="one_designated_day_per_end",
                violation_error_code="MA12.2",
                violation_error_message=_("Another day is designated for this end already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.on}"
