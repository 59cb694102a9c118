"""Mandates: from the request to the bank until the account is debited no more (G33)."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from billing.models import BankAccount, Mandate
from billing.models.mandate import State as MandateState
from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.records import chapter, locked
from iijiot.words import said


def request_mandate(
    customer: Customer, creditor: BankAccount, *, actor: Actor, reason: str = "", **given: object
) -> Mandate:
    """Record that a mandate was sent to the bank; until the bank accepts it the customer pays by transfer (G33)."""
    with chapter(actor=actor, reason=reason, clause="G33"), locked(customer) as (held,):
        mandate = Mandate(customer=held, creditor=creditor, **given)
        mandate.save()
    return mandate


def activate(mandate: Mandate, *, since: date, actor: Actor, reason: str = "") -> None:
    """Put a mandate in force that the bank has accepted; until it begins an earlier one is debited (G33)."""
    earlier = list(Mandate.objects.active().of_customer(mandate.customer))
    with chapter(actor=actor, reason=reason, clause="G33"), locked(*earlier, mandate) as (*old, held):
        with translation.override("ja"):
            because = str(said(_("Another account has taken its place: {mandate}."), mandate=held.number))
        for one in old:
            if one.state == MandateState.ACTIVE:
                one.stop(since, because)
                one.save()
        held.activate(since)
        held.save()


def give_back(mandate: Mandate, *, on: date, because: str, actor: Actor) -> None:
    """Record that the bank sent a mandate back (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(mandate) as (held,):
        held.give_back(on, because)
        held.save()


def stop(mandate: Mandate, *, on: date, because: str, actor: Actor) -> None:
    """Debit an account no more; what the bank was asked for already may still come (G33)."""
    with chapter(actor=actor, reason=because, clause="G33"), locked(mandate) as (held,):
        held.stop(on, because)
        held.save()
