"""What is done to thousands of lines or cards at once, set-based: to those to which it can be done, which are returned.

One line or card is done by activating, ordering, protecting, issuing and returning; the rules are the same. What
depends on more than the row itself is asked once its line is held.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_change, bulk_insert, bulk_transition
from iijiot.clauses import Clause
from iijiot.records import chapter, citing
from iijiot.rules import Unmet, unmet
from sims.models import ChargeEvent, DesignatedItem, Line, SimCard
from sims.models.charge_event import Cause
from sims.protecting import FREED

Keys = Sequence[int]
GIVEN_UP = """
SELECT card.id AS card, card.line_id AS line, line.contract_id AS contract, %s::date AS day, %s AS shown
FROM sims_simcard card JOIN sims_line line ON line.id = card.line_id WHERE card.id = ANY(%s) ORDER BY card.id
"""


WhyNot = dict[int, list[Unmet]]


def why_not(records: Any, act: str) -> WhyNot:
    """Why something could not be done to each of these lines or cards; of one that changed meanwhile there is no reason."""
    return {record.pk: unmet(getattr(record, act)) for record in records.with_list_data()}


def why_not_active(lines: Any) -> WhyNot:
    """Why each of these lines could not go into service: its own reasons, or that no address is left (G3, MA5.2)."""
    left = Unmet(Clause("MA5.2"), _("No address is left for it. Add a range of addresses first."))
    return {pk: reasons or [left] for pk, reasons in why_not(lines, "activate").items()}


def pause(lines: Keys, *, actor: Actor, reason: str = "") -> list[int]:
    """Pause lines at the customer's wish; fees go on (MA8.2, G30.3)."""
    DesignatedItem.objects.require("pause")
    with chapter(actor=actor, reason=reason, clause="MA8.2"):
        return bulk_transition(Line.objects.among(lines).can_pause(), "pause")


def resume(lines: Keys, *, actor: Actor, reason: str = "") -> list[int]:
    """End the pause of lines (MA8.2)."""
    with chapter(actor=actor, reason=reason, clause="MA8.2"):
        held = Line.objects.among(lines).hold()
        return bulk_transition(Line.objects.among(held).can_resume(), "resume")


def lift_ends(lines: Keys, *, today: date, actor: Actor, reason: str = "") -> list[int]:
    """Let lines go on whose end was booked (MA8.1)."""
    with chapter(actor=actor, reason=reason, clause="MA8.1"):
        return bulk_transition(Line.objects.among(lines).can_lift_end(today), "lift_end", FREED)


def unprotect(lines: Keys, *, actor: Actor, reason: str = "") -> list[int]:
    """Let lines be ended alone again (MA8.1)."""
    with chapter(actor=actor, reason=reason, clause="MA8.1"):
        return bulk_transition(Line.objects.among(lines).can_unprotect(), "unprotect", {"protected": False})


def ship(cards: Keys, *, on: date, shipment: str, actor: Actor) -> list[int]:
    """Send cards out with one shipment (MA1)."""
    with chapter(actor=actor, reason=shipment, clause="MA1"):
        return bulk_transition(SimCard.objects.among(cards).can_ship(on), "ship", {"lent_on": on, "shipment": shipment})


def arrive(cards: Keys, *, actor: Actor) -> list[int]:
    """Record that customers have received cards (MA1)."""
    with chapter(actor=actor, clause="MA1"):
        return bulk_transition(SimCard.objects.among(cards).can_arrive(), "arrive")


def take_back(cards: Keys, *, on: date, actor: Actor, note: str = "") -> list[int]:
    """Record that cards have come back; charges for not returning them are taken back with it (MA9.2)."""
    with chapter(actor=actor, reason=note, clause="MA9.2"):
        _hold_lines(cards)
        over = {"over_on": on, "returned_from": Computed("state")}
        back = bulk_transition(SimCard.objects.among(cards).can_come_back(on), "take_back", over)
        charged = ChargeEvent.objects.standing(Cause.NOT_RETURNED).of_cards(back)
        bulk_change(charged, {"taken_back_on": on})
        return back


def give_up(cards: Keys, *, on: date, price_shown: str, actor: Actor, reason: str = "") -> list[int]:
    """Close overdue cards as not returned; a one-time charge arises for each (MA9.2, MA13.1)."""
    with chapter(actor=actor, reason=reason, clause="MA9.2"):
        closed = bulk_transition(SimCard.objects.among(cards).can_be_given_up(), "give_up", {"over_on": on})
        of_each = {name: name for name in ("contract", "line", "card")}
        event = {
            "cause": f"'{Cause.NOT_RETURNED}'",
            "occurred_on": "day",
            "price_shown": "shown",
            "taken_back_on": "NULL",
        }
        with citing("MA13.1"):
            bulk_insert(ChargeEvent, {**of_each, **event}, GIVEN_UP, [on, price_shown, closed])
        return closed


def put_back(cards: Keys, *, actor: Actor, reason: str = "") -> list[int]:
    """Put cards back into stock that were assigned and not shipped (MA1)."""
    with chapter(actor=actor, reason=reason, clause="MA1"):
        _hold_lines(cards)
        return bulk_transition(
            SimCard.objects.among(cards).can_be_put_back(), "put_back", {"line": None, "assigned_on": None}
        )


def dispose(cards: Keys, *, actor: Actor, reason: str = "") -> list[int]:
    """Destroy cards, or give them back to the host carrier (MA1)."""
    with chapter(actor=actor, reason=reason, clause="MA1"):
        return bulk_transition(SimCard.objects.among(cards).can_be_disposed_of(), "dispose")


def _hold_lines(cards: Keys) -> None:
    """Hold the lines of cards before the cards, in the house order."""
    Line.objects.of_cards(SimCard.objects.among(cards)).hold()
