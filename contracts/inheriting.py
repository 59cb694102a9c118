"""Death and inheritance: the first heir who files within two weeks takes over everything, or all ends (G18)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from contracts import ending
from contracts.ending import plan_ending
from contracts.models import Customer, Death, HeirFiling
from contracts.models.termination import Origin
from contracts.succeeding import move, whole_estate
from iijiot.actors import Actor
from iijiot.records import chapter, locked
from iijiot.rules import refuse


def report_death(
    customer: Customer, *, died_on: date, reported_on: date, source: str, today: date, actor: Actor
) -> Death:
    """Record a death: the contracts wait for an heir until two weeks after it (G18.1)."""
    if reported_on > today:
        raise refuse("G18.1", _("The day of arrival has not come yet. Check the day."))
    with chapter(actor=actor, reason=source, clause="G18.1"), locked(customer) as (held,):
        death = Death(customer=held, died_on=died_on, reported_on=reported_on, source=source)
        death.save()
    return death


def file(death: Death, heir: Customer, *, filed_at: datetime, evidence: str, now: datetime, actor: Actor) -> HeirFiling:
    """Record an heir's filing by the moment of its arrival; after the two weeks it is too late (G18.1)."""
    if filed_at > now:
        raise refuse("G18.1", _("The day of arrival has not come yet. Check the day."))
    if heir.pk == death.customer_id:
        raise refuse("G18.1", _("The heir is another customer. Record the heir as a customer first."))
    with chapter(actor=actor, reason=evidence, clause="G18.1"), locked(death) as (held,):
        filing = HeirFiling(death=held, heir=heir, filed_at=filed_at, evidence=evidence)
        filing.complete()
        if not filing.in_time:
            filing = HeirFiling(death=held, heir=heir, filed_at=filed_at, evidence=evidence, state="late")
        elif held.state != "open":
            raise refuse("G18.1", _("It is decided already who takes over."))
        filing.save()
    return filing


def refuse_heir(filing: HeirFiling, *, ground: str, note: str, actor: Actor) -> None:
    """Refuse an heir on a ground of article 14 (G18.2); the next who filed in time steps in."""
    with chapter(actor=actor, reason=note, clause="G18.2"), locked(filing.death, filing) as (_death, held):
        held.turn_away(ground, note)
        held.save()


def take_over(filing: HeirFiling, *, note: str, actor: Actor) -> None:
    """Let the first heir in time take over every contract, debts too, without a break (G18.1)."""
    with (
        chapter(actor=actor, reason=note, clause="G18.1"),
        locked(filing.death.customer, filing.heir, filing.death, filing) as (customer, heir, death, held),
    ):
        death.take_over()
        held.take()
        death.save()
        held.save()
        move(customer, heir, whole_estate(customer), on=death.died_on, whole=True)


def end_without_heir(death: Death, *, today: date, actor: Actor) -> None:
    """End every contract with the day of death, since no heir filed in time (G18.1)."""
    with (
        chapter(actor=actor, reason=death.source, clause="G18.1"),
        locked(death.customer, death) as (customer, held),
    ):
        if today <= held.file_by:
            raise refuse("G18.1", _("Heirs can still file. Wait until the two weeks are over."))
        held.end_all()
        held.save()
        for contract in whole_estate(customer).contracts:
            living = customer.contracts.in_life().among([contract.pk]).first()
            if living is None or (living.ends_on and living.ends_on <= held.died_on):
                continue
            plan = plan_ending(living, effective_on=held.died_on, clause="G18.1", origin=Origin.DEATH)
            ending.carry_out(plan, actor=actor, reason=held.source, today=today)
