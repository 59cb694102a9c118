"""What customers allow and stop: recorded as they say it, effective at once, asked before each use."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.catalogue.purposes import SAID, Purpose, Say
from contracts.models import Account, Consent, Customer, Recipient
from contracts.models.consent import DATA_PROCESSING, KINDS
from contracts.models.customer import CustomerQuerySet
from iijiot.actors import Actor
from iijiot.records import chapter, citing, current_chapter, locked
from iijiot.rules import refuse

CONCLUSION = "契約の締結"
"""How the data processing addendum is agreed to, as the record says it."""


def may_use(customer: Customer, purpose: Purpose) -> bool:
    """Whether a customer's information may be used for this purpose now (G38.4, G40.2.1–5, G46.1, G46.2, G46.4)."""
    if purpose.say == Say.NOTHING:
        return True
    said = customer.consents.about(purpose).first()
    return said.given if said else purpose.by_default


def usable_for(purpose: Purpose) -> CustomerQuerySet:
    """The customers whose information may be used for this purpose now; a campaign starts from these (G40.2.3)."""
    if purpose.say == Say.NOTHING:
        return Customer.objects.all()
    said = Consent.objects.about(purpose)
    if purpose.by_default:
        return Customer.objects.not_among(said.stopped())
    return Customer.objects.having(said.given())


def record(
    customer: Customer,
    kind: str,
    *,
    given: bool,
    told: str,
    at: datetime,
    actor: Actor,
    account: Account | None = None,
    recipient: Recipient | None = None,
) -> Consent:
    """Record what a customer allows or stops; it holds at once (G40.2.3, G46.1, G46.2, G46.4, G38.2, G40.3).

    Each is said on its own: no consent follows from another. Raises RuleViolation where nothing would change.
    """
    clause = KINDS[kind][1]
    if kind == DATA_PROCESSING:
        raise refuse(clause, _("The data processing addendum is agreed to by concluding a contract."))
    with chapter(actor=actor, reason=told, clause=clause), locked(customer) as (held,):
        consent = held.consents.to(kind, recipient).first()
        stands = consent.given if consent else kind in SAID and SAID[kind].by_default
        if stands == given:
            raise refuse(clause, _("That is how it stands already."))
        consent = consent or Consent(customer=held, kind=kind, recipient=recipient)
        consent.given, consent.told, consent.at, consent.by = given, told, at, actor.name
        consent.account = account
        consent.save()
    return consent


def conclude(customer: Customer, *, at: datetime) -> None:
    """Write, as part of the acceptance, that the customer agrees to the data processing addendum (G40.5).

    What was agreed to before stays as it is; the same version is written once.
    """
    version = settings.DATA_PROCESSING_VERSION
    if customer.consents.of_version(version).exists():
        return
    with citing("G40.5"):
        Consent(
            customer=customer,
            kind=DATA_PROCESSING,
            version=version,
            given=True,
            told=CONCLUSION,
            at=at,
            by=current_chapter().actor.name,
        ).save()
