"""What gives rise to a one-time charge: a fact with its day and clause, which billing turns into money (MA13.1)."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.card import SimCard
from sims.models.line import Line


class Cause(models.TextChoices):
    """What the one-time charge is for."""

    NOT_RETURNED = "not-returned", _("Card not returned")
    REPLACEMENT = "replacement", _("Card replaced")


class ChargeEventQuerySet(RecordedQuerySet["ChargeEvent"]):
    """Causes of one-time charges."""

    def standing(self, cause: str) -> "ChargeEventQuerySet":
        """Those of a cause that were not taken back."""
        return self.filter(cause=cause, taken_back_on=None)

    def taken_back(self, cause: str) -> "ChargeEvent | None":
        """The latest of a cause that was taken back."""
        return self.filter(cause=cause).exclude(taken_back_on=None).order_by("-pk").first()

    def not_taken_back(self) -> "ChargeEventQuerySet":
        """Those that stand."""
        return self.filter(taken_back_on=None)

    def with_list_data(self) -> "ChargeEventQuerySet":
        """With what a list shows of each."""
        return self.select_related("card", "line", "contract__customer")

    def charged_between(self, first: date, last: date) -> "ChargeEventQuerySet":
        """Those that occurred on these days and were not taken back."""
        return self.filter(taken_back_on=None, occurred_on__gte=first, occurred_on__lte=last)

    def of_cards(self, ids: Sequence[int]) -> "ChargeEventQuerySet":
        """Those of these cards."""
        return self.filter(card__in=ids)

    def of_contracts(self, ids: list[int]) -> "ChargeEventQuerySet":
        """Those of these contracts, by day."""
        return self.filter(contract__in=ids).order_by("occurred_on", "pk")


class ChargeEvent(RecordedModel):
    """A fact for which a one-time charge arises, on the day of its cause; whether a price was shown stands with it (G30.1)."""

    LOCK_RANK = 48
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "MA13.1", "cause": "MA13.1", "card": "MA13.1", "occurred_on": "MA13.1"}
    TOLD = ("cause", "occurred_on", "card")
    PERSONAL: ClassVar = {"price_shown": NO}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="charge_events", verbose_name=_("contract"))
    line = models.ForeignKey(Line, models.PROTECT, related_name="charge_events", verbose_name=_("line"))
    card = models.ForeignKey(SimCard, models.PROTECT, related_name="charge_events", verbose_name=_("SIM card"))
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    occurred_on = models.DateField(_("occurred on"))
    price_shown = models.CharField(
        _("price shown beforehand"), max_length=100, help_text=_("Where and when the customer was shown the price.")
    )
    taken_back_on = models.DateField(_("taken back on"), null=True, blank=True)

    objects = ChargeEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause of a one-time charge")
        verbose_name_plural = _("causes of one-time charges")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="charge_event_of_a_known_cause",
                condition=Q(cause__in=Cause.values),
                violation_error_code="MA13.1",
                violation_error_message=_("Choose one of the causes offered."),
            ),
            models.CheckConstraint(
                name="charge_event_has_a_price_shown",
                condition=~Q(price_shown=""),
                violation_error_code="MA13.1",
                violation_error_message=_("A one-time charge needs a price that was shown beforehand (G30.1)."),
            ),
            models.UniqueConstraint(
                fields=["card", "cause"],
                condition=Q(taken_back_on=None),
                name="one_charge_event_per_card_and_cause",
                violation_error_code="MA13.1",
                violation_error_message=_("This charge has arisen for the card already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.card}"
