"""What of cards waits for staff, told at home: to be shipped, due back soon, overdue, reports, losses, a short stock."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from contracts.admin.contract import ContractQueue
from contracts.admin.shared import of_party
from iijiot.clauses import Clause
from iijiot.console.actions import change_url
from iijiot.console.panels import Queue, Row, listed, show_at_home
from iijiot.words import said
from sims.admin.card_filters import SOON
from sims.admin.issuing import ShipCards
from sims.models import Incident, ReorderPoint, SimCard

FEW = 3
"""Cards of a kind among the work of other kinds: there can be thousands."""


def to_ship(contract: Any, today: date) -> Row:
    """A contract with cards that are assigned to its lines and not sent yet."""
    words = said(_("{many} cards to be shipped"), many=f"{contract.many_cards:,}")
    return Row(
        str(contract), change_url(contract), contract, contract.customer, contract.first_card_day, note=words,
        next=ShipCards.slug,
    )  # fmt: skip


def due_soon(card: SimCard, today: date) -> Row:
    """A card whose day of return comes."""
    return Row(str(card), change_url(card), card, card.customer, card.due_back_on, next="take-card-back")


def overdue(card: Any, today: date) -> Row:
    """A card that did not come back: dunned by the clock, and after the last time closed by staff."""
    last = card.dunned_times >= card.dunned_at_most
    words = said(_("dunned {times} of {most} times"), times=card.dunned_times, most=card.dunned_at_most)
    return Row(
        str(card), change_url(card), card, card.customer, card.due_back_on, note=words,
        next="give-up-card" if last else "call-card-back",
    )  # fmt: skip


def to_settle(incident: Incident, today: date) -> Row:
    """A report whose procedure is still to be done."""
    return Row(
        str(incident), change_url(incident), incident, incident.customer, next="replace-reported",
        note=incident.what,
    )  # fmt: skip


def to_remind(incident: Incident, today: date) -> Row:
    """A loss of which the customer has heard nothing for a month, while its fees go on."""
    return Row(
        str(incident), change_url(incident), incident, incident.customer, next="remind-of-loss",
        note=incident.costs_on(today),
    )  # fmt: skip


def short(point: Any, today: date) -> Row:
    """A kind of card of which too few are in stock."""
    words = said(_("{many} in stock; reorder point {point}"), many=f"{point.in_stock:,}", point=f"{point.quantity:,}")
    return Row(str(point), change_url(point), point, note=words)


TO_SHIP = "cards-to-ship"
ContractQueue.offer(
    TO_SHIP, _("SIM cards to be shipped"), lambda rows: rows.among(SimCard.objects.to_ship().contract_keys())
)

for queue in (
    Queue(
        "stock-short", _("Stock of SIM cards short"), Clause("MA8.1"), "sims.view_reorderpoint",
        listed("sims_reorderpoint", "short"), lambda day: ReorderPoint.objects.short(), short,
        empty=_("Enough cards are in stock."), place=60,
    ),
    Queue(
        TO_SHIP, _("SIM cards to be shipped"), Clause("MA1"), "sims.view_simcard", listed("contracts_contract", TO_SHIP),
        lambda day: SimCard.objects.to_ship().by_contract("assigned_on"), to_ship, of_party,
        _("No card is to be shipped."), F("first_card_day"), place=61,
    ),
    Queue(
        "reports-open", _("Reports of faults and losses to be settled"), Clause("MA10.1"), "sims.view_incident",
        listed("sims_incident", "open"), lambda day: Incident.objects.open().with_list_data(), to_settle, of_party,
        _("No report is open."), place=62, among_others=FEW,
    ),
    Queue(
        "losses-to-remind", _("Customers to be reminded of losses"), Clause("MA13.2"), "sims.view_incident",
        listed("sims_incident", "remind"), lambda day: Incident.objects.to_remind(day).with_list_data(), to_remind, of_party,
        _("No customer is to be reminded."), place=62, among_others=FEW,
    ),
    Queue(
        "cards-overdue", _("SIM cards overdue"), Clause("MA9.2"), "sims.view_simcard", listed("sims_simcard", "overdue"),
        lambda day: SimCard.objects.overdue().with_limit().with_list_data(), overdue,
        of_party, _("No card is overdue."), F("due_back_on"), place=63, among_others=FEW,
    ),
    Queue(
        "cards-due", _("SIM cards due back soon"), Clause("MA9.2"), "sims.view_simcard", listed("sims_simcard", "due-soon"),
        lambda day: SimCard.objects.due_until(day + timedelta(SOON)).with_list_data(), due_soon, of_party,
        _("No card is due back soon."), F("due_back_on"), place=64, among_others=FEW,
    ),
):  # fmt: skip
    show_at_home(queue)
