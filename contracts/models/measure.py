"""Measures of the company that touch a service: restriction, interruption, no use abroad (G6.2, G24, G25)."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.catalogue.services import SERVICES
from contracts.models.contract import Contract
from iijiot.clauses import Clause
from iijiot.clock import tokyo_day
from iijiot.periods import latest_notice_days
from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, refuse, refuse_for, rule, transition
from iijiot.states import StateField
from iijiot.words import Words, said

DAYS_BEFORE_WORKS = 14


class State(models.TextChoices):
    """Where a measure is."""

    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    IN_FORCE = "in-force", _("In force")
    OVER = "over", pgettext_lazy("of a measure", "Over")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a measure", "Withdrawn")


TONES: dict[str, str] = {
    State.DRAFT: "default",
    State.ANNOUNCED: "info",
    State.IN_FORCE: "warning",
    State.OVER: "success",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "announce": [State.DRAFT],
    "begin": [State.DRAFT, State.ANNOUNCED],
    "finish": [State.IN_FORCE],
    "withdraw": [State.DRAFT, State.ANNOUNCED],
}
"""What is allowed when."""


class Kind(models.TextChoices):
    """What is done to the service."""

    RESTRICTION = "restriction", _("Restriction in an emergency")
    BLOCKING = "blocking", _("Blocking of child abuse material")
    WORKS = "works", _("Interruption for works")
    FAULT = "fault", _("Interruption because of a fault")
    ABROAD = "abroad", _("No use abroad")


CLAUSES: dict[str, str] = {
    Kind.RESTRICTION: "G24.1",
    Kind.BLOCKING: "G24.2",
    Kind.WORKS: "G25.1",
    Kind.FAULT: "G25.1",
    Kind.ABROAD: "G6.2",
}
TOLD_BEFORE = (Kind.WORKS, Kind.FAULT, Kind.ABROAD)
"""Kinds of which the customers are told before they begin."""
OPENS_AN_END = (Kind.RESTRICTION, Kind.WORKS, Kind.FAULT)
"""Kinds that let a customer end at once what can no longer be used (G29.2)."""


class MeasureQuerySet(RecordedQuerySet["Measure"]):
    """Measures by what is to be done, and by what they touch."""

    def open(self) -> "MeasureQuerySet":
        """Prepared, announced or in force, by what is due next: works to announce fourteen days before."""
        lead = Case(
            When(state=State.DRAFT, kind=Kind.WORKS, then=F("starts_on") - timedelta(DAYS_BEFORE_WORKS)),
            default=F("starts_on"),
            output_field=models.DateField(),
        )
        standing = self.filter(state__in=[State.DRAFT, State.ANNOUNCED, State.IN_FORCE])
        return standing.annotate(due=Cast(lead, models.DateField())).order_by("due", "pk")

    def to_begin(self, day: date) -> "MeasureQuerySet":
        """Announced for a day up to this one, the first first."""
        return self.filter(state=State.ANNOUNCED, starts_on__lte=day).order_by("starts_on", "pk")

    def touching(self, contract: Contract) -> "MeasureQuerySet":
        """Announced or in force for the service of a contract."""
        standing = self.filter(state__in=[State.ANNOUNCED, State.IN_FORCE])
        return standing.filter(service__in=["", contract.service_code]).order_by("starts_on", "pk")

    def opening_an_end(self, contract: Contract) -> "MeasureQuerySet":
        """Those because of which a customer may end this contract on the day of arrival (G29.2)."""
        return self.touching(contract).filter(state=State.IN_FORCE, kind__in=OPENS_AN_END, stops_use=True)


@rule("G25.2", _("Tell the customers first, or say why it is urgent."), helps="announce-measure")
def told_or_urgent(measure: "Measure") -> bool:
    """The customers were told, the kind needs no notice, or it is urgent for a reason that is written down (G25.2)."""
    return measure.state == State.ANNOUNCED or measure.kind not in TOLD_BEFORE or bool(measure.urgent_because.strip())


class Measure(Numbered):
    """What the company does to a service or a part of it: kind, ground, from when to when, and whether it stops the use."""

    NUMBER_PREFIX = "G"
    LOCK_RANK = 6
    FIXED: ClassVar = {"kind": "G25.1"}
    TOLD = ("kind", "service", "starts_at")
    PERSONAL: ClassVar = {"part": NO, "reason": NO, "period": NO, "urgent_because": NO}

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    service = models.CharField(
        _("service"),
        max_length=30,
        blank=True,
        choices=[(s.code, s.name) for s in SERVICES.values()],
        help_text=_("Empty: all services."),
    )
    part = models.CharField(
        _("part or area"), max_length=200, blank=True, help_text=_("Where only a part of the service is touched.")
    )
    stops_use = models.BooleanField(
        _("the service cannot be used"),
        default=False,
        help_text=_("Customers may then end the contract on the day on which they say so (article 29, paragraph 2)."),
    )
    reason = models.CharField(_("reason told to the customers"), max_length=300)
    period = models.CharField(_("period told to the customers"), max_length=100)
    starts_at = models.DateTimeField(_("starts at"))
    starts_on = models.DateField(_("starts on"), editable=False)
    urgent_because = models.CharField(
        _("urgent because"),
        max_length=300,
        blank=True,
        help_text=_("Only where the lead time cannot be kept (article 25, paragraph 2)."),
    )
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True, editable=False)
    over_on = models.DateField(_("over since"), null=True, blank=True, editable=False)
    state = StateField(_("state"), default=State.DRAFT, choices=State, db_index=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("carry_out_measure", _("Can announce, begin and end measures"))]
        indexes: ClassVar = [models.Index(fields=["state", "starts_on"], name="measure_to_begin")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="measure_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a measure."),
            ),
            models.CheckConstraint(
                name="measure_kind_known",
                condition=Q(kind__in=Kind.values, service__in=["", *SERVICES]),
                violation_error_code="G25.1",
                violation_error_message=_("Choose one of the kinds of measure and of the services offered."),
            ),
            models.CheckConstraint(
                name="measure_announced_before_it_starts",
                condition=~Q(state="announced")
                | (Q(announced_at__isnull=False) & (Q(announced_at__lt=F("starts_at")) | ~Q(urgent_because=""))),
                violation_error_code="G25.2",
                violation_error_message=_("The customers are told before it begins, unless it is urgent."),
            ),
            models.CheckConstraint(
                name="measure_over_on_a_day",
                condition=Q(state__in=["over", "withdrawn"], over_on__isnull=False)
                | (~Q(state__in=["over", "withdrawn"]) & Q(over_on=None)),
                violation_error_code="G25.1",
                violation_error_message=_("A measure that is over says since when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()} {self.scope}"

    def complete(self) -> None:
        """Set the day on which it starts."""
        self.starts_on = tokyo_day(self.starts_at)

    @property
    def scope(self) -> str:
        """What it touches, in words."""
        service = SERVICES[self.service].name if self.service else _("all services")
        return f"{service}（{self.part}）" if self.part else str(service)

    @property
    def clause_value(self) -> Clause:
        """The clause under which it is taken."""
        return Clause(CLAUSES[self.kind])

    def latest_notice(self) -> date | None:
        """The latest day on which the customers can be told (G25.2); None where any moment before will do."""
        return latest_notice_days(self.starts_on, DAYS_BEFORE_WORKS) if self.kind == Kind.WORKS else None

    def next_act(self) -> str:
        """What comes next, as the dialog is called."""
        if self.state == State.IN_FORCE:
            return "finish"
        return "announce-measure" if self.state == State.DRAFT and self.kind in TOLD_BEFORE else "begin-measure"

    def why_not_begun(self, today: date) -> list[Unmet]:
        """Why it cannot be put into force yet: its day has not come."""
        return [] if self.starts_on <= today else [Unmet(self.clause_value, _("Its day has not come."))]

    def warnings(self, today: date) -> list[Words]:
        """What to look at before it is announced: on the latest day fourteen clear days are not met."""
        if self.latest_notice() == today and not self.urgent_because:
            return [_("Fourteen days, but not fourteen clear days: a day earlier would be beyond dispute.")]
        return []

    def in_time(self, at: datetime) -> None:
        """Raises RuleViolation where an announcement at this moment comes too late, with the day that would have done."""
        latest = self.latest_notice()
        if not self.urgent_because.strip():
            if latest is not None and tokyo_day(at) > latest:
                raise too_late("G25.2", latest)
            if at >= self.starts_at:
                raise refuse("G25.2", _("The customers are told before it begins. Say why it is urgent."))

    @transition(field=state, allowed=ALLOWED, target=State.ANNOUNCED, clause="G25.2", label=_("Announce"))
    def announce(self, at: datetime) -> None:
        """Tell the customers, in time (G25.2)."""
        self.in_time(at)
        self.announced_at = at

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.IN_FORCE,
        clause="G25.1",
        label=_("Put into force"),
        conditions=[told_or_urgent],
    )
    def begin(self, on: date) -> None:
        """Take effect on its day or, if that was missed, later."""
        refuse_for(self.why_not_begun(on))

    @transition(
        field=state, allowed=ALLOWED, target=State.OVER, clause="G25.1", label=pgettext_lazy("of a measure", "End")
    )
    def finish(self, on: date) -> None:
        """Give the service back."""
        self.over_on = on

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G25.1",
        label=pgettext_lazy("a measure", "Withdraw"),
    )
    def withdraw(self, on: date) -> None:
        """Do without it before it began."""
        self.over_on = on


def too_late(clause: str, latest: date) -> Any:
    """The refusal of an announcement after the latest day that would have done."""
    return refuse(
        clause, said(_("The notice comes too late: the latest day was {day}. Choose a later day."), day=latest)
    )
