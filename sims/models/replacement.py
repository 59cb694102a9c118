"""Replacements: which card took the place of which, and why; no chain of them closes into a ring."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from sims.models.card import SimCard
from sims.models.incident import Incident
from sims.models.line import Line


class Reason(models.TextChoices):
    """Why a card was replaced."""

    FAULT = "fault", _("Fault")
    LOSS = "loss", _("Loss")
    WISH = "wish", _("At the customer's wish")
    RECALL = "recall", _("Called back by the host carrier")


class ReplacementQuerySet(RecordedQuerySet["Replacement"]):
    """Replacements."""

    def giving(self, card: Any) -> "ReplacementQuerySet":
        """The one by which a card came to its line; none where it came otherwise."""
        return self.filter(new=card)

    def of_line(self, line: Any) -> "ReplacementQuerySet":
        """Those of a line, in the order of their chain."""
        return self.filter(line=line).order_by("new_generation", "pk")

    def of_cards(self, ids: Sequence[int]) -> "ReplacementQuerySet":
        """Those that took one of these cards away, or gave it."""
        return self.filter(Q(old__in=ids) | Q(new__in=ids))

    def with_list_data(self) -> "ReplacementQuerySet":
        """With what a list shows of each."""
        return self.select_related("old", "new", "line__contract__customer")


class Replacement(RecordedModel):
    """A new card for an old one, on a line and a day.

    Each card stands one generation after the one it replaces. The database holds both generations to those of the
    cards themselves, so that generations grow along a chain and it never comes back to where it began.
    """

    LOCK_RANK = 44
    CUSTOMER = "line__contract__customer"
    FIXED: ClassVar = {"old": "MA10.1", "new": "MA10.1", "line": "MA10.1"}
    TOLD = ("old", "new", "reason", "replaced_on")
    PERSONAL: ClassVar = {"fee_shown": NO}

    line = models.ForeignKey(Line, models.PROTECT, related_name="replacements", verbose_name=_("line"))
    old = models.OneToOneField(SimCard, models.PROTECT, related_name="replaced_by", verbose_name=_("old card"))
    new = models.OneToOneField(SimCard, models.PROTECT, related_name="replaces", verbose_name=_("new card"))
    old_generation = models.PositiveSmallIntegerField(editable=False)
    new_generation = models.PositiveSmallIntegerField(editable=False)
    reason = models.CharField(_("reason"), max_length=6, choices=Reason)
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="replacements", verbose_name=_("report"), null=True, blank=True
    )
    replaced_on = models.DateField(_("replaced on"))
    fee_shown = models.CharField(
        _("fee shown beforehand"),
        max_length=100,
        blank=True,
        help_text=_("How and when it was shown; none without (G30.1)."),
    )

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("replace_card", _("Can replace cards"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="replacement_for_a_known_reason",
                condition=Q(reason__in=Reason.values),
                violation_error_code="MA10.1",
                violation_error_message=_("Choose one of the reasons offered."),
            ),
            models.CheckConstraint(
                name="replacement_is_a_generation_on",
                condition=Q(new_generation=F("old_generation") + 1),
                violation_error_code="MA10.1",
                violation_error_message=_("The new card stands one place after the old one in its chain."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
