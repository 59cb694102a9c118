"""Taking cards into stock one by one, as they are scanned: each is answered at once (MA1)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.constraints import constraint_sentence
from iijiot.records import chapter
from iijiot.words import Words, said
from sims.identifiers import clean_iccid, is_iccid, plain_iccid
from sims.models import SimCard, SimProduct
from sims.scans import Answer, Scanned


def receive(typed: str, *, product: SimProduct, form_factor: str, delivery: str, on: date, actor: Actor) -> Scanned:
    """Take one card into stock; a second scan of it changes nothing (MA1)."""
    try:
        number = clean_iccid(typed, product.profile)
        return _known(number) or _taken(
            SimCard(iccid=number, product=product, form_factor=form_factor, received_on=on, delivery=delivery), actor
        )
    except ValidationError as error:
        number = plain_iccid(typed)
        return _known(number) or Scanned(number[:20], Answer.WRONG, " ".join(error.messages))


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
    if card is None:
        return None
    return Scanned(number, Answer.KNOWN, said(_("There already: {state}."), state=card.get_state_display()), card)
