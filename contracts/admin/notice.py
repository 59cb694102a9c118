"""Notices: what was told to whom, and letters to post."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from contracts import notifying
from contracts.admin import printed
from contracts.admin.shared import QueueFilter, WithState, cited, linked, searched_by_number
from contracts.models import Notice
from contracts.models.notice import TONES
from iijiot.console.actions import ConsoleAction
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.desk import DESK
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.rules import Unmet, unmet


class RecordPosted(ConsoleAction):
    """書面の発送記録 (G14.2)"""

    slug, label, permission, clause = "posted", _("Record as posted"), "contracts.send_notice", "G14.2"
    tone = "primary"
    help = _("Print the letter (PDF or print view), post it, then record it here.")
    done = _("The letter is recorded as posted.")

    def why_not(self) -> Sequence[Unmet]:
        """Only a letter that has not been posted."""
        return self.obj.why_not_posted() or unmet(self.obj.was_sent)

    def carry_out(self, plan: Any, data: dict[str, Any]) -> None:
        """Record it."""
        notifying.record_posted(self.obj, actor=self.actor)


class NoticeQueue(QueueFilter):
    """Notices that wait."""

    queues: ClassVar = {
        "letters": (_("Letters to post"), lambda rows: rows.letters_to_send()),
        "failed": (_("Mails that could not be sent"), lambda rows: rows.mails_failed()),
    }


@admin.register(Notice)
class NoticeAdmin(WithState, ReadOnlyAdmin):
    """Notices to customers."""

    tones = TONES
    list_display: ClassVar = ["number", "customer", "kind", "subject", "channel", "sent_at", "badge"]
    further_columns: ClassVar = ["to", "failure"]
    list_filter: ClassVar = [NoticeQueue, "state", "kind", "channel"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    fields: ClassVar = ["kind", "channel", "to", "failure"]
    dialogs: ClassVar = [RecordPosted, *DESK]
    page_related: ClassVar = ["wording"]

    def get_urls(self) -> list[Any]:
        """Two more pages for each notice: on paper, by the browser or as PDF."""
        view = self.admin_site.admin_view(self.paper_view)
        own = [
            path(f"<path:object_id>/{form}/", view, {"form": form}, name=f"contracts_notice_{form}")
            for form in ("print", "pdf")
        ]
        return [*own, *super().get_urls()]

    def paper_view(self, request: HttpRequest, object_id: str, form: str) -> HttpResponse:
        """A notice on paper, for whoever may see the notice. Raises PermissionDenied, Http404."""
        notice = self.get_object(request, object_id)
        if not self.has_view_or_change_permission(request, notice):
            raise PermissionDenied
        if notice is None:
            raise Http404
        return printed.notice_on_paper(request, notice, form)

    def head(self, notice: Notice) -> dict[str, Any]:
        """State and facts."""
        return {
            "state": notice.get_state_display(),
            "tone": TONES[notice.state],
            "facts": [
                (_("Number"), notice.number),
                (_("Customer"), linked(notice.customer)),
                (_("Clause"), cited(notice.clause)),
                (_("Sent at"), notice.sent_at),
                (_("Contract"), linked(notice.contract) if notice.contract else ""),
                (_("Application"), linked(notice.application) if notice.application else ""),
                (_("Written by"), linked(notice.wording) if notice.wording else _("Built-in text")),
            ],
            "links": [
                (_("Print view"), reverse("admin:contracts_notice_print", args=[notice.pk])),
                (_("PDF"), reverse("admin:contracts_notice_pdf", args=[notice.pk])),
            ],
        }


show_on("contracts.notice", Panel(_("Text"), "console/panel_letter.html", lambda request, notice: {"notice": notice}))
show_history("contracts.notice", lambda notice: [notice])
