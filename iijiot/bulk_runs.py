"""Runs of bulk acts: what was selected, by whom and why, how far each has come, and what was refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.actors import Actor, ActorKind
from iijiot.clauses import Clause
from iijiot.lookups import history_of
from iijiot.personal import MENTIONS, NO
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, Unmet, transition
from iijiot.states import StateField

if TYPE_CHECKING:
    from iijiot.bulk_acts import BulkAct

MOST = 100_000
"""Records that one run takes."""


class State(models.TextChoices):
    """Where a run is."""

    PREPARED = "prepared", pgettext_lazy("of a bulk run", "Prepared")
    RUNNING = "running", pgettext_lazy("of a bulk run", "Under way")
    DONE = "done", pgettext_lazy("of a bulk run", "Done")
    CANCELLED = "cancelled", pgettext_lazy("of a bulk run", "Stopped")
    FAILED = "failed", pgettext_lazy("of a bulk run", "Failed")


TONES: dict[str, str] = {
    State.PREPARED: "info",
    State.RUNNING: "warning",
    State.DONE: "success",
    State.CANCELLED: "default",
    State.FAILED: "danger",
}

ALLOWED: Allowed = {
    "start": [State.PREPARED],
    "finish": [State.RUNNING],
    "cancel": [State.PREPARED, State.RUNNING, State.FAILED],
    "fail": [State.RUNNING],
    "go_on": [State.FAILED],
}
"""What is allowed when."""

BEGUN = [State.RUNNING, State.DONE, State.FAILED]


class BulkRunQuerySet(RecordedQuerySet["BulkRun"]):
    """Runs by what is to be done with them."""

    def prepared(self) -> "BulkRunQuerySet":
        """Selected, and neither begun nor given up."""
        return self.filter(state=State.PREPARED).order_by("pk")

    def prepared_after(self, run: "BulkRun") -> "BulkRunQuerySet":
        """Those of the same act that were selected after a run, and neither begun nor given up."""
        return self.prepared().filter(act=run.act, pk__gt=run.pk)

    def failed(self) -> "BulkRunQuerySet":
        """Those that wait for somebody to let them go on, the oldest first."""
        return self.filter(state=State.FAILED).order_by("pk")

    def with_list_data(self) -> "BulkRunQuerySet":
        """With what a list shows of each."""
        return self.select_related("selected_by", "started_by")


class BulkRun(Numbered):
    """One bulk act on a frozen selection, prepared by a member of staff; everything that it does is one act (G5.3)."""

    NUMBER_PREFIX = "Y"
    LOCK_RANK = 9
    FIXED: ClassVar = dict.fromkeys(("act", "register", "title", "count", "selected_by", "selected_on"), "G5.3")
    TOLD = ("act_words", "title", "count")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {
        "act": NO,
        "act_words": NO,
        "register": NO,
        "permission": NO,
        "clause": NO,
        "title": MENTIONS,
        "data": MENTIONS,
        "reason": MENTIONS,
        "who": NO,
        "failure": MENTIONS,
    }

    act = models.CharField(_("bulk act"), max_length=50)
    act_words = models.CharField(_("act"), max_length=100)
    register = models.CharField(_("register"), max_length=100)
    permission = models.CharField(_("permission"), max_length=150)
    clause = models.CharField(_("clause"), max_length=12)
    title = models.CharField(_("selection"), max_length=300)
    count = models.PositiveIntegerField(_("records selected"))
    data = models.JSONField(_("what was typed"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    selected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("selected by")
    )
    selected_on = models.DateField(_("selected on"))
    could = models.PositiveIntegerField(_("could be done when it was confirmed"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by"), null=True, blank=True
    )
    who = models.CharField(_("who acts"), max_length=150, blank=True, editable=False)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    failure = models.CharField(_("failed because"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.PREPARED, choices=State, db_index=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("bulk run")
        verbose_name_plural = _("bulk runs")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("run_bulkrun", _("Can carry out bulk acts that the own permissions allow"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="bulk_run_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a bulk run."),
            ),
            models.CheckConstraint(
                name="bulk_run_of_some_records",
                condition=Q(count__gte=1, count__lte=MOST),
                violation_error_code="G5.3",
                violation_error_message=_("A bulk run takes 1 to 100,000 records. Narrow the list."),
            ),
            models.CheckConstraint(
                name="bulk_run_begun_by_somebody",
                condition=Q(started_by=None, started_at=None, state__in=["prepared", "cancelled"])
                | (Q(started_by__isnull=False, started_at__isnull=False) & ~Q(state="prepared")),
                violation_error_code="G5.3",
                violation_error_message=_("A bulk run that has begun says by whom and when."),
            ),
            models.CheckConstraint(
                name="bulk_run_failed_for_a_reason",
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                violation_error_code="G5.3",
                violation_error_message=_("A bulk run that failed says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act_words}: {self.title}"

    @property
    def clause_value(self) -> Clause:
        """The clause of the act."""
        return Clause(self.clause)

    @property
    def model(self) -> Any:
        """The kind of record."""
        return apps.get_model(self.register)

    @property
    def bulk_act(self) -> "BulkAct":
        """The act. Raises RuleViolation where this version of the software has none of its name."""
        from iijiot import bulk_acts  # which asks rules

        return bulk_acts.find(self.act)

    @property
    def actor(self) -> Actor:
        """Who acts, as everything that it writes says."""
        return Actor(ActorKind.STAFF, self.who, self.started_by_id)

    @cached_property
    def chapter(self) -> UUID | None:
        """The act in the history with which it was begun, and to which all belongs that it does."""
        begun = history_of(BulkRun).filter(id=self.pk, state=State.RUNNING).order_by("history_id")
        return begun.values_list("history_chapter", flat=True).first()

    def ids(self) -> list[int]:
        """The keys of what was selected, in their order."""
        found: list[int] = self.selection.ids
        return found

    def not_done(self) -> list[int]:
        """The keys of what it did nothing to: what was refused, and what no slice has come to."""
        ids = self.ids()
        refused = set(self.refusals.values_list("record_id", flat=True))
        tried = self.reached.tried
        return [pk for place, pk in enumerate(ids) if place >= tried or pk in refused]

    @property
    def reached(self) -> "Reached":
        """How far it has come."""
        sums = self.slices.aggregate(
            slices=models.Count("pk"), done=models.Sum("done", default=0), refused=models.Sum("refused", default=0)
        )
        return Reached(self.count, **sums)

    def why_not_by(self, user: Any) -> list[Unmet]:
        """Why this member of staff may not carry it out, stop it or let it go on; empty for one who may."""
        if user.has_perm(self.permission):
            return []
        return [Unmet(Clause("G5.3"), _("You may not do this act yourself. Ask somebody who may."))]

    @transition(field=state, allowed=ALLOWED, target=State.RUNNING, clause="G5.3", label=_("Begin the bulk run"))
    def start(self, by: Any, actor: Actor, at: datetime) -> None:
        """Confirmed: a worker does it, slice by slice."""
        self.started_by, self.who, self.started_at = by, actor.name, at

    @transition(field=state, allowed=ALLOWED, target=State.DONE, clause="G5.3", label=_("Finish the bulk run"))
    def finish(self, at: datetime) -> None:
        """Every record was tried."""
        self.finished_at = at

    @transition(field=state, allowed=ALLOWED, target=State.CANCELLED, clause="G5.3", label=_("Stop the bulk run"))
    def cancel(self, at: datetime) -> None:
        """No further slice is begun; what is done stays done."""
        self.finished_at, self.failure = at, ""

    @transition(field=state, allowed=ALLOWED, target=State.FAILED, clause="G5.3", label=_("Let the bulk run fail"))
    def fail(self, why: str) -> None:
        """Something unforeseen came between; somebody looks at it."""
        self.failure = why

    @transition(field=state, allowed=ALLOWED, target=State.RUNNING, clause="G5.3", label=_("Let the bulk run go on"))
    def go_on(self) -> None:
        """Go on where it failed."""
        self.failure = ""


class Reached:
    """How many records of a run are done, refused and left, and after how many slices."""

    def __init__(self, count: int, slices: int, done: int, refused: int) -> None:
        self.count, self.slices, self.done, self.refused = count, slices, done, refused

    @property
    def tried(self) -> int:
        """Those that a slice has come to."""
        return self.done + self.refused

    @property
    def left(self) -> int:
        """Those that none has come to."""
        return self.count - self.tried

    @property
    def not_done(self) -> int:
        """Those that were refused, and those that none has come to."""
        return self.count - self.done


class BulkSelection(models.Model):
    """What a run was prepared for, frozen when it was selected. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {}

    run = models.OneToOneField(BulkRun, models.PROTECT, related_name="selection", verbose_name=_("bulk run"))
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("records selected"))

    class Meta:
        app_label = "iijiot"
        verbose_name = _("selection of a bulk run")
        verbose_name_plural = _("selections of bulk runs")

    def __str__(self) -> str:
        return str(self.run)


class BulkSlice(models.Model):
    """Part of a run, done in one transaction. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar[Mapping[str, str]] = {}

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="slices", verbose_name=_("bulk run"))
    place = models.PositiveIntegerField(_("place"))
    done = models.PositiveIntegerField(_("carried out"))
    refused = models.PositiveIntegerField(_("not possible"))
    at = models.DateTimeField(_("at"))

    class Meta:
        app_label = "iijiot"
        verbose_name = _("slice of a bulk run")
        verbose_name_plural = _("slices of bulk runs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "place"],
                name="one_bulk_slice_per_place",
                violation_error_message=_("This slice is done already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.place}"


class BulkRefusalQuerySet(models.QuerySet["BulkRefusal"]):
    """Refusals of a run."""

    def after(self, record_id: int) -> "BulkRefusalQuerySet":
        """Those behind a record, by key."""
        return self.filter(record_id__gt=record_id).order_by("record_id", "pk")

    def of_records(self, ids: Sequence[int]) -> "BulkRefusalQuerySet":
        """Those of these records."""
        return self.filter(record_id__in=ids).order_by("record_id", "pk")


class BulkRefusal(models.Model):
    """A record to which a run did nothing, and one reason why. Never changed, never deleted."""

    APPEND_ONLY = True
    PERSONAL: ClassVar = {"clause": NO, "why": NO}

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="refusals", verbose_name=_("bulk run"))
    record_id = models.BigIntegerField(_("record"))
    clause = models.CharField(_("clause"), max_length=12)
    why = models.CharField(_("reason"), max_length=300)

    objects = BulkRefusalQuerySet.as_manager()

    class Meta:
        app_label = "iijiot"
        verbose_name = _("record that a bulk run left alone")
        verbose_name_plural = _("records that bulk runs left alone")
        indexes: ClassVar = [models.Index(fields=["run", "record_id"], name="bulk_refusal_of_run")]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.why}"
