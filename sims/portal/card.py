"""Cards: a fault or loss reported, and the list of those to be sent back, to be printed and laid beside them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot import company
from iijiot.portal.forms import PortalForm, SentencesField
from iijiot.portal.members import Right
from iijiot.portal.paging import paged
from iijiot.portal.views import FormPage, OwnView, PortalView
from iijiot.rules import Unmet, refuse_for
from iijiot.words import Words
from sims import reporting
from sims.models import SimCard
from sims.models.incident import Channel, Kind
from sims.portal.line import lines_of

ON_A_SHEET = 500


class ReportForm(PortalForm):
    """What has happened."""

    kind = forms.ChoiceField(label=gettext_lazy("What has happened"), choices=Kind.choices, widget=forms.RadioSelect)
    what = SentencesField(label=gettext_lazy("Since when, and how you noticed it"), max_length=300, rows=4)


class ReportCard(OwnView, FormPage):
    """A fault or loss of a line's card (MA10.1)."""

    template, part, form = "portal/report_card.html", "portal:lines", ReportForm
    right = right_to_send = Right.OPERATE
    own = staticmethod(lines_of)

    def heading(self) -> Words:
        """Of which line."""
        return _("Report a fault or loss: %(line)s") % {"line": self.record}

    def why_not(self) -> list[Unmet]:
        """Only of a card that the line has."""
        return reporting.why_not(self.record.card or SimCard())

    def about(self) -> dict[str, Any]:
        """The line and its card, and why nothing can be reported."""
        return {"line": self.record, "card": self.record.card, "reasons": self.why_not()}

    def send(self, form: Any) -> HttpResponse:
        """Take the report."""
        refuse_for(self.why_not())
        data = form.cleaned_data
        made = reporting.report(
            self.record.card, kind=data["kind"], channel=Channel.PORTAL, on=self.today, what=data["what"],
            today=self.today, actor=self.member.actor,
        )  # fmt: skip
        messages.success(
            self.request,
            _("The report has arrived: %(number)s. We write to you what comes next.") % {"number": made.number},
        )
        return redirect("portal:line", number=self.record.number)


class ReturnList(PortalView):
    """The cards that are to come back, by the day on which they are due (MA9.2)."""

    template, part, title = "portal/returns.html", "portal:lines", gettext_lazy("SIM cards to send back")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A sheet of them."""
        rows = SimCard.objects.awaited_from(self.customer).with_list_data()
        page = paged(request, rows, "due_back_on", "pk", size=ON_A_SHEET)
        return self.render(page=page, receiver=company.present())
