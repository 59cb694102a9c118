"""Getting cards back: due within thirty days, overdue, received, or closed as not returned (MA9.2)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_transition
from iijiot.clauses import Clause
from iijiot.days import fullday
from iijiot.lookups import history_of
from iijiot.records import chapter, citing, fresh, locked
from iijiot.rules import RuleViolation, Unmet, refuse, refuse_for
from iijiot.words import said
from sims.identifiers import plain_iccid
from sims.models import ChargeEvent, SimCard
from sims.models.card import DAYS_TO_RETURN
from sims.models.card_state import Custody
from sims.models.charge_event import Cause
from sims.scans import Answer, Scanned

AFTER_ITS_LINE = Computed(
    f"(SELECT line.ends_on + {DAYS_TO_RETURN} FROM sims_line line WHERE line.id = sims_simcard.line_id)"
)


def fall_due(lines: Sequence[int]) -> int:
    """Await the cards of lines that have ended, inside the open act; what never left us goes back into stock (MA9.2).

    A loss that was reported ends with its line: the procedure is done, and the card is not awaited (MA10.2.1).
    """
    cards = SimCard.objects.of_lines(list(lines))
    bulk_transition(cards, "put_back", {"line": None, "assigned_on": None})
    over = Computed("(SELECT line.ends_on FROM sims_line line WHERE line.id = sims_simcard.line_id)")
    bulk_transition(cards.lost(), "write_off", {"over_on": over})
    return len(bulk_transition(cards, "fall_due", {"due_back_on": AFTER_ITS_LINE}))


def take_back(card: SimCard, *, on: date, actor: Actor, note: str = "") -> None:
    """Record that a card has come back; the receipt counts (MA9.2). Raises RuleViolation where it is back already.

    A charge for not returning it is taken back with it.
    """
    rows = [card.line, card] if card.line else [card]
    with chapter(actor=actor, reason=note, clause="MA9.2"), locked(*rows) as held_rows:
        held: SimCard = held_rows[-1]
        if already := back_already(held):
            raise RuleViolation(already)
        held.take_back(on)
        held.save()
        for event in held.charge_events.standing(Cause.NOT_RETURNED):
            event.taken_back_on = on
            event.save()


def back_already(card: SimCard) -> Unmet | None:
    """Why a card cannot come back that is back: when that was, and who took it (M11)."""
    if card.over_on is None or str(card.state) not in ("returned", "disposed"):
        return None
    return Unmet(Clause("MA9.2"), said(_("It came back already: {what}."), what=came_back(card)))


def came_back(card: SimCard) -> str:
    """When a card was taken back, and by whom (M11)."""
    version = history_of(SimCard).filter(id=card.pk, state="returned").order_by("-history_id").first()
    return f"{fullday(card.over_on)}、{version.actor_label}" if version else fullday(card.over_on)


def undo(card: SimCard, *, actor: Actor, reason: str = "") -> None:
    """Undo the return of a card that was scanned by mistake: it is where it was before, with its charge (MA9.2).

    One that its line uses no more meanwhile is awaited instead. Raises RuleViolation where the card is not with us, or
    the line has another card.
    """
    rows = [card.line, card] if card.line else [card]
    with chapter(actor=actor, reason=reason, clause="MA9.2"), locked(*rows) as held_rows:
        held: SimCard = held_rows[-1]
        _undo(held)
        if str(held.state) in Custody.live():
            _fit_in(held)
        held.save()


def why_not_undone(card: SimCard) -> list[Unmet]:
    """Why no return can be undone; empty where one can."""
    if str(card.state) == Custody.RETURNED:
        return []
    words = said(_("Only a return can be undone; the card is: {state}."), state=card.get_state_display())
    return [Unmet(Clause("MA9.2"), words)]


def _undo(held: SimCard) -> None:
    """The transition by which it goes back to where it was."""
    refuse_for(why_not_undone(held))
    back = getattr(held, f"undo_to_{held.returned_from.replace('-', '_')}")
    if held.returned_from != Custody.NOT_RETURNED:
        back()
        return
    event = held.charge_events.taken_back(Cause.NOT_RETURNED)
    back(event.occurred_on if event else held.due_back_on)
    if event is not None:
        event.taken_back_on = None
        event.save()


def _fit_in(held: SimCard) -> None:
    """The card is its line's again; one that the line uses no more is awaited."""
    if since := _out_of_use_since(held):
        held.fall_due(since)
    elif held.line is not None and held.line.card is not None:
        raise refuse("MA8.1", _("The line has another card meanwhile. Replace that one, or put it back first."))


def _out_of_use_since(card: SimCard) -> date | None:
    """The day since which its line uses it no more: the line has ended, or another card took its place."""
    if hasattr(card, "replaced_by"):
        day: date = card.replaced_by.replaced_on
        return day
    return card.line.ends_on if card.line and str(card.line.state) == "ended" else None


def give_up(card: SimCard, *, on: date, price_shown: str, actor: Actor, reason: str = "") -> ChargeEvent:
    """Close an overdue card as not returned; its one-time charge arises (MA9.2, MA13.1).

    Raises RuleViolation where no price was shown beforehand (G30.1).
    """
    if not price_shown.strip():
        raise refuse("MA13.1", _("A one-time charge needs a price that was shown beforehand (G30.1)."))
    with chapter(actor=actor, reason=reason, clause="MA9.2"), locked(card) as (held,):
        held.give_up(on)
        held.save()
        with citing("MA13.1"):
            event = ChargeEvent(
                contract=held.line.contract,
                line=held.line,
                card=held,
                cause=Cause.NOT_RETURNED,
                occurred_on=on,
                price_shown=price_shown,
            )
            event.save()
    return event


def scanned(typed: str, *, on: date, actor: Actor) -> Scanned:
    """Take back the card that was scanned, whole or without its check digit; a second scan changes nothing (MA9.2)."""
    card = SimCard.objects.one(typed)
    if card is None:
        number = plain_iccid(typed)[:20]
        return Scanned(number, Answer.WRONG, _("There is no card of this number. Compare it with the card."))
    try:
        take_back(card, on=on, actor=actor)
    except RuleViolation as refusal:
        known = str(fresh(card).state) in ("returned", "disposed")
        return Scanned(card.iccid, Answer.KNOWN if known else Answer.WRONG, str(refusal), card)
    return Scanned(card.iccid, Answer.TAKEN, _("Returned."), card)
