"""The dialogs of cards and of the stock: a lawful record each, and what a clerk types."""

from datetime import date
from typing import Any

from sims import returning
from sims.models import SimCard
from tests.acts import BEN
from tests.factories import ContractFactory, SimCardFactory
from tests.factories.sims import LineFactory

DAY = "2026-11-25"
WHY = {"reason": "お客様の申出"}
SHIPPED = {"on": DAY, "shipment": "伝票 1001"}
PRICE = "料金表 2026年4月版 3,000円"


def waiting() -> Any:
    """A contract whose one line waits for a card, and a stock."""
    line = LineFactory(contract=ContractFactory(mobile_access=True), ordered=True)
    SimCardFactory.create_batch(2)
    return line.contract


def assigned() -> SimCard:
    """A card that waits to be sent, and one in stock."""
    SimCardFactory()
    made: SimCard = SimCardFactory(assigned=True)
    return made


def overdue() -> SimCard:
    """A card that did not come back."""
    made: SimCard = SimCardFactory(
        lent=True, line=LineFactory(ended=True), state="overdue", due_back_on=date(2026, 11, 20)
    )
    return made


def returned() -> SimCard:
    """A card that somebody took back."""
    card = overdue()
    returning.take_back(card, on=date(2026, 11, 25), actor=BEN)
    return SimCard.objects.get(pk=card.pk)


REFUSED_THEN: dict[str, Any] = {
    "assign-contract-cards": (waiting, {"form_factor": "3ff"}),
    "ship-contract-cards": (lambda: assigned().line.contract, SHIPPED),
    "assign-card": (lambda: waiting().lines.get(), {"form_factor": "3ff"}),
    "ship-card": (assigned, SHIPPED),
    "card-arrived": (lambda: SimCardFactory(lent=True, state="shipped"), {}),
    "exchange-card": (assigned, {"form_factor": "3ff", **WHY}),
    "put-card-back": (assigned, WHY),
    "take-card-back": (overdue, {"on": DAY}),
    "undo-return": (returned, WHY),
    "give-up-card": (overdue, {"price_shown": PRICE}),
    "call-card-back": (overdue, WHY),
    "call-cards-back": (lambda: overdue().customer, WHY),
    "dispose-of-card": (SimCardFactory, {"reason": "裁断"}),
    "undo-receipt": (SimCardFactory, WHY),
}
"""Acts that cannot be taken again once they are done."""
