"""Exempting customers from invoices or reminders for a while: a supervisor decides it, with a reason and an end (G33)."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from billing.models import Exemption
from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import said

CLAUSE = "G33"


def exempt(
    customer: Customer, *, exempt_from: str, since: date, until: date, because: str, today: date, actor: Actor
) -> Exemption:
    """Exempt a customer from a day to a day; what is owed stays owed. Raises RuleViolation for days that are over."""
    if since < today:
        raise refuse(CLAUSE, _("An exemption begins today or later: what went out stays out."))
    with chapter(actor=actor, reason=because, clause=CLAUSE), locked(customer):
        there = Exemption.objects.overlapping(customer, exempt_from, since, until).first()
        if there is not None:
            told = _("The customer is exempt from this already, until {day}. Lift that exemption first.")
            raise refuse(CLAUSE, said(told, day=there.until))
        made = Exemption(customer=customer, exempt_from=exempt_from, since=since, until=until, because=because)
        made.save()
    return made


def lift(exemption: Exemption, *, because: str, actor: Actor) -> None:
    """Let invoices or reminders go out again from now on."""
    with chapter(actor=actor, reason=because, clause=CLAUSE), locked(exemption) as (held,):
        held.lift()
        held.save()
