"""Care of SIM cards: recording violations by a card, and consents to subleases (MA9.1)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Violation
from contracts.models.violation import BY_CARD, Breach
from iijiot.actors import Actor
from iijiot.days import fullday
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import said
from sims.models import CardViolation, SimCard, SubleaseConsent


def record_violation(card: SimCard, breach: str, *, what: str, found_on: date, actor: Actor) -> Violation:
    """Record a violation of one of the nine duties by a card; for one that is lost they go on (MA9.1, MA10.2.2).

    Raises RuleViolation for a card that was never lent, and for a sublease to which we have consented.
    """
    if breach not in BY_CARD:
        raise refuse("MA9.1.9", _("Choose one of the nine duties of care."))
    with chapter(actor=actor, reason=what, clause=breach), locked(card) as (held,):
        if held.line is None or held.lent_on is None or found_on < held.lent_on:
            raise refuse(breach, _("The card was not lent on that day; nobody could violate a duty by it."))
        consent = SubleaseConsent.objects.holding(held, found_on).first() if breach == Breach.SUBLEASE else None
        if consent is not None:
            raise refuse(
                breach,
                said(
                    _("We have consented to the sublease to {whom}, from {day}: it is no violation."),
                    whom=consent.to_whom,
                    day=fullday(consent.since),
                ),
            )
        contract = held.line.contract
        made = Violation(customer=contract.customer, contract=contract, breach=breach, found_on=found_on, what=what)
        made.save()
        CardViolation(violation=made, card=held).save()
    return made


def consent(
    contract: Contract,
    *,
    to_whom: str,
    since: date,
    reference: str,
    actor: Actor,
    until: date | None = None,
    card: SimCard | None = None,
) -> SubleaseConsent:
    """Record our consent that a card, or all cards of a contract, are lent on to somebody (MA9.1.4)."""
    with chapter(actor=actor, reason=reference, clause="MA9.1.4"), locked(contract) as (held,):
        made = SubleaseConsent(contract=held, card=card, to_whom=to_whom, since=since, until=until, reference=reference)
        made.save()
    return made


def end_consent(consent: SubleaseConsent, *, on: date, actor: Actor, reason: str = "") -> None:
    """Let a consent end on a day; what is found afterwards is a violation again (MA9.1.4)."""
    with chapter(actor=actor, reason=reason, clause="MA9.1.4"), locked(consent) as (held,):
        if held.until is not None and held.until <= on:
            raise refuse("MA9.1.4", said(_("The consent ends on {day} already."), day=fullday(held.until)))
        held.until = on
        held.save()
