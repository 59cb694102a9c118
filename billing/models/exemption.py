"""Who is not invoiced, or not dunned, for a while: decided by a supervisor, with a reason and an end."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Customer
from iijiot.personal import REST
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class ExemptFrom(models.TextChoices):
    """What does not happen meanwhile."""

    INVOICING = "invoicing", _("Invoicing")
    DUNNING = "dunning", _("Dunning")


class ExemptionState(models.TextChoices):
    """Whether it still holds."""

    STANDING = "standing", pgettext_lazy("of an exemption", "Stands")
    LIFTED = "lifted", pgettext_lazy("of an exemption", "Lifted")


EXEMPTION_TONES: dict[str, str] = {ExemptionState.STANDING: "warning", ExemptionState.LIFTED: "default"}

ALLOWED: Allowed = {"lift": [ExemptionState.STANDING]}
"""What is allowed when."""


class ExemptionQuerySet(RecordedQuerySet["Exemption"]):
    """Exemptions."""

    def in_force(self, what: str, on: date) -> "ExemptionQuerySet":
        """Those from something on a day."""
        return self.filter(exempt_from=what, state=ExemptionState.STANDING, since__lte=on, until__gte=on)

    def exempted(self, what: str, on: date) -> set[int]:
        """The customers, by their keys, who are exempt from something on a day."""
        return set(self.in_force(what, on).values_list("customer", flat=True))

    def overlapping(self, customer: Customer, what: str, since: date, until: date) -> "ExemptionQuerySet":
        """Those of a customer from the same that hold on one of these days already."""
        own = self.filter(customer=customer, exempt_from=what, state=ExemptionState.STANDING)
        return own.filter(since__lte=until, until__gte=since)

    def not_over(self, day: date) -> "ExemptionQuerySet":
        """Those that hold on a day, or will."""
        return self.filter(state=ExemptionState.STANDING, until__gte=day)

    def with_list_data(self) -> "ExemptionQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")


class Exemption(RecordedModel):
    """A customer who gets no invoice, or no reminder, from a day to a day; what is owed stays owed."""

    LOCK_RANK = 63
    FIXED: ClassVar = {"customer": "G33", "exempt_from": "G33", "since": "G33", "until": "G33"}
    TOLD = ("exempt_from", "since", "until")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"because": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="exemptions", verbose_name=_("customer"))
    exempt_from = models.CharField(_("exempt from"), max_length=10, choices=ExemptFrom)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    because = models.CharField(_("reason"), max_length=300)
    state = StateField(_("state"), default=ExemptionState.STANDING, choices=ExemptionState, db_index=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        ordering: ClassVar = ["-since", "-pk"]
        permissions: ClassVar = [("exempt_customer", _("Can exempt customers from invoicing and dunning"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exemption_state_known",
                condition=Q(state__in=ExemptionState.values),
                violation_error_message=_("This is no state of an exemption."),
            ),
            models.CheckConstraint(
                name="exemption_from_something_known",
                condition=Q(exempt_from__in=ExemptFrom.values),
                violation_error_message=_("Choose what the customer is exempted from."),
            ),
            models.CheckConstraint(
                name="exemption_ends_after_it_begins",
                condition=Q(until__gte=F("since")),
                violation_error_code="G33",
                violation_error_message=_("An exemption ends on its first day or later."),
            ),
            models.CheckConstraint(
                name="exemption_has_a_reason",
                condition=~Q(because=""),
                violation_error_code="G33",
                violation_error_message=_("Give the reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_exempt_from_display()}"

    @transition(field=state, allowed=ALLOWED, target=ExemptionState.LIFTED, clause="G33", label=_("Lift the exemption"))
    def lift(self) -> None:
        """Let invoices or reminders go out again from now on (G33)."""
