"""Files that are loaded: looked at as a whole first, loaded once somebody has seen what was found (MA1, MA15.2)."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.personal import NO
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, refuse, rule, transition
from iijiot.states import StateField
from iijiot.tables.reading import Form
from sims.models.product import FormFactor, SimProduct

NOTHING = "MA1"


class Kind(models.TextChoices):
    """What a file is of."""

    CARDS = "cards", _("Delivery of cards")
    USAGE = "usage", _("Daily traffic")
    LENDER = "lender", _("The host carrier's list")


class Mode(models.TextChoices):
    """What becomes of a file in which a row is wrong."""

    ALL = "all", _("All rows, or none if one is wrong")
    GOOD = "good", _("Good rows only")


class State(models.TextChoices):
    """How far a file is."""

    CHECKING = "checking", _("Being looked at")
    CHECKED = "checked", _("Looked at, to be confirmed")
    LOADING = "loading", _("Being loaded")
    DONE = "done", pgettext_lazy("of a file", "Loaded")
    FAILED = "failed", _("Cannot be read")
    CANCELLED = "cancelled", pgettext_lazy("of a file", "Called off")

    @classmethod
    def under_way(cls) -> list[str]:
        """Those in which something is done or waited for."""
        return [cls.CHECKING, cls.CHECKED, cls.LOADING]


TONES: dict[str, str] = {
    State.CHECKING: "info",
    State.CHECKED: "warning",
    State.LOADING: "info",
    State.DONE: "success",
    State.FAILED: "danger",
    State.CANCELLED: "default",
}

ALLOWED: Allowed = {
    "was_checked": [State.CHECKING, State.LOADING],
    "fail": [State.CHECKING, State.LOADING],
    "load": [State.CHECKED],
    "finish": [State.LOADING],
    "cancel": [State.CHECKING, State.CHECKED, State.LOADING],
}
"""What is allowed when."""


@rule(NOTHING, _("No row of the file can be loaded. Correct it and send it again."))
def has_something_to_load(record: "FileImport") -> bool:
    return record.good + record.doubtful > 0


class FileImportQuerySet(RecordedQuerySet["FileImport"]):
    """Files by what is to be done with them."""

    def under_way(self) -> "FileImportQuerySet":
        """Those that are looked at, wait for somebody, or are loaded now."""
        return self.filter(state__in=State.under_way()).order_by("pk")

    def to_confirm(self) -> "FileImportQuerySet":
        """Those that wait for somebody's word."""
        return self.filter(state=State.CHECKED).order_by("pk")

    def is_in(self, pk: int, state: str) -> bool:
        """Whether a file is in this state now."""
        return self.filter(pk=pk, state=state).exists()

    def same_file(self, sha256: str, kind: str) -> "FileImportQuerySet":
        """Those of the very same file that were loaded."""
        return self.filter(sha256=sha256, kind=kind, state=State.DONE).order_by("pk")

    def stored_among(self, keys: list[str]) -> set[str]:
        """Those of these keys whose files belong to one of them: as they were sent, or to be corrected."""
        pairs = self.filter(Q(stored_as__in=keys) | Q(corrections_as__in=keys))
        return {key for pair in pairs.values_list("stored_as", "corrections_as") for key in pair} & set(keys)

    def digests(self) -> Iterator[tuple[str, str]]:
        """Under which key each file is kept, and its digest; what is to be corrected too."""
        rows = self.order_by("pk").values_list("stored_as", "sha256", "corrections_as", "corrections_sha256")
        for stored_as, sha256, corrections_as, corrections_sha256 in rows.iterator():
            yield stored_as, sha256
            if corrections_as:
                yield corrections_as, corrections_sha256

    def with_list_data(self) -> "FileImportQuerySet":
        """With what a list shows of each."""
        return self.select_related("product", "user").defer("findings")


class FileImport(Numbered):
    """One file: what it is of, what was found in it, what became of it; its bytes lie outside the web."""

    NUMBER_PREFIX = "W"
    LOCK_RANK = 46
    FIXED: ClassVar = dict.fromkeys(("kind", "name", "size", "sha256", "stored_as", "came_on"), "MA1")
    TOLD = ("kind", "name", "product", "delivery")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {
        "name": NO,
        "sha256": NO,
        "stored_as": NO,
        "form": NO,
        "delivery": NO,
        "lender": NO,
        "unknown": NO,
        "findings": NO,
        "corrections_as": NO,
        "corrections_sha256": NO,
        "why_failed": NO,
    }

    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    name = models.CharField(_("name of the file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_as = models.CharField(_("stored as"), max_length=32, editable=False)
    form = models.CharField(_("how it is written"), max_length=30, blank=True)
    came_on = models.DateField(_("came on"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"), null=True, blank=True
    )
    product = models.ForeignKey(
        SimProduct, models.PROTECT, related_name="+", verbose_name=_("SIM product"), null=True, blank=True
    )
    form_factor = models.CharField(_("form factor"), max_length=4, choices=FormFactor, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    delivery = models.CharField(_("delivery"), max_length=60, blank=True)
    lender = models.CharField(_("lent by"), max_length=40, blank=True)
    grace = models.PositiveIntegerField(_("days that do not count as a difference"), default=7)
    mode = models.CharField(_("where a row is wrong"), max_length=4, choices=Mode, default=Mode.ALL)
    takes_doubtful = models.BooleanField(_("doubtful rows too"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    good = models.PositiveIntegerField(_("good"), default=0)
    doubtful = models.PositiveIntegerField(_("doubtful"), default=0)
    bad = models.PositiveIntegerField(_("wrong"), default=0)
    loaded = models.PositiveIntegerField(_("loaded"), default=0)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    added = models.PositiveIntegerField(_("new figures"), default=0)
    corrected = models.PositiveIntegerField(_("corrected figures"), default=0)
    told_before = models.PositiveIntegerField(
        _("throttles and alerts of corrected days"),
        default=0,
        help_text=_("Told on the figures as they were, and stay as they are."),
    )
    is_damaged = models.BooleanField(_("a spreadsheet has rounded numbers in it"), default=False)
    unknown = models.JSONField(_("unknown columns"), default=list, blank=True)
    findings = models.JSONField(_("first findings"), default=list, blank=True)
    corrections_as = models.CharField(_("rows to correct, stored as"), max_length=32, blank=True, editable=False)
    corrections_sha256 = models.CharField(_("SHA-256 of the rows to correct"), max_length=64, blank=True)
    why_failed = models.CharField(_("why it cannot be read"), max_length=1000, blank=True)
    state = StateField(_("state"), default=State.CHECKING, choices=State)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file loaded")
        verbose_name_plural = _("files loaded")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("load_file", _("Can send and load files")),
            ("load_usage", _("Can load daily traffic")),
            ("reconcile_cards", _("Can compare with the host carrier's list")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "id"], name="file_import_state"),
            models.Index(fields=["sha256"], name="file_import_sha256"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="file_import_state_known",
                condition=Q(state__in=State.values),
                violation_error_code="MA1",
                violation_error_message=_("This is no state of a file."),
            ),
            models.CheckConstraint(
                name="file_import_of_a_known_kind",
                condition=Q(kind__in=Kind.values, mode__in=Mode.values)
                & (Q(form_factor="") | Q(form_factor__in=FormFactor.values)),
                violation_error_code="MA1",
                violation_error_message=_("Choose what the file is of from what is offered."),
            ),
            models.CheckConstraint(
                name="file_import_of_a_carrier_names_it",
                condition=(Q(kind="lender") & ~Q(lender="")) | (~Q(kind="lender") & Q(lender="")),
                violation_error_code="MA1",
                violation_error_message=_("Say which host carrier's list it is."),
            ),
            models.CheckConstraint(
                name="file_import_loads_what_was_found",
                condition=Q(loaded__lte=F("good") + F("doubtful"), rows=F("good") + F("doubtful") + F("bad")),
                violation_error_code="MA1",
                violation_error_message=_("No more rows are loaded than were found good."),
            ),
            models.CheckConstraint(
                name="file_import_of_traffic_tells_its_days",
                condition=Q(first_day=None, last_day=None, added=0, corrected=0, told_before=0)
                | Q(kind="usage", first_day__lte=F("last_day"), last_day__lte=F("came_on"))
                & Q(good__gte=F("added") + F("corrected")),
                violation_error_code="MA15.2",
                violation_error_message=_(
                    "Traffic is of days that have come; no more figures change than rows are good."
                ),
            ),
            models.CheckConstraint(
                name="file_import_failed_for_a_reason",
                condition=(Q(state="failed") & ~Q(why_failed="")) | (~Q(state="failed") & Q(why_failed="")),
                violation_error_code="MA1",
                violation_error_message=_("Say why the file cannot be read."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def writes_as(self) -> Form:
        """How the file is written."""
        return Form.of(self.form)

    @property
    def is_faultless(self) -> bool:
        """Whether every row is good."""
        return not self.bad and not self.doubtful

    @transition(field=state, allowed=ALLOWED, target=State.CHECKED, clause="MA1", label=_("Look at it"))
    def was_checked(self, told: dict[str, Any]) -> None:
        """It was looked at as a whole, with these counts and findings (MA1)."""
        for name, value in told.items():
            setattr(self, name, value)

    @transition(field=state, allowed=ALLOWED, target=State.FAILED, clause="MA1", label=_("Give it up"))
    def fail(self, why: str) -> None:
        """It is no table that can be read (MA1)."""
        self.why_failed = why[:1000]

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.LOADING,
        clause="MA1",
        label=_("Load"),
        conditions=[has_something_to_load],
    )
    def load(self, mode: str, *, takes_doubtful: bool) -> None:
        """Somebody has seen what was found, and says what is to be loaded (MA1)."""
        if mode == Mode.ALL and (self.bad or (self.doubtful and not takes_doubtful)):
            raise refuse(
                "MA1",
                _("Not every row can be loaded. Correct the file and send it again, or choose “good rows only”."),
            )
        if not self.good and not takes_doubtful:
            raise refuse("MA1", _("All rows that are left are doubtful. Compare them with the cards, and say so."))
        self.mode, self.takes_doubtful = mode, takes_doubtful

    @transition(field=state, allowed=ALLOWED, target=State.DONE, clause="MA1", label=_("Finish"))
    def finish(self, told: dict[str, Any]) -> None:
        """Its rows are stored (MA1)."""
        for name, value in told.items():
            setattr(self, name, value)

    @transition(field=state, allowed=ALLOWED, target=State.CANCELLED, clause="MA1", label=_("Call off"))
    def cancel(self) -> None:
        """Nothing of it is loaded (MA1)."""
