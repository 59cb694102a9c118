"""The customer's lines: a list that may be long, searched and filtered, as CSV; each with its card, usage and own name."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from contracts.models.customer import Customer
from iijiot import export
from iijiot.portal.csv_files import csv_file, in_language, in_slices
from iijiot.portal.forms import PortalForm, TextField
from iijiot.portal.lists import ListFilter, ListPage
from iijiot.portal.members import Right
from iijiot.portal.panels import Entry, navigate, sections
from iijiot.portal.views import FormPage, OwnView, PortalView
from iijiot.words import Words
from sims import charting, relabelling, reporting
from sims.models import Line
from sims.models.line_state import TONES, Service
from sims.models.network_policy import Kind

DAYS = 31
COLUMNS = (
    gettext_lazy("Line"),
    gettext_lazy("Telephone number"),
    gettext_lazy("Own name"),
    gettext_lazy("Tags"),
    gettext_lazy("ICCID"),
    gettext_lazy("IP address"),
    gettext_lazy("Contract"),
    gettext_lazy("State"),
    gettext_lazy("Network"),
    gettext_lazy("Last day"),
)


def lines_of(customer: Customer) -> Any:
    """The customer's lines, with what a list shows of each."""
    return Line.objects.of_customer(customer).with_list_data_apart().with_network_policy()


class LineFilter(ListFilter):
    """What is looked for among lines."""

    q = TextField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Line, telephone number, ICCID (first or last digits), IP address, own name or tag"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Living ones")), *Service.choices]
    )
    network = forms.ChoiceField(
        label=gettext_lazy("Network"), required=False, choices=[("", gettext_lazy("Any")), *Kind.choices]
    )
    contract = forms.ChoiceField(label=gettext_lazy("Contract"), required=False)
    tag = TextField(label=gettext_lazy("Tag"), required=False, max_length=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Contract.objects.of_customer(self.member.customer).with_lines()[:200]
        choices = [("", _("All of them")), *((contract.number, str(contract)) for contract in found)]
        self.fields["contract"].choices = choices  # type: ignore[attr-defined]

    def narrowed(self, rows: Any) -> Any:
        """The lines that are looked for."""
        asked = self.asked
        rows = rows.in_state(asked["state"]) if "state" in asked else rows.living()
        rows = rows.held_back(asked["network"]) if "network" in asked else rows
        rows = rows.of_contract_called(asked["contract"]) if "contract" in asked else rows
        rows = rows.tagged(asked["tag"]) if "tag" in asked else rows
        return rows.sought(asked["q"]) if "q" in asked else rows


class LineList(ListPage):
    """The lines, by number."""

    template, part, title = "portal/lines.html", "portal:lines", gettext_lazy("Lines and SIM cards")
    search, order, search_label = LineFilter, ("number",), gettext_lazy("Search lines")

    def rows(self) -> Any:
        """All of them, ended ones included."""
        return lines_of(self.customer)

    def about(self) -> dict[str, Any]:
        """The colours of their states."""
        return {"tones": TONES}


class LineCsv(PortalView):
    """The same lines as a file, all of them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the search of the list finds."""
        asked = request.GET.copy()
        asked.pop("form", None)
        rows = LineFilter(asked or {}, member=self.member).narrowed(lines_of(self.customer))
        found = in_language(in_slices(rows, "number"), _row)
        return csv_file(request, "lines.csv", COLUMNS, found, told=f"lines csv {asked.urlencode()}")


def _row(line: Line) -> list[export.Value]:
    card, policy = line.card, line.network_policy
    return [
        line.number,
        line.msisdn,
        line.label,
        line.tags,
        card.iccid if card else "",
        line.address,
        line.contract.number,
        str(line.get_state_display()),
        str(policy.get_kind_display()) if policy else "",
        line.last_day,
    ]


class LinePage(OwnView):
    """One line."""

    template, part = "portal/line.html", "portal:lines"
    own = staticmethod(lines_of)

    def heading(self) -> Words:
        """Its number, telephone number and own name."""
        return f"{self.record} {self.record.label}".strip()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everything that the customer can know of it."""
        line = self.record
        return self.render(
            line=line,
            tone=TONES[line.state],
            card=line.card,
            policy=line.network_policy,
            chart=charting.of_line(line, self.today, DAYS),
            incidents=line.incidents.order_by("-pk")[:5],
            may_operate=self.member.may(Right.OPERATE),
            may_report=line.card is not None and not reporting.why_not(line.card),
            sections=sections("sims.line", self.member, line, self.today),
        )


class NameForm(PortalForm):
    """The name and the tags."""

    label = TextField(label=gettext_lazy("Own name"), required=False, max_length=100)
    tags = TextField(
        label=gettext_lazy("Tags"), required=False, max_length=200,
        help_text=gettext_lazy("Words by which you sort your lines, with blanks or commas between: Tokyo pump spare"),
    )  # fmt: skip

    def clean_tags(self) -> str:
        """As they are stored."""
        return relabelling.separate(self.cleaned_data["tags"])


class Relabel(OwnView, FormPage):
    """Giving a line a name and tags of one's own (MA8.2)."""

    template, part, form, edits = "portal/relabel.html", "portal:lines", NameForm, True
    right = right_to_send = Right.OPERATE
    own = staticmethod(lines_of)

    def heading(self) -> Words:
        """Which line."""
        return _("Name and tags of %(line)s") % {"line": self.record}

    def initial(self) -> dict[str, Any]:
        """The present ones."""
        return {"label": self.record.label, "tags": self.record.tags}

    def about(self) -> dict[str, Any]:
        """The line, and why it cannot be called otherwise."""
        return {"line": self.record, "reasons": relabelling.why_not_label(self.record)}

    def send(self, form: Any) -> HttpResponse:
        """Call it so."""
        data = form.cleaned_data
        relabelling.describe(self.record, data["label"], data["tags"], actor=self.member.actor)
        messages.success(self.request, _("Name and tags are changed."))
        return redirect("portal:line", number=self.record.number)


navigate(Entry("portal:lines", gettext_lazy("Lines and SIM cards"), 40))
