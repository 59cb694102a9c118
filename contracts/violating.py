"""Closing violations."""

from datetime import date

from contracts.models import Violation
from iijiot.actors import Actor
from iijiot.records import chapter, locked


def remedy(violation: Violation, *, on: date, outcome: str, actor: Actor) -> None:
    """Record that the customer has put it right (G28.1.1)."""
    with chapter(actor=actor, reason=outcome, clause=violation.breach), locked(violation) as (held,):
        held.remedy(on, outcome)
        held.save()


def drop(violation: Violation, *, on: date, outcome: str, actor: Actor) -> None:
    """Record that it was none (G20)."""
    with chapter(actor=actor, reason=outcome, clause=violation.breach), locked(violation) as (held,):
        held.drop(on, outcome)
        held.save()
