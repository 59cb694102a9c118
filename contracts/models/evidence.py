"""Files that customers hand in as evidence (G14, G16, G17, G18): of one record each, kept outside the web."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.application import Application
from contracts.models.customer import Customer
from contracts.models.death import Death, HeirFiling
from contracts.models.particulars import ChangeReport
from contracts.models.succession import Succession
from iijiot.file_kinds import KINDS
from iijiot.personal import ERASED, NO, REST
from iijiot.records import Numbered, RecordedModel, RecordedQuerySet
from iijiot.rules import Allowed, transition
from iijiot.states import StateField

CLAUSES: dict[str, str] = {
    "application": "G42.2.1",
    "change_report": "G16",
    "succession": "G17",
    "death": "G18.1",
    "heir_filing": "G18.1",
}
"""What a file can be evidence of, by the name of its field, each with the clause that lets us ask for it."""


class EvidenceKind(models.TextChoices):
    """What a paper is."""

    REGISTER = "register", _("Register extract")
    FAMILY = "family", _("Family register, or certified list of heirs")
    AGREEMENT = "agreement", _("Merger contract or split plan")
    BUSINESS = "business", _("Proof of business, such as its notification or a tax return")
    IDENTITY = "identity", _("Proof of identity, or power of attorney")
    FORM = "form", _("Signed form")
    OTHER = "other", pgettext_lazy("kind of evidence", "Other")


class State(models.TextChoices):
    """Whether a file counts."""

    KEPT = "kept", pgettext_lazy("of evidence", "On record")
    WITHDRAWN = "withdrawn", pgettext_lazy("of evidence", "Withdrawn")


TONES: dict[str, str] = {State.KEPT: "success", State.WITHDRAWN: "default"}

ALLOWED: Allowed = {"withdraw": [State.KEPT]}
"""What is allowed when."""


def field_of(record: Any) -> str:
    """The name of the field by which a file belongs to a record of this kind."""
    return next(name for name in CLAUSES if Evidence._meta.get_field(name).related_model is type(record))


class EvidenceQuerySet(RecordedQuerySet["Evidence"]):
    """Files by what they are evidence of."""

    def of_applications(self, ids: Sequence[int]) -> "EvidenceQuerySet":
        """Those of these applications."""
        return self.filter(application__in=ids)

    def kept(self) -> "EvidenceQuerySet":
        """Those that count."""
        return self.filter(state=State.KEPT)

    def of_record(self, record: Any) -> "EvidenceQuerySet":
        """Those of a record, and of a death those of the heirs' filings too, as one list with what it shows."""
        own = Q(**{field_of(record): record})
        if isinstance(record, Death):
            own |= Q(heir_filing__in=record.filings.all())
        return self.filter(own).select_related("heir_filing__heir").order_by("pk")

    def stored_among(self, keys: list[str]) -> set[str]:
        """Those of these keys whose files are kept: they are of a record, and nothing personal of it was erased."""
        known = self.filter(stored_as__in=keys).exclude(name__startswith=ERASED)
        return set(known.values_list("stored_as", flat=True))

    def digests(self) -> Iterator[tuple[str, str]]:
        """Under which key each file is kept, and its digest."""
        kept = self.exclude(name__startswith=ERASED).order_by("pk")
        return kept.values_list("stored_as", "sha256").iterator()

    def with_list_data(self) -> "EvidenceQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer", *CLAUSES, "heir_filing__death")


class Evidence(Numbered):
    """One file as it was handed in; its bytes lie in the folder of evidence files, by a key that nobody chose."""

    NUMBER_PREFIX = "F"
    LOCK_RANK = 18
    FIXED: ClassVar = {
        **CLAUSES,
        **dict.fromkeys(
            ("customer", "kind", "name", "media_type", "size", "sha256", "stored_as", "received_on"), "G16"
        ),
    }
    TOLD = ("kind", "received_on")
    STAFF_ONLY = frozenset({"*"})
    PERSONAL: ClassVar = {"name": REST, "sha256": NO, "stored_as": NO, "withdrawn_because": REST}

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="evidence_files", verbose_name=_("customer"), editable=False
    )
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="evidence_files", verbose_name=_("application"), null=True, blank=True
    )
    change_report = models.ForeignKey(
        ChangeReport,
        models.PROTECT,
        related_name="evidence_files",
        verbose_name=_("report of changed particulars"),
        null=True,
        blank=True,
    )
    succession = models.ForeignKey(
        Succession, models.PROTECT, related_name="evidence_files", verbose_name=_("succession"), null=True, blank=True
    )
    death = models.ForeignKey(
        Death,
        models.PROTECT,
        related_name="evidence_files",
        verbose_name=_("death of a customer"),
        null=True,
        blank=True,
    )
    heir_filing = models.ForeignKey(
        HeirFiling,
        models.PROTECT,
        related_name="evidence_files",
        verbose_name=_("filing of an heir"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    name = models.CharField(_("name of the file"), max_length=100)
    media_type = models.CharField(
        _("kind of file"), max_length=20, choices=[(kind.media_type, kind.words) for kind in KINDS.values()]
    )
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    stored_as = models.CharField(_("key in the folder"), max_length=32, unique=True, editable=False)
    received_on = models.DateField(_("received on"))
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)
    state = StateField(_("state"), default=State.KEPT, choices=State, db_index=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("keep_evidence", _("Can put evidence files on record, and withdraw them")),
            ("open_evidence", _("Can open evidence files")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="evidence_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of an evidence file."),
            ),
            models.CheckConstraint(
                name="evidence_kind_known",
                condition=Q(kind__in=EvidenceKind.values),
                violation_error_message=_("Choose one of the kinds of evidence."),
            ),
            models.CheckConstraint(
                name="evidence_of_a_kind_of_file_that_is_taken",
                condition=Q(media_type__in=list(KINDS)),
                violation_error_message=_("This is none of the kinds of files that are taken: PDF, PNG, JPEG."),
            ),
            models.CheckConstraint(
                name="evidence_of_one_record",
                condition=reduce(
                    or_, (Q(**{f"{other}__isnull": other != name for other in CLAUSES}) for name in CLAUSES)
                ),
                violation_error_code="G16",
                violation_error_message=_("A file is evidence of one record: choose just one."),
            ),
            models.CheckConstraint(
                name="evidence_withdrawn_for_a_reason",
                condition=Q(state="kept", withdrawn_because="") | (~Q(state="kept") & ~Q(withdrawn_because="")),
                violation_error_code="G16",
                violation_error_message=_("A file that was withdrawn says why."),
            ),
            models.UniqueConstraint(
                fields=[*CLAUSES, "sha256"],
                condition=Q(state="kept"),
                nulls_distinct=False,
                name="one_file_once_per_record",
                violation_error_code="G16",
                violation_error_message=_("This very file is on record here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    def complete(self) -> None:
        """The customer is that of the record, whoever hands the file in."""
        if self.subject is not None:
            whose: Any = reduce(getattr, type(self.subject).CUSTOMER.split("__"), self.subject)
            self.customer = whose

    @property
    def subject(self) -> RecordedModel | None:
        """The record that it is evidence of."""
        return next((getattr(self, name) for name in CLAUSES if getattr(self, f"{name}_id")), None)

    @property
    def shown_with(self) -> Any:
        """The record whose page shows it: filings are shown with the death."""
        return self.heir_filing.death if self.heir_filing else self.subject

    @property
    def clause(self) -> str:
        """The clause under which it was asked for."""
        return next(clause for name, clause in CLAUSES.items() if getattr(self, f"{name}_id"))

    @property
    def is_erased(self) -> bool:
        """Whether the file is gone with what was personal of the customer (G40.2.1)."""
        return self.name.startswith(ERASED)

    @property
    def file_name(self) -> str:
        """The name by which it is handed out: ours, never the one that it came with."""
        return f"{self.number}.{KINDS[self.media_type].endings[0]}"

    @transition(field=state, allowed=ALLOWED, target=State.WITHDRAWN, clause="G16", label=_("Withdraw the file"))
    def withdraw(self, because: str) -> None:
        """It was put on record by mistake: it counts no more, and is not opened any more (G16)."""
        self.withdrawn_because = because
