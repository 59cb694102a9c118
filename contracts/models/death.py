"""The death of a customer, and who takes over (G18): the first heir to file within two weeks."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.customer import Customer
from contracts.models.finding import Ground
from iijiot.clock import tokyo_day
from iijiot.periods import last_day_within_days
from iijiot.personal import REST
from iijiot.records import Numbered, RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, refuse, transition
from iijiot.states import StateField
from iijiot.words import said

DAYS_TO_FILE = 14


class DeathState(models.TextChoices):
    """Where the contracts of somebody who has died are."""

    OPEN = "open", _("Open for heirs")
    TAKEN_OVER = "taken-over", _("Taken over by an heir")
    ENDED = "ended", _("Ended, no heir took over")


DEATH_TONES: dict[str, str] = {
    DeathState.OPEN: "warning",
    DeathState.TAKEN_OVER: "success",
    DeathState.ENDED: "default",
}

DEATH_ALLOWED: Allowed = {"take_over": [DeathState.OPEN], "end_all": [DeathState.OPEN]}
"""What is allowed when."""


class DeathQuerySet(RecordedQuerySet["Death"]):
    """Deaths by what is to be done."""

    def open(self) -> "DeathQuerySet":
        """Those whose contracts wait for heirs, by the last day to file."""
        return self.filter(state=DeathState.OPEN).order_by("file_by", "pk")

    def without_heir(self, day: date) -> "DeathQuerySet":
        """Open ones whose two weeks are over and for which no filing in time is undecided (G18.1)."""
        undecided = HeirFiling._base_manager.filter(state=FilingState.FILED, in_time=True)
        return self.open().filter(file_by__lt=day).exclude(pk__in=undecided.values("death"))

    def with_list_data(self) -> "DeathQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")


class Death(Numbered):
    """A customer has died: the contracts end on that day, unless an heir files within two weeks (G18.1)."""

    NUMBER_PREFIX = "U"
    LOCK_RANK = 14
    FIXED: ClassVar = {"customer": "G18.1", "died_on": "G18.1"}
    TOLD = ("died_on", "file_by")
    PERSONAL: ClassVar = {"source": REST}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deaths", verbose_name=_("customer"))
    died_on = models.DateField(_("died on"))
    reported_on = models.DateField(_("reported on"))
    source = models.CharField(
        _("source"), max_length=200, help_text=_("The document that shows it, such as the family register.")
    )
    file_by = models.DateField(_("heirs file by"), editable=False)
    state = StateField(_("state"), default=DeathState.OPEN, choices=DeathState, db_index=True)

    objects = DeathQuerySet.as_manager()

    class Meta:
        verbose_name = _("death of a customer")
        verbose_name_plural = _("deaths of customers")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="death_state_known",
                condition=Q(state__in=DeathState.values),
                violation_error_message=_("This is no state of a death."),
            ),
            models.CheckConstraint(
                name="death_reported_afterwards",
                condition=Q(reported_on__gte=F("died_on")),
                violation_error_code="G18.1",
                violation_error_message=_("A death is reported after it happened."),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                name="one_death_per_customer",
                violation_error_code="G18.1",
                violation_error_message=_("The death of this customer is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.customer}"

    def complete(self) -> None:
        """Set the last day for heirs: two weeks after the death, by which day the filing must have arrived (G18.1)."""
        self.file_by = last_day_within_days(self.died_on, DAYS_TO_FILE)

    def clean(self) -> None:
        """Only a person dies."""
        if self.customer.kind != "sole-proprietor":
            raise ValidationError(
                _("Only a sole proprietor can die. A corporation merges or splits (G17)."), code="G18.1"
            )

    def next_filing(self) -> "HeirFiling | None":
        """The filing that comes first: the earliest in time that was not refused (G18.1)."""
        return self.filings.filter(in_time=True, state=FilingState.FILED).order_by("filed_at", "pk").first()

    @transition(
        field=state,
        allowed=DEATH_ALLOWED,
        target=DeathState.TAKEN_OVER,
        clause="G18.1",
        label=_("Let an heir take over"),
    )
    def take_over(self) -> None:
        """An heir takes over everything."""

    @transition(
        field=state, allowed=DEATH_ALLOWED, target=DeathState.ENDED, clause="G18.1", label=_("End all contracts")
    )
    def end_all(self) -> None:
        """No heir filed in time: the contracts ended on the day of death."""


class FilingState(models.TextChoices):
    """Where an heir's filing is."""

    FILED = "filed", pgettext_lazy("of a report", "Filed")
    TAKEN = "taken", _("Takes over")
    REFUSED = "refused", _("Refused")
    LATE = "late", _("Too late")


FILING_TONES: dict[str, str] = {
    FilingState.FILED: "info",
    FilingState.TAKEN: "success",
    FilingState.REFUSED: "danger",
    FilingState.LATE: "default",
}

FILING_ALLOWED: Allowed = {"take": [FilingState.FILED], "turn_away": [FilingState.FILED]}
"""What is allowed when."""


ALLOWED: Allowed = {**DEATH_ALLOWED, **FILING_ALLOWED}
"""Both tables of this chapter in one."""


class HeirFilingQuerySet(RecordedQuerySet["HeirFiling"]):
    """Filings by whose they are."""

    def undecided(self) -> "HeirFilingQuerySet":
        """Those that are neither taken nor refused."""
        return self.filter(state=FilingState.FILED)

    def taken(self, customers: Iterable[int]) -> dict[int, int]:
        """Who has inherited from each of these customers, by their keys."""
        taken = self.filter(death__customer__in=list(customers), state=FilingState.TAKEN)
        return dict(taken.order_by("pk").values_list("death__customer", "heir"))

    def of_death(self, death: Death) -> "HeirFilingQuerySet":
        """Those about one death, the earliest first."""
        return self.filter(death=death).select_related("heir").order_by("filed_at", "pk")


class HeirFiling(RecordedModel):
    """An heir reports that they take over (G18.1): who, when it arrived, and the evidence."""

    LOCK_RANK = 15
    CUSTOMER = "death__customer"
    FIXED: ClassVar = {"death": "G18.1", "heir": "G18.1", "filed_at": "G18.1"}
    TOLD = ("heir", "filed_at", "in_time")
    PERSONAL: ClassVar = {"evidence": REST, "note": REST}

    death = models.ForeignKey(Death, models.PROTECT, related_name="filings", verbose_name=_("death of a customer"))
    heir = models.ForeignKey(Customer, models.PROTECT, related_name="heir_filings", verbose_name=_("heir"))
    filed_at = models.DateTimeField(_("arrived at"))
    in_time = models.BooleanField(_("in time"), editable=False)
    evidence = models.CharField(_("evidence"), max_length=300)
    ground = models.CharField(_("ground"), max_length=10, blank=True, choices=Ground)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = StateField(_("state"), default=FilingState.FILED, choices=FilingState)

    objects = HeirFilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("filing of an heir")
        verbose_name_plural = _("filings of heirs")
        ordering: ClassVar = ["filed_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="filing_state_known",
                condition=Q(state__in=FilingState.values),
                violation_error_message=_("This is no state of a filing."),
            ),
            models.CheckConstraint(
                name="filing_late_or_in_time",
                condition=Q(state="late", in_time=False) | (~Q(state="late") & Q(in_time=True)),
                violation_error_code="G18.1",
                violation_error_message=_("A filing after the two weeks is too late, and only such a one is."),
            ),
            models.CheckConstraint(
                name="filing_refused_on_a_ground",
                condition=(Q(state="refused") & ~Q(ground="")) | (~Q(state="refused") & Q(ground="")),
                violation_error_code="G18.2",
                violation_error_message=_("A filing is refused on one of the grounds of article 14."),
            ),
            models.UniqueConstraint(
                fields=["death", "heir"],
                name="one_filing_per_heir",
                violation_error_code="G18.1",
                violation_error_message=_("This heir has filed already."),
            ),
            models.UniqueConstraint(
                fields=["death"],
                condition=Q(state="taken"),
                name="one_heir_takes_over",
                violation_error_code="G18.1",
                violation_error_message=_("Another heir has taken over already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heir} → {self.death}"

    def complete(self) -> None:
        """Set whether it arrived within the two weeks, by the day in Tokyo (G18.1)."""
        self.in_time = tokyo_day(self.filed_at) <= self.death.file_by

    @transition(
        field=state, allowed=FILING_ALLOWED, target=FilingState.TAKEN, clause="G18.1", label=_("Let the heir take over")
    )
    def take(self) -> None:
        """The heir takes over: the first in time who was not refused."""
        first = self.death.next_filing()
        if first is None or first.pk != self.pk:
            raise refuse("G18.1", said(_("{heir} filed earlier. Decide that filing first."), heir=first and first.heir))

    @transition(
        field=state, allowed=FILING_ALLOWED, target=FilingState.REFUSED, clause="G18.2", label=_("Refuse the heir")
    )
    def turn_away(self, ground: str, note: str) -> None:
        """Refuse on a ground of article 14 (G18.2); the next who filed in time steps in."""
        if ground not in Ground.values:
            raise refuse("G18.2", _("Choose one of the grounds of article 14."))
        self.ground, self.note = ground, note
