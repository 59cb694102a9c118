"""The stock: which card of it fits, and what is told where it runs short. Whoever gives a line a card asks here (MA1, MA8.1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot.rules import refuse
from iijiot.words import Words, said
from sims.models import SimCard
from sims.models.product import FormFactor

TWICE = _("This card once stood for another in a replacement. Take one that never did.")


def take(many: int, *, form_factor: str, product: int | None = None, for_chain: bool = False) -> list[SimCard]:
    """So many cards that fit, held for us, the longest in stock first; those that somebody else is taking are passed over.

    One `for_chain` of replacements never stood in such a chain before. Raises RuleViolation where the stock runs short.
    """
    cards = as_far_as_it_goes(many, form_factor=form_factor, product=product, for_chain=for_chain)
    if len(cards) < many:
        raise refuse(
            "MA1",
            said(
                _("Such cards in stock: {cards}; needed: {asked}. Take in a delivery first, or choose another kind."),
                cards=len(cards),
                asked=many,
            ),
        )
    return cards


def as_far_as_it_goes(
    many: int, *, form_factor: str, product: int | None = None, for_chain: bool = False
) -> list[SimCard]:
    """The same, but as many as there are."""
    fitting = SimCard.objects.in_stock().like(form_factor, product)
    return list((fitting.unchained() if for_chain else fitting).free()[:many])


def choices() -> list[tuple[str, Words]]:
    """The form factors to choose from, each with how many cards of it are in stock."""
    there = SimCard.objects.stock_by_form_factor()
    return [
        (kind.value, said(_("{form_factor} ({many} in stock)"), form_factor=kind.label, many=f"{there.get(kind, 0):,}"))
        for kind in FormFactor
    ]


def take_one(form_factor: str, product: int) -> SimCard:
    """The next card that fits, for a chain of replacements. Raises RuleViolation where there is none."""
    return take(1, form_factor=form_factor, product=product, for_chain=True)[0]


def join_chain(card: SimCard, place: int) -> None:
    """A card takes its place in a chain of replacements; 0 is the first. Raises RuleViolation for one that had a place."""
    if place and card.generation:
        raise refuse("MA10.1", TWICE)
    card.generation = place or card.generation


def of_choice(typed: str) -> SimCard:
    """The card in stock that was scanned or typed, whole or without its check digit. Raises ValidationError."""
    card = SimCard.objects.one(typed)
    if card is None:
        raise ValidationError(_("There is no card of this number. Compare it with the card."), code="MA1")
    if str(card.state) != "in-stock":
        raise ValidationError(
            _("This card is not in stock; it is: %(state)s."), code="MA1", params={"state": card.get_state_display()}
        )
    return card
