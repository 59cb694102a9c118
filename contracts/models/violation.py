"""Breaches of duties and prohibited use: what a suspension can rest on."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.contract import Contract
from contracts.models.customer import Customer
from iijiot.clauses import Clause
from iijiot.personal import REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where a violation is."""

    OPEN = "open", pgettext_lazy("of a violation", "Open")
    REMEDIED = "remedied", _("Remedied")
    UNFOUNDED = "unfounded", _("Found to be none")


TONES: dict[str, str] = {State.OPEN: "warning", State.REMEDIED: "success", State.UNFOUNDED: "default"}

ALLOWED: Allowed = {"remedy": [State.OPEN], "drop": [State.OPEN]}
"""What is allowed when."""


class Breach(models.TextChoices):
    """What was broken; the value is the clause."""

    DUTIES = "G19", _("Breach of the customer's duties")
    UNLAWFUL = "G20.1", _("Unlawful use, or use against the rights of others")
    REPUTATION = "G20.2", _("Use that harms reputation or trust")
    HINDRANCE = "G20.3", _("Use that hinders other users or the service")
    OPEN_NETWORK = "MA9.1.1", _("SIM card used outside the closed connection")
    ABROAD = "MA9.1.2", _("SIM card taken abroad")
    TRANSFER = "MA9.1.3", _("SIM card transferred or pledged")
    SUBLEASE = "MA9.1.4", _("SIM card lent on without our consent")
    SETTINGS = "MA9.1.5", _("Settings of the SIM card changed")
    DISMANTLING = "MA9.1.6", _("SIM card taken apart or altered")
    PASSING_ON = "MA9.1.7", _("Programs of the SIM card passed on")
    COPYING = "MA9.1.8", _("Programs of the SIM card copied or altered")
    CARE = "MA9.1.9", _("SIM card used or kept without due care")
    DEVICE = "MA15.1", _("Device used that may not connect")


PROHIBITED = [Breach.UNLAWFUL, Breach.REPUTATION, Breach.HINDRANCE]
"""The three kinds of prohibited use (G20)."""

BY_CARD = [breach for breach in Breach if breach.startswith("MA9.1.")]
"""The nine duties of care for a SIM card: each violation is by a card (MA9.1)."""

PLAIN = [breach for breach in Breach if breach.startswith("G")]
"""What is recorded of a customer or contract, without a card or a device."""


class ViolationQuerySet(RecordedQuerySet["Violation"]):
    """Violations by what is to be done."""

    def open(self) -> "ViolationQuerySet":
        """Neither remedied nor found to be none, the oldest first."""
        return self.filter(state=State.OPEN).order_by("found_on", "pk")

    def of_contracts(self, ids: list[int]) -> "ViolationQuerySet":
        """Those that concern these contracts."""
        return self.filter(contract__in=ids)

    def held_against(self) -> "ViolationQuerySet":
        """Those that count when the customer applies again, remedied or not, the latest first (G14.1.4)."""
        return self.exclude(state=State.UNFOUNDED).order_by("-found_on", "-pk")

    def with_list_data(self) -> "ViolationQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "contract")


class Violation(Numbered):
    """A customer's breach of duties (G19, MA9.1, MA15.1) or prohibited use (G20): the kind, what happened, since when."""

    NUMBER_PREFIX = "V"
    LOCK_RANK = 17
    FIXED: ClassVar = {"customer": "G10", "breach": "G20"}
    TOLD = ("breach", "found_on")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"what": REST, "outcome": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="violations", verbose_name=_("customer"))
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        related_name="violations",
        verbose_name=_("contract"),
        null=True,
        blank=True,
        help_text=_("Empty where it concerns no single contract."),
    )
    breach = models.CharField(_("kind of violation"), max_length=8, choices=Breach)
    found_on = models.DateField(_("found on"))
    what = models.TextField(_("what happened"), help_text=_("Facts, with their source. No content of communications."))
    outcome = models.CharField(_("outcome"), max_length=300, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    state = StateField(_("state"), default=State.OPEN, choices=State, db_index=True)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("close_violation", _("Can close violations"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="violation_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a violation."),
            ),
            models.CheckConstraint(
                name="violation_of_a_known_kind",
                condition=Q(breach__in=Breach.values),
                violation_error_code="G20",
                violation_error_message=_("Choose one of the kinds of violation offered."),
            ),
            models.CheckConstraint(
                name="violation_closed_on_a_day",
                condition=Q(state="open", closed_on=None)
                | (~Q(state="open") & Q(closed_on__gte=F("found_on")) & ~Q(outcome="")),
                violation_error_code="G20",
                violation_error_message=_("A closed violation has a day, not before it was found, and an outcome."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_breach_display()}"

    def clean(self) -> None:
        """It concerns a contract of the same customer."""
        if self.contract is not None and self.contract.customer_id != self.customer_id:
            raise ValidationError(
                {"contract": ValidationError(_("This contract belongs to another customer."), code="G20")}
            )

    @property
    def clause_value(self) -> Clause:
        """The clause that was broken."""
        return Clause(self.breach)

    def bears(self, cause: str) -> bool:
        """Whether a suspension can rest on it: on open breaches of duties G26.1.2, on prohibited use G26.1.3."""
        return self.state == State.OPEN and (self.breach in PROHIBITED) == (cause == "G26.1.3")

    @transition(field=state, allowed=ALLOWED, target=State.REMEDIED, clause="G28.1.1", label=_("Record as remedied"))
    def remedy(self, on: date, outcome: str) -> None:
        """The customer has put it right (G28.1.1)."""
        self._close(on, outcome)

    @transition(field=state, allowed=ALLOWED, target=State.UNFOUNDED, clause="G20", label=_("Record as no violation"))
    def drop(self, on: date, outcome: str) -> None:
        """It has turned out to be none."""
        self._close(on, outcome)

    def _close(self, on: date, outcome: Any) -> None:
        if on < self.found_on:
            raise refuse(self.breach, _("It cannot be closed before the day on which it was found."))
        self.closed_on, self.outcome = on, outcome
