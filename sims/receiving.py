"""Taking cards into stock one by one, as they are scanned: each is answered at once (MA1)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.bulk import bulk_change, bulk_transition
from iijiot.constraints import constraint_sentence
from iijiot.days import fullday
from iijiot.lookups import history_of
from iijiot.records import chapter, fresh, locked
from iijiot.words import Words, said
from sims.identifiers import clean_iccid, is_iccid, plain_iccid
from sims.models import SimCard, SimProduct
from sims.models.card_state import Custody
from sims.scans import Answer, Scanned


def receive(typed: str, *, product: SimProduct, form_factor: str, delivery: str, on: date, actor: Actor) -> Scanned:
    """Take one card into stock; a second scan of it changes nothing (MA1)."""
    try:
        number = clean_iccid(typed, product.profile)
        card = SimCard(iccid=number, product=product, form_factor=form_factor, received_on=on, delivery=delivery)
        return _again(card, actor) or _known(number) or _taken(card, actor)
    except ValidationError as error:
        number = plain_iccid(typed)
        return _known(number) or Scanned(number[:20], Answer.WRONG, " ".join(error.messages))


def undo(card: SimCard, *, actor: Actor, reason: str = "") -> None:
    """Undo the receipt of a card that was taken in by mistake: it can be taken in again (MA1).

    Raises RuleViolation once it has left the stock.
    """
    with chapter(actor=actor, reason=reason, clause="MA1"), locked(card) as (held,):
        held.undo_receipt()
        held.save()


def came_in(card: SimCard) -> str:
    """When a card was taken in, and by whom (M11)."""
    versions = history_of(SimCard).filter(id=card.pk, received_on=card.received_on)
    version = versions.order_by("history_id").first()
    return f"{fullday(card.received_on)}、{version.actor_label}" if version else fullday(card.received_on)


def _again(card: SimCard, actor: Actor) -> Scanned | None:
    """A card whose receipt was undone is taken in again, as it is now; nothing where there is no such card."""
    known = SimCard.objects.mistaken().with_iccid(card.iccid).first()
    if known is None:
        return None
    rows = SimCard.objects.among([known.pk])
    with chapter(actor=actor, clause="MA1", reason=card.delivery), locked(known):
        told = {"product": card.product.pk, "form_factor": card.form_factor, "delivery": card.delivery}
        if not bulk_transition(rows, "receive_again", told):
            return None
        bulk_change(rows, {"received_on": card.received_on}, releasing=["received_on"])
    held = fresh(known)
    return Scanned(held.iccid, Answer.TAKEN, _remark(held), held)


def _taken(card: SimCard, actor: Actor) -> Scanned:
    """The card is saved; where somebody scanned it at the same moment, theirs is told. Raises ValidationError."""
    try:
        with chapter(actor=actor, clause="MA1", reason=card.delivery):
            card.save()
    except IntegrityError as error:
        raise constraint_sentence(error) or ValidationError(str(error)) from error
    return Scanned(card.iccid, Answer.TAKEN, _remark(card), card)


def _remark(card: SimCard) -> Words:
    """Taken in, with what is odd about its number."""
    if not is_iccid(card.iccid):
        return _("Taken in, although its check digit does not fit.")
    if len(card.iccid) != card.product.iccid_length:
        return said(
            _("Taken in, although cards of this product have {digits} digits."), digits=card.product.iccid_length
        )
    return _("Taken in.")


def _known(number: str) -> Scanned | None:
    """What is told of a card that is there already."""
    card = SimCard.objects.with_iccid(number).first()
    if card is None or str(card.state) == Custody.MISTAKEN:
        return None
    words = said(_("Taken in before: {when}. It is now: {state}."), when=came_in(card), state=card.get_state_display())
    return Scanned(number, Answer.KNOWN, words, card)
