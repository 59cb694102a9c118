"""A customer reports that name, address or other particulars have changed (G16): applied once the evidence is checked."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.customer import Customer
from iijiot.personal import EACH_VALUE, REST
from iijiot.records import Numbered, RecordedQuerySet
from iijiot.rules import Allowed, rule, transition
from iijiot.states import StateField

PARTICULARS = [
    "name",
    "name_kana",
    "corporate_number",
    "postal_code",
    "address",
    "contact_person",
    "phone",
    "notice_email",
]
"""What a report can change."""


class State(models.TextChoices):
    """Where a report is."""

    FILED = "filed", pgettext_lazy("of a report", "Filed")
    APPLIED = "applied", _("Applied")
    TURNED_DOWN = "turned-down", _("Turned down")
    WITHDRAWN = "withdrawn", _("Withdrawn")


TONES: dict[str, str] = {
    State.FILED: "info",
    State.APPLIED: "success",
    State.TURNED_DOWN: "danger",
    State.WITHDRAWN: "default",
}


@rule(
    "G16",
    _("There is no evidence yet. Put a file on record, or say which paper shows the change."),
    lambda report: ("add-evidence", "describe-evidence"),
)
def evidence_there(report: "ChangeReport") -> bool:
    """Evidence is on record: on paper, as described, or as a file."""
    return bool(report.evidence) or report.evidence_files.kept().exists()


ALLOWED: Allowed = {
    "describe": [State.FILED],
    "apply": [State.FILED],
    "turn_down": [State.FILED],
    "withdraw": [State.FILED],
}
"""What is allowed when."""


class ChangeReportQuerySet(RecordedQuerySet["ChangeReport"]):
    """Reports by what is to be done."""

    def open(self) -> "ChangeReportQuerySet":
        """Those to check, the oldest first."""
        return self.filter(state=State.FILED).order_by("filed_on", "pk")

    def with_list_data(self) -> "ChangeReportQuerySet":
        """With what a list shows of each."""
        return self.select_related("customer")


class ChangeReport(Numbered):
    """What has changed, since when we know, and the evidence (G16). There is no deadline, only "promptly"."""

    NUMBER_PREFIX = "H"
    LOCK_RANK = 13
    FIXED: ClassVar = {"customer": "G16", "changes": "G16"}
    TOLD = ("filed_on", "evidence")
    PERSONAL: ClassVar = {"evidence": REST, "changes": REST, "note": REST}
    ERASED_AS: ClassVar = {"changes": EACH_VALUE}

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="change_reports", verbose_name=_("customer"))
    filed_on = models.DateField(_("filed on"))
    evidence = models.CharField(
        _("evidence on paper"),
        max_length=300,
        blank=True,
        help_text=_("Empty where it comes as a file, or comes later."),
    )
    changes = models.JSONField(_("what changes"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = StateField(_("state"), default=State.FILED, choices=State, db_index=True)

    objects = ChangeReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of changed particulars")
        verbose_name_plural = _("reports of changed particulars")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("check_changereport", _("Can record and check reports of changed particulars"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="report_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("This is no state of a report."),
            ),
            models.CheckConstraint(
                name="report_closed_on_a_day",
                condition=Q(state="filed", closed_on=None) | (~Q(state="filed") & Q(closed_on__isnull=False)),
                violation_error_code="G16",
                violation_error_message=_("A report that was checked says when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.customer}"

    def compared(self) -> list[tuple[Any, str, str]]:
        """Each particular as it is now and as it was reported."""
        fields = [(Customer._meta.get_field(name), value) for name, value in self.changes.items()]
        return [(field.verbose_name, getattr(self.customer, field.name), value) for field, value in fields]  # type: ignore[union-attr]

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.APPLIED,
        clause="G16",
        label=_("Apply"),
        conditions=[evidence_there],
    )
    def apply(self, on: date, note: str) -> None:
        """The evidence is checked: the particulars hold from this day on (G16)."""
        self.closed_on, self.note = on, note

    @transition(field=state, allowed=ALLOWED, clause="G16", label=_("Describe the evidence"))
    def describe(self, evidence: str) -> None:
        """The paper has come that shows the change (G16)."""
        self.evidence = evidence

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.TURNED_DOWN,
        clause="G16",
        label=pgettext_lazy("a report", "Turn down"),
    )
    def turn_down(self, on: date, note: str) -> None:
        """The evidence does not show it."""
        self.closed_on, self.note = on, note

    @transition(
        field=state,
        allowed=ALLOWED,
        target=State.WITHDRAWN,
        clause="G16",
        label=pgettext_lazy("a report", "Withdraw"),
    )
    def withdraw(self, on: date) -> None:
        """The customer takes it back before it is checked: what is recorded stays."""
        self.closed_on = on
