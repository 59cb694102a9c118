"""Our ledger of cards beside the host carrier's: what differs, and what became of each difference (MA1)."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField
from sims.models.card import SimCard
from sims.models.card_state import Custody
from sims.models.file_import import FileImport


class DifferenceKind(models.TextChoices):
    """How two ledgers differ about a card."""

    ONLY_OURS = "ours", _("Only in ours")
    ONLY_THEIRS = "theirs", _("Only in theirs")
    STATE = "state", _("Another state")
    DAY = "day", _("Another day of the loan")


class DifferenceState(models.TextChoices):
    """Whether somebody has to look into it."""

    OPEN = "open", pgettext_lazy("of a difference", "Open")
    SETTLED = "settled", pgettext_lazy("of a difference", "Settled")


TONES: dict[str, str] = {DifferenceState.OPEN: "warning", DifferenceState.SETTLED: "success"}

ALLOWED: Allowed = {"settle": [DifferenceState.OPEN]}
"""What is allowed when."""


class Reconciliation(RecordedModel):
    """One comparison with a host carrier's list. Never changed afterwards."""

    LOCK_RANK = 47
    FIXED: ClassVar = dict.fromkeys(("file", "lender", "compared_on", "grace", "both", "ours", "theirs"), "MA1")
    TOLD = ("lender", "compared_on", "both")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"lender": NO}

    file = models.OneToOneField(
        FileImport, models.PROTECT, related_name="reconciliation", verbose_name=FileImport._meta.verbose_name
    )
    lender = models.CharField(_("lent by"), max_length=40)
    compared_on = models.DateField(_("compared on"))
    grace = models.PositiveIntegerField(_("days that do not count as a difference"))
    both = models.PositiveIntegerField(_("cards in both"))
    ours = models.PositiveIntegerField(_("cards in ours"))
    theirs = models.PositiveIntegerField(_("cards in theirs"))

    objects = RecordedQuerySet["Reconciliation"].as_manager()

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reconciliation_counts_fit",
                condition=Q(both__lte=models.F("ours")) & Q(both__lte=models.F("theirs")),
                violation_error_code="MA1",
                violation_error_message=_("No more cards are in both ledgers than in one of them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lender} {self.compared_on:%Y-%m-%d}"


class DifferenceQuerySet(RecordedQuerySet["Difference"]):
    """Differences by what is to be done."""

    def open(self) -> "DifferenceQuerySet":
        """Those that nobody has settled, the oldest first."""
        return self.filter(state=DifferenceState.OPEN).order_by("pk")

    def of(self, reconciliation: Any) -> "DifferenceQuerySet":
        """Those of one comparison."""
        return self.filter(reconciliation=reconciliation).order_by("kind", "iccid")

    def of_kind(self, kind: str) -> "DifferenceQuerySet":
        """Those of one kind."""
        return self.filter(kind=kind)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind, all and open."""
        still_open = models.Count("pk", filter=Q(state=DifferenceState.OPEN))
        rows = self.order_by().values_list("kind").annotate(every=models.Count("pk"), still=still_open)
        return {kind: {"all": every, "open": still} for kind, every, still in rows}

    def with_list_data(self) -> "DifferenceQuerySet":
        """With what a list shows of each."""
        return self.select_related("reconciliation", "card")


class Difference(RecordedModel):
    """One card about which the two ledgers differ, with what each says of it."""

    LOCK_RANK = 48
    FIXED: ClassVar = dict.fromkeys(
        ("reconciliation", "iccid", "kind", "card", "our_state", "our_day", "their_state", "their_day", "their_return"),
        "MA1",
    )
    TOLD = ("kind", "iccid")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"iccid": NO, "note": NO}

    reconciliation = models.ForeignKey(
        Reconciliation, models.PROTECT, related_name="differences", verbose_name=Reconciliation._meta.verbose_name
    )
    iccid = models.CharField("ICCID", max_length=20)
    kind = models.CharField(_("difference"), max_length=6, choices=DifferenceKind)
    card = models.ForeignKey(
        SimCard, models.PROTECT, related_name="differences", verbose_name=_("SIM card"), null=True, blank=True
    )
    our_state = models.CharField(_("our state"), max_length=12, choices=Custody, blank=True)
    our_day = models.DateField(_("received on"), null=True, blank=True)
    their_state = models.CharField(
        _("their state"),
        max_length=8,
        blank=True,
        choices=[
            ("lent", pgettext_lazy("to the carrier", "On loan to us")),
            ("returned", pgettext_lazy("to the carrier", "Returned to them")),
        ],
    )
    their_day = models.DateField(_("on loan since"), null=True, blank=True)
    their_return = models.DateField(_("returned on"), null=True, blank=True)
    note = models.CharField(_("how it was settled"), max_length=300, blank=True)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    state = StateField(_("state"), default=DifferenceState.OPEN, choices=DifferenceState)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference of ledgers")
        verbose_name_plural = _("differences of ledgers")
        ordering: ClassVar = ["pk"]
        permissions: ClassVar = [("settle_difference", _("Can settle differences with the host carrier"))]
        indexes: ClassVar = [
            models.Index(fields=["state", "id"], name="difference_state"),
            models.Index(fields=["iccid"], name="difference_iccid"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="difference_state_known",
                condition=Q(state__in=DifferenceState.values),
                violation_error_code="MA1",
                violation_error_message=_("This is no state of a difference."),
            ),
            models.CheckConstraint(
                name="difference_of_a_known_kind",
                condition=Q(kind__in=DifferenceKind.values),
                violation_error_code="MA1",
                violation_error_message=_("Say how the two ledgers differ."),
            ),
            models.CheckConstraint(
                name="difference_says_who_has_the_card",
                condition=(Q(kind="theirs", card=None, our_state="") & ~Q(their_state=""))
                | (Q(kind="ours", their_state="", card__isnull=False) & ~Q(our_state=""))
                | (Q(kind__in=["state", "day"], card__isnull=False) & ~Q(our_state="") & ~Q(their_state="")),
                violation_error_code="MA1",
                violation_error_message=_("A difference says what each of the two ledgers holds."),
            ),
            models.CheckConstraint(
                name="difference_settled_with_a_note",
                condition=(Q(state="settled", settled_on__isnull=False) & ~Q(note=""))
                | Q(state="open", settled_on=None, note=""),
                violation_error_code="MA1",
                violation_error_message=_("Say how the difference was settled, and on which day."),
            ),
            models.UniqueConstraint(
                fields=["reconciliation", "iccid"],
                name="one_difference_per_card_and_comparison",
                violation_error_code="MA1",
                violation_error_message=_("This card stands in the comparison already."),
            ),
        ]

    def __str__(self) -> str:
        return self.iccid

    @transition(field=state, allowed=ALLOWED, target=DifferenceState.SETTLED, clause="MA1", label=_("Settle"))
    def settle(self, on: date, note: str) -> None:
        """Both ledgers are right again, or it is known why they differ (MA1)."""
        self.settled_on, self.note = on, note
