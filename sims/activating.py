"""Putting lines into service, pausing and resuming them; the same for one line and for thousands."""

from collections.abc import Sequence
from datetime import date, datetime

from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_transition
from iijiot.records import chapter, locked
from sims import addressing, pooling
from sims.models import DesignatedItem, Line


def activate(line: Line, *, on: date, at: datetime, actor: Actor) -> None:
    """Put one line into service and give it its address (G3, MA5.2). Raises RuleViolation."""
    with chapter(actor=actor, clause="G3"), locked(line.contract, line) as (contract, held):
        held.contract = contract
        held.activate(on)
        held.save()
        addressing.give([held.pk], contract.customer, at=at)


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
