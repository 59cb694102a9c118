"""Succession: contracts with all that they rest on pass to another customer, in one act (G17; G18 by `inheriting`)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts import consequences, ending, notifying
from contracts.consequences import Event, Turn
from contracts.models import (
    Application,
    Contract,
    Customer,
    Dependency,
    ExternalSubscription,
    ManagementUnit,
    Notice,
    Succeeded,
    Succession,
    Violation,
)
from iijiot.actors import Actor
from iijiot.bulk import bulk_add, bulk_change
from iijiot.clauses import Clause
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, current_chapter, fresh, locked
from iijiot.rules import refuse
from iijiot.words import said

Passing = Callable[[Customer, Customer], None]
"""What else passes from one customer to the other when everything does, such as debts."""

_passing: list[Passing] = []


def passes_too(passing: Passing) -> None:
    """Register what an app to the right lets pass in a merger or an inheritance, inside the open act (G17, G18)."""
    _passing.append(passing)


@dataclass(frozen=True)
class Estate:
    """What passes: living contracts and subscriptions."""

    contracts: tuple[Contract, ...]
    externals: tuple[ExternalSubscription, ...]

    @property
    def keys(self) -> frozenset[tuple[str, int]]:
        """How plans name them."""
        return frozenset([*(contract.key for contract in self.contracts), *(held.key for held in self.externals)])


@dataclass(frozen=True)
class SuccessionPlan:
    """What a succession would move, and what keeps a split from being carried out."""

    succession: Succession
    estate: Estate
    missing: tuple[str, ...]
    today: date

    @property
    def letters(self) -> list[Notice]:
        """What the successor is told, if its day has come."""
        facts = self.succession
        if facts.effective_on > self.today:
            return []
        return [letter(facts.predecessor, facts.successor, self.estate.contracts, facts.effective_on, Clause("G17"))]

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        facts = self.succession
        return fingerprint(
            [facts.kind, facts.predecessor_id, facts.successor_id, facts.effective_on, sorted(self.estate.keys)]
        )


def whole_estate(customer: Customer) -> Estate:
    """Everything that a merger or an heir takes over."""
    return Estate(
        tuple(customer.contracts.in_life().order_by("pk")), tuple(customer.external_subscriptions.order_by("pk"))
    )


def named(customer: Customer, numbers: Sequence[str]) -> Estate:
    """The contracts and subscriptions of these numbers. Raises RuleViolation for a number that is none of the customer's."""
    estate = whole_estate(customer)
    wanted = {number.strip().upper() for number in numbers if number.strip()}
    known = {thing.number for thing in (*estate.contracts, *estate.externals)}
    if unknown := sorted(wanted - known):
        sentence = _("{numbers}: no living contract and no subscription of this customer. Check the numbers.")
        raise refuse("G17", said(sentence, numbers="、".join(unknown)))
    return Estate(
        tuple(contract for contract in estate.contracts if contract.number in wanted),
        tuple(external for external in estate.externals if external.number in wanted),
    )


def torn(customer: Customer, estate: Estate) -> list[str]:
    """What would be torn apart: a contract that passes without what it rests on, or leaves what rests on it (L08)."""
    found = []
    for dependency in Dependency.objects.of_customer(customer).standing():
        if dependency.contract.state == "ended" or getattr(dependency.base, "state", "") == "ended":
            continue
        passes = dependency.contract.key in estate.keys, dependency.base.key in estate.keys
        if passes[0] != passes[1]:
            stays = dependency.base if passes[0] else dependency.contract
            found.append(str(stays))
    return sorted(set(found))


def plan_succession(succession: Succession, numbers: Sequence[str] = (), *, today: date) -> SuccessionPlan:
    """What would pass. Raises RuleViolation where a split names what is not the customer's, or nothing at all."""
    customer = succession.predecessor
    succession.clean()
    if succession.predecessor_id == succession.successor_id:
        raise refuse("G17", _("A customer does not follow itself."))
    if succession.is_merger:
        if earlier := Succession.objects.mergers_of(customer).first():
            raise refuse("G17", said(_("{number} records this merger already."), number=earlier.number))
        return SuccessionPlan(succession, whole_estate(customer), (), today)
    estate = named(customer, numbers)
    if not estate.contracts:
        raise refuse("G17", _("Name the contracts that pass by the split plan."))
    return SuccessionPlan(succession, estate, tuple(torn(customer, estate)), today)


def file(plan: SuccessionPlan, *, actor: Actor) -> Succession:
    """Record a succession, and carry it out if its day has come (G17). Raises Stale, and RuleViolation for a torn split."""
    made = plan.succession
    with chapter(actor=actor, reason=made.evidence, clause="G17"), locked(made.predecessor, made.successor):
        numbers = [
            *(contract.number for contract in plan.estate.contracts),
            *(held.number for held in plan.estate.externals),
        ]
        again = plan_succession(made, numbers, today=plan.today)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        _refuse_torn(again.missing)
        made.save()
        if not made.is_merger:
            bulk_add(
                [
                    *(Succeeded(succession=made, contract=contract) for contract in plan.estate.contracts),
                    *(Succeeded(succession=made, external=external) for external in plan.estate.externals),
                ]
            )
        if made.effective_on <= plan.today:
            carry_out(made, on=plan.today, actor=actor)
    return fresh(made)


def carry_out(succession: Succession, *, on: date, actor: Actor) -> None:
    """Let everything pass on its day, or later where it was reported late (G17)."""
    with (
        chapter(actor=actor, reason=succession.evidence, clause="G17"),
        locked(succession.predecessor, succession.successor, succession) as (predecessor, successor, held),
    ):
        estate = whole_estate(predecessor) if held.is_merger else _items(held)
        if not held.is_merger:
            _refuse_torn(torn(predecessor, estate))
        held.carry_out(on)
        held.save()
        move(predecessor, successor, estate, on=held.effective_on, whole=held.is_merger)


def withdraw(succession: Succession, *, because: str, actor: Actor) -> None:
    """Record that the merger or split does not come (G17)."""
    with chapter(actor=actor, reason=because, clause="G17"), locked(succession) as (held,):
        held.withdraw()
        held.save()


def _items(succession: Succession) -> Estate:
    items = succession.items.select_related("contract", "external")
    contracts = tuple(item.contract for item in items if item.contract and item.contract.state != "ended")
    return Estate(contracts, tuple(item.external for item in items if item.external))


def _refuse_torn(missing: Sequence[str]) -> None:
    if missing:
        sentence = _("What rests on what passes together. Missing: {missing}. Name them too, or leave out both.")
        raise refuse("G17", said(sentence, missing="、".join(missing)))


def move(predecessor: Customer, successor: Customer, estate: Estate, *, on: date, whole: bool) -> None:
    """Give what passes to the successor, inside the open act: the only road on which a contract's customer changes (G10).

    Each management unit is made anew at the successor, so that what has ended stays where it was.
    """
    units = {contract.management_unit_id for contract in estate.contracts}
    if whole:
        units |= set(predecessor.applications.open().values_list("management_unit", flat=True))
    new = _new_units(predecessor, successor, [unit for unit in units if unit])
    whose: dict[str, Any] = {"customer": successor.pk}
    for old, unit in new.items():
        here = Contract.objects.among([c.pk for c in estate.contracts if c.management_unit_id == old])
        bulk_change(here, whose | {"management_unit": unit.pk}, releasing=["customer"])
    bulk_change(
        ExternalSubscription.objects.among([external.pk for external in estate.externals]),
        whose,
        releasing=["customer"],
    )
    if whole:
        for old, unit in new.items():
            waiting = predecessor.applications.open().of_unit(old)
            bulk_change(waiting, whose | {"management_unit": unit.pk}, releasing=["customer", "management_unit"])
        rest = Application.objects.of_customer(predecessor).open()
        bulk_change(rest, whose, releasing=["customer"])
        bulk_change(Violation.objects.of_customer(predecessor).open(), whose, releasing=["customer"])
    else:
        moved = [contract.pk for contract in estate.contracts]
        for old, unit in new.items():
            changes = predecessor.applications.open().of_unit(old).changing(moved)
            bulk_change(changes, whose | {"management_unit": unit.pk}, releasing=["customer"])
        bulk_change(Violation.objects.open().of_contracts(moved), whose, releasing=["customer"])
    for customer in (predecessor, successor):
        ending.settle(customer)
    clause = Clause(current_chapter().clause)
    moves = [Turn(contract.pk, Event.MOVED, on, clause, moved_from=predecessor.pk) for contract in estate.contracts]
    consequences.bring_about(moves)
    for passing in _passing if whole else ():
        passing(predecessor, successor)
    moved_now = Contract.objects.among([contract.pk for contract in estate.contracts]).order_by("pk")
    notifying.send(letter(predecessor, successor, moved_now, on, clause))


def letter(
    predecessor: Customer, successor: Customer, contracts: Iterable[Contract], on: date, clause: Clause
) -> Notice:
    """What the successor is told, as it would be written."""
    told = {"predecessor": predecessor, "effective_on": on, "contracts": contracts}
    return notifying.compose(successor, Notice.Kind.SUCCESSION, clause=clause, context=told)


def _new_units(predecessor: Customer, successor: Customer, units: Sequence[int]) -> dict[int, ManagementUnit]:
    old = list(ManagementUnit.objects.among(units).order_by("pk"))
    made = [ManagementUnit(customer=successor, name=unit.name) for unit in old]
    bulk_add(made)
    return {before.pk: after for before, after in zip(old, made, strict=True)}
