"""What the company has told the customer: the same words as in the mail or letter, and as PDF to keep (G12.2.1)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import notifying, printing
from contracts.models import Notice
from contracts.models.customer import Customer
from iijiot import access_log, clock
from iijiot.attachments import as_file
from iijiot.models import AccessEvent
from iijiot.portal.forms import TextField
from iijiot.portal.lists import ListFilter, ListPage
from iijiot.portal.panels import Entry, navigate
from iijiot.portal.views import OwnView
from iijiot.typesetting import NotPrinted
from iijiot.words import Words


def notices_of(customer: Customer) -> Any:
    """Everything that the customer was told, the latest first."""
    return Notice.objects.of_customer(customer).newest()


class NoticeFilter(ListFilter):
    """What is looked for among notices."""

    q = TextField(
        label=gettext_lazy("Search"), required=False, max_length=100,
        help_text=gettext_lazy("Number of the notice, or words of its subject"),
    )  # fmt: skip
    unread = forms.ChoiceField(
        label=gettext_lazy("Which notices"), required=False,
        choices=[("", gettext_lazy("All")), ("1", gettext_lazy("Unread"))],
    )  # fmt: skip

    def narrowed(self, rows: Any) -> Any:
        """The notices that are looked for."""
        rows = rows.unread() if "unread" in self.asked else rows
        return rows.sought(self.asked["q"]) if "q" in self.asked else rows


class NoticeList(ListPage):
    """The notices, the latest first."""

    template, part, title = "portal/notices.html", "portal:notices", gettext_lazy("Notices")
    search, order, search_label = NoticeFilter, ("-pk",), gettext_lazy("Search notices")

    def rows(self) -> Any:
        """All of them."""
        return notices_of(self.customer)


class NoticePage(OwnView):
    """One notice, word for word."""

    template, part = "portal/notice.html", "portal:notices"
    own = staticmethod(notices_of)

    def heading(self) -> Words:
        """Its subject."""
        return str(self.record.subject)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its words; that it was opened is kept."""
        if request.method == "GET":
            notifying.was_opened(self.record, at=clock.now(), actor=self.member.actor)
        return self.render(notice=self.record)


class NoticePdf(OwnView):
    """One notice as PDF."""

    own = staticmethod(notices_of)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file; that it was taken is in the access log."""
        notice = self.record
        try:
            made = printing.pdf(printing.sheet_of(notice))
        except NotPrinted as failure:
            messages.error(request, str(failure))
            return redirect("portal:notice", number=notice.number)
        if request.method == "GET":
            access_log.note(AccessEvent.Kind.EXPORTED, request, detail=f"{notice.number} pdf")
        name = _("Notice_%(number)s") % {"number": notice.number}
        answer: HttpResponse = as_file(
            HttpResponse(made, content_type="application/pdf"), f"{name}.pdf", plain=f"{notice.number}.pdf"
        )
        return answer


navigate(Entry("portal:notices", gettext_lazy("Notices"), 60))
