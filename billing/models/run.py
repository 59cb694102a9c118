"""The billing run of a month: its chunks, what each made, and what was set aside for people to look at."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.invoice_state import UNISSUED, InvoiceState
from contracts.models import Contract, Customer, ManagementUnit
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField


class RunQuerySet(RecordedQuerySet["BillingRun"]):
    """Billing runs."""

    def of_month(self, month: date) -> "BillingRun | None":
        """The one of the month that begins on this day."""
        return self.filter(month=month).first()

    def newest(self) -> "BillingRun | None":
        """The one of the latest month."""
        return self.order_by("-month").first()

    def of_other_months(self, month: date) -> "RunQuerySet":
        """Those of other months than the one that begins on this day."""
        return self.exclude(month=month)

    def latest_before(self, month: date) -> "BillingRun | None":
        """The one of the latest month before."""
        return self.filter(month__lt=month).order_by("-month").first()

    def of_months(self, months: Collection[date]) -> "RunQuerySet":
        """Those of the months that begin on these days."""
        return self.filter(month__in=months)

    def with_list_data(self) -> "RunQuerySet":
        """With who began it, and how many chunks are left, drafts wait, documents went out and units are set aside."""
        invoices, asides = (apps.get_model(f"billing.{name}")._base_manager for name in ("Invoice", "SetAside"))
        issued = invoices.exclude(state__in=UNISSUED)
        return self.select_related("started_by").annotate(
            left=_count(BillingChunk._base_manager.filter(done_at=None)),
            drafts=_count(invoices.filter(state=InvoiceState.DRAFT)),
            issued=_count(issued),
            aside=_count(asides.filter(state=AsideState.OPEN)),
        )

    def under_way(self) -> "RunQuerySet":
        """Those of which chunks are left."""
        return self.filter(Exists(BillingChunk._base_manager.filter(run=OuterRef("pk"), done_at=None)))

    def to_issue(self) -> "RunQuerySet":
        """Those that are computed and whose drafts wait to be issued, the earliest month first."""
        drafts = apps.get_model("billing.Invoice")._base_manager.filter(state=InvoiceState.DRAFT)
        left = BillingChunk._base_manager.filter(run=OuterRef("pk"), done_at=None)
        with_drafts = self.annotate(drafts=_count(drafts)).filter(drafts__gt=0)
        return with_drafts.filter(~Exists(left)).order_by("month")


def _count(rows: models.QuerySet[Any]) -> Coalesce:
    """How many of these rows are of the run."""
    own = rows.filter(run=OuterRef("pk")).order_by().values("run").annotate(many=Count("*"))
    return Coalesce(Subquery(own.values("many")), 0)


class RunStage(models.TextChoices):
    """How far a run is."""

    COMPUTING = "computing", pgettext_lazy("of a billing run", "Computing")
    ASIDE = "aside", pgettext_lazy("of a billing run", "Units set aside")
    DRAFTS = "drafts", pgettext_lazy("of a billing run", "Drafts to issue")
    ISSUED = "issued", pgettext_lazy("of a billing run", "Issued")
    EMPTY = "empty", pgettext_lazy("of a billing run", "Nothing to invoice")


STAGE_TONES: dict[str, str] = {
    RunStage.COMPUTING: "info",
    RunStage.ASIDE: "warning",
    RunStage.DRAFTS: "warning",
    RunStage.ISSUED: "success",
    RunStage.EMPTY: "default",
}


class BillingRun(RecordedModel):
    """The closing of one month. There is one a month; it can be gone on with as often as needed."""

    LOCK_RANK = 60
    FIXED: ClassVar = {"month": "G30.2"}
    TOLD = ("month",)
    STAFF_ONLY = frozenset({"*"})

    month = models.DateField(_("month"), unique=True)
    facts_as_of = models.DateTimeField(_("facts as of"), help_text=_("What is found later goes on the next invoice."))
    rounds = models.PositiveIntegerField(_("rounds"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("started by"),
        null=True,
        blank=True,
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("billing run")
        verbose_name_plural = _("billing runs")
        ordering: ClassVar = ["-month"]
        permissions: ClassVar = [("close_month", _("Can close a month"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="run_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_code="G30.2",
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def stage(self) -> RunStage:
        """How far it is; of a run that was read with its list data."""
        stages = {"left": RunStage.COMPUTING, "aside": RunStage.ASIDE, "drafts": RunStage.DRAFTS}
        reached = next((stage for name, stage in stages.items() if getattr(self, name)), None)
        return reached or (RunStage.ISSUED if getattr(self, "issued", 0) else RunStage.EMPTY)


class ChunkQuerySet(RecordedQuerySet["BillingChunk"]):
    """Chunks of runs."""

    def of_run(self, run: BillingRun) -> "ChunkQuerySet":
        """Those of a run, with it."""
        return self.filter(run=run).select_related("run")

    def of_round(self, number: int) -> "ChunkQuerySet":
        """Those of a round."""
        return self.filter(round=number)

    def left(self) -> "ChunkQuerySet":
        """Those that nobody has done."""
        return self.filter(done_at=None)

    def not_compared(self, run: BillingRun) -> dict[int, date]:
        """The contracts that the latest round of a run did not compare with their invoices, each from a month on."""
        found: dict[int, date] = {}
        for told in (
            self.filter(run=run, round=run.rounds).exclude(not_compared={}).values_list("not_compared", flat=True)
        ):
            found |= {int(contract): date.fromisoformat(first) for contract, first in told.items()}
        return found

    def next_free(self) -> "BillingChunk | None":
        """The heaviest that nobody works on, held until the end of the transaction."""
        free = self.left().select_for_update(skip_locked=True, of=("self",), no_key=True)
        return free.order_by("-weight", "pk").first()


class BillingChunk(RecordedModel):
    """A range of customers that is computed in one transaction."""

    LOCK_RANK = 61
    CUSTOMER = ""
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"late": NO, "not_compared": NO}

    run = models.ForeignKey(BillingRun, models.PROTECT, related_name="chunks", verbose_name=_("billing run"))
    round = models.PositiveIntegerField(_("round"))
    first_customer = models.BigIntegerField(_("first customer"))
    last_customer = models.BigIntegerField(_("last customer"))
    weight = models.PositiveIntegerField(_("weight"))
    expected = models.PositiveIntegerField(_("management units expected"))
    made = models.PositiveIntegerField(_("made"), default=0)
    there = models.PositiveIntegerField(_("already there"), default=0)
    aside = models.PositiveIntegerField(_("set aside"), default=0)
    beyond = models.PositiveIntegerField(
        _("made beyond"), default=0, help_text=_("Invoices and credit notes for what is owed though no contract runs.")
    )
    late = models.JSONField(
        _("told late"),
        default=dict,
        blank=True,
        help_text=_("Contracts of which something changed for months before, each with the first of them."),
    )
    not_compared = models.JSONField(
        _("not compared"),
        default=dict,
        blank=True,
        help_text=_(
            "Contracts of units that were set aside or are exempt, each with the first month that is still owed a look."
        ),
    )
    planned_at = models.DateTimeField(_("planned at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = ChunkQuerySet.as_manager()

    class Meta:
        verbose_name = _("chunk of a billing run")
        verbose_name_plural = _("chunks of billing runs")
        ordering: ClassVar = ["run", "-weight"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="chunk_is_a_range",
                condition=Q(first_customer__lte=F("last_customer")),
                violation_error_message=_("A chunk goes from one customer to a later one."),
            ),
            models.UniqueConstraint(
                fields=["run", "round", "first_customer"],
                name="one_chunk_per_range",
                violation_error_message=_("This range of customers has its chunk already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.first_customer}-{self.last_customer}"


class AsideState(models.TextChoices):
    """What became of something set aside."""

    OPEN = "open", pgettext_lazy("set aside", "To be looked at")
    LET_THROUGH = "let-through", pgettext_lazy("set aside", "Looked at, let through")
    SETTLED = "settled", pgettext_lazy("set aside", "Settled")


ASIDE_TONES: dict[str, str] = {
    AsideState.OPEN: "warning",
    AsideState.LET_THROUGH: "info",
    AsideState.SETTLED: "success",
}

ALLOWED: Allowed = {
    "let_through": [AsideState.OPEN],
    "settle": [AsideState.OPEN, AsideState.LET_THROUGH],
}
"""What is allowed when."""


class AsideCause(models.TextChoices):
    """Why a management unit was set aside."""

    UNPRICED = "unpriced", _("A charge has no price")
    FAULTY = "faulty", _("A contract's days contradict each other")
    FAR_MORE = "far-more", _("Far more than the month before")
    MANY_FEES = "many-fees", _("More than a few fees in one month")
    OVER_CREDIT = "over-credit", _("More is credited than stands")


BOUNDS = [AsideCause.FAR_MORE, AsideCause.MANY_FEES]
"""Causes that a person can let through as they are."""


class SetAsideQuerySet(RecordedQuerySet["SetAside"]):
    """What was set aside."""

    def open(self) -> "SetAsideQuerySet":
        """What is to be looked at."""
        return self.filter(state=AsideState.OPEN)

    def open_by_clause(self) -> dict[str, int]:
        """How many are to be looked at under each clause."""
        return dict(self.open().order_by().values_list("clause").annotate(many=Count("pk")))

    def of_run(self, run: BillingRun) -> "SetAsideQuerySet":
        """What a run set aside, what is to be looked at first."""
        order = {AsideState.OPEN: 0, AsideState.LET_THROUGH: 1}
        place = Case(*(When(state=state, then=number) for state, number in order.items()), default=2)
        return self.filter(run=run).order_by(place, "pk")

    def with_list_data(self) -> "SetAsideQuerySet":
        """With what a list shows of each."""
        return self.select_related("run", "customer", "management_unit", "contract")


class SetAside(RecordedModel):
    """A management unit that a run could not bill, or would not without a look; with the cause."""

    LOCK_RANK = 62
    FIXED: ClassVar = {"run": "G30.1", "customer": "G30.1", "management_unit": "G30.1"}
    TOLD = ("management_unit", "cause", "why")
    PERSONAL: ClassVar = {"clause": NO, "why": NO}
    STAFF_ONLY = frozenset({"*"})

    run = models.ForeignKey(BillingRun, models.PROTECT, related_name="set_asides", verbose_name=_("billing run"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="set_asides", verbose_name=_("customer"))
    management_unit = models.ForeignKey(
        ManagementUnit, models.PROTECT, related_name="set_asides", verbose_name=_("management unit")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="set_asides", verbose_name=_("contract"), null=True, blank=True
    )
    cause = models.CharField(_("cause"), max_length=12, choices=AsideCause)
    clause = models.CharField(_("clause"), max_length=12)
    why = models.CharField(_("why"), max_length=300)
    came_to = models.BigIntegerField(
        _("came to"), null=True, blank=True, help_text=_("Yen without tax: up to so many it can be let through.")
    )
    state = StateField(_("state"), default=AsideState.OPEN, choices=AsideState, db_index=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("set aside in a billing run")
        verbose_name_plural = _("set aside in billing runs")
        ordering: ClassVar = ["-run", "pk"]
        permissions: ClassVar = [("let_through", _("Can let through what a run set aside"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="set_aside_state_known",
                condition=Q(state__in=AsideState.values),
                violation_error_message=_("This is no state of something set aside."),
            ),
            models.CheckConstraint(
                name="set_aside_for_a_known_cause",
                condition=Q(cause__in=AsideCause.values),
                violation_error_message=_("Nothing is set aside for such a cause."),
            ),
            models.UniqueConstraint(
                fields=["run", "management_unit"],
                condition=~Q(state=AsideState.SETTLED),
                name="one_set_aside_per_unit_and_run",
                violation_error_message=_("The management unit is set aside in this run already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.management_unit}"

    @transition(field=state, allowed=ALLOWED, target=AsideState.LET_THROUGH, clause="G30.1", label=_("Let through"))
    def let_through(self) -> None:
        """Have looked at it and found it right: the next round makes the invoice (G30.1)."""

    @transition(field=state, allowed=ALLOWED, target=AsideState.SETTLED, clause="G30.1", label=_("Settle"))
    def settle(self) -> None:
        """Be done with: the unit has its invoice, or nothing is owed any more (G30.1)."""
