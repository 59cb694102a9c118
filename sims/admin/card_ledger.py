"""What the page of a card tells besides its facts: loans, letters, replacements, reports, charges, history."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from sims import lending
from sims.models import Replacement, SimCard
from sims.models.card_state import TONES, Custody
from sims.models.product import FormFactor

MOST = 5000
"""Cards of a customer or contract that are counted."""


def ledger(request: HttpRequest, card: SimCard) -> dict[str, Any]:
    """Who lends it to whom, and which letters went out for it."""
    return {"loans": lending.loans(card), "told": lending.told(card)}


def chain(request: HttpRequest, card: SimCard) -> dict[str, Any]:
    """The chain of replacements in which it stands, the oldest card first."""
    links = lending.chain(card)
    cards = [links[0].old, *(link.new for link in links)] if links else []
    steps = [(None, cards[0]), *zip(links, cards[1:], strict=True)] if links else []
    return {"steps": [(link, step, TONES[step.state]) for link, step in steps], "here": card.pk}


def reports(request: HttpRequest, card: SimCard) -> dict[str, Any]:
    """The reports on it and the causes of one-time charges, the latest first."""
    return {
        "incidents": card.incidents.order_by("-pk"),
        "charges": card.charge_events.order_by("-pk"),
    }


def counted(rows: Callable[[Any], Any], parameter: str) -> Callable[[HttpRequest, Any], dict[str, Any]]:
    """How many cards somebody has, by form factor and custody, each with the way to them."""

    def told(request: HttpRequest, record: Any) -> dict[str, Any]:
        counts = rows(record).by_custody(MOST)
        everything = f"{reverse('admin:sims_simcard_changelist')}?{parameter}={record.number}"
        states = [state for state in Custody if any(state == of for _kind, of in counts)]
        kinds = [kind for kind in FormFactor if any(kind == of for of, _state in counts)]
        return {
            "states": [state.label for state in states],
            "rows": [
                (
                    kind.label,
                    [
                        (counts[kind, state], f"{everything}&form_factor__exact={kind}&state__exact={state}")
                        for state in states
                    ],
                )
                for kind in kinds
            ],
            "all": everything,
            "most": MOST if sum(counts.values()) >= MOST else 0,
        }

    return told


show_on("sims.simcard", Panel(_("Loan ledger"), "console/panel_loans.html", ledger, "loans", 40))
show_on("sims.simcard", Panel(_("Replacements"), "console/panel_chain.html", chain, "chain", 45))
show_on("sims.simcard", Panel(_("Reports and charges"), "console/panel_reports.html", reports, "reports", 50))
for label, owned, parameter in (
    ("contracts.contract", lambda contract: SimCard.objects.of_contracts([contract.pk]), "contract"),
    ("contracts.customer", lambda customer: SimCard.objects.of_customer(customer), "customer"),
):
    show_on(label, Panel(_("SIM cards"), "console/panel_cards.html", counted(owned, parameter), "cards", 64))
show_history(
    "sims.simcard",
    lambda card: [card, card.incidents.all(), Replacement.objects.of_cards([card.pk]), card.charge_events.all()],
)
