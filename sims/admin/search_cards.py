"""How cards and reports on them are found, in the search box and in their lists."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contracts.admin.search import by_number, whose
from contracts.admin.shared import customers_found
from iijiot.console.actions import change_url
from iijiot.console.search import MOST, Hit, Searcher, search_for
from iijiot.lookups import found_first
from iijiot.searching import Query
from sims.models import Incident, SimCard

MOST_CARDS = 500
"""Cards by whose numbers a list is searched for what belongs to them."""


def searched_cards(rows: Any, query: Query) -> QuerySet[SimCard]:
    """Those of this number; where there is none, those of the customers found by what was typed, line by line."""
    numbered = SimCard.objects.found(query.compact)
    if numbered.exists():
        return found_first(rows, numbered)
    return rows.of_customer(customers_found(query)).line_by_line()


def searched_by_card(rows: Any, query: Query) -> QuerySet[Any]:
    """What is about the cards of this number; where there are none, about those of the customers found."""
    cards = list(SimCard.objects.found(query.compact).values_list("pk", flat=True)[:MOST_CARDS])
    return rows.of_cards(cards) if cards else rows.of_customer(customers_found(query))


def searched_incidents(rows: Any, query: Query) -> QuerySet[Incident]:
    """The report of this number; where there is none, those on the cards found."""
    number = query.numbered(Incident.NUMBER_PREFIX)
    same = rows.numbered(number) if number else rows.none()
    return same if same.exists() else searched_by_card(rows, query)


def cards(query: Query) -> Iterable[Hit]:
    """By ICCID, whole, padded, without its check digit, first or last digits; by IMSI; by number."""
    for card in SimCard.objects.found(query.compact).with_list_data()[:MOST]:
        exact = query.compact.strip("F") in (card.iccid, card.iccid[:-1], card.imsi, card.msisdn)
        yield Hit(card.iccid, change_url(card), f"{card.get_state_display()} {card.customer or ''}".strip(), exact)


search_for(Searcher(SimCard._meta.verbose_name or "", "sims.view_simcard", cards))
search_for(Searcher(_("report of a fault or loss"), "sims.view_incident", by_number(Incident, whose)))
