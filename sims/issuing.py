"""Issuing cards: taken from stock for lines, put back, shipped, arrived; the same for one card and for thousands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.bulk import Each, bulk_change, bulk_transition
from iijiot.clauses import Clause
from iijiot.days import fullday
from iijiot.plans import fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import MOVED, RuleViolation, Unmet, refuse, refuse_for
from iijiot.words import Words, said
from sims import stocking
from sims.models import Line, Replacement, SimCard, SimProduct
from sims.models.card_state import Custody
from sims.models.product import FormFactor

Keys = Sequence[int]
NAMED = 20
"""Cards that a refusal or a plan names one by one."""


def assign(
    contract: Contract, *, form_factor: str, quantity: int, on: date, actor: Actor, product: int | None = None
) -> int:
    """Give the first lines of a contract that have no card one each from stock, those longest in stock first (MA8.1).

    Cards that another clerk is taking at the same time are passed over. Raises RuleViolation, and assigns none, where
    lines or stock run short.
    """
    with chapter(actor=actor, clause="MA8.1"), locked(contract) as (held,):
        waiting = list(held.lines.without_card().free().values_list("pk", flat=True)[:quantity])
        if len(waiting) < quantity:
            raise refuse(
                "MA8.1",
                said(
                    _("Lines of the contract that wait for a card: {lines}; asked for: {asked}."),
                    lines=len(waiting),
                    asked=quantity,
                ),
            )
        cards = stocking.take(quantity, form_factor=form_factor, product=product)
        return _hand_out(cards, waiting, on)


def assign_all(
    lines: Sequence[int], *, form_factor: str, on: date, actor: Actor, product: int | None = None
) -> list[int]:
    """Give those of these lines that wait for a card one each from stock, as far as it goes; returns which (MA8.1)."""
    with chapter(actor=actor, clause="MA8.1"):
        held = Line.objects.among(Line.objects.among(lines).hold())
        waiting = list(held.without_card().order_by("pk").values_list("pk", flat=True))
        cards = stocking.as_far_as_it_goes(len(waiting), form_factor=form_factor, product=product)
        given = waiting[: len(cards)]
        _hand_out(cards, given, on)
        return given


def why_no_card(line: Line) -> list[Unmet]:
    """Why a line gets no card now; empty where it waits for one."""
    if str(line.state) == "ended":
        return [Unmet(Clause("MA8.1"), _("The line has ended. It gets no card any more."))]
    if line.card is not None:
        words = _("The line has a card already. Replace it, or put it back first.")
        return [Unmet(Clause("MA8.1"), words, (line.card,))]
    if report := line.incidents.open().first():
        words = _("A report on the line is open. Carry out its procedure: it gives the new card.")
        return [Unmet(Clause("MA10.1"), words, (report,))]
    return []


def assign_card(line: Line, card: SimCard | None = None, *, on: date, actor: Actor, form_factor: str = "") -> SimCard:
    """Give one line a card of choice, or else the next in stock of a form factor (MA8.1)."""
    chosen = [card] if card is not None else []
    with chapter(actor=actor, clause="MA8.1"), locked(line, *chosen) as (held, *given):
        refuse_for(why_no_card(held))
        next_one = given[0] if given else stocking.take(1, form_factor=form_factor)[0]
        with locked(next_one) as (taken,):
            taken.assign(held, on)
            taken.save()
        _number([taken], {taken.pk: held.pk})
    return taken


def put_back(cards: Sequence[SimCard], *, actor: Actor, reason: str = "") -> None:
    """Put cards back into stock that were assigned and not shipped (MA1). Raises RuleViolation where one was."""
    with chapter(actor=actor, reason=reason, clause="MA1"), _with_lines(cards) as held:
        for card in held:
            card.put_back()
            card.save()


def why_not_exchanged(card: SimCard) -> list[Unmet]:
    """Why a card is not exchanged for another now; empty where it waits to be sent."""
    if str(card.state) == Custody.ASSIGNED:
        return []
    words = said(
        _("A card is exchanged before it is sent; this one is: {state}. Replace it instead."),
        state=card.get_state_display(),
    )
    return [Unmet(Clause("MA8.1"), words, ("replace-card",))]


def exchange(
    card: SimCard, *, on: date, actor: Actor, new: SimCard | None = None, form_factor: str = "", reason: str = ""
) -> SimCard:
    """Take another card from stock in place of one that was not shipped yet: a wrong size, or one that is damaged (MA8.1).

    Without a card of choice it is the next in stock of the form factor. Where the card stood for another in a
    replacement, the new one stands there instead.
    """
    if card.line is None:
        raise RuleViolation(*why_not_exchanged(card))
    with (
        chapter(actor=actor, reason=reason, clause="MA8.1"),
        locked(card.line, card, *([new] if new is not None else [])) as (line, held, *chosen),
    ):
        if (reasons := why_not_exchanged(held)) or held.line_id != line.pk:
            raise RuleViolation(*(reasons or [Unmet(Clause("MA8.1"), MOVED)]))
        card = chosen[0] if chosen else stocking.take_one(form_factor or held.form_factor, held.product_id)
        place, freed = held.generation, {"line": None, "assigned_on": None, "generation": 0}
        bulk_transition(SimCard.objects.among([held.pk]), "put_back", freed)
        with locked(card) as (taken,):
            stocking.join_chain(taken, place)
            taken.assign(line, on)
            taken.save()
        bulk_change(Replacement.objects.giving(held), {"new": taken.pk}, releasing=["new"])
    return taken


def ship(cards: Keys, *, on: date, shipment: str, actor: Actor) -> None:
    """Send cards out, all of them or none, however many; whatever cannot be sent is named (M13)."""
    with chapter(actor=actor, reason=shipment, clause="MA1"):
        sent = bulk_transition(SimCard.objects.among(cards).can_ship(on), "ship", {"lent_on": on, "shipment": shipment})
        _refuse_rest(cards, sent)


def arrive(cards: Keys, *, actor: Actor) -> None:
    """Record that the customer has received cards, all of them or none."""
    with chapter(actor=actor, clause="MA1"):
        _refuse_rest(cards, bulk_transition(SimCard.objects.among(cards).can_arrive(), "arrive"))


def dispose(card: SimCard, *, actor: Actor, reason: str = "") -> None:
    """Record that a card was destroyed, or given back to the host carrier (MA1, MA10.2.1)."""
    with chapter(actor=actor, reason=reason, clause="MA1"), locked(card) as (held,):
        held.dispose()
        held.save()


@dataclass(frozen=True)
class AssignPlan:
    """How many lines of a contract would get a card, of how many that wait; and how many there are in stock."""

    contract: Contract
    kind: Words
    quantity: int
    waiting: int
    in_stock: int

    letters = ()

    @property
    def short(self) -> int:
        """How many cards are missing in stock."""
        return max(0, self.quantity - self.in_stock)

    @property
    def too_many(self) -> bool:
        """Whether fewer lines wait."""
        return not 0 < self.quantity <= self.waiting

    @property
    def blocked(self) -> bool:
        """Whether it cannot be done."""
        return bool(self.short) or self.too_many

    @property
    def left(self) -> int:
        """How many cards are left in stock afterwards."""
        return self.in_stock - self.quantity

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint([self.contract.pk, str(self.kind), self.quantity, self.blocked])


def plan_assigning(
    contract: Contract, *, form_factor: str, product: SimProduct | None, quantity: int | None
) -> AssignPlan:
    """What assigning cards to the lines of a contract that wait would do; without a number to all of them (MA8.1)."""
    waiting = contract.lines.without_card().count()
    fitting = SimCard.objects.in_stock().like(form_factor, product.pk if product else None)
    words = said("{product} {form_factor}", product=product or "", form_factor=FormFactor(form_factor).label)
    return AssignPlan(contract, words, waiting if quantity is None else quantity, waiting, fitting.count())


@dataclass(frozen=True)
class ShipPlan:
    """Cards that would be sent with one shipment, on a day."""

    cards: tuple[int, ...]
    first: tuple[SimCard, ...]
    on: date
    shipment: str

    letters = ()

    @property
    def more(self) -> int:
        """How many are not named."""
        return len(self.cards) - len(self.first)

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint([list(self.cards), self.on, self.shipment])


def plan_shipping(contract: Contract, *, cards: Sequence[SimCard], on: date, shipment: str) -> ShipPlan:
    """What shipping would send: these cards, or else all that are assigned to lines of the contract (M13).

    Raises RuleViolation with whatever cannot be sent, and where none can.
    """
    rows = SimCard.objects.among([card.pk for card in cards]) if cards else SimCard.objects.to_ship()
    wanted = rows.of_contracts([contract.pk]).order_by("pk")
    ids = tuple(wanted.values_list("pk", flat=True))
    if len(ids) < len(cards):
        raise refuse("MA1", _("Some of these cards are of no line of this contract. Take them out of the list."))
    if not ids:
        raise refuse("MA1", _("No card of the contract waits to be sent."))
    _refuse_rest(ids, list(wanted.can_ship(on).values_list("pk", flat=True)))
    return ShipPlan(ids, tuple(wanted[:NAMED]), on, shipment)


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


def _refuse_rest(cards: Keys, done: Keys) -> None:
    """Raises RuleViolation with each card to which it could not be done."""
    if rest := set(cards) - set(done):
        raise _refused(list(SimCard.objects.among(sorted(rest))[:NAMED]), len(rest))


def _refused(cards: Sequence[SimCard], many: int = 1) -> RuleViolation:
    """Each card that stands in the way, with where it is."""
    named = "、".join(_named(card) for card in cards)
    return refuse("MA1", said(_("Not possible for these cards ({many}): {cards}."), many=many, cards=named))


def _named(card: SimCard) -> str:
    """A card with where it is, and since when it is a line's where that is the question."""
    since = f" {fullday(card.assigned_on)}" if str(card.state) == Custody.ASSIGNED else ""
    return f"{card.iccid}（{card.get_state_display()}{since}）"


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
