"""Files that are loaded: what was found in each, the word to load it, how far it is, the rows to correct."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from contracts.admin.shared import QueueFilter, WithState, linked
from iijiot import access_log, file_store, progress
from iijiot.attachments import as_file
from iijiot.clauses import Clause
from iijiot.console.actions import ConsoleAction, change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, Queue, Row, listed, show_at_home, show_on
from iijiot.models import AccessEvent
from iijiot.rules import Unmet, unmet
from sims import importing
from sims.admin.sending import LOAD, Sending, allowed
from sims.models import FileImport
from sims.models.file_import import TONES, Kind, Mode, State

VIEW = "sims.view_fileimport"
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def may_read(request: HttpRequest, record: FileImport) -> bool:
    """Whether somebody may load files of this kind, and so read what stands in them: figures of days too (G38.1)."""
    return Kind(record.kind) in allowed(request)


class OfFile(ConsoleAction):
    """What the dialogs of a file share: they are for whoever may load files of its kind."""

    permission, clause = LOAD, "MA1"

    def why_not(self) -> Sequence[Unmet]:
        """The reasons of its state, and of its kind."""
        if not may_read(self.request, self.obj):
            return [Unmet(Clause("MA1"), _("You may not load files of this kind. Ask somebody who may."))]
        return unmet(getattr(self.obj, self.transition))


class LoadForm(forms.Form):
    """What is to be loaded."""

    mode = forms.ChoiceField(
        label=_("What is loaded"), choices=Mode.choices, initial=Mode.ALL, widget=UnfoldAdminSelectWidget
    )
    takes_doubtful = forms.BooleanField(
        label=_("Doubtful rows too: I have compared them"),
        required=False,
        help_text=_("They stand in the file to correct, each with what is doubtful about it."),
    )


class LoadFile(OfFile):
    """ファイルの取込み (MA1)"""

    slug, label, transition, tone = "load-file", _("Load the file"), "load", "primary"
    form, plan_template = LoadForm, "console/plan_loading.html"
    done = _("It is being loaded. You may close this page; what became of it stands here in the end.")

    @property
    def plan_at_once(self) -> bool:  # type: ignore[override]
        """A file without a fault needs no choice."""
        return bool(self.obj.is_faultless)

    def initial(self) -> dict[str, Any]:
        """All or none."""
        return {"mode": Mode.ALL, "takes_doubtful": False}

    def plan(self, data: dict[str, Any]) -> importing.LoadPlan:
        """How many rows, and how many are left out."""
        return importing.plan_loading(self.obj, mode=data["mode"], takes_doubtful=data["takes_doubtful"])

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Let a worker load it."""
        importing.load(plan, actor=self.actor)


class CancelFile(OfFile):
    """ファイルの取りやめ (MA1)"""

    slug, label, transition, tone = "cancel-file", _("Call the file off"), "cancel", "danger"
    help = _("Nothing of it is loaded, also while it is under way.")
    done = _("The file is called off. Nothing of it was loaded.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Call it off."""
        importing.cancel(self.obj, actor=self.actor)


class FileQueue(QueueFilter):
    """Files by what is to be done."""

    queues: ClassVar = {
        "to-confirm": (_("To be confirmed"), lambda rows: rows.to_confirm()),
        "under-way": (_("Under way"), lambda rows: rows.under_way()),
    }


@admin.register(FileImport)
class FileImportAdmin(Sending, WithState, ReadOnlyAdmin):
    """Files; sent, shown and loaded."""

    tones = TONES
    list_before_template = "console/files_before.html"
    list_display: ClassVar = ["number", "kind", "name", "came_on", "rows", "bad", "loaded", "badge"]
    further_columns: ClassVar = [
        "user", "product", "delivery", "doubtful", "form", "first_day", "last_day", "added", "corrected", "told_before",
    ]  # fmt: skip
    list_filter: ClassVar = [FileQueue, "state", "kind"]
    search_fields: ClassVar = ["number__exact"]
    search_help_text = _("Number")
    page_related: ClassVar = ["product", "user"]
    fields: ClassVar = ["name"]
    dialogs: ClassVar = [LoadFile, CancelFile]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FileImport]:
        """With what a list shows of each."""
        return FileImport.objects.with_list_data().order_by("-pk")

    def get_urls(self) -> list[Any]:
        """Sending, empty tables, how far a file is, its rows to correct."""
        view = self.admin_site.admin_view
        return [
            path("send/<str:kind>/", view(self.send_view), name="sims_fileimport_send"),
            path("template/<str:kind>/", view(self.template_view), name="sims_fileimport_template"),
            path("<path:object_id>/progress/", view(self.progress_view), name="sims_fileimport_progress"),
            path("<path:object_id>/corrections/", view(self.corrections_view), name="sims_fileimport_corrections"),
            path("<path:object_id>/sent/", view(self.sent_view), name="sims_fileimport_sent"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """With what can be sent above it."""
        kinds = allowed(request) if request.user.is_active else []
        return super().changelist_view(request, {**(extra_context or {}), "kinds": kinds})

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How far it is, for the page that shows it."""
        record = self._shown(request, object_id)
        return JsonResponse(_progress(record))

    def corrections_view(self, request: HttpRequest, object_id: str) -> Any:
        """The rows to correct."""
        record = self._shown(request, object_id)
        if not record.corrections_as:
            raise Http404
        return self._file(request, record, importing.corrections_of, importing.corrections_name(record))

    def sent_view(self, request: HttpRequest, object_id: str) -> Any:
        """The file as it was sent."""
        record = self._shown(request, object_id)
        return self._file(request, record, importing.file_of, record.name)

    def _shown(self, request: HttpRequest, object_id: str) -> FileImport:
        record: FileImport | None = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        return record

    def _file(self, request: HttpRequest, record: FileImport, opened: Any, name: str) -> Any:
        if request.method != "GET":
            return HttpResponse(status=405)
        if not may_read(request, record):
            raise PermissionDenied
        try:
            file = opened(record)
        except file_store.Lost:
            messages.error(request, _("The file is gone or damaged. Tell the operator, who has backups."))
            return HttpResponseRedirect(change_url(record))
        access_log.note(AccessEvent.Kind.EXPORTED, request, detail=f"{record.number} {name}")
        ending = name.rpartition(".")[2].lower()
        answer = FileResponse(file, content_type=TYPES.get(ending, "text/csv"))
        return as_file(answer, name, plain=f"{record.number}.{ending}")

    def head(self, record: FileImport) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": record.get_state_display(),
            "tone": TONES[record.state],
            "facts": [
                (_("Number"), record.number),
                (_("Kind"), record.get_kind_display()),
                (_("File"), record.name),
                (_("Size"), filesizeformat(record.size)),
                (_("How it is written"), record.writes_as.words if record.form else ""),
                (_("Came on"), record.came_on),
                (_("Sent by"), record.user),
                (
                    _("SIM product"),
                    linked(record.product) if record.product and _has_page(record.product) else record.product,
                ),
                (_("Form factor"), record.get_form_factor_display()),
                (_("Received on"), record.received_on),
                (_("Delivery"), record.delivery),
                (_("Host carrier"), record.lender),
                (_("First day"), record.first_day),
                (_("Last day"), record.last_day),
            ],
        }


def _has_page(record: Any) -> bool:
    return admin.site.is_registered(type(record))


def _progress(record: FileImport) -> dict[str, Any]:
    """How far it is; a page that shows it asks again until it is over."""
    told = progress.of(importing.progress_key(record))
    return {"over": record.state not in (State.CHECKING, State.LOADING), "percent": told.percent, "done": told.done}


def found(request: HttpRequest, record: FileImport) -> dict[str, Any]:
    """What was found in it."""
    done = (
        getattr(record, "reconciliation", None) if record.kind == Kind.LENDER and record.state == State.DONE else None
    )
    return {
        "record": record,
        "progress": _progress(record),
        "address": reverse("admin:sims_fileimport_progress", args=[record.pk]),
        "further": max(0, record.bad + record.doubtful - len({finding["line"] for finding in record.findings})),
        "left_out": record.rows - record.loaded,
        "may_read": may_read(request, record),
        "reconciliation": change_url(done) if done else "",
    }


def file_row(record: FileImport, today: date) -> Row:
    """A file that waits for somebody's word."""
    return Row(str(record), change_url(record), record, note=record.get_kind_display(), next=LoadFile.slug)


show_on("sims.fileimport", Panel(_("What was found"), "console/panel_file_found.html", found, "found"))
show_history("sims.fileimport", lambda record: [record])
show_at_home(
    Queue(
        "files",
        _("Files to be confirmed"),
        Clause("MA1"),
        LOAD,
        listed("sims_fileimport", "to-confirm"),
        waiting=lambda day: FileImport.objects.to_confirm(),
        row=file_row,
        empty=_("No file waits."),
        place=70,
    )
)
