"""Suspending or restricting the use of a contract for a cause: announced, in force, cured, lifted."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.contract import Contract
from contracts.models.violation import Violation
from iijiot.clauses import Clause
from iijiot.clock import tokyo_day
from iijiot.periods import last_day_within_months
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, refuse, transition
from iijiot.states import StateField
from iijiot.words import said

MONTHS_TO_CURE = 2


class State(models.TextChoices):
    """Where a suspension is."""

    ANNOUNCED = "announced", _("Announced")
    IN_FORCE = "in-force", _("In force")
    LIFTED = "lifted", _("Lifted")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a measure", "Withdrawn")
    OVERTAKEN = "overtaken", _("Over, the contract has ended")

    @classmethod
    def pending(cls) -> list[str]:
        """States in which it stands, or will."""
        return [cls.ANNOUNCED, cls.IN_FORCE]


TONES: dict[str, str] = {
    State.ANNOUNCED: "info",
    State.IN_FORCE: "warning",
    State.LIFTED: "success",
    State.WITHDRAWN: "default",
    State.OVERTAKEN: "default",
}

ALLOWED: Allowed = {
    "begin": [State.ANNOUNCED],
    "withdraw": [State.ANNOUNCED],
    "cure": [State.IN_FORCE],
    "lift": [State.IN_FORCE],
    "overtake": State.pending(),
}
"""What is allowed when."""


class Cause(models.TextChoices):
    """Why the use is stopped or restricted; the value is the clause."""

    PAYMENT = "G26.1.1", _("Non-payment, or an evident risk of it")
    DUTIES = "G26.1.2", _("Breach of the customer's duties")
    PROHIBITED = "G26.1.3", _("Prohibited use")
    WHOLESALE = "G26.1.4", _("The wholesale provider has stopped the line because of improper use")


class Extent(models.TextChoices):
    """How far the use is cut."""

    STOP = "stop", _("Suspend")
    RESTRICT = "restrict", _("Restrict")


class SuspensionQuerySet(RecordedQuerySet["Suspension"]):
    """Suspensions by what is to be done."""

    def announced(self) -> "SuspensionQuerySet":
        """Told to the customer and not in force yet, the next first."""
        return self.filter(state=State.ANNOUNCED).order_by("begins_on", "pk")

    def in_force(self) -> "SuspensionQuerySet":
        """Those that hold now."""
        return self.filter(state=State.IN_FORCE)

    def pending(self) -> "SuspensionQuerySet":
        """Announced or in force."""
        return self.filter(state__in=State.pending())

    def cured(self) -> "SuspensionQuerySet":
        """In force although their cause is gone: the use is to be given back."""
        return self.filter(state=State.IN_FORCE, cured_on__isnull=False).order_by("cured_on", "pk")

    def for_payment(self) -> "SuspensionQuerySet":
        """Those for non-payment, or an evident risk of it."""
        return self.filter(cause=Cause.PAYMENT)

    def for_arrears(self) -> "SuspensionQuerySet":
        """Those for what was overdue, which payment ends."""
        return self.for_payment().filter(risk_because="")

    def to_begin(self, day: date) -> "SuspensionQuerySet":
        """Announced for a day up to this one, the first first."""
        return self.announced().filter(begins_on__lte=day)

    def to_watch(self) -> "SuspensionQuerySet":
        """In force and not cured, by the last day of the period to cure (G28.1.1)."""
        return self.filter(state=State.IN_FORCE, cured_on=None).order_by("cure_by", "pk")

    def with_list_data(self) -> "SuspensionQuerySet":
        """With what a list shows of each."""
        return self.select_related("contract__customer")


class Suspension(Numbered):
    """One measure against one contract (G26): its cause, when it was announced, since when it holds, by when to cure it."""

    NUMBER_PREFIX = "S"
    LOCK_RANK = 24
    CUSTOMER = "contract__customer"
    FIXED: ClassVar = {"contract": "G26.1", "cause": "G26.1", "extent": "G26.2", "begins_at": "G26.2"}
    TOLD = ("extent", "cause", "begins_at")
    PERSONAL: ClassVar = {
        "provider": NO,
        "provider_reference": NO,
        "reason": REST,
        "period": NO,
        "urgent_because": REST,
        "risk_because": REST,
    }

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="suspensions", verbose_name=_("contract"))
    extent = models.CharField(pgettext_lazy("of a measure", "extent"), max_length=8, choices=Extent)
    cause = models.CharField(_("cause"), max_length=8, choices=Cause)
    violation = models.ForeignKey(
        Violation, models.PROTECT, related_name="suspensions", verbose_name=_("violation"), null=True, blank=True
    )
    provider = models.CharField(_("wholesale provider"), max_length=100, blank=True)
    provider_reference = models.CharField(_("its reference"), max_length=100, blank=True)
    reason = models.CharField(_("reason told to the customer"), max_length=300)
    period = models.CharField(_("period told to the customer"), max_length=100)
    begins_at = models.DateTimeField(_("begins at"))
    begins_on = models.DateField(_("begins on"), editable=False)
    announced_at = models.DateTimeField(_("announced at"))
    risk_because = models.CharField(
        _("evident risk of non-payment"),
        max_length=300,
        blank=True,
        help_text=_("Only where nothing of the contract is overdue (article 26, paragraph 1, item 1)."),
    )
    urgent_because = models.CharField(_("without notice beforehand because"), max_length=300, blank=True)
    begun_on = models.DateField(_("in force since"), null=True, blank=True)
    cure_by = models.DateField(_("last day to cure"), null=True, blank=True)
    cured_on = models.DateField(_("cured on"), null=True, blank=True)
    over_on = models.DateField(_("over since"), null=True, blank=True)
    state = StateField(_("state"), default=State.ANNOUNCED, choices=State, db_index=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("announce_suspension", _("Can suspend and restrict contracts")),
            ("lift_suspension", _("Can lift and withdraw suspensions")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "begins_on"], name="suspension_to_begin"),
            models.Index(fields=["state", "cure_by"], name="suspension_to_cure"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="suspension_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a suspension."),
            ),
            models.CheckConstraint(
                name="suspension_cause_known",
                condition=Q(cause__in=Cause.values, extent__in=Extent.values),
                violation_error_code="G26.1",
                violation_error_message=_("Choose one of the four causes, and how far the use is cut."),
            ),
            models.CheckConstraint(
                name="suspension_rests_on_a_violation",
                condition=Q(cause__in=["G26.1.2", "G26.1.3"], violation__isnull=False)
                | (~Q(cause__in=["G26.1.2", "G26.1.3"]) & Q(violation=None)),
                violation_error_code="G26.1",
                violation_error_message=_("Breach and prohibited use need their violation, and only they have one."),
            ),
            models.CheckConstraint(
                name="suspension_names_the_provider",
                condition=(Q(cause="G26.1.4") & ~Q(provider="") & ~Q(provider_reference=""))
                | (~Q(cause="G26.1.4") & Q(provider="", provider_reference="")),
                violation_error_code="G26.1.4",
                violation_error_message=_(
                    "Name the wholesale provider and its reference, and only for a stop by the provider."
                ),
            ),
            models.CheckConstraint(
                name="suspension_for_a_risk_of_non_payment",
                condition=Q(risk_because="") | Q(cause="G26.1.1"),
                violation_error_code="G26.1.1",
                violation_error_message=_("A risk of non-payment is the cause of no other suspension."),
            ),
            models.CheckConstraint(
                name="suspension_announced_before_it_begins",
                condition=Q(announced_at__lt=F("begins_at")) | ~Q(urgent_because=""),
                violation_error_code="G26.2",
                violation_error_message=_(
                    "The customer is told before it begins. Choose a later moment, or say why it is urgent."
                ),
            ),
            models.CheckConstraint(
                name="suspension_in_force_since_a_day",
                condition=Q(state__in=["in-force", "lifted"], begun_on__isnull=False, cure_by__gt=F("begun_on"))
                | Q(state="overtaken")
                | Q(state__in=["announced", "withdrawn"], begun_on=None, cure_by=None, cured_on=None),
                violation_error_code="G28.1.1",
                violation_error_message=_("A suspension in force has its first day and the last day to cure."),
            ),
            models.CheckConstraint(
                name="suspension_over_on_a_day",
                condition=Q(state__in=["announced", "in-force"], over_on=None)
                | (~Q(state__in=["announced", "in-force"]) & Q(over_on__isnull=False)),
                violation_error_code="G26.1",
                violation_error_message=_("A suspension that is over says since when."),
            ),
            models.UniqueConstraint(
                fields=["contract", "cause", "violation"],
                condition=Q(state__in=["announced", "in-force"]),
                nulls_distinct=False,
                name="one_pending_suspension_per_cause",
                violation_error_code="G26.1",
                violation_error_message=_("The contract has a suspension for this cause already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_extent_display()} {self.contract}"

    def complete(self) -> None:
        """Set the day on which it begins."""
        self.begins_on = tokyo_day(self.begins_at)

    @property
    def clause_value(self) -> Clause:
        """The clause of its cause."""
        return Clause(self.cause)

    @property
    def for_payment(self) -> bool:
        """Whether it is for non-payment, after which the company may terminate at once (G28.1.1)."""
        return self.cause == Cause.PAYMENT

    def terminable_from(self) -> date | None:
        """From when the company may terminate because of it (G28.1.1); None while, or once, it may not.

        At once for non-payment, else the day after the two months. A cure within the period takes the right away, a
        later one does not.
        """
        if self.state != State.IN_FORCE or self.begun_on is None or self.cure_by is None:
            return None
        if self.cured_on is not None and (self.for_payment or self.cured_on <= self.cure_by):
            return None
        return self.begun_on if self.for_payment else self.cure_by + timedelta(days=1)

    def why_not_begun(self, now: datetime) -> list[Unmet]:
        """Why it cannot be put into force yet: its moment, of which the customer was told, has not come (G26.2)."""
        if self.begins_at <= now:
            return []
        return [Unmet(Clause("G26.2"), said(_("It begins on {day}, as the customer was told."), day=self.begins_on))]

    @transition(field=state, allowed=ALLOWED, target=State.IN_FORCE, clause="G26.1", label=_("Put into force"))
    def begin(self, on: date) -> None:
        """Take effect; the two months to cure begin on the day after (G28.1.1, Civil Code 140, 143)."""
        self.begun_on, self.cure_by = on, last_day_within_months(on, MONTHS_TO_CURE)

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G26.2",
        label=pgettext_lazy("a measure", "Withdraw"),
    )
    def withdraw(self, on: date) -> None:
        """Take back the announcement: its cause is gone before it began."""
        self.over_on = on

    @transition(field=state, allowed=ALLOWED, clause="G28.1.1", label=_("Record the cure"))
    def cure(self, on: date) -> None:
        """Its cause is gone since this day (G28.1.1)."""
        if self.cured_on is not None:
            raise refuse("G28.1.1", _("The cure is recorded already."))
        if self.begun_on is not None and on < self.begun_on:
            raise refuse("G28.1.1", _("The cause cannot have gone before the suspension began. Withdraw it instead."))
        self.cured_on = on

    @transition(
        field=state, allowed=ALLOWED, target=State.LIFTED, clause="G26.1", label=pgettext_lazy("a measure", "Lift")
    )
    def lift(self, on: date) -> None:
        """Give the use back."""
        self.over_on = on

    @transition(
        field=state, allowed=ALLOWED, target=State.OVERTAKEN, clause="G29.1", label=_("Close with the contract")
    )
    def overtake(self, on: date) -> None:
        """Close it, because the contract has ended."""
        self.over_on = on
