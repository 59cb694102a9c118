"""Accepting, refusing, withdrawing: an application becomes a contract with all it rests on, or nothing at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts import announcing, consenting, consequences, ending, notifying, requiring
from contracts.cascade import Fall, Key, falls
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import Service
from contracts.consequences import Effect, Event, Turn
from contracts.models import Application, Contract, Dependency, Finding, Notice, StartCondition
from contracts.requiring import Slot
from contracts.standing import Standing
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, citing, locked
from iijiot.rules import RuleViolation, Unmet, refuse, unmet
from iijiot.words import said


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
    effective_on: date | None = None
    """From when on a contract has more lines; None where a contract is made."""

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
                self.effective_on,
                *(application.pk for application in self.waiting),
                *(finding.pk for finding in self.found),
                *(str(reason) for reason in self.blocked),
                *((effect.key, effect.on) for effect in self.effects),
            ]
        )

    @property
    def letters(self) -> list[Notice]:
        """The notice that goes out; the new contracts get their numbers when they are made."""
        if self.application.changes is not None:
            return [_letter(self, self.application, [self.application.changes], self.application.changes.ends_on)]
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
        Notice.Kind.LINES_ACCEPTED if application.changes_id else Notice.Kind.ACCEPTED,
        clause=Clause("G13.1"),
        application=application,
        contract=made[0] if made[0].pk else None,
        context={"plan": plan, "contracts": made, "told_end": ends_on},
        channel=notifying.channel_of(application),
    )


def plan_acceptance(
    application: Application,
    *,
    on: date,
    chosen: Mapping[str, Key] | None = None,
    effective_on: date | None = None,
) -> AcceptancePlan:
    """What accepting the application on this day would do, with every reason against it (G13, G14, G15.2).

    `effective_on` is from when on a contract has more lines, as staff set it: by default the wished day, or today
    where that has passed.
    """
    day = max(application.start_wished_on, on) if effective_on is None else effective_on
    slots, blocked = (
        requiring.to_rest_on(application, chosen)
        if application.changes is None
        else ([], _no_change(application, on, day))
    )
    since = day if application.changes else application.start_wished_on
    room = application.room(since)
    quantity = application.quantity if room is None else min(application.quantity, room)
    if application.is_too_little(room):
        sentence = _("The cap leaves room for {room} lines; {asked} were asked for.")
        blocked.append(Unmet(Clause("G14.3"), said(sentence, room=room, asked=application.quantity)))
    return AcceptancePlan(
        application,
        on,
        quantity,
        tuple(slots),
        None if application.changes else _own_end(application, slots),
        tuple(Application.objects.before(application)[:20]),
        tuple(application.findings.filter(result=Finding.Result.FOUND)),
        (*unmet(application.accept), *blocked),
        tuple(consequences.foresee([_turn(application, on, quantity, day)])),
        day if application.changes else None,
    )


def _turn(application: Application, on: date, quantity: int, effective_on: date) -> Turn:
    """The turn of the contract that is made, or of the one that gets more lines."""
    service, contract = application.service, application.changes
    if contract is None:
        return Turn(0, Event.ACCEPTED, on, service.fees.said_by, quantity if service.counts_lines else 0)
    clause = service.changes_under or service.fees.said_by
    return Turn(contract.pk, Event.LINES_MORE, effective_on, clause, quantity, application.pk)


def _no_change(application: Application, on: date, effective_on: date) -> list[Unmet]:
    """Why the contract cannot have more lines from this day on (MA8.1, G15)."""
    gone = application.why_no_change(effective_on)
    blocked = [gone] if gone else []
    if effective_on < on:
        clause = application.service.changes_under or Clause("G15.1")
        sentence = _("A change takes effect on the day of its acceptance or later. Choose {day} or a later day.")
        blocked.append(Unmet(clause, said(sentence, day=on)))
    return blocked


def accept(plan: AcceptancePlan, *, actor: Actor, reason: str = "") -> Contract:
    """Make the contract with its dependencies, its option and its conditions, and tell the customer (G13.1, G40.5).

    A change makes no contract: the one that is changed has more lines from its day on (G15.2, MA8.1).

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
        chosen = {slot.name: slot.chosen.key for slot in plan.slots if slot.chosen}
        again = plan_acceptance(held, on=plan.on, chosen=chosen, effective_on=plan.effective_on)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        held.accept(on=plan.on, quantity=plan.quantity)
        held.save()
        return _changed(held, again) if held.changes else _concluded(held, again)


def _changed(application: Application, plan: AcceptancePlan) -> Contract:
    """The contract that has, or will have, more lines; inside the open act."""
    assert application.changes is not None  # noqa: S101 - asked by accept
    assert plan.effective_on is not None  # noqa: S101 - a change has its day
    with locked(application.changes):
        consequences.bring_about([_turn(application, plan.on, plan.quantity, plan.effective_on)])
    contract = Contract.objects.get(pk=application.changes.pk)
    notifying.send(_letter(plan, application, [contract], contract.ends_on))
    return contract


def _concluded(application: Application, plan: AcceptancePlan) -> Contract:
    """The contract that is made, with its option; inside the open act."""
    customer = application.customer
    consenting.conclude(customer, at=clock.moment_of(plan.on))
    contract = _make(application, application.service, plan, None)
    made = [contract]
    if application.with_option:
        made.append(_make(application, SERVICES["wise-paas-option"], plan, contract))
    ending.settle(customer)
    lines = [c.quantity if c.service.counts_lines else 0 for c in made]
    consequences.bring_about(
        [
            Turn(c.pk, Event.ACCEPTED, plan.on, c.service.fees.said_by, many, application.pk)
            for c, many in zip(made, lines, strict=True)
        ]
    )
    made[0] = Contract.objects.get(pk=contract.pk)
    notifying.send(_letter(plan, application, made, made[0].ends_on))
    for each in made:
        announcing.tell_newcomer(each)
    return made[0]


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
    """Take the application back for the applicant before it is decided, and confirm that (G12.1)."""
    clause = Clause("G12.1")
    with chapter(actor=actor, reason=reason, clause=clause.id), locked(application) as (held,):
        held.withdraw(on=on)
        held.save()
        notifying.tell(held.customer, Notice.Kind.APPLICATION_WITHDRAWN, clause=clause, application=held, context={})


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
        parent.key if slot.chosen and slot.chosen.key == requiring.NEW_IOT and parent else slot.chosen.key
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
