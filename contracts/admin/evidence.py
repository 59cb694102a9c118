"""Evidence files: put on record on the page of what they prove, listed there, opened one by one."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from contracts import proving
from contracts.admin.shared import BecauseForm, WithState, cited, linked, searched_by_number
from contracts.models import Death, Evidence, HeirFiling
from contracts.models.evidence import CLAUSES, TONES, EvidenceKind
from iijiot.attachments import as_file
from iijiot.console.actions import ConsoleAction, change_url, staff_actor
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.fields import ConsoleDateField
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.file_kinds import KINDS, TakenFile, too_large
from iijiot.rules import RuleViolation

KEEP = "contracts.keep_evidence"
VIEW = "contracts.view_evidence"


class TakenFileField(forms.FileField):
    """A file to hand in; its value is the file as it was looked at. Too large a one is not read."""

    def __init__(self, **kwargs: Any) -> None:
        accepted = ",".join(f".{ending}" for kind in KINDS.values() for ending in kind.endings)
        super().__init__(
            widget=forms.FileInput(attrs={"accept": accepted, "class": " ".join(INPUT_CLASSES)}),
            error_messages={"empty": _("The file is empty.")},
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> TakenFile | None:
        """The file. Raises ValidationError with the reason where it is not taken."""
        sent: UploadedFile | None = super().clean(data, initial)
        if sent is None:
            return None
        most = proving.largest()
        if (sent.size or 0) > most:
            raise too_large(most)
        return proving.taken(sent.name or "", sent.read())


class EvidenceForm(forms.Form):
    """Which file, what it is, when it came; on a death's page also whose filing it proves."""

    file = TakenFileField(
        label=_("File"),
        help_text=_(
            "PDF, PNG or JPEG, one paper in each. Cover an Individual Number (My Number) before you scan: it is never kept."
        ),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EvidenceKind.choices, widget=UnfoldAdminSelectWidget)
    received_on = ConsoleDateField(label=_("Received on"))

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(record, Death):
            self.fields["filing"] = forms.ModelChoiceField(
                label=_("Proves"),
                required=False,
                queryset=HeirFiling.objects.of_death(record),
                empty_label=_("The death"),
                widget=UnfoldAdminSelectWidget,
            )


class AddEvidence(ConsoleAction):
    """証拠書類の登録 (G16)"""

    slug, label, permission, clause = "add-evidence", _("Put an evidence file on record"), KEEP, "G16"
    form = EvidenceForm
    seen_at_once = "puts a file on record, which would have to be chosen anew after a preview"
    help = _("The file is checked by its content. Nobody changes it any more; each opening stands in the access log.")
    done = _("The file is on record.")

    def form_kwargs(self) -> dict[str, Any]:
        """What the file is evidence of."""
        return {"record": self.obj}

    def initial(self) -> dict[str, Any]:
        """Received today."""
        return {"received_on": self.today}

    def touched(self) -> Iterable[QuerySet[Any]]:
        """The files."""
        return [Evidence.objects.of_record(self.obj)]

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Evidence:
        """Put it on record."""
        return proving.keep(
            data.get("filing") or self.obj,
            data["file"],
            kind=data["kind"],
            received_on=data["received_on"],
            today=self.today,
            actor=self.actor,
        )


class AddToApplication(AddEvidence):
    """申込の証拠書類の登録 (G42.2.1)"""

    clause = CLAUSES["application"]


class AddToSuccession(AddEvidence):
    """承継の証拠書類の登録 (G17)"""

    clause = CLAUSES["succession"]


class AddToDeath(AddEvidence):
    """死亡・相続の証拠書類の登録 (G18.1)"""

    clause = CLAUSES["death"]


class WithdrawEvidence(ConsoleAction):
    """証拠書類の取下げ (G16)"""

    slug, label, permission, clause = "withdraw-evidence", _("Withdraw the file"), KEEP, "G16"
    transition, form, tone = "withdraw", BecauseForm, "danger"
    help = _("For a file that was put on record by mistake: it counts no more, and nobody can open it any more.")
    done = _("The file is withdrawn.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Withdraw it."""
        proving.withdraw(self.obj, because=data["because"], actor=self.actor)


@admin.register(Evidence)
class EvidenceAdmin(WithState, ReadOnlyAdmin):
    """Evidence files; each opened by an address of its own."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "about", "kind", "name", "received_on", "badge"]
    further_columns: ClassVar = ["media_type", "size"]
    list_filter: ClassVar = ["state", "kind"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    fields: ClassVar = ["name", "withdrawn_because"]
    dialogs: ClassVar = [WithdrawEvidence]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        """With what a list shows of each."""
        return Evidence.objects.with_list_data().order_by("-pk")

    @admin.display(description=_("evidence of"))
    def about(self, evidence: Evidence) -> str:
        """The record that it proves."""
        return linked(evidence.shown_with, evidence.shown_with.number)

    def get_urls(self) -> list[Any]:
        """One more address for each: the file itself."""
        own = path("<path:object_id>/file/", self.admin_site.admin_view(self.file_view), name="contracts_evidence_file")
        return [own, *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: str) -> Any:
        """The file, to be saved under our own name (RFC 6266), never shown in the browser, never cached."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not request.user.has_perm(proving.PERMISSION) or not self.has_view_permission(request):
            raise PermissionDenied
        evidence = self.get_object(request, unquote(object_id))
        if evidence is None:
            raise Http404
        try:
            file = proving.open_(evidence, actor=staff_actor(request), request=request)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(change_url(evidence))
        return as_file(FileResponse(file, content_type=evidence.media_type), evidence.file_name)

    def head(self, evidence: Evidence) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": evidence.get_state_display(),
            "tone": TONES[evidence.state],
            "facts": [
                (_("Number"), evidence.number),
                (_("Customer"), linked(evidence.customer)),
                (_("Evidence of"), linked(evidence.shown_with)),
                (_("Kind"), evidence.get_kind_display()),
                (_("Kind of file"), evidence.get_media_type_display()),
                (_("Size"), filesizeformat(evidence.size)),
                (_("Received on"), evidence.received_on),
                (_("Clause"), cited(evidence.clause)),
            ],
        }


def on_record(request: HttpRequest, record: Any) -> dict[str, Any]:
    """The files of a record, for whoever may see that there are any."""
    may = request.user.has_perm(VIEW)
    return {
        "may": may,
        "may_open": request.user.has_perm(proving.PERMISSION),
        "files": Evidence.objects.of_record(record) if may else [],
    }


def itself(request: HttpRequest, evidence: Evidence) -> dict[str, Any]:
    """The file, for whoever may open it."""
    return {"evidence": evidence, "may_open": request.user.has_perm(proving.PERMISSION)}


for label in ("application", "changereport", "death", "succession"):
    show_on(
        f"contracts.{label}", Panel(_("Evidence files"), "console/panel_evidence.html", on_record, "evidence", place=55)
    )
show_on("contracts.evidence", Panel(_("File"), "console/panel_file.html", itself))
show_history("contracts.evidence", lambda evidence: [evidence])
