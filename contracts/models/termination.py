"""Ends to come: each a row with its day, its origin and, where another end causes it, its cause."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.dependency import Dependency, Subject
from contracts.models.discontinuation import Discontinuation
from contracts.models.external import ExternalSubscription
from contracts.models.measure import Measure
from iijiot.clauses import Clause
from iijiot.lookups import keys
from iijiot.personal import NO, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import Words, said


class State(models.TextChoices):
    """Where an end is."""

    FORM_MISSING = "form-missing", _("Our form is missing")
    SCHEDULED = "scheduled", _("To come")
    TAKEN_BACK = "taken-back", _("Taken back")
    CARRIED_OUT = "carried-out", _("Carried out")
    LAPSED = "lapsed", _("Lapsed, ended by another cause")

    @classmethod
    def pending(cls) -> list[str]:
        """States in which it can still lead to an end."""
        return [cls.FORM_MISSING, cls.SCHEDULED]


TONES: dict[str, str] = {
    State.FORM_MISSING: "warning",
    State.SCHEDULED: "info",
    State.TAKEN_BACK: "default",
    State.CARRIED_OUT: "success",
    State.LAPSED: "default",
}

ALLOWED: Allowed = {
    "form_arrived": [State.FORM_MISSING],
    "move": [State.SCHEDULED],
    "take_back": State.pending(),
    "carry_out": [State.SCHEDULED],
    "lapse": State.pending(),
}
"""What is allowed when."""


class Origin(models.TextChoices):
    """Where an end comes from."""

    NOTICE = "notice", _("Termination notice of the customer")
    TROUBLE = "trouble", _("Termination by the customer while the service cannot be used")
    COMPANY = "company", _("Termination by the company")
    DEATH = "death", _("Death of the customer")
    DISCONTINUED = "discontinued", _("Discontinuation of the service")
    EXTERNAL = "external", _("End of an external subscription")
    CASCADE = "cascade", _("End of what it rests on")


class TerminationQuerySet(RecordedQuerySet["Termination"]):
    """Ends by what is to be done with them."""

    def scheduled(self) -> "TerminationQuerySet":
        """To come, the next first."""
        return self.filter(state=State.SCHEDULED).order_by("effective_on", "pk")

    def pending(self) -> "TerminationQuerySet":
        """To come, or waiting for our form."""
        return self.filter(state__in=State.pending())

    def until(self, day: date) -> "TerminationQuerySet":
        """Effective up to a day."""
        return self.filter(effective_on__lte=day)

    def without_our_form(self) -> "TerminationQuerySet":
        """Messages of customers that are no notice yet (G29.1)."""
        return self.filter(state=State.FORM_MISSING).order_by("arrived_on", "pk")

    def of_discontinuation(self, discontinuation: Discontinuation) -> "TerminationQuerySet":
        """The ends that a discontinuation has made, by customer."""
        return self.filter(discontinuation=discontinuation).order_by("contract__customer", "pk")

    def own(self) -> "TerminationQuerySet":
        """Ends with a cause of their own, as against those that another end causes."""
        return self.exclude(origin=Origin.CASCADE)

    def by_notice(self) -> "TerminationQuerySet":
        """Ends to come by the customer's notice, the next first."""
        return self.filter(origin=Origin.NOTICE, state=State.SCHEDULED).order_by("effective_on", "pk")

    def to_come_under(self, clause: str) -> "TerminationQuerySet":
        """Ends to come that stand under this clause."""
        return self.scheduled().filter(clause=clause)

    def to_come_by_clause(self) -> dict[str, int]:
        """How many ends are to come, by clause."""
        return dict(self.filter(state=State.SCHEDULED).order_by().values_list("clause").annotate(models.Count("pk")))

    def of_customer(self, customer: Any) -> "TerminationQuerySet":
        """Ends of a customer's contracts and subscriptions, or of those of several customers by their keys."""
        contracts = keys(Contract.objects.of_customer(customer))
        externals = keys(ExternalSubscription.objects.of_customer(customer))
        return self.filter(Q(contract__any_of=contracts) | Q(external__any_of=externals))

    def standing_of(self, customer: Any, elsewhere: list[int]) -> "TerminationQuerySet":
        """The ends that stand or have taken effect, of a customer and of contracts that rested elsewhere when they ended."""
        contracts = keys(Contract.objects.of_customer(customer))
        externals = keys(ExternalSubscription.objects.of_customer(customer))
        whose = Q(contract__any_of=contracts) | Q(external__any_of=externals)
        if elsewhere:
            whose |= Q(contract__in=elsewhere)
        return self.filter(whose, state__in=[State.SCHEDULED, State.CARRIED_OUT])

    def about(self, own: str | None, contract: str | None, external: str | None) -> "TerminationQuerySet":
        """Those of a number: their own, or that of what ends."""
        contracts = keys(Contract.objects.filter(number=contract))
        externals = keys(ExternalSubscription.objects.filter(number=external))
        return self.filter(Q(number=own) | Q(contract__any_of=contracts) | Q(external__any_of=externals))

    def deciding(self, contracts: list[int]) -> "TerminationQuerySet":
        """The scheduled ends that make these contracts' last day what it is, with what causes them."""
        standing = self.filter(state=State.SCHEDULED, contract__in=contracts, effective_on=F("contract__ends_on"))
        return standing.order_by("-pk").with_list_data()

    def with_list_data(self) -> "TerminationQuerySet":
        """With what a list shows of each."""
        return self.select_related("contract__customer", "external__customer", "cause__contract", "cause__external")


class Termination(Numbered):
    """One end of one contract or subscription: own (a notice, the company, the subscription) or caused by another."""

    NUMBER_PREFIX = "E"
    LOCK_RANK = 26
    FIXED: ClassVar = {"contract": "G29.1", "external": "G29.1", "origin": "G29.1"}
    TOLD = ("origin", "arrived_on", "named_on", "effective_on", "cause")
    PERSONAL: ClassVar = {"clause": NO, "ground": NO, "reason": REST}

    class How(models.TextChoices):
        """How the notice came."""

        FORM = "form", _("Our termination form")
        PORTAL = "portal", _("Customer portal")
        OTHER = "other", _("Another way (mail, telephone, letter)")
        API = "api", _("Partner's system")

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="terminations", verbose_name=_("contract"), null=True, blank=True
    )
    external = models.ForeignKey(
        ExternalSubscription,
        models.PROTECT,
        related_name="terminations",
        verbose_name=_("external subscription"),
        null=True,
        blank=True,
    )
    origin = models.CharField(_("origin"), max_length=12, choices=Origin)
    how = models.CharField(_("how it came"), max_length=10, choices=How, blank=True)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    named_on = models.DateField(_("day named"), null=True, blank=True)
    effective_on = models.DateField(_("last day"), null=True, blank=True)
    clause = models.CharField(_("clause"), max_length=12)
    cause = models.ForeignKey(
        "self", models.PROTECT, related_name="consequences", verbose_name=_("caused by"), null=True, blank=True
    )
    through = models.ForeignKey(
        Dependency, models.PROTECT, related_name="terminations", verbose_name=_("through"), null=True, blank=True
    )
    discontinuation = models.ForeignKey(
        Discontinuation,
        models.PROTECT,
        related_name="terminations",
        verbose_name=_("discontinuation"),
        null=True,
        blank=True,
    )
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="terminations", verbose_name=_("measure"), null=True, blank=True
    )
    designated = models.BooleanField(_("day designated by the company"), default=False)
    ground = models.CharField(_("ground"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.SCHEDULED, choices=State, db_index=True)

    objects = TerminationQuerySet.as_manager()

    class Meta:
        verbose_name = _("termination")
        verbose_name_plural = _("terminations")
        ordering: ClassVar = ["effective_on", "pk"]
        permissions: ClassVar = [("take_back_termination", _("Can take terminations back"))]
        indexes: ClassVar = [
            models.Index(fields=["state", "effective_on"], name="termination_to_come"),
            models.Index(fields=["effective_on", "id"], name="termination_by_day"),
            models.Index(fields=["state", "arrived_on", "id"], name="termination_by_arrival"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="termination_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a termination."),
            ),
            models.CheckConstraint(
                name="termination_origin_known",
                condition=Q(origin__in=Origin.values),
                violation_error_code="G29.1",
                violation_error_message=_("Choose one of the origins offered."),
            ),
            models.CheckConstraint(
                name="termination_of_one_thing",
                condition=Q(contract=None, external__isnull=False) | Q(contract__isnull=False, external=None),
                violation_error_message=_("A termination ends a contract or a subscription: choose one."),
            ),
            models.CheckConstraint(
                name="termination_caused_through_a_dependency",
                condition=Q(origin="cascade", cause__isnull=False, through__isnull=False, contract__isnull=False)
                | (~Q(origin="cascade") & Q(cause=None, through=None, designated=False)),
                violation_error_code="G29.1",
                violation_error_message=_("An end that another end causes names its cause, and only such an end does."),
            ),
            models.CheckConstraint(
                name="termination_has_a_day",
                condition=Q(effective_on__isnull=False) | Q(state__in=["form-missing", "taken-back", "lapsed"]),
                violation_error_code="G29.1",
                violation_error_message=_("An end has its day, unless our form is still missing."),
            ),
            models.CheckConstraint(
                name="termination_notice_has_arrived",
                condition=~Q(origin="notice")
                | (Q(arrived_on__isnull=False) & (Q(effective_on=None) | Q(effective_on__gt=F("arrived_on")))),
                violation_error_code="G29.1",
                violation_error_message=_("A notice has a day of arrival, and takes effect after it."),
            ),
            models.CheckConstraint(
                name="termination_in_trouble_on_arrival",
                condition=~Q(origin="trouble") | Q(arrived_on__isnull=False, arrived_on=F("effective_on")),
                violation_error_code="G29.2",
                violation_error_message=_("It takes effect on the day on which it arrived."),
            ),
            models.CheckConstraint(
                name="termination_names_what_opened_it",
                condition=Q(origin="trouble", measure__isnull=False, discontinuation=None)
                | Q(origin="discontinued", measure=None, discontinuation__isnull=False)
                | (~Q(origin__in=["trouble", "discontinued"]) & Q(measure=None, discontinuation=None)),
                violation_error_code="G29.2",
                violation_error_message=_(
                    "An end because of a measure or a discontinuation names it, and only such an end does."
                ),
            ),
            models.CheckConstraint(
                name="termination_by_the_company_has_a_ground",
                condition=~Q(origin="company") | ~Q(ground=""),
                violation_error_code="G28.1",
                violation_error_message=_("A termination by the company names one of the four causes."),
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(origin="cascade", state="scheduled"),
                name="one_caused_end_per_contract",
                violation_error_message=_("The contract already ends with what it rests on."),
            ),
            models.UniqueConstraint(
                fields=["contract", "effective_on"],
                condition=Q(origin="notice", state="scheduled"),
                name="one_notice_per_contract_and_day",
                violation_error_message=_("The contract already has a notice for this day."),
            ),
            models.UniqueConstraint(
                fields=["external"],
                condition=Q(origin="external", state="scheduled"),
                name="one_end_per_external_subscription",
                violation_error_message=_("The subscription already has an end. Take that one back first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def subject(self) -> Subject:
        """What ends."""
        subject = self.contract or self.external
        assert subject is not None  # noqa: S101 - termination_of_one_thing
        return subject

    @property
    def explained(self) -> Words:
        """Why its day is that day, in a sentence for the customer."""
        if self.cause is not None:
            return said(_("It ends together with {base}, on which it rests."), base=self.cause.subject)
        if self.origin != Origin.NOTICE or self.effective_on is None:
            return str(self.get_origin_display())
        if self.named_on == self.effective_on:
            return said(_("Your notice arrived on {arrived}, and you chose this day."), arrived=self.arrived_on)
        return said(
            _("Your notice arrived on {arrived}; thirty days have passed on this day."), arrived=self.arrived_on
        )

    @classmethod
    def without_form(cls, contract: Contract, arrived_on: date, note: str) -> "Termination":
        """A message that is no notice yet, because our form is missing: it has no last day (G29.1)."""
        return cls(
            contract=contract,
            origin=Origin.NOTICE,
            how=cls.How.OTHER,
            arrived_on=arrived_on,
            clause="G29.1",
            reason=note,
            state=State.FORM_MISSING,
        )

    @property
    def clause_value(self) -> Clause:
        """The clause that makes it that day."""
        return Clause(self.clause)

    @transition(field=state, allowed=ALLOWED, target=State.SCHEDULED, clause="G29.1", label=_("Our form has arrived"))
    def form_arrived(self, on: date, named: date | None) -> None:
        """Count from the day on which our form arrived (G29.1)."""
        if self.arrived_on and on < self.arrived_on:
            raise refuse("G29.1", _("The form cannot have arrived before the customer first wrote."))
        assert self.contract is not None  # noqa: S101 - only contracts end by notice
        self.arrived_on, self.named_on, self.how = on, named, self.How.FORM
        last = self.contract.last_day(self)
        self.effective_on, self.clause = last.day, last.clause.id

    @transition(field=state, allowed=ALLOWED, clause="G29.1", label=_("Move with its cause"))
    def move(self, *, on: date, cause: "Termination", through: Dependency, designated: bool, reason: str) -> None:
        """Follow the end that causes this one to another day."""
        self.effective_on, self.cause, self.through = on, cause, through
        self.designated, self.reason = designated, reason

    @transition(field=state, allowed=ALLOWED, target=State.TAKEN_BACK, clause="G29.1", label=_("Take back"))
    def take_back(self) -> None:
        """Undo the end before it takes effect, by agreement of both sides (Civil Code art. 540)."""

    @transition(field=state, allowed=ALLOWED, target=State.CARRIED_OUT, clause="G29.1", label=_("Carry out"))
    def carry_out(self) -> None:
        """Record that it has taken effect: its last day is over."""

    @transition(field=state, allowed=ALLOWED, target=State.LAPSED, clause="G29.1", label=_("Let lapse"))
    def lapse(self) -> None:
        """Close it without effect, because its subject ended by another cause."""
