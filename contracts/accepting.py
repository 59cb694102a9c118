"""Accepting, refusing, withdrawing: an application becomes a contract with all it rests on, or nothing at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts import announcing, consenting, consequences, ending, notifying
from contracts.cascade import Fall, Key, falls
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Holding, Service
from contracts.consequences import Effect, Event, Turn
from contracts.models import Application, Contract, Customer, Dependency, Finding, Notice, StartCondition
from contracts.standing import Standing
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, citing, locked
from iijiot.rules import RuleViolation, Unmet, refuse, unmet
from iijiot.words import Words, said

NEW_IOT: Key = ("application", 0)
"""Stands, in the option of one application, for the IoT contract that the same application makes."""


@dataclass(frozen=True)
class Slot:
    """One part of a requirement: what could satisfy it, and what was chosen."""

    service: str
    index: int
    words: Words
    candidates: tuple[Holding, ...]
    chosen: Holding | None

    @property
    def name(self) -> str:
        """How a form calls it."""
        return f"rests-on-{self.service}-{self.index}"


@dataclass(frozen=True)
class AcceptancePlan:
    """What accepting would make: contract and option, what they rest on, how many lines, and what still stands in the way."""

    application: Application
    on: date
    quantity: int
    slots: tuple[Slot, ...]
    own_end: Fall | None
    waiting: tuple[Application, ...]
    found: tuple[Finding, ...]
    blocked: tuple[Unmet, ...]
    effects: tuple[Effect, ...]

    @property
    def refused_quantity(self) -> int:
        """Lines over the cap, which are refused (G14.3)."""
        return self.application.quantity - self.quantity

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint(
            [
                self.application.pk,
                str(self.application.state),
                self.quantity,
                *((slot.name, slot.chosen and slot.chosen.key) for slot in self.slots),
                self.own_end,
                *(application.pk for application in self.waiting),
                *(finding.pk for finding in self.found),
                *(str(reason) for reason in self.blocked),
                *((effect.key, effect.on) for effect in self.effects),
            ]
        )

    @property
    def letters(self) -> list[Notice]:
        """The notice that goes out; the new contracts get their numbers when they are made."""
        services = [self.application.service] + ([SERVICES["wise-paas-option"]] if self.application.with_option else [])
        made = [
            Contract(
                number=str(_("(new)")), service_code=service.code, quantity=1 if service.is_option else self.quantity
            )
            for service in services
        ]
        return [_letter(self, self.application, made, self.own_end.on if self.own_end else None)]


def _letter(plan: AcceptancePlan, application: Application, made: list[Contract], ends_on: date | None) -> Notice:
    return notifying.compose(
        application.customer,
        Notice.Kind.ACCEPTED,
        clause=Clause("G13.1"),
        application=application,
        contract=made[0] if made[0].pk else None,
        context={"plan": plan, "contracts": made, "told_end": ends_on},
        channel=notifying.channel_of(application),
    )


def plan_acceptance(application: Application, *, on: date, chosen: Mapping[str, Key] | None = None) -> AcceptancePlan:
    """What accepting the application on this day would do, with every reason against it (G13, G14)."""
    blocked = [*unmet(application.accept)]
    holdings = application.customer.holdings()
    services = [application.service]
    if application.with_option:
        services.append(SERVICES["wise-paas-option"])
        start = application.start_wished_on
        holdings = [*holdings, Holding("iot", start, None, NEW_IOT, str(_("the new contract")))]
    slots = []
    for service in services:
        offered = holdings if service.is_option else [h for h in holdings if h.key != NEW_IOT]
        if service.is_option and application.with_option:
            offered = [h for h in offered if h.code != "iot" or h.key == NEW_IOT]
        slots += _slots(service, offered, application.start_wished_on, chosen or {})
        blocked += _missing(application.customer, service, offered, application.start_wished_on)
    room = application.room()
    quantity = application.quantity if room is None else min(application.quantity, room)
    if application.exceeds_cap():
        blocked.append(
            Unmet(
                Clause("G14.3"),
                said(
                    _("The cap leaves room for {room} lines; {asked} were asked for."),
                    room=room,
                    asked=application.quantity,
                ),
            )
        )
    if application.service.unit:
        blocked += _unit_taken(application)
    waiting = tuple(Application.objects.before(application)[:20])
    found = tuple(application.findings.filter(result=Finding.Result.FOUND))
    turns = [Turn(0, Event.ACCEPTED, on, application.service.fees.said_by)]
    return AcceptancePlan(
        application,
        on,
        quantity,
        tuple(slots),
        _own_end(application, slots),
        waiting,
        found,
        tuple(blocked),
        tuple(consequences.foresee(turns)),
    )


def accept(plan: AcceptancePlan, *, actor: Actor, reason: str = "") -> Contract:
    """Make the contract with its dependencies, its option and its conditions, and tell the customer (G13.1, G40.5).

    Raises RuleViolation where something stands in the way, and Stale when the world has moved since the plan was made.
    """
    if plan.blocked:
        raise RuleViolation(*plan.blocked)
    if plan.waiting and not reason.strip():
        raise refuse(
            "G13.2",
            said(
                _(
                    "{number} was received earlier and is waiting. Accept that one first, or give the reason for the other order."
                ),
                number=plan.waiting[0].number,
            ),
        )
    if plan.found and not reason.strip():
        raise refuse(
            plan.found[0].ground, _("A ground for refusal applies. Give the reason for accepting all the same.")
        )
    customer = plan.application.customer
    with (
        chapter(actor=actor, reason=reason, clause="G13.1"),
        locked(customer, plan.application) as (_held_customer, held),
    ):
        again = plan_acceptance(held, on=plan.on, chosen={s.name: s.chosen.key for s in plan.slots if s.chosen})
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        held.accept(on=plan.on, quantity=plan.quantity)
        held.save()
        consenting.conclude(customer, at=clock.moment_of(plan.on))
        contract = _make(held, held.service, plan, None)
        made = [contract]
        if held.with_option:
            made.append(_make(held, SERVICES["wise-paas-option"], plan, contract))
        ending.settle(customer)
        consequences.bring_about([Turn(c.pk, Event.ACCEPTED, plan.on, c.service.fees.said_by) for c in made])
        contract = Contract.objects.get(pk=contract.pk)
        made[0] = contract
        notifying.send(_letter(plan, held, made, contract.ends_on))
        for each in made:
            announcing.tell_newcomer(each)
    return contract


def refuse_application(application: Application, *, on: date, actor: Actor, reason: str = "") -> None:
    """Refuse on the grounds recorded, and tell the applicant the fact in writing, grounds only where flagged (G14.2)."""
    with (
        chapter(actor=actor, reason=reason, clause="G14.1"),
        locked(application.customer, application) as (customer, held),
    ):
        held.refuse(on=on)
        held.save()
        by_mail = held.channel == Application.Channel.ELECTRONIC
        told = list(held.findings.filter(result=Finding.Result.FOUND, told=True))
        notifying.tell(
            customer,
            Notice.Kind.REFUSED,
            clause=Clause("G42.2.2" if by_mail else "G14.2"),
            application=held,
            context={"told": told},
            channel=notifying.channel_of(held),
        )


def withdraw(application: Application, *, on: date, actor: Actor, reason: str = "") -> None:
    """Take the application back for the applicant before it is decided."""
    with chapter(actor=actor, reason=reason, clause="G12.1"), locked(application) as (held,):
        held.withdraw(on=on)
        held.save()


def _slots(service: Service, holdings: list[Holding], on: date, chosen: Mapping[str, Key]) -> list[Slot]:
    slots = []
    for index, part in enumerate(service.eligibility.parts):
        candidates = tuple(part.candidates(holdings, on))
        slot = Slot(service.code, index, part.words, candidates, candidates[0] if candidates else None)
        wanted = chosen.get(slot.name)
        if wanted is not None:
            picked = next((holding for holding in candidates if holding.key == tuple(wanted)), None)
            if picked is None:
                raise refuse(
                    service.eligibility.said_by.id,
                    _(
                        "What was chosen does not satisfy the requirement on the start date. Choose one of those offered."
                    ),
                )
            slot = Slot(service.code, index, part.words, candidates, picked)
        slots.append(slot)
    return slots


def _missing(customer: Customer, service: Service, holdings: list[Holding], on: date) -> list[Unmet]:
    requirement = service.eligibility
    missing = [part.words for part in requirement.explain(holdings, on) if not part.met]
    if not missing:
        return []
    words = "、".join(str(part) for part in missing)
    possible = requirement.possible_from(holdings, on)
    remedy = (
        said(_("Missing on {day}: {parts}. Possible from {possible}."), day=on, parts=words, possible=possible)
        if possible
        else said(_("Missing on {day}: {parts}."), day=on, parts=words)
    )
    return [Unmet(requirement.said_by, remedy, (customer,))]


def _unit_taken(application: Application) -> list[Unmet]:
    living = application.management_unit.contracts.filter(
        service_code=application.service_code,
        item=application.item,
        state__in=["accepted", "active", "suspended", "restricted"],
    ).first()
    if living is None or application.service.unit is None:
        return []
    return [
        Unmet(
            application.service.unit,
            said(
                _("The management unit has {contract} already. Change its number of lines instead (MA8.1)."),
                contract=living.number,
            ),
            (living,),
        )
    ]


def _own_end(application: Application, slots: list[Slot]) -> Fall | None:
    """How the contract would end with what it rests on, by what is scheduled now (L07)."""
    ends = falls(Standing.of(application.customer).world)
    service = application.service
    caused = [
        (ends[slot.chosen.key].on, slot.chosen)
        for slot in slots
        if slot.service == service.code
        and slot.chosen
        and slot.chosen.key in ends
        and service.ends_under(slot.chosen.code)
    ]
    if not caused:
        return None
    on, base = min(caused, key=lambda end: end[0])
    clause = service.ends_under(base.code)
    assert clause is not None  # noqa: S101 - filtered above
    return Fall(on, clause.id, ends[base.key].root, ends[base.key].root_on, base=base.key)


def _make(application: Application, service: Service, plan: AcceptancePlan, parent: Contract | None) -> Contract:
    slots = [slot for slot in plan.slots if slot.service == service.code]
    bases = [
        parent.key if slot.chosen and slot.chosen.key == NEW_IOT and parent else slot.chosen.key
        for slot in slots
        if slot.chosen
    ]
    contract = Contract(
        customer=application.customer,
        management_unit=application.management_unit,
        application=application,
        service_code=service.code,
        item=application.item if not parent else "",
        quantity=plan.quantity if not parent else 1,
        accepted_on=plan.on,
        parent=parent or (_chosen_iot(slots) if service.is_option else None),
    )
    try:
        contract.save()
    except ValidationError as error:
        raise RuleViolation(
            *(Unmet(Clause(service.unit.id if service.unit else "G9.1"), m) for m in error.messages)
        ) from error
    requirement = service.eligibility.said_by
    for slot, (kind, pk) in zip([s for s in slots if s.chosen], bases, strict=True):
        assert slot.chosen is not None  # noqa: S101 - filtered in the line above
        cascade = service.ends_under(slot.chosen.code)
        clause = cascade or requirement
        with citing(clause.id):
            Dependency(
                contract=contract,
                on_contract_id=pk if kind == "contract" else None,
                on_external_id=pk if kind == "external" else None,
                clause=clause.id,
                cascades=cascade is not None,
            ).save()
    for condition in service.before_start:
        with citing(condition.said_by.id):
            StartCondition(
                contract=contract, code=condition.code, words=str(condition.words), clause=condition.said_by.id
            ).save()
    return contract


def _chosen_iot(slots: list[Slot]) -> Contract | None:
    key = next((slot.chosen.key for slot in slots if slot.chosen and slot.chosen.code == "iot"), None)
    return Contract.objects.get(pk=key[1]) if key else None
