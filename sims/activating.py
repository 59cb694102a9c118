"""Putting lines into service, pausing and resuming them; the same for one line and for thousands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Customer, Notice
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_transition
from iijiot.clauses import Clause
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet
from sims import addressing, pooling
from sims.models import DesignatedItem, Line

AT_ONCE = 5000
"""Lines of a contract that go into service in one act of a clerk; more by a bulk run."""
SHOWN = 20


def activate(line: Line, *, on: date, at: datetime, actor: Actor) -> None:
    """Put one line into service and give it its address (G3, MA5.2). Raises RuleViolation."""
    with chapter(actor=actor, clause="G3"), locked(line.contract, line) as (contract, held):
        held.contract = contract
        held.activate(on)
        held.save()
        addressing.give([held.pk], contract.customer, at=at)


@dataclass(frozen=True)
class ReadyPlan:
    """The lines of a contract that can go into service now, up to a number, and how many are left for later."""

    contract: Contract
    lines: tuple[int, ...]
    further: int
    on: date
    letters: tuple[Notice, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint([self.contract.pk, self.on, self.lines])

    @property
    def first_lines(self) -> Any:
        """The first of them, as a page shows them."""
        return Line.objects.among(self.lines[:SHOWN]).with_list_data().with_network_policy().order_by("number")

    @property
    def more_than_shown(self) -> int:
        """How many more go into service."""
        return max(0, len(self.lines) - SHOWN)


def plan_ready(contract: Contract, *, on: date) -> ReadyPlan:
    """Which lines of a contract can go into service now (G3, MA1). Raises RuleViolation where none can."""
    lines = list(contract.lines.ready().values_list("pk", flat=True))
    if not lines:
        raise RuleViolation(*why_none_ready(contract))
    return ReadyPlan(contract, tuple(lines[:AT_ONCE]), max(0, len(lines) - AT_ONCE), on)


def why_none_ready(contract: Contract) -> list[Unmet]:
    """Why no line of a contract can go into service now; empty where one can."""
    if contract.lines.ready().exists():
        return []
    sentence = _(
        "No line waits with a card that was sent out. Assign cards and ship them first, or start the contract."
    )
    return [Unmet(Clause("G3"), sentence)]


def activate_ready(plan: ReadyPlan, *, at: datetime, actor: Actor) -> list[int]:
    """Put the lines of the plan into service, all of them or none (G3, MA5.2).

    Raises Stale when the world has moved since it was made, and RuleViolation where the addresses do not suffice.
    """
    with chapter(actor=actor, clause="G3"), locked(plan.contract) as (contract,):
        again = plan_ready(contract, on=plan.on)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        return activate_all(plan.lines, on=plan.on, at=at, actor=actor)


def activate_all(lines: Sequence[int], *, on: date, at: datetime, actor: Actor) -> list[int]:
    """Put those of these lines into service that can be now, contract by contract, addresses last; returns which (G3, MA5.2).

    Raises RuleViolation, and changes nothing, where the addresses do not suffice.
    """
    done: list[int] = []
    wanting: dict[Customer, list[int]] = {}
    with chapter(actor=actor, clause="G3"), locked(*Line.objects.among(lines).contracts()) as contracts:
        for contract in contracts:
            ready = contract.lines.among(lines).ready()
            billed = Computed("COALESCE(billing_starts_on, %s)", [on])
            ids = bulk_transition(ready, "activate", {"activated_on": on, "billing_starts_on": billed})
            wanting.setdefault(contract.customer, []).extend(ids)
            done += ids
        addressing.give_each(wanting, at=at)
    return done


def can_have_addresses(lines: Sequence[int], at: datetime) -> list[int]:
    """Those of these lines that can go into service now and for which there are addresses, the first ones first (MA5.2)."""
    ready = list(Line.objects.among(lines).ready().values_list("pk", "contract__customer"))
    free = pooling.free_by_owner(len(ready), at)
    able = []
    for line, customer in ready:
        owner = customer if free[customer] > 0 else None
        if free[owner] > 0:
            free[owner] -= 1
            able.append(line)
    return able


def pause(line: Line, *, actor: Actor, reason: str = "") -> None:
    """Pause a line at the customer's wish; fees go on (MA8.2, G30.3)."""
    DesignatedItem.objects.require("pause")
    with chapter(actor=actor, reason=reason, clause="MA8.2"), locked(line) as (held,):
        held.pause()
        held.save()


def resume(line: Line, *, actor: Actor, reason: str = "") -> None:
    """End the pause (MA8.2)."""
    with chapter(actor=actor, reason=reason, clause="MA8.2"), locked(line) as (held,):
        held.resume()
        held.save()
