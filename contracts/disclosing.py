"""Disclosing what is known of customers: on a ground of the terms, to whom it allows, and written down each time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.disclosures import (
    BY_REQUEST,
    FOR_LACK,
    GROUNDS,
    TO,
    TO_THE_ASSOCIATION,
    Ground,
    Information,
    Scope,
    Standing,
)
from contracts.catalogue.purposes import DETECTED_LOGS, PROPOSALS, PROVIDING, PURPOSES, RESEARCH
from contracts.consenting import may_use
from contracts.models import Consent, Contract, Customer, Disclosure, Document, Recipient, StartCondition
from contracts.models.document import Exempt
from iijiot import access_log
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.models import AccessEvent
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet, refuse, refuse_for
from iijiot.words import said

CONSENTS = {
    Information.COMMUNICATIONS: "communications",
    Information.USAGE: "communications",
    Information.PERSONAL: "personal",
    Information.SECRET: "secrets",
    Information.DETECTED: DETECTED_LOGS.code,
    Information.DESTINATIONS: RESEARCH.code,
}
"""Which consent allows to disclose what."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to disclose: what exactly, to whom, on which ground, for which purpose."""

    information: str
    what: str
    recipient: Recipient
    ground: str
    purpose: str
    why: str
    scope: str = Scope.LISTED
    requester: str = ""

    @property
    def clause(self) -> str:
        """The clause that allows it; where none does, the one that asks for a ground."""
        return GROUNDS[self.information].get(self.ground) or FOR_LACK.get(self.information, "G38.2")


def why_not(customer: Customer, asked: Asked) -> list[Unmet]:
    """Everything that keeps this from being disclosed; empty when nothing does (G38.2, G38.4, G39.2, G40.3, G40.4)."""
    if asked.ground not in GROUNDS[asked.information]:
        offered = "、".join(str(Ground(ground).label) for ground in GROUNDS[asked.information])
        remedy = said(_("Without a ground nothing is disclosed. Grounds for this are: {grounds}."), grounds=offered)
        return [Unmet(Clause(asked.clause), remedy)]
    return [*_recipient_not(asked), *_customer_not(customer, asked), *_request_not(asked)]


def _recipient_not(asked: Asked) -> list[Unmet]:
    clause, recipient, wanted = Clause(asked.clause), asked.recipient, TO.get(asked.ground, ())
    if asked.information in TO_THE_ASSOCIATION:
        wanted = (Standing.ASSOCIATION,)
    if not recipient.is_active:
        return [Unmet(clause, _("This recipient is not in use any more."), (recipient,))]
    if wanted and recipient.standing not in wanted:
        names = "、".join(str(Standing(standing).label) for standing in wanted)
        return [Unmet(clause, said(_("On this ground only to: {names}."), names=names), (recipient,))]
    if asked.ground == Ground.BUSINESS and not recipient.may_see(asked.information):
        return [Unmet(clause, _("This kind of information is not entrusted to the recipient."), (recipient,))]
    return []


def _customer_not(customer: Customer, asked: Asked) -> list[Unmet]:
    if asked.ground == Ground.CONSENT and consent_to(customer, asked) is None:
        return [Unmet(Clause(asked.clause), _("The customer has not consented to this."), ("record-consent",))]
    if asked.ground == Ground.PROPOSALS and not may_use(customer, PROPOSALS):
        return [Unmet(Clause("G38.4"), _("The customer does not want this to be shared with subsidiaries."))]
    purpose = PURPOSES[asked.purpose]
    if not may_use(customer, purpose):
        remedy = said(_("The customer does not allow the use “{use}”."), use=purpose.words)
        return [Unmet(purpose.clause, remedy, ("record-consent",))]
    return []


def _request_not(asked: Asked) -> list[Unmet]:
    reasons = []
    if asked.scope == Scope.ALL:
        reasons.append(
            Unmet(
                Clause("G40.4" if asked.ground in BY_REQUEST else asked.clause),
                _("Not of all customers: only within the request. Ask whom it concerns, and disclose just that."),
            )
        )
    if asked.ground in BY_REQUEST and not asked.requester.strip():
        reasons.append(Unmet(Clause("G40.4"), _("Say who requests it, by name and office.")))
    return reasons


def consent_to(customer: Customer, asked: Asked) -> Consent | None:
    """The consent that allows it: to this recipient, or the one given for attacks (G46.1, G46.2)."""
    kind = CONSENTS[Information(asked.information)]
    recipient = None if asked.information in TO_THE_ASSOCIATION else asked.recipient
    return customer.consents.to(kind, recipient).given().first()


def disclose(
    customer: Customer, asked: Asked, *, at: datetime, actor: Actor, document: Document | None = None
) -> Disclosure:
    """Write a disclosure down, which is what allows it; raises RuleViolation with everything in the way (G38.2)."""
    with chapter(actor=actor, reason=asked.why, clause=asked.clause), locked(customer) as (held,):
        refuse_for(why_not(held, asked))
        disclosure = Disclosure(
            customer=held,
            information=asked.information,
            what=asked.what,
            scope=asked.scope,
            recipient=asked.recipient,
            ground=asked.ground,
            clause=asked.clause,
            purpose=asked.purpose,
            why=asked.why,
            requester=asked.requester,
            consent=consent_to(held, asked) if asked.ground == Ground.CONSENT else None,
            document=document,
            at=at,
            by=actor.name,
        )
        disclosure.save()
    return _logged(disclosure, 1, actor)


def _logged(disclosure: Disclosure, count: int, actor: Actor) -> Disclosure:
    """The disclosure, with its line in the access log: how many things of which kind, in which scope."""
    detail = f"{disclosure.number} {disclosure.information} {disclosure.scope} {count}"
    access_log.note(AccessEvent.Kind.DISCLOSED, None, actor=actor, detail=detail)
    return disclosure


def hand_on(document: Document, asked: Asked, *, at: datetime, actor: Actor) -> Disclosure:
    """Hand something on that a customer disclosed to us: a trade secret on a ground alone (G39.1, G39.2)."""
    if document.is_secret:
        wanted = replace(asked, information=Information.SECRET, what=str(document))
    else:
        wanted = replace(asked, information=Information.DOCUMENT, what=str(document), ground=Ground.NONE_NEEDED)
    return disclose(document.customer, wanted, at=at, actor=actor, document=document)


def exempt(document: Document, exception: str, because: str, *, actor: Actor) -> None:
    """Record that marked information is no trade secret, under one of the four exceptions (G39.1)."""
    with chapter(actor=actor, reason=because, clause="G39.1"), locked(document) as (held,):
        if not held.is_secret:
            raise refuse("G39.1", _("It is no trade secret as it is."))
        held.exempt, held.exempt_because = Exempt(exception), because
        held.save()


def statistic_allowed(count: int) -> bool:
    """Whether a statistic of so many lines or customers identifies nobody; of one it always does (G38.2)."""
    return count >= max(settings.SMALLEST_STATISTIC, 2)


def disclose_statistic(
    recipient: Recipient, *, what: str, why: str, purpose: str, lines: int, customers: int, at: datetime, actor: Actor
) -> Disclosure:
    """Write down a statistic told to others; raises RuleViolation where it could identify somebody (G38.2)."""
    counted = min(lines, customers)
    if not statistic_allowed(counted):
        raise refuse(
            "G38.2",
            said(
                _("A statistic of so few identifies somebody. It needs {least} lines of {least} customers at least."),
                least=max(settings.SMALLEST_STATISTIC, 2),
            ),
        )
    with chapter(actor=actor, reason=why, clause="G38.2"):
        disclosure = Disclosure(
            information=Information.STATISTIC,
            what=what,
            scope=Scope.ALL,
            counted=counted,
            recipient=recipient,
            ground=Ground.NONE_NEEDED,
            clause="G38.2",
            purpose=purpose,
            why=why,
            at=at,
            by=actor.name,
        )
        disclosure.save()
    return _logged(disclosure, counted, actor)


def disclose_settings(
    contract: Contract,
    peer: Customer,
    listed: Sequence[StartCondition],
    *,
    connection: str,
    why: str,
    at: datetime,
    actor: Actor,
) -> Disclosure:
    """Disclose settings of one customer to another who is connected: those listed, where it is needed (G41).

    No record says which customers are connected: how they are is written down here. What the records do say is that
    neither is connected to anybody without a contract in life.
    """
    if not listed or not why.strip():
        raise refuse("G41", _("Say which settings, and why the service needs that."))
    if not connection.strip():
        raise refuse("G41", _("Say how the services of the two customers are connected."))
    for customer, contracts in (
        (contract.customer, contract.customer.contracts.among([contract.pk])),
        (peer, peer.contracts),
    ):
        if not contracts.in_life().exists():
            sentence = said(_("{customer} has no contract in life by which it could be connected."), customer=customer)
            raise RuleViolation(Unmet(Clause("G41"), sentence, (customer,)))
    if any(condition.contract_id != contract.pk for condition in listed):
        raise refuse("G41", _("These settings are of another contract."))
    if peer.pk == contract.customer_id:
        raise refuse("G41", _("The other customer must be another one."))
    with chapter(actor=actor, reason=why, clause="G41"), locked(contract) as (held,):
        disclosure = Disclosure(
            customer=held.customer,
            information=Information.SETTINGS,
            what="\n".join(condition.words for condition in listed),
            scope=Scope.LISTED,
            peer=peer,
            ground=Ground.CONNECTION,
            clause="G41",
            purpose=PROVIDING.code,
            connection=connection,
            why=why,
            contract=held,
            at=at,
            by=actor.name,
        )
        disclosure.save()
    return _logged(disclosure, len(listed), actor)
