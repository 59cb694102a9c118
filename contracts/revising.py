"""Changing the terms: a version takes effect once every customer whom it touches was told in time (G2.2)."""

from contracts import announcing
from contracts.models import TermsVersion
from iijiot.actors import Actor
from iijiot.records import chapter, locked


def confirm(version: TermsVersion, *, actor: Actor) -> None:
    """Let a version take effect on its day. Raises RuleViolation while a customer was not told before it (G2.2)."""
    with chapter(actor=actor, clause="G2.2"), locked(version) as (held,):
        announcing.refuse_untold(held)
        held.confirm()
        held.save()


def withdraw(version: TermsVersion, *, because: str, actor: Actor) -> None:
    """Do without a version that has not taken effect, and tell those who were told of it."""
    with chapter(actor=actor, reason=because, clause="G2.1"), locked(version) as (held,):
        held.withdraw()
        held.save()
        announcing.take_back(held)
