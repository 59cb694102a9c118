"""The procedure for a fault or a loss: a new card, or the line's end; a card can be replaced without a report, too (MA10.1)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.records import chapter, citing, locked
from iijiot.rules import RuleViolation, Unmet, refuse, refuse_for
from iijiot.words import said
from sims import ordering, stocking
from sims.models import ChargeEvent, DesignatedItem, Incident, Line, Replacement, SimCard
from sims.models.card_state import Custody
from sims.models.charge_event import Cause
from sims.models.replacement import Reason

AWAITED = (Custody.SHIPPED, Custody.ON_LOAN, Custody.FAULTY)
"""Old cards that come back within thirty days after they were replaced."""
OUT_OF_USE = (Custody.FOUND, Custody.RETURNED)
"""Reported cards that have gone their way already while their procedure was not done."""


def replace(
    old: SimCard,
    *,
    reason: str,
    on: date,
    actor: Actor,
    new: SimCard | None = None,
    form_factor: str = "",
    price_shown: str = "",
    note: str = "",
) -> Replacement:
    """Give a line a new card in place of its old one, and settle the report on it (MA10.1).

    Without a card of choice it is the next in stock of the form factor. The old one is due back within thirty days, or
    its loss is closed. At the customer's wish alone it is replaced while the company offers that (MA8.2). A fee arises
    only for a price that was shown (MA13.1, G30.1). Raises RuleViolation.
    """
    if old.line is None:
        raise RuleViolation(*why_not(old))
    chosen = [new] if new is not None else []
    with (
        chapter(actor=actor, reason=note, clause="MA10.1"),
        locked(old.line, old, *chosen) as (line, held, *taken),
    ):
        incident = held.incidents.open().first()
        if reason == Reason.WISH:
            DesignatedItem.objects.require("form-factor")
        _check(line, held, on)
        fresh = taken[0] if taken else stocking.take_one(form_factor or held.form_factor, held.product_id)
        _retire(held, on)
        with locked(fresh) as (card,):
            _give(card, line, held.generation + 1, on)
        link = Replacement(
            line=line, old=held, new=card, reason=reason, incident=incident, replaced_on=on, fee_shown=price_shown,
            old_generation=held.generation, new_generation=card.generation,
        )  # fmt: skip
        link.save()
        if incident is not None:
            with locked(incident) as (reported,):
                reported.replace(on)
                reported.save()
        if price_shown:
            _charge(line, held, on, price_shown)
    return link


def end_line(incident: Incident, *, on: date, actor: Actor, reason: str = "") -> None:
    """End the line instead of replacing its card: the day of the procedure is its last one, charged in full (MA13.2).

    A line that ends on its own by that day keeps its end. Raises RuleViolation where the line or its contract is
    protected, no line would be left, or it has ended.
    """
    with (
        chapter(actor=actor, reason=reason, clause="MA10.1"),
        locked(incident.line.contract, incident.line, incident.card, incident) as (contract, line, card, held),
    ):
        held.end_line(on)
        held.save()
        if line.ends_on is None or line.ends_on > on:
            ordering.let_end(contract, line, on, "MA10.1")
        _retire(card, on)


def why_not(card: SimCard) -> list[Unmet]:
    """Why a card cannot be replaced now; empty where it can."""
    if card.line is None:
        return [Unmet(Clause("MA10.1"), _("No line has this card. Check its number."))]
    if str(card.line.state) == "ended":
        return [Unmet(Clause("MA10.1"), _("The line has ended. Its card is not replaced any more."), (card.line,))]
    reported = str(card.state) in OUT_OF_USE and card.incidents.open().exists()
    if not reported and str(card.state) not in (*AWAITED, Custody.LOST):
        state = Custody(str(card.state)).label
        return [
            Unmet(
                Clause("MA10.1"), said(_("A card is replaced while a line uses it; this one is: {state}."), state=state)
            )
        ]
    return []


def why_not_at_wish(card: SimCard) -> list[Unmet]:
    """The same for a replacement without a report: one that is reported is replaced by the report's own procedure."""
    if report := card.incidents.open().first():
        words = _("A report on the card is open. Settle that one: it gives the new card.")
        return [Unmet(Clause("MA10.1"), words, (report,))]
    return why_not(card)


def _check(line: Line, old: SimCard, on: date) -> None:
    """Refuse what cannot be replaced, or not on this day."""
    old.line = line
    refuse_for(why_not(old))
    if line.ends_on is not None and line.ends_on < on:
        raise refuse(
            "MA10.1", said(_("The line ends on {day}. Its card is not replaced after that."), day=line.ends_on)
        )
    if old.lent_on is not None and on < old.lent_on:
        raise refuse("MA10.1", said(_("The card was sent on {day}; it is not replaced before."), day=old.lent_on))


def _retire(old: SimCard, on: date) -> None:
    """The old card goes its way: to come back, or written off."""
    if str(old.state) in AWAITED:
        old.fall_due(on)
        old.save()
    elif str(old.state) == Custody.LOST:
        old.write_off(on)
        old.save()


def _give(card: SimCard, line: Line, generation: int, on: date) -> None:
    stocking.join_chain(card, generation)
    card.assign(line, on)
    card.save()


def _charge(line: Line, old: SimCard, on: date, price_shown: str) -> None:
    with citing("MA13.1"):
        event = ChargeEvent(
            contract=line.contract, line=line, card=old, cause=Cause.REPLACEMENT, occurred_on=on,
            price_shown=price_shown,
        )  # fmt: skip
        event.save()
