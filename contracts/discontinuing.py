"""Discontinuing: ends for every contract of the service, and their taking back where the service goes on (G27, G29.3)."""

from datetime import date

from contracts import announcing, ending, terminating
from contracts.models import Contract, Discontinuation, Termination
from iijiot.actors import Actor
from iijiot.records import chapter, locked


def without_end(discontinuation: Discontinuation) -> list[Contract]:
    """The living contracts that it ends and that have no end by it yet, customer by customer."""
    if not discontinuation.ends_contracts:
        return []
    return list(announcing.affected_contracts(discontinuation).without_end_by(discontinuation))


def schedule_end(discontinuation: Discontinuation, contract: Contract, *, today: date, actor: Actor) -> None:
    """Give one contract its end with the service; an earlier end of its own keeps its day (G29.3)."""
    plan = terminating.plan_ending_by_discontinuation(contract, discontinuation)
    ending.carry_out(plan, actor=actor, reason=discontinuation.reason, today=today)


def withdraw(discontinuation: Discontinuation, *, because: str, today: date, actor: Actor) -> None:
    """Go on with the service and tell so; every end that it made is taken back, and what only that caused (G27.1)."""
    with chapter(actor=actor, reason=because, clause="G27.1"):
        with locked(discontinuation) as (held,):
            held.withdraw()
            held.save()
            announcing.take_back(held)
        for end in Termination.objects.of_discontinuation(discontinuation).scheduled():
            ending.carry_out(ending.plan_taking_back(end, today=today), actor=actor, reason=because, today=today)


def close(discontinuation: Discontinuation, *, actor: Actor) -> None:
    """Record that its last day is over and its contracts have ended (G29.3)."""
    with chapter(actor=actor, clause="G29.3"), locked(discontinuation) as (held,):
        held.carry_out()
        held.save()
