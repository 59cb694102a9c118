"""Prices agreed with a customer: they end on a day, or are taken back (G30.1)."""

from datetime import date

from billing.models import AgreedPrice
from iijiot.actors import Actor
from iijiot.records import chapter, locked


def end(agreed: AgreedPrice, last: date, *, today: date, actor: Actor, reason: str = "") -> None:
    """Let an agreed price hold to a day that is not over, and no longer."""
    with chapter(actor=actor, reason=reason, clause="G30.1"), locked(agreed) as (held,):
        held.end_on(last, today)
        held.save()


def withdraw(agreed: AgreedPrice, *, because: str, actor: Actor) -> None:
    """Take back a price that was entered by mistake: what was charged by it is corrected by the next run."""
    with chapter(actor=actor, reason=because, clause="G30.1"), locked(agreed) as (held,):
        held.withdraw(because)
        held.save()
