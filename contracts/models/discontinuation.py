"""Discontinuing a service or a part of it (G27): announced in time, and ending the contracts on its day (G29.3)."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.catalogue.services import SERVICES, discontinuation_lead
from contracts.models.contract import Contract
from contracts.models.measure import too_late
from iijiot.clauses import Clause
from iijiot.clock import tokyo_day
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import Words


class State(models.TextChoices):
    """Where a discontinuation is."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    CARRIED_OUT = "carried-out", _("Carried out")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a measure", "Withdrawn")


TONES: dict[str, str] = {
    State.DRAFT: "default",
    State.ANNOUNCED: "warning",
    State.CARRIED_OUT: "success",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "announce": [State.DRAFT],
    "withdraw": [State.DRAFT, State.ANNOUNCED],
    "carry_out": [State.ANNOUNCED],
}
"""What is allowed when."""


class DiscontinuationQuerySet(RecordedQuerySet["Discontinuation"]):
    """Discontinuations by what is to be done, and by what they touch."""

    def open(self) -> "DiscontinuationQuerySet":
        """Prepared or announced, by what is due next: the latest day of notice, or the last day of service."""
        return self.filter(state__in=[State.DRAFT, State.ANNOUNCED]).order_by("due", "pk")

    def announced(self) -> "DiscontinuationQuerySet":
        """Announced, the first first."""
        return self.filter(state=State.ANNOUNCED).order_by("last_day", "pk")

    def over(self, day: date) -> "DiscontinuationQuerySet":
        """Announced ones whose last day is before this day."""
        return self.announced().filter(last_day__lt=day)

    def touching(self, contract: Contract) -> "DiscontinuationQuerySet":
        """Announced ones that end this contract."""
        return self.announced().filter(service=contract.service_code, item__in=["", contract.item], part="")


class Discontinuation(Numbered):
    """The end of a service, of one of its items, or of another part of it, after a last day of service."""

    NUMBER_PREFIX = "D"
    LOCK_RANK = 6
    FIXED: ClassVar = {"service": "G27.1"}
    TOLD = ("service", "item", "last_day")
    PERSONAL: ClassVar = {"item": NO, "part": NO, "upstream_reference": NO, "reason": NO}

    service = models.CharField(_("service"), max_length=30, choices=[(s.code, s.name) for s in SERVICES.values()])
    item = models.CharField(_("item"), max_length=20, blank=True, help_text=_("Empty: the whole service."))
    part = models.CharField(
        _("other part"),
        max_length=200,
        blank=True,
        help_text=_("A part by which no contract ends as a whole. Leave empty where contracts end."),
    )
    last_day = models.DateField(_("last day of service"))
    upstream_reference = models.CharField(
        _("end of an upstream service"),
        max_length=200,
        blank=True,
        help_text=_("Provider, service and reference: no lead time then, customers are told as soon as it is known."),
    )
    reason = models.CharField(_("reason told to the customers"), max_length=300)
    due = models.DateField(_("due"), editable=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    state = StateField(_("state"), default=State.DRAFT, choices=State, db_index=True)

    objects = DiscontinuationQuerySet.as_manager()

    class Meta:
        verbose_name = _("discontinuation")
        verbose_name_plural = _("discontinuations")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("carry_out_discontinuation", _("Can announce and withdraw discontinuations"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="discontinuation_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a discontinuation."),
            ),
            models.CheckConstraint(
                name="discontinuation_of_a_known_service",
                condition=Q(service="mobile-access", item__in=["", "TypeD"])
                | Q(service__in=[code for code in SERVICES if code != "mobile-access"], item=""),
                violation_error_code="G27.1",
                violation_error_message=_("Choose one of the services, and an item only where the service has it."),
            ),
            models.CheckConstraint(
                name="discontinuation_announced_at_a_moment",
                condition=Q(state__in=["announced", "carried-out"], announced_at__isnull=False)
                | Q(state__in=["draft", "withdrawn"]),
                violation_error_code="G27.2",
                violation_error_message=_("The customers are told of a discontinuation."),
            ),
            models.UniqueConstraint(
                fields=["service", "item", "part"],
                condition=Q(state="announced"),
                name="one_announced_discontinuation",
                violation_error_code="G27.1",
                violation_error_message=_("This is announced already. Withdraw that one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.scope}"

    def complete(self) -> None:
        """Set the day by which it is due: the latest day of notice, or the last day of service."""
        self.due = (self.state == State.DRAFT and self.latest_notice()) or self.last_day

    @property
    def scope(self) -> str:
        """What is discontinued, in words."""
        parts = [str(SERVICES[self.service].name), *(part for part in (self.item, self.part) if part)]
        return " ".join(parts)

    @property
    def ends_contracts(self) -> bool:
        """Whether contracts end with it: not where only another part of the service goes."""
        return not self.part

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is announced: our own decision, or the end of an upstream service (G27.3)."""
        return Clause("G27.3") if self.upstream_reference else discontinuation_lead(SERVICES[self.service]).said_by

    def latest_notice(self) -> date | None:
        """The latest day of notice: the service's own rule, else three months before (G4, G27.2, G27.4); None upstream."""
        if self.upstream_reference:
            return None
        return discontinuation_lead(SERVICES[self.service]).latest(self.last_day).day

    def warnings(self, today: date) -> list[Words]:
        """What to look at before it is announced."""
        return []

    def in_time(self, at: datetime) -> None:
        """Raises RuleViolation where an announcement at this moment comes too late, with the day that would have done."""
        latest, today = self.latest_notice(), tokyo_day(at)
        if latest is not None and today > latest:
            raise too_late(self.clause_value.id, latest)
        if today > self.last_day:
            raise refuse(self.clause_value.id, _("The last day is over already. Choose a later one."))

    @transition(field=state, allowed=ALLOWED, target=State.ANNOUNCED, clause="G27.2", label=_("Announce"))
    def announce(self, at: datetime) -> None:
        """Tell the customers, in time (G27.2)."""
        self.in_time(at)
        self.announced_at = at

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G27.1",
        label=pgettext_lazy("a measure", "Withdraw"),
    )
    def withdraw(self) -> None:
        """Go on with the service; the ends that it made are taken back."""

    @transition(field=state, allowed=ALLOWED, target=State.CARRIED_OUT, clause="G29.3", label=_("Carry out"))
    def carry_out(self) -> None:
        """Record that its last day is over and its contracts have ended (G29.3)."""
