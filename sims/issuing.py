"""Issuing cards: taken from stock for lines, put back, shipped, arrived; the same for one card and for thousands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.bulk import Each, bulk_change, bulk_transition
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet, refuse
from iijiot.words import said
from sims.models import Line, SimCard


def assign(
    contract: Contract, *, form_factor: str, quantity: int, on: date, actor: Actor, product: int | None = None
) -> int:
    """Give the first lines of a contract that have no card one each from stock, those longest in stock first (MA8.1).

    Cards that another clerk is taking at the same time are passed over. Raises RuleViolation, and assigns none, where
    lines or stock run short.
    """
    with chapter(actor=actor, clause="MA8.1"), locked(contract) as (held,):
        lines = held.lines.without_card().free()[:quantity]
        waiting = [line.pk for line in lines]
        if len(waiting) < quantity:
            raise refuse(
                "MA8.1",
                said(
                    _("Lines of the contract that wait for a card: {lines}; asked for: {asked}."),
                    lines=len(waiting),
                    asked=quantity,
                ),
            )
        cards = list(SimCard.objects.in_stock().like(form_factor, product).free()[:quantity])
        if len(cards) < quantity:
            raise refuse(
                "MA1",
                said(
                    _("Such cards in stock: {cards}; needed: {asked}. Take in a delivery first."),
                    cards=len(cards),
                    asked=quantity,
                ),
            )
        return _hand_out(cards, waiting, on)


def assign_all(
    lines: Sequence[int], *, form_factor: str, on: date, actor: Actor, product: int | None = None
) -> list[int]:
    """Give those of these lines that wait for a card one each from stock, as far as it goes; returns which (MA8.1)."""
    with chapter(actor=actor, clause="MA8.1"):
        waiting = list(Line.objects.among(Line.objects.among(lines).hold()).without_card().values_list("pk", flat=True))
        cards = list(SimCard.objects.in_stock().like(form_factor, product).free()[: len(waiting)])
        given = waiting[: len(cards)]
        _hand_out(cards, given, on)
        return given


def why_no_card(line: Line) -> list[Unmet]:
    """Why a line gets no card now: it has ended, has one, or waits for a procedure; empty where it can get one."""
    if str(line.state) == "ended":
        return [Unmet(Clause("MA8.1"), _("The line has ended. It gets no card any more."))]
    if line.card is not None:
        return [Unmet(Clause("MA8.1"), _("The line has a card already. Replace it, or put it back first."))]
    if line.incidents.open().exists():
        return [
            Unmet(Clause("MA10.1"), _("A report on the line is open. Carry out its procedure: it gives the new card."))
        ]
    return []


def assign_card(line: Line, card: SimCard, *, on: date, actor: Actor) -> None:
    """Give one line a card of choice (MA8.1)."""
    with chapter(actor=actor, clause="MA8.1"), locked(line, card) as (held, taken):
        if reasons := why_no_card(held):
            raise RuleViolation(*reasons)
        taken.assign(held, on)
        taken.save()
        _number([taken], {taken.pk: held.pk})


def put_back(cards: Sequence[SimCard], *, actor: Actor, reason: str = "") -> None:
    """Put cards back into stock that were assigned and not shipped (MA1). Raises RuleViolation where one was."""
    with chapter(actor=actor, reason=reason, clause="MA1"), _with_lines(cards) as held:
        for card in held:
            card.put_back()
            card.save()


def exchange(card: SimCard, new: SimCard, *, on: date, actor: Actor, reason: str = "") -> None:
    """Take another card from stock in place of one that was not shipped yet: a wrong size, or one that is damaged (MA8.1)."""
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(card.line, card, new) as (line, held, taken):
        if str(held.state) != "assigned" or held.line_id != line.pk:
            raise _refused([held])
        bulk_transition(SimCard.objects.among([held.pk]), "put_back", {"line": None, "assigned_on": None})
        taken.assign(line, on)
        taken.save()


def ship(cards: Sequence[SimCard], *, on: date, shipment: str, actor: Actor) -> None:
    """Send cards out, all of them or none; whatever cannot be sent is named (M13)."""
    with chapter(actor=actor, reason=shipment, clause="MA1"), locked(*cards) as held:
        refused = [card for card in held if str(card.state) != "assigned"]
        if refused:
            raise _refused(refused)
        if early := next((card for card in held if card.assigned_on > on), None):
            raise refuse(
                "MA1",
                said(_("{card} was assigned on {day}; it cannot be sent before."), card=early, day=early.assigned_on),
            )
        bulk_transition(SimCard.objects.among([c.pk for c in held]), "ship", {"lent_on": on, "shipment": shipment})


def arrive(cards: Sequence[SimCard], *, actor: Actor) -> None:
    """Record that the customer has received cards, all of them or none."""
    with chapter(actor=actor, clause="MA1"), locked(*cards) as held:
        refused = [card for card in held if str(card.state) != "shipped"]
        if refused:
            raise _refused(refused)
        bulk_transition(SimCard.objects.among([c.pk for c in held]), "arrive")


def dispose(card: SimCard, *, actor: Actor, reason: str = "") -> None:
    """Record that a card was destroyed, or given back to the host carrier (MA1, MA10.2.1)."""
    with chapter(actor=actor, reason=reason, clause="MA1"), locked(card) as (held,):
        held.dispose()
        held.save()


@contextmanager
def _with_lines(cards: Sequence[SimCard]) -> Iterator[list[SimCard]]:
    """Fresh rows of these cards and of their lines, held in the house order."""
    lines = {card.line_id: card.line for card in cards if card.line is not None}
    with locked(*lines.values(), *cards) as rows:
        held = {row.pk: row for row in rows[: len(lines)]}
        fresh: list[SimCard] = list(rows[len(lines) :])
        for card in fresh:
            if card.line_id is not None:
                card.line = held.get(card.line_id) or card.line
        yield fresh


def _refused(cards: Sequence[SimCard]) -> RuleViolation:
    """Each card that stands in the way, with where it is."""
    named = "、".join(f"{card.iccid}（{card.get_state_display()}）" for card in cards[:20])
    return refuse("MA1", said(_("Not possible for these cards ({many}): {cards}."), many=len(cards), cards=named))


def _hand_out(cards: Sequence[SimCard], lines: Sequence[int], on: date) -> int:
    """Give these lines one of these cards each, in their order; returns how many."""
    pairs = {card.pk: line for card, line in zip(cards, lines, strict=True)}
    _number(cards, pairs)
    taken = SimCard.objects.among(list(pairs))
    return len(bulk_transition(taken, "assign", {"line": Each(pairs), "assigned_on": on}))


def _number(cards: Sequence[SimCard], lines: dict[int, int]) -> None:
    """A line that has no telephone number yet takes the one with which its card was delivered."""
    numbers = {lines[card.pk]: card.msisdn for card in cards if card.msisdn}
    if numbers:
        bulk_change(Line.objects.among(list(numbers)).unnumbered(), {"msisdn": Each(numbers)})
