"""Texts of letters: which holds for each kind, the editor with its marks, the preview, the versions."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from contracts import printing, wording
from contracts.admin import printed
from contracts.admin.shared import ReasonForm, WithState
from contracts.letters import LETTERS
from contracts.models import Notice, Wording
from contracts.models.wording import TONES
from iijiot import clock
from iijiot.console.actions import ConsoleAction, change_url, staff_actor
from iijiot.console.admin import ConsoleAdmin, ConsoleForm
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.rules import RuleViolation

PUT_IN_FORCE, CHANGE = "contracts.put_wording_in_force", "contracts.change_wording"


class PutInForce(ConsoleAction):
    """文面の適用開始 (G12.2.1)"""

    slug, label, permission = "put-in-force", pgettext_lazy("a text", "Putting in force"), PUT_IN_FORCE
    clause, transition, tone = "G12.2.1", "put_in_force", "primary"
    form, form_template = ReasonForm, "console/form_wording.html"
    help = _("From now on letters of this kind are written by this text. What was written before stays as it is.")
    done = _("The text is in force.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Put it in force."""
        wording.put_in_force(self.obj, at=clock.now(), actor=self.actor, reason=data["reason"])


class ReturnToBuiltIn(ConsoleAction):
    """組込みの文面への復帰 (G12.2.1)"""

    slug, label, permission = "return-to-built-in", _("Return to the standard text"), PUT_IN_FORCE
    clause, transition, form = "G12.2.1", "replace", ReasonForm
    help = _("From now on letters of this kind are written by the standard text again. The version is kept.")
    done = _("The standard text holds again.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Return to it."""
        wording.return_to_built_in(self.obj, at=clock.now(), actor=self.actor, reason=data["reason"])


class DiscardWording(ConsoleAction):
    """文面の下書きの破棄 (G12.2.1)"""

    slug, label, permission = "discard-wording", pgettext_lazy("a text", "Discarding"), CHANGE
    clause, transition, form = "G12.2.1", "discard", ReasonForm
    help = _("The draft is kept among the versions and can't be put in force any more.")
    done = _("The draft is discarded.")

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Discard it."""
        wording.discard(self.obj, actor=self.actor, reason=data["reason"])


class BesideItsMarks(UnfoldAdminTextareaWidget):
    """The box for a text, with the marks of its kind beside it."""

    letter: Any = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The box and the marks."""
        marks = render_to_string("console/marks.html", {"marks": self.letter.marks}) if self.letter else ""
        return format_html(
            '<div class="console-beside">{}{}</div>', super().render(name, value, attrs, renderer), marks
        )


class WordingForm(ConsoleForm):
    """Subject and text."""

    class Meta:
        widgets: ClassVar = {"text": BesideItsMarks(attrs={"rows": 24, "lang": "ja"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].widget.letter = self.instance.letter


@admin.register(Wording)
class WordingAdmin(WithState, ConsoleAdmin):
    """The staff's own texts of letters."""

    form = WordingForm
    tones = TONES
    list_display: ClassVar = ["__str__", "subject", "in_force_since", "in_force_until", "badge"]
    list_filter: ClassVar = ["state", "kind"]
    fields: ClassVar = ["subject", "text"]
    dialogs: ClassVar = [PutInForce, ReturnToBuiltIn, DiscardWording]

    def get_urls(self) -> list[Any]:
        """Further pages: the kinds of letters, and an invented letter on paper."""
        own = [
            ("kinds/", self.kinds_view, "kinds"),
            ("kinds/<slug:slug>/draft/", self.draft_view, "draft"),
            ("<path:object_id>/print/", self.print_view, "print"),
            ("<path:object_id>/pdf/", self.pdf_view, "pdf"),
        ]
        view = self.admin_site.admin_view
        return [
            *(path(where, view(what), name=f"contracts_wording_{name}") for where, what, name in own),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A draft is begun from the text that holds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Wording | None = None) -> bool:
        """Drafts alone: by the others letters were written."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state == "draft")

    def head(self, wording: Wording) -> dict[str, Any]:
        """State and facts."""
        links = [
            (_("Print view"), reverse("admin:contracts_wording_print", args=[wording.pk])),
            (_("PDF"), reverse("admin:contracts_wording_pdf", args=[wording.pk])),
            (_("All kinds of letters"), reverse("admin:contracts_wording_kinds")),
        ]
        return {
            "state": wording.get_state_display(),
            "tone": TONES[wording.state],
            "facts": [
                (_("Kind of letter"), wording.get_kind_display()),
                (_("Version"), wording.version),
                (pgettext_lazy("of a text", "In force since"), wording.in_force_since),
                (pgettext_lazy("of a text", "In force until"), wording.in_force_until),
            ],
            "links": links,
        }

    def kinds_view(self, request: HttpRequest) -> HttpResponse:
        """Every kind of letter with the text that holds. Raises PermissionDenied."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        in_force, drafts = Wording.objects.in_force(), Wording.objects.drafts()
        rows = [
            {
                "kind": kind,
                "label": Notice.Kind(kind).label,
                "holding": in_force.get(kind),
                "draft": drafts.get(kind),
                "example": letter.written(*_words(in_force.get(kind) or letter), letter.examples()),
                "versions": f"{reverse('admin:contracts_wording_changelist')}?kind__exact={kind}",
            }
            for kind, letter in LETTERS.items()
        ]
        context = {"title": _("Texts of letters"), "rows": rows, "may_write": request.user.has_perm(CHANGE)}
        each = self.admin_site.each_context(request)
        return TemplateResponse(request, "console/wording_kinds.html", {**each, **context})

    def draft_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Begin a draft, or go on with the one that is there. Raises PermissionDenied."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponse(status=405)
        try:
            return HttpResponseRedirect(change_url(wording.begin_draft(slug, actor=staff_actor(request))))
        except RuleViolation as violation:
            messages.error(request, str(violation))
        return HttpResponseRedirect(reverse("admin:contracts_wording_kinds"))

    def print_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """An invented letter as the browser prints it."""
        return printed.print_view(request, printing.example_of(self._seen(request, object_id), clock.business_moment()))

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """An invented letter as PDF."""
        seen = self._seen(request, object_id)
        return printed.pdf(request, printing.example_of(seen, clock.business_moment()), change_url(seen), str(seen))

    def _seen(self, request: HttpRequest, object_id: str) -> Wording:
        record = self.get_object(request, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if not isinstance(record, Wording):
            raise Http404
        return record


def _words(text: Any) -> tuple[str, str]:
    return text.subject, text.text


def preview(request: HttpRequest, wording: Wording) -> dict[str, Any]:
    """An invented letter by a text."""
    subject, body = wording.example()
    return {"notice": {"subject": subject, "body": body}}


show_on("contracts.wording", Panel(_("Preview with invented values"), "console/panel_letter.html", preview, "preview"))
show_history("contracts.wording", lambda wording: [wording])
