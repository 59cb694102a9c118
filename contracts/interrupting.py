"""Restricting and interrupting a service: put into force, and given back (G6.2, G24, G25)."""

from datetime import date

from contracts import announcing
from contracts.models import Measure
from iijiot.actors import Actor
from iijiot.records import chapter, locked


def begin(measure: Measure, *, on: date, actor: Actor) -> None:
    """Put a measure into force. Raises RuleViolation where the customers must be told first (G25.2)."""
    with chapter(actor=actor, reason=measure.reason, clause=measure.clause_value.id), locked(measure) as (held,):
        held.begin(on)
        held.save()


def finish(measure: Measure, *, on: date, because: str, actor: Actor) -> None:
    """Give the service back."""
    with chapter(actor=actor, reason=because, clause=measure.clause_value.id), locked(measure) as (held,):
        held.finish(on)
        held.save()


def withdraw(measure: Measure, *, on: date, because: str, actor: Actor) -> None:
    """Do without it before it began, and tell those who were told of it."""
    with chapter(actor=actor, reason=because, clause=measure.clause_value.id), locked(measure) as (held,):
        held.withdraw(on)
        held.save()
        announcing.take_back(held)
