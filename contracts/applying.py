"""Applying: what a customer could have and what is missing for the rest; the fees shown; the receipt (G12.1, G30.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from contracts import notifying, proving, screening
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Explained, Holding, Service
from contracts.models import Application, Contract, Customer, DocumentRequest, Evidence, ManagementUnit, Notice
from iijiot import sent_forms
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.file_kinds import TakenFile
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet
from iijiot.words import Words, said


@dataclass(frozen=True)
class FeeShown:
    """One fee as whoever applies is shown it: for what, how much without tax, and for what unit."""

    what: Words
    yen: int
    per: Words
    key: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """As the receipt says it."""
        return f"{self.what}　{self.yen:,}円（税抜、{self.per}）"


Shower = Callable[[Application], Sequence[FeeShown]]

_showers: list[Shower] = []


def shown_by(shower: Shower) -> Shower:
    """Register who knows the fees that an application shows; apps to the right keep the prices (G30.1)."""
    _showers.append(shower)
    return shower


@dataclass(frozen=True)
class Offer:
    """A service, and each part of what it requires, met or not on a day."""

    service: Service
    parts: tuple[Explained, ...]
    possible_from: date | None

    @property
    def is_open(self) -> bool:
        """Whether the customer could have it."""
        return all(part.met for part in self.parts)

    @property
    def missing(self) -> tuple[Words, ...]:
        """What the customer does not hold, in words."""
        return tuple(part.words for part in self.parts if not part.met)


@dataclass(frozen=True)
class Wished:
    """What is applied for together: these services in the order that their requirements need, from one day on."""

    services: tuple[str, ...]
    start_on: date
    quantity: int = 1
    all_or_nothing: bool = False
    with_option: bool = False
    changes: Contract | None = None


@dataclass(frozen=True)
class ApplicationPlan:
    """What would be applied for, each with its fees as they are shown."""

    customer: Customer
    unit: ManagementUnit
    wished: Wished
    applications: tuple[tuple[Application, tuple[FeeShown, ...]], ...]

    @property
    def fingerprint(self) -> str:
        """Equal while what is applied for and its fees are what was shown."""
        told = ((a.service_code, a.item, a.quantity, a.start_wished_on, fees) for a, fees in self.applications)
        parts = [(code, item, many, day, [(f.key, f.yen) for f in fees]) for code, item, many, day, fees in told]
        return fingerprint([self.customer.pk, self.unit.pk, self.wished.all_or_nothing, self.wished.with_option, parts])


def offers(customer: Customer, on: date, also: Sequence[str] = ()) -> list[Offer]:
    """Every service, with what it requires on a day; `also` are services that are applied for together with it.

    What the customer has applied for and what is not decided yet counts as if it were accepted.
    """
    held = _expected(customer) + [Holding(code, on, None, ("wished", place), code) for place, code in enumerate(also)]
    return [
        Offer(
            service,
            tuple(service.eligibility.explain([h for h in held if h.code != service.code], on)),
            service.eligibility.possible_from(held, on),
        )
        for service in SERVICES.values()
        if not service.is_option and service.since <= on
    ]


def _expected(customer: Customer) -> list[Holding]:
    waiting = customer.applications.open().filter(changes=None)
    return customer.holdings() + [
        Holding(each.service_code, each.start_wished_on, None, ("application", each.pk), str(each)) for each in waiting
    ]


def plan_applying(customer: Customer, unit: ManagementUnit, wished: Wished, *, at: datetime) -> ApplicationPlan:
    """What would be applied for, with the fees shown. Raises RuleViolation for what the customer could not have (G14.1.1),
    and ValidationError where an item is missing or impossible (G12.1).
    """
    if wished.changes is None and (reasons := _out_of_reach(customer, wished)):
        raise RuleViolation(*reasons)
    made = []
    for code in sorted(wished.services, key=list(SERVICES).index):  # as their requirements need it
        made.append(_with_fees(_application(customer, unit, wished, code, at)))
    return ApplicationPlan(customer, unit, wished, tuple(made))


def _out_of_reach(customer: Customer, wished: Wished) -> list[Unmet]:
    open_ones = {offer.service.code: offer for offer in offers(customer, wished.start_on, wished.services)}
    reasons = []
    for code in wished.services:
        offer = open_ones.get(code)
        if offer is not None and not offer.is_open:
            sentence = _("{service}: missing on {day}: {parts}. Apply for it together, or choose a later day.")
            parts = "、".join(str(part) for part in offer.missing)
            words = said(sentence, service=offer.service.name, day=wished.start_on, parts=parts)
            reasons.append(Unmet(offer.service.eligibility.said_by, words))
    return reasons


def _application(customer: Customer, unit: ManagementUnit, wished: Wished, code: str, at: datetime) -> Application:
    service = SERVICES[code]
    return electronic(
        customer,
        unit,
        at=at,
        changes=wished.changes,
        service_code=code,
        item=service.items[0].code if service.items else "",
        quantity=wished.quantity if service.counts_lines else 1,
        all_or_nothing=wished.all_or_nothing and service.counts_lines,
        with_option=wished.with_option and any(other.option_of == code for other in SERVICES.values()),
        start_wished_on=wished.start_on,
    )


def _with_fees(application: Application) -> tuple[Application, tuple[FeeShown, ...]]:
    """An application whose items are possible, and its fees (G12.1, G30.1)."""
    application.full_clean(exclude=["number"])
    return application, tuple(fee for shower in _showers for fee in shower(application))


def electronic(customer: Customer, unit: ManagementUnit, *, at: datetime, **items: Any) -> Application:
    """An application that comes over the network at a moment, with these items; not received yet (G12.1)."""
    channel = Application.Channel.ELECTRONIC
    return Application(received_at=at, channel=channel, customer=customer, management_unit=unit, **items)


def apply(plan: ApplicationPlan, *, at: datetime, actor: Actor, user: Any, key: UUID | None) -> Application:
    """Receive what was shown, each with its number, in the order in which it is needed (G12.1, G13.2).

    Sent twice with one key it is received once. Raises Stale where fees or requirements are others by now.
    """
    with chapter(actor=actor, clause="G12.1"), locked(plan.customer) as (customer,):
        before = sent_forms.sent_before(key) if key else None
        if before is not None:
            first: Application = before.record
            return first
        again = plan_applying(customer, plan.unit, plan.wished, at=at)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        received = [application for application, _fees in again.applications]
        for application, fees in again.applications:
            _receive(application, fees)
        if key:
            sent_forms.remember(key, user, received[0])
    return received[0]


def _receive(application: Application, fees: Sequence[FeeShown]) -> None:
    """Give an application its number, and the applicant the receipt with its fees (G12.1, G30.1)."""
    application.save()
    told = {"fees": [fee.sentence for fee in fees] or [str(_("We quote you a price before we accept."))]}
    customer, kind = application.customer, Notice.Kind.RECEIVED
    notifying.tell(customer, kind, clause=Clause("G12.1"), application=application, context=told)


def hand_in(request: DocumentRequest, file: TakenFile, *, kind: str, today: date, actor: Actor) -> Evidence:
    """Put a document on record that was asked for; with the last one the screening goes on (G42.2.1)."""
    with chapter(actor=actor, clause="G42.2.1"):
        kept = proving.keep(request.application, file, kind=kind, received_on=today, today=today, actor=actor)
        screening.record_arrival(request.application, [request], on=today, actor=actor)
    return kept


def file(customer: Customer, unit: ManagementUnit, *, at: datetime, actor: Actor, **items: Any) -> Application:
    """Take an application that came electronically. Raises ValidationError with every item that is missing or wrong (G12.1)."""
    with chapter(actor=actor, clause="G12.1"):
        application, fees = _with_fees(electronic(customer, unit, at=at, **items))
        _receive(application, fees)
    return application
