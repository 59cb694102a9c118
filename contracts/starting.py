"""Starting: conditions met, the billing start date set, and service begun on it."""

from datetime import date

from contracts import consequences
from contracts.consequences import Event, Turn
from contracts.models import Contract, StartCondition
from contracts.models.condition import why_none_to_designate
from iijiot.actors import Actor
from iijiot.plans import unmoved
from iijiot.records import chapter, citing, locked
from iijiot.rules import RuleViolation


def set_start(contract: Contract, billing_from: date, *, today: date, actor: Actor, reason: str = "") -> Contract:
    """Set the billing start date (G3); a contract whose day has come starts at once, else the clock starts it."""
    with (
        chapter(actor=actor, reason=reason, clause="G3"),
        locked(contract.customer, contract) as (_held_customer, held),
    ):
        unmoved(contract, held, "billing_starts_on")
        held.set_start(billing_from)
        held.save()
        if billing_from <= today:
            begin(held)
    return held


def begin(contract: Contract) -> None:
    """Start a locked contract, inside the open act."""
    contract.start()
    contract.save()
    consequences.bring_about([Turn(contract.pk, Event.STARTED, contract.first_day, contract.service.fees.said_by)])


def meet(condition: StartCondition, answer: str, *, on: date, actor: Actor) -> None:
    """Record what the customer decided or disclosed (PC4.1, PMG4.1, VPN4.1, WPC4.1, IOT3.4)."""
    with chapter(actor=actor, clause=condition.clause), locked(condition.contract, condition) as (_contract, held):
        unmoved(condition, held, "state", "answer", "met_on")
        held.meet(answer, on)
        held.save()


def designate_condition(contract: Contract, words: str, *, actor: Actor) -> StartCondition:
    """Add something that the company asks of this customer before the start (PC4.1, PMG4.1, VPN4.1)."""
    with chapter(actor=actor, clause="PC4.1"), locked(contract) as (held,):
        clause = held.service.staff_may_designate
        if clause is None or why_none_to_designate(held):
            raise RuleViolation(*why_none_to_designate(held))
        with citing(clause.id):
            condition = StartCondition(contract=held, code="designated", words=words, clause=clause.id)
            condition.save()
    return condition


def waive_conditions(contract: Contract, because: str, *, actor: Actor) -> None:
    """Let a contract start although conditions are open (PC4.2, PMG4.2, VPN4.2, WPC4.2, IOT3.5)."""
    with chapter(actor=actor, reason=because, clause="PC4.2"), locked(contract) as (held,):
        unmoved(contract, held, "conditions_waived")
        held.waive_conditions(because)
        held.save()
