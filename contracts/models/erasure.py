"""Erasures of what is personal of customers who are gone: found by the clock, proposed by one, carried out by another."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.customer import Customer
from iijiot.clauses import Clause
from iijiot.personal import NO, Keeping
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, refuse, transition
from iijiot.states import StateField


class State(models.TextChoices):
    """Where an erasure is."""

    DUE = "due", _("Period over")
    PROPOSED = "proposed", _("Waits for a second person")
    DECIDED = "decided", _("Being erased")
    DONE = "done", _("Erased")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an erasure", "Data kept")

    @classmethod
    def open(cls) -> list[str]:
        """States in which it is still to be done."""
        return [cls.DUE, cls.PROPOSED, cls.DECIDED]


TONES: dict[str, str] = {
    State.DUE: "info",
    State.PROPOSED: "warning",
    State.DECIDED: "danger",
    State.DONE: "default",
    State.WITHDRAWN: "default",
}

ALLOWED: Allowed = {
    "propose": [State.DUE],
    "decide": [State.PROPOSED],
    "finish": [State.DECIDED],
    "withdraw": [State.DUE, State.PROPOSED],
}
"""What is allowed when."""


class ErasureQuerySet(RecordedQuerySet["Erasure"]):
    """Erasures by what is to be done."""

    def open(self) -> "ErasureQuerySet":
        """Those to be proposed or carried out, the longest due first."""
        return self.filter(state__in=[State.DUE, State.PROPOSED]).order_by("due_on", "pk")

    def proposed(self) -> "ErasureQuerySet":
        """Those that wait for a second person."""
        return self.filter(state=State.PROPOSED)

    def of_keeping(self, keeping: str) -> "ErasureQuerySet":
        """Those of what is kept so long."""
        return self.filter(keeping=keeping)

    def is_done(self, number: str) -> bool:
        """Whether there is one of this number that was carried out, or is being so."""
        return self.filter(number=number, state__in=[State.DECIDED, State.DONE]).exists()

    def newest(self) -> "ErasureQuerySet":
        """The latest first."""
        return self.order_by("-pk")

    def with_list_data(self) -> "ErasureQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", "proposed_by", "decided_by")


class Erasure(Numbered):
    """What is personal of one customer, of one period, goes: since when that is possible, who wanted it, who did it (G40.2.1).

    It stays for good, as the proof of what was erased and under which period; it names nobody but staff.
    """

    NUMBER_PREFIX = "Z"
    LOCK_RANK = 16
    FIXED: ClassVar = dict.fromkeys(("customer", "keeping", "gone_since", "years", "due_on"), "G40.2.1")
    TOLD = ("keeping", "gone_since", "due_on")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"because": NO, "history_change_reason": NO, "history_actor": NO}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="erasures", verbose_name=_("customer"))
    keeping = models.CharField(_("what is erased"), max_length=5, choices=Keeping)
    gone_since = models.DateField(_("customer gone since"))
    years = models.PositiveIntegerField(_("period in years"))
    due_on = models.DateField(_("possible from"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by"), null=True, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"), null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    because = models.CharField(_("why the data is kept"), max_length=300, blank=True)
    records = models.PositiveIntegerField(_("records in which something was erased"), null=True, blank=True)
    versions = models.PositiveIntegerField(
        _("versions in history in which something was erased"), null=True, blank=True
    )
    state = StateField(_("state"), default=State.DUE, choices=State, db_index=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure of personal data")
        verbose_name_plural = _("erasures of personal data")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("propose_erasure", _("Can propose to erase personal data")),
            ("decide_erasure", _("Can erase personal data that another proposed to erase, or have it kept")),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="erasure_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="erasure_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of an erasure."),
            ),
            models.CheckConstraint(
                name="erasure_of_a_known_kind",
                condition=Q(keeping__in=Keeping.values),
                violation_error_code="G40.2.1",
                violation_error_message=_("Choose one of the periods."),
            ),
            models.CheckConstraint(
                name="erasure_not_before_its_day",
                condition=Q(due_on__gt=F("gone_since")),
                violation_error_code="G40.2.1",
                violation_error_message=_("It is possible only after the customer is gone."),
            ),
            models.CheckConstraint(
                name="erasure_proposed_by_somebody",
                condition=Q(state="due", proposed_by=None)
                | Q(state__in=["proposed", "decided", "done"], proposed_by__isnull=False)
                | (Q(state="withdrawn") & ~Q(because="")),
                violation_error_code="G5.3",
                violation_error_message=_("An erasure says who proposed it, or why the data is kept."),
            ),
            models.CheckConstraint(
                name="erasure_decided_by_somebody_else",
                condition=(
                    Q(state__in=["decided", "done"], decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                )
                | (~Q(state__in=["decided", "done"]) & Q(decided_by=None, decided_at=None)),
                violation_error_code="G5.3",
                violation_error_message=_("Who proposes does not decide. Ask somebody else who may."),
            ),
            models.UniqueConstraint(
                fields=["customer", "keeping"],
                condition=Q(state__in=["due", "proposed", "decided"]),
                name="one_open_erasure_per_period",
                violation_error_code="G40.2.1",
                violation_error_message=_("This erasure is listed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_keeping_display()}"

    @property
    def clause_value(self) -> Clause:
        """Data is kept for its purposes; once they are over it goes."""
        return Clause("G40.2.1")

    def why_not_decided_by(self, user: Any) -> list[Unmet]:
        """Why this member of staff is not the second person; empty for one who is."""
        if user.pk == self.proposed_by_id:
            return [Unmet(Clause("G5.3"), _("Who proposes does not decide. Ask somebody else who may."))]
        return []

    def refuse_before(self, day: date) -> None:
        """Raise RuleViolation while the period runs."""
        if day < self.due_on:
            raise refuse("G40.2.1", _("The period is not over yet."))

    @transition(field=state, allowed=ALLOWED, target=State.PROPOSED, clause="G40.2.1", label=_("Propose the erasure"))
    def propose(self, by: Any, on: date) -> None:
        """Somebody has looked at it and finds nothing for which the data would still be needed (G40.2.1)."""
        self.refuse_before(on)
        self.proposed_by = by

    @transition(field=state, allowed=ALLOWED, target=State.DECIDED, clause="G40.2.1", label=_("Decide the erasure"))
    def decide(self, by: Any, at: datetime) -> None:
        """A second person has it done: only now, and until it is done, the database lets history be erased (G40.2.1)."""
        self.decided_by, self.decided_at = by, at

    @transition(field=state, allowed=ALLOWED, target=State.DONE, clause="G40.2.1", label=_("Close the erasure"))
    def finish(self, records: int, versions: int) -> None:
        """Everything is erased: in so many records, and in so many versions in history (G40.2.1)."""
        self.records, self.versions = records, versions

    @transition(field=state, allowed=ALLOWED, target=State.WITHDRAWN, clause="G40.2.1", label=_("Keep the data"))
    def withdraw(self, because: str) -> None:
        """The data is needed still, for a reason; it is listed anew once that has changed the day (G40.2.1)."""
        if not because.strip():
            raise refuse("G40.2.1", _("Give the reason."))
        self.because = because
