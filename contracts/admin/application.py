"""Applications: the queue, screening, and the decision."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts import accepting, screening
from contracts.admin.acceptance import Accept
from contracts.admin.evidence import AddToApplication
from contracts.admin.shared import (
    QueueFilter,
    ReasonForm,
    UnderClause,
    WithState,
    lines_column,
    linked,
    searched_by_number,
)
from contracts.catalogue.services import SERVICES
from contracts.models import Application, DocumentRequest, Finding, TermsVersion
from contracts.models.application_state import TONES
from iijiot import clock
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ConsoleAdmin, ConsoleForm
from iijiot.console.desk import DESK
from iijiot.console.fields import SentencesField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.console.timeline import Scope
from iijiot.rules import Unmet, unmet


class BeginScreening(ConsoleAction):
    """審査の開始 (G13.1)"""

    slug, label, permission, clause = "screen", _("Begin screening"), "contracts.screen_application", "G13.1"
    transition, tone = "screen", "primary"
    help = _("Every ground of article 14 gets its finding; what rules can tell is filled in.")
    done = _("Screening has begun.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Take the application up."""
        screening.begin(self.obj, actor=self.actor)


class FindingsForm(forms.Form):
    """Finding, facts and whether to tell, for each ground."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = list(application.findings.all())
        for finding in self.findings:
            name, ground = finding.ground.replace(".", "_"), str(finding.get_ground_display())
            self.fields[f"{name}-result"] = forms.ChoiceField(
                label=ground, choices=Finding.Result.choices, initial=finding.result, widget=UnfoldAdminSelectWidget
            )
            self.fields[f"{name}-text"] = SentencesField(
                label=_("Facts: %(ground)s") % {"ground": ground},
                required=False,
                initial=finding.text,
            )
            self.fields[f"{name}-told"] = forms.BooleanField(
                label=_("Tell: %(ground)s") % {"ground": ground}, required=False, initial=finding.told
            )
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}"

    def rows(self) -> list[tuple[Finding, Any, Any, Any]]:
        """The fields of each ground side by side."""
        names = [(finding, finding.ground.replace(".", "_")) for finding in self.findings]
        return [(f, self[f"{n}-result"], self[f"{n}-text"], self[f"{n}-told"]) for f, n in names]

    def examined(self, data: dict[str, Any]) -> dict[str, screening.Examined]:
        """What was found for each ground."""
        grounds = {name.split("-")[0] for name in data if name.endswith("-result")}
        return {
            ground.replace("_", "."): screening.Examined(
                data[f"{ground}-result"], data[f"{ground}-text"], data[f"{ground}-told"]
            )
            for ground in grounds
        }


class RecordFindings(ConsoleAction):
    """審査結果の記録 (G14.1)"""

    slug, label, permission, clause = "findings", _("Record findings"), "contracts.record_findings", "G14.1"
    transition, form, form_template = "record_findings", FindingsForm, "console/form_findings.html"
    seen_at_once = "writes down what was found; the decision comes later and is shown then"
    done = _("The findings are recorded.")

    def form_kwargs(self) -> dict[str, Any]:
        """The application whose grounds are asked."""
        return {"application": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The findings."""
        return [self.obj.findings.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Write down what was found."""
        form = FindingsForm(application=self.obj)
        screening.examine(self.obj, form.examined(data), actor=self.actor)


class DocumentsForm(forms.Form):
    """Which documents."""

    documents = SentencesField(label=_("Documents, one in each line"), rows=4)


class AskDocuments(ConsoleAction):
    """書類提出の依頼 (G42.2.1)"""

    slug, label, permission, clause = "ask-documents", _("Ask for documents"), "contracts.ask_documents", "G42.2.1"
    transition, form = "ask_documents", DocumentsForm
    help = _("The application is held until they arrive; the applicant is told which ones.")
    done = _("The documents are asked for.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Ask, and hold the application."""
        screening.ask_documents(self.obj, data["documents"].splitlines(), on=self.today, actor=self.actor)


class ArrivedForm(forms.Form):
    """Which documents have arrived."""

    arrived = forms.ModelMultipleChoiceField(
        label=_("Arrived"), queryset=DocumentRequest.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["arrived"].queryset = application.missing_documents()  # type: ignore[attr-defined]


class DocumentsArrived(ConsoleAction):
    """書類の受領 (G42.2.1)"""

    slug, label, permission, clause = (
        "documents-arrived",
        _("Documents have arrived"),
        "contracts.ask_documents",
        "G42.2.1",
    )
    form = ArrivedForm
    help = _("With the last one the screening goes on.")
    done = _("The arrival is recorded.")

    def why_not(self) -> Sequence[Unmet]:
        """Only while documents are missing."""
        return [] if self.obj.waits_for_documents() else unmet(self.obj.documents_arrived)

    def form_kwargs(self) -> dict[str, Any]:
        """The application whose documents are asked."""
        return {"application": self.obj}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The documents."""
        return [self.obj.document_requests.all()]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record them."""
        screening.record_arrival(self.obj, list(data["arrived"]), on=self.today, actor=self.actor)


class Refuse(ConsoleAction):
    """申込の拒絶 (G14.1)"""

    slug, label, permission, clause = "refuse", _("Refuse"), "contracts.refuse_application", "G14.1"
    transition, form, tone, final = "refuse", ReasonForm, "danger", True
    help = _("The applicant is told the fact in writing; grounds only where you flagged them.")
    done = _("The application is refused and the applicant told.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Refuse it."""
        accepting.refuse_application(self.obj, on=self.today, actor=self.actor, reason=data["reason"])


class Withdraw(ConsoleAction):
    """申込の取下げ (G12.1)"""

    slug, label, permission, clause = "withdraw", _("Withdraw"), "contracts.withdraw_application", "G12.1"
    transition, form = "withdraw", ReasonForm
    help = _("The applicant takes the application back, and is sent a confirmation.")
    done = _("The application is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Close it."""
        accepting.withdraw(self.obj, on=self.today, actor=self.actor, reason=data["reason"])


class ApplicationQueue(QueueFilter):
    """Applications that wait."""

    queues: ClassVar = {
        "open": (_("To decide"), lambda rows: rows.open()),
        "held": (_("Waiting for documents"), lambda rows: rows.on_hold()),
    }


class ApplicationForm(ConsoleForm):
    """An application; a customer with one management unit needs not name it."""

    item = forms.ChoiceField(
        label=_("item"),
        required=False,
        choices=[("", "—"), *((item.code, item.words) for service in SERVICES.values() for item in service.items)],
        widget=UnfoldAdminSelectWidget,
        help_text=_("For Mobile Access: TypeD."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "management_unit" in self.fields:
            self.fields["management_unit"].required = False
            self.fields["management_unit"].help_text = _("May stay empty if the customer has one only.")

    def clean_received_at(self) -> datetime:
        """Refuse a moment of receipt that has not come yet: the order of receipt decides (G13.2)."""
        received_at: datetime = self.cleaned_data["received_at"]
        if received_at > clock.now():
            raise ValidationError(_("The moment of receipt has not come yet. Check day and time."), code="G12.1")
        return received_at

    def clean(self) -> dict[str, Any] | None:
        """Take the customer's only management unit where none was chosen (G9.2)."""
        customer = self.cleaned_data.get("customer")
        if customer and "management_unit" in self.fields and not self.cleaned_data.get("management_unit"):
            units = list(customer.management_units.all()[:2])
            if len(units) == 1:
                self.cleaned_data["management_unit"] = units[0]
            else:
                words = (
                    _("Choose one of the customer's management units.")
                    if units
                    else _("Record a management unit first.")
                )
                self.add_error("management_unit", ValidationError(words, code="G9.2"))
        return super().clean()


class ApplicationsUnderClause(UnderClause):
    """Applications against which the ground of a clause was found."""

    rows = "with_ground"


@admin.register(Application)
class ApplicationAdmin(WithState, ConsoleAdmin):
    """Applications."""

    tones = TONES
    form = ApplicationForm
    list_display: ClassVar = [
        "number",
        "received_at",
        "customer",
        "service_code",
        "line_count",
        "start_wished_on",
        "badge",
    ]
    further_columns: ClassVar = ["item", "channel", "decided_on", "management_unit"]
    list_filter: ClassVar = [ApplicationQueue, ApplicationsUnderClause, "state", "service_code"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    line_count = lines_column
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer", "management_unit", "changes"]
    page_related: ClassVar = ["customer", "management_unit", "changes", "findings", "document_requests"]
    fixed_fields: ClassVar = [
        "received_at",
        "channel",
        "customer",
        "management_unit",
        "changes",
        "service_code",
        "item",
        "quantity",
        "all_or_nothing",
        "with_option",
        "start_wished_on",
    ]
    prefilled: ClassVar = {"received_at": clock.now, "start_wished_on": clock.business_day}
    dialogs: ClassVar = [
        BeginScreening,
        RecordFindings,
        AskDocuments,
        DocumentsArrived,
        AddToApplication,
        Accept,
        Refuse,
        Withdraw,
        *DESK,
    ]

    def head(self, application: Application) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": application.get_state_display(),
            "tone": TONES[application.state],
            "facts": [
                (_("Number"), application.number),
                (_("Customer"), linked(application.customer)),
                (_("Service"), application.service.name),
                (_("Lines accepted"), application.quantity_accepted),
                (_("Decided on"), application.decided_on),
                (_("More lines for"), linked(application.changes)),
                (_("Contract"), linked(application.contracts.first())),
                (_("Terms"), TermsVersion.objects.in_force("G", application.received_on)),
            ],
        }


def examination(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Findings, documents, and what the service requires of this customer on the wished day."""
    requirement = application.service.eligibility
    return {
        "application": application,
        "findings": application.findings.all(),
        "documents": application.document_requests.all(),
        "requirement": requirement,
        "parts": requirement.explain(application.customer.holdings(), application.start_wished_on),
        "earlier": Application.objects.before(application)[:5]
        if application.state in ("received", "screening")
        else [],
    }


show_on("contracts.application", Panel(_("Examination"), "console/panel_examination.html", examination))


def whole_application(application: Application) -> Scope:
    """The application, what its screening found, asked and was shown, what was told, and the contracts made from it."""
    return [
        application,
        application.findings.all(),
        application.document_requests.all(),
        application.evidence_files.all(),
        application.notices.all(),
        application.contracts.all(),
    ]


show_history("contracts.application", whole_application)
