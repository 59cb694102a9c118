"""Reports of changed particulars (G16): recorded on the customer's page, checked and applied on their own."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts import changing
from contracts.admin.evidence import AddEvidence
from contracts.admin.shared import QueueFilter, WithState, cited, linked, of_party, searched_by_number
from contracts.models import ChangeReport, Customer
from contracts.models.particulars import PARTICULARS, TONES
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.desk import DESK
from iijiot.console.fields import ConsoleDateField, PlainTextField, SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on

CHECK = "contracts.check_changereport"


class ReportForm(forms.Form):
    """The particulars as reported, with the evidence."""

    filed_on = ConsoleDateField(label=_("Filed on"))
    evidence = SentencesField(
        label=_("Evidence on paper"),
        required=False,
        max_length=300,
        help_text=_(
            "The paper that shows the change, such as a register extract. Empty where it comes as a file, or comes later."
        ),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PARTICULARS:
            stored: Any = Customer._meta.get_field(name)
            self.fields[name] = PlainTextField(
                label=stored.verbose_name,
                required=not stored.blank,
                max_length=stored.max_length,
                widget=UnfoldAdminTextInputWidget,
            )


class FileChange(ConsoleAction):
    """契約者情報の変更届 (G16)"""

    slug, label, permission, clause = "report-change", _("Record changed particulars"), CHECK, "G16"
    form = ReportForm
    help = _("As the customer reports them. They hold once somebody has checked the evidence.")
    done = _("The report is recorded. Check the evidence, then apply it.")

    def form_kwargs(self) -> dict[str, Any]:
        """The customer."""
        return {"customer": self.obj}

    def initial(self) -> dict[str, Any]:
        """As they are recorded now."""
        return {"filed_on": self.today, **{name: getattr(self.obj, name) for name in PARTICULARS}}

    def touched(self) -> Any:
        """The reports."""
        return [self.obj.change_reports.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Record it."""
        return changing.file(
            self.obj,
            {name: data[name] for name in PARTICULARS},
            evidence=data["evidence"],
            filed_on=data["filed_on"],
            today=self.today,
            actor=self.actor,
        )

    def after(self, result: Any) -> str:
        """To the report."""
        return change_url(result)


class PaperForm(forms.Form):
    """Which paper."""

    evidence = SentencesField(
        label=_("Evidence on paper"),
        max_length=300,
        help_text=_("The paper that shows the change, such as a register extract, and where it is kept."),
    )


class DescribeEvidence(ConsoleAction):
    """紙の証拠書類の記録 (G16)"""

    slug, label, permission, clause = "describe-evidence", _("Describe evidence on paper"), CHECK, "G16"
    transition, form = "describe", PaperForm
    help = _("For a paper that came by post and is not scanned.")
    done = _("The evidence is described.")

    def initial(self) -> dict[str, Any]:
        """As it is described now."""
        return {"evidence": self.obj.evidence}

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Write it down."""
        changing.describe(self.obj, evidence=data["evidence"], actor=self.actor)


class NoteForm(forms.Form):
    """How it was checked."""

    note = SentencesField(label=_("How it was checked"), max_length=300)


class ApplyChange(ConsoleAction):
    """変更届の適用 (G16)"""

    slug, label, permission, clause = "apply-change", _("Apply"), CHECK, "G16"
    transition, form, tone = "apply", NoteForm, "primary"
    help = _("Letters and invoices say the new particulars from now on; the old ones stay in the history.")
    done = _("The particulars are changed.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Apply it."""
        changing.apply(self.obj, on=self.today, note=data["note"], actor=self.actor)


class TurnDownChange(ConsoleAction):
    """変更届の差戻し (G16)"""

    slug, label, permission, clause = "turn-down-change", pgettext_lazy("a report", "Turn down"), CHECK, "G16"
    transition, form = "turn_down", NoteForm
    help = _("The evidence does not show the change; the particulars stay as they are.")
    done = _("The report is turned down.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Turn it down."""
        changing.turn_down(self.obj, on=self.today, note=data["note"], actor=self.actor)


class ReportQueue(QueueFilter):
    """Reports to check."""

    queues: ClassVar = {"open": (_("To check"), lambda rows: rows.open())}


@admin.register(ChangeReport)
class ChangeReportAdmin(WithState, ReadOnlyAdmin):
    """Reports of changed particulars."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "filed_on", "evidence", "badge"]
    further_columns: ClassVar = ["closed_on", "note"]
    list_filter: ClassVar = [ReportQueue, "state"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    fields: ClassVar = ["evidence", "note"]
    dialogs: ClassVar = [AddEvidence, DescribeEvidence, ApplyChange, TurnDownChange, *DESK]

    def head(self, report: ChangeReport) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": report.get_state_display(),
            "tone": TONES[report.state],
            "facts": [
                (_("Number"), report.number),
                (_("Customer"), linked(report.customer)),
                (_("Filed on"), report.filed_on),
                (_("Clause"), cited("G16")),
                (_("Closed on"), report.closed_on),
            ],
        }


def to_check(report: ChangeReport, today: date) -> Row:
    """A report whose evidence is to be checked."""
    return Row(
        str(report), change_url(report), report, report.customer, report.filed_on, clause=Clause("G16"),
        note=report.evidence, next="apply-change",
    )  # fmt: skip


show_at_home(
    Queue(
        "change-reports", _("Changed particulars to check"), Clause("G16"), "contracts.view_changereport",
        listed("contracts_changereport", "open"), lambda day: ChangeReport.objects.open().with_list_data(), to_check,
        of_party, _("No report is waiting."), F("filed_on"), place=79,
    )
)  # fmt: skip
show_on(
    "contracts.changereport",
    Panel(_("What changes"), "console/panel_changes.html", lambda request, report: {"compared": report.compared()}),
)
show_history("contracts.changereport", lambda report: [report, report.evidence_files.all()])
