"""Lines: listed, looked for, and each on its page, its three states beside each other: service, card, network."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.admin.shared import QueueFilter, WithState, cited, linked, or_of_customers
from iijiot.console.actions import change_url
from iijiot.console.admin import ReadOnlyAdmin
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.console.search import MOST, Hit, Searcher, search_for
from iijiot.console.timeline import Scope
from iijiot.searching import Query
from iijiot.templatetags.console import badge
from iijiot.words import Words
from sims.admin.badges import HELD_BACK, NORMAL, custody_badge, network_badge, service_badge
from sims.admin.line_acts import LINE_ACTS
from sims.admin.network import LINE_DIALOGS
from sims.admin.picking import page_link
from sims.models import Line, SimCard
from sims.models.card_state import Custody
from sims.models.line_set import LineQuerySet
from sims.models.line_state import TONES, Service
from sims.models.network_policy import Kind

SHOWN = 20


class LineQueue(QueueFilter):
    """Lines that wait for something."""

    queues: ClassVar = {
        "without-card": (_("Waiting for a card"), lambda rows: rows.waiting_for_first_card()),
        "ready": (_("Ready to go live"), lambda rows: rows.ready()),
        "ending": (_("Ending alone or with a reduction"), lambda rows: rows.ending()),
    }


class CardFilter(admin.SimpleListFilter):
    """Where the card of the line is."""

    title = _("card")
    parameter_name = "card"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """The custodies of a card that a line has."""
        return [(custody, Custody(custody).label) for custody in Custody.live()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Lines with a card there."""
        return queryset.with_card_in(self.value()) if self.value() in Custody.live() else queryset


class NetworkFilter(admin.SimpleListFilter):
    """What the network does with the line now."""

    title = _("network")
    parameter_name = "network"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Words]]:
        """Full use, throttled, blocked."""
        return [("normal", NORMAL), *HELD_BACK.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Those lines."""
        if self.value() == "normal":
            return queryset.not_held_back()
        return queryset.held_back(self.value()) if self.value() in Kind.values else queryset


def searched(rows: Any, query: Query) -> QuerySet[Line]:
    """Those meant by a number of theirs, their cards or contract, or by address; else those of the customers found."""
    contract = query.numbered("K") if query.compact.startswith("K") else None
    return or_of_customers(rows.of_contract_called(contract) if contract else rows.meant(query), rows, query)


@admin.register(Line)
class LineAdmin(WithState, ReadOnlyAdmin):
    """Lines; ordered by accepting an application."""

    tones = TONES
    list_display: ClassVar = [
        "number",
        "msisdn_column",
        "customer",
        "contract_column",
        "iccid",
        "address_column",
        "badge",
        "custody",
        "network",
        "last_day",
    ]
    further_columns: ClassVar = [
        "label_column",
        "form_factor",
        "ordered_column",
        "activated_column",
        "billed_column",
        "protection",
    ]
    list_reads: ClassVar = [
        "contract__number", "contract__ends_on", "contract__protected", "contract__customer__name",
    ]  # fmt: skip
    list_filter: ClassVar = [LineQueue, "state", CardFilter, NetworkFilter, "protected"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched)
    search_help_text = _(
        "Line, telephone number or ICCID (whole, first or last digits), IMSI, IP address, contract, or the customer"
    )
    fields: ClassVar = ["label"]
    dialogs: ClassVar = [*LINE_ACTS, *LINE_DIALOGS]

    def get_queryset(self, request: HttpRequest) -> LineQuerySet:
        """With what a list shows of each."""
        return Line.objects.with_list_data().with_network_policy()

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """By number; those that end by their days."""
        return ["ends_on", "pk"] if request.GET.get("queue") == "ending" else ["number"]

    @admin.display(description=_("telephone number"))
    def msisdn_column(self, line: Line) -> str:
        """Its telephone number."""
        return line.msisdn

    @admin.display(description=_("customer"))
    def customer(self, line: Line) -> str:
        """Whose line it is."""
        return str(line.contract.customer)

    @admin.display(description=_("contract"))
    def contract_column(self, line: Line) -> str:
        """The number of its contract."""
        return line.contract.number

    @admin.display(description="ICCID")
    def iccid(self, line: Line) -> str:
        """Of its card of now."""
        return line.card.iccid if line.card else ""

    @admin.display(description=_("form factor"))
    def form_factor(self, line: Line) -> str:
        """Of its card of now."""
        return line.card.get_form_factor_display() if line.card else ""

    @admin.display(description=_("IP address"))
    def address_column(self, line: Line) -> str:
        """The one that it has now."""
        return line.address

    @admin.display(description=pgettext_lazy("of a line", "service"), ordering="state")
    def badge(self, line: Line) -> str:
        """The state of its service in its colour."""
        return service_badge(line)

    @admin.display(description=_("card"))
    def custody(self, line: Line) -> str:
        """Where its card is, in its colour."""
        return custody_badge(line.card)

    @admin.display(description=_("network"))
    def network(self, line: Line) -> str:
        """What the network does with it, in its colour; nothing where that is nothing."""
        return network_badge(line)

    @admin.display(description=_("last day"))
    def last_day(self, line: Line) -> date | None:
        """Its own last day or its contract's."""
        return line.last_day

    @admin.display(description=_("label"))
    def label_column(self, line: Line) -> str:
        """The customer's own name for it."""
        return line.label

    @admin.display(description=_("ordered on"))
    def ordered_column(self, line: Line) -> date:
        """When it was ordered."""
        return line.ordered_on

    @admin.display(description=_("in service since"))
    def activated_column(self, line: Line) -> date | None:
        """When it went live."""
        return line.activated_on

    @admin.display(description=_("billing start date"))
    def billed_column(self, line: Line) -> date | None:
        """From when on it is charged."""
        return line.billing_starts_on

    @admin.display(description=_("protected against termination"), boolean=True)
    def protection(self, line: Line) -> bool:
        """Whether it or its contract is protected."""
        return line.protected or line.contract.protected

    def head(self, line: Line) -> dict[str, Any]:
        """Three states that do not mix, and facts."""
        return {
            "facts": [
                (pgettext_lazy("of a line", "Service"), service_badge(line)),
                (_("Card"), custody_badge(line.card) or badge(_("No card"))),
                (_("Network"), network_badge(line) or badge(NORMAL, "success")),
                (_("Protection"), badge(protected_how(line), "info") if line_or_contract_protected(line) else ""),
                (_("Number"), line.number),
                (_("Telephone number"), line.msisdn),
                (_("Label"), line.label),
                (_("Customer"), linked(line.contract.customer)),
                (_("Contract"), linked(line.contract)),
                ("ICCID", page_link(line.card) if line.card else ""),
                (_("IP address"), line.address),
                (_("Ordered on"), line.ordered_on),
                (_("In service since"), line.activated_on),
                (_("Billing start date"), line.billing_starts_on),
                (_("Goes back to"), Service(line.returns_to).label if line.returns_to else ""),
                (_("Last day"), line.last_day),
                (_("Ends under"), why_ends(line)),
                (_("Ends with the reduction"), page_link(line.leaves_with) if line.leaves_with else ""),
            ],
        }


def line_or_contract_protected(line: Line) -> bool:
    """Whether the line cannot be ended alone because somebody protects it, or its contract."""
    return str(line.state) != "ended" and (line.protected or line.contract.protected)


def protected_how(line: Line) -> Words:
    """By itself, or with its contract."""
    return _("Protected") if line.protected else _("Protected with its contract")


def why_ends(line: Line) -> str:
    """The clause of its last day, its own or that of its contract."""
    own = line.ends_on is not None and line.last_day == line.ends_on
    clause = line.ends_under if own else line.contract.ends_under
    return cited(clause) if clause else ""


def cards_of(request: HttpRequest, line: Line) -> dict[str, Any]:
    """The cards that it has and had, the latest first, each with what it took the place of, and the reports on them."""
    return {
        "cards": [
            {"card": card, "link": page_link(card, card.iccid), "custody": custody_badge(card)}
            for card in SimCard.objects.chain_of(line)[:SHOWN]
        ],
        "reports": [
            {"report": report, "link": page_link(report)} for report in line.incidents.with_list_data()[:SHOWN]
        ],
    }


show_on("sims.line", Panel(_("SIM card and its chain"), "console/panel_line_cards.html", cards_of, "cards", 20))


def whole_line(line: Line) -> Scope:
    """The line and everything that belongs to it."""
    return [
        line,
        SimCard.objects.chain_of(line),
        line.incidents.all(),
        line.replacements.all(),
        line.address_uses.all(),
        line.network_policies.all(),
        line.equipment.all(),
    ]


show_history("sims.line", whole_line)


def lines(query: Query) -> Iterable[Hit]:
    """By number, telephone number, and the numbers of cards; addresses are found with who had them when."""
    if "." in query.compact:
        return
    for line in Line.objects.meant(query).with_customer()[:MOST]:
        exact = line.number == query.numbered("L") and not query.compact.isdecimal()
        exact = exact or (line.msisdn != "" and line.msisdn == query.compact)
        yield Hit(str(line), change_url(line), str(line.contract.customer), exact)


search_for(Searcher(_("line"), "sims.view_line", lines))
