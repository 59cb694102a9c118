"""SIM cards: the list, the page of one, what can be done to it (MA1, MA9, MA10)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from contracts.admin.shared import WithState, linked
from iijiot import clock
from iijiot.console.admin import ConsoleAdmin, ConsoleForm
from iijiot.console.fields import PlainTextField
from iijiot.words import Words
from sims.admin.card_filters import (
    ORDERS,
    CardQueue,
    ContractFilter,
    CustomerFilter,
    DeliveryFilter,
    DueFilter,
)
from sims.admin.issuing import CardArrived, DisposeOfCard, ExchangeCard, PutCardBack, ShipCard, UndoReceipt
from sims.admin.picking import page_link
from sims.admin.reporting import CardFound, ReplaceCard, ReportCard
from sims.admin.returning import CallCardBack, GiveUpCard, TakeCardBack, UndoReturn
from sims.admin.scanning import Scanning
from sims.admin.search_cards import searched_cards
from sims.identifiers import clean_imsi, clean_msisdn
from sims.models import SimCard
from sims.models.card_state import TONES, Custody


class CardForm(ConsoleForm):
    """What a delivery may have left open; its numbers are read as people type them."""

    imsi = PlainTextField(label="IMSI", required=False, max_length=40, widget=UnfoldAdminTextInputWidget)
    msisdn = PlainTextField(
        label=_("Number"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("With which the card was delivered."),
    )

    def clean_imsi(self) -> str:
        """An IMSI, or nothing."""
        typed: str = self.cleaned_data["imsi"]
        return clean_imsi(typed) if typed else ""

    def clean_msisdn(self) -> str:
        """A number of the kind that the product's lines have, or nothing."""
        typed: str = self.cleaned_data["msisdn"]
        return clean_msisdn(typed, self.instance.product.number_class) if typed else ""


@admin.register(SimCard)
class SimCardAdmin(Scanning, WithState, ConsoleAdmin):
    """SIM cards; taken in by scan or file, moved by acts."""

    form = CardForm
    tones = TONES
    list_display: ClassVar = ["iccid", "badge", "form_factor", "product", "line_link", "customer", "due_back_on"]
    further_columns: ClassVar = [
        "imsi",
        "msisdn",
        "received_on",
        "delivery",
        "assigned_on",
        "lent_on",
        "shipment",
        "over_on",
        "dunned_times",
        "dunned_on",
    ]
    list_filter: ClassVar = [
        CardQueue, "state", "form_factor", "product", DueFilter, DeliveryFilter, ContractFilter, CustomerFilter,
    ]  # fmt: skip
    sortable_by: ClassVar = ["iccid", "due_back_on"]
    search_fields: ClassVar = ["iccid"]
    searched = staticmethod(searched_cards)
    search_help_text = _(
        "ICCID (whole, first or last digits), IMSI, telephone number, or the customer by name, kana or number"
    )
    list_before_template = "console/cards_before.html"
    list_reads: ClassVar = ["product__name", "line__number", "line__msisdn", "line__contract__customer__name"]
    page_related: ClassVar = ["product", "line__contract__customer"]
    fields: ClassVar = ["imsi", "msisdn", "delivery"]
    dialogs: ClassVar = [
        ShipCard, CardArrived, ExchangeCard, PutCardBack, ReportCard, ReplaceCard, CardFound, CallCardBack, TakeCardBack,
        UndoReturn, GiveUpCard, DisposeOfCard, UndoReceipt,
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Taken in by scan or file."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SimCard]:
        """With what a list shows of each."""
        return SimCard.objects.with_list_data()

    def get_ordering(self, request: HttpRequest) -> Any:
        """By number; under some filters in the order in which their rows are found."""
        asked = next((order for name, order in ORDERS.items() if request.GET.get(name)), None)
        return asked or (ORDERS["due"] if request.GET.get("queue") in ("due-soon", "overdue") else ["iccid"])

    @admin.display(description=_("line"))
    def line_link(self, card: SimCard) -> str:
        """The line that it is or was for."""
        return page_link(card.line) if card.line else ""

    @admin.display(description=_("customer"))
    def customer(self, card: SimCard) -> str:
        """Who has it, or had it last."""
        return str(card.customer or "")

    def head(self, card: SimCard) -> dict[str, Any]:
        """Where it is, whose it is, and facts."""
        contract = card.line.contract if card.line else None
        return {
            "state": card.get_state_display(),
            "tone": TONES[card.state],
            "facts": [
                ("ICCID", card.iccid),
                ("IMSI", card.imsi),
                (_("Number"), card.msisdn),
                (_("SIM product"), linked(card.product)),
                (_("Form factor"), card.get_form_factor_display()),
                (_("Line"), page_link(card.line) if card.line else ""),
                (_("Contract"), linked(contract) if contract else ""),
                (_("Customer"), linked(contract.customer) if contract else ""),
                (_("Received on"), card.received_on),
                (_("Delivery"), delivery_link(card.delivery)),
                (_("Assigned on"), card.assigned_on),
                (_("On loan since"), card.lent_on),
                (_("Shipment"), card.shipment),
                (_("Due back on"), card.due_back_on),
                (_("Loan over since"), card.over_on),
            ],
            "note": costs_on(card),
        }


def delivery_link(delivery: str) -> str:
    """The cards of the same delivery."""
    if not delivery:
        return ""
    return format_html('<a href="{}?delivery={}">{}</a>', reverse("admin:sims_simcard_changelist"), delivery, delivery)


def costs_on(card: SimCard) -> Words:
    """That the fees of a reported card go on, with its report (MA13.2)."""
    if str(card.state) not in (Custody.FAULTY, Custody.LOST, Custody.FOUND):
        return ""
    report = card.incidents.open().first()
    return format_html("{} {}", linked(report), report.costs_on(clock.business_day())) if report else ""
