"""Suspending: announcing a measure against a contract, putting it into force, and giving the use back."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from contracts import consequences, notifying
from contracts.consequences import Event, Turn
from contracts.models import Contract, Notice, Suspension, Violation
from contracts.models.contract import State as ContractState
from contracts.models.suspension import Cause, Extent
from iijiot import clock
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.rules import refuse
from iijiot.words import Words

EVENTS = {
    ContractState.SUSPENDED: Event.SUSPENDED,
    ContractState.RESTRICTED: Event.RESTRICTED,
    ContractState.ACTIVE: Event.RESUMED,
}

Overdue = Callable[[Contract], Sequence[Words]]
"""Tells what is overdue for a contract, each debt in a line."""

_overdue: list[Overdue] = []


def tell_overdue(teller: Overdue) -> None:
    """Register who can tell what is overdue for a contract; done by the app that knows (G26.1.1)."""
    _overdue.append(teller)


def overdue_of(contract: Contract) -> list[Words]:
    """What is overdue for a contract (G26.1.1)."""
    return [words for teller in _overdue for words in teller(contract)]


def announce(
    contract: Contract,
    *,
    extent: str,
    cause: str,
    reason: str,
    period: str,
    begins_at: datetime,
    now: datetime,
    actor: Actor,
    violation: Violation | None = None,
    provider: str = "",
    provider_reference: str = "",
    urgent_because: str = "",
    risk_because: str = "",
) -> Suspension:
    """Tell the customer reason and period, and put the measure into force when its moment has come (G26.2).

    Raises RuleViolation where the moment has passed and no urgency is given, the violation bears no such cause, or
    neither is anything of the contract overdue nor the risk of non-payment written down (G26.1.1).
    """
    if begins_at <= now and not urgent_because.strip():
        raise refuse(
            "G26.2", _("The customer is told before it begins. Choose a later moment, or say why it is urgent.")
        )
    if violation is not None and not (violation.bears(cause) and violation.customer_id == contract.customer_id):
        raise refuse(cause, _("This violation bears no such suspension. Choose an open one of this kind."))
    if cause == Cause.PAYMENT and not risk_because.strip() and not overdue_of(contract):
        raise refuse(
            "G26.1.1",
            _("Nothing of this contract is overdue. Write down what makes the risk of non-payment evident."),
        )
    with chapter(actor=actor, reason=reason, clause=cause), locked(contract) as (held,):
        held.take_suspension()
        made = Suspension(
            contract=held,
            extent=extent,
            cause=cause,
            violation=violation,
            provider=provider,
            provider_reference=provider_reference,
            reason=reason,
            period=period,
            begins_at=begins_at,
            announced_at=now,
            urgent_because=urgent_because,
            risk_because=risk_because.strip(),
        )
        made.save()
        _tell(Notice.Kind.SUSPENSION, made, "G26.2", held)
        if begins_at <= now:
            begin(made, on=clock.tokyo_day(now), actor=actor)
    return made


def begin(suspension: Suspension, *, on: date, actor: Actor) -> None:
    """Put an announced measure into force (G26.1). Raises RuleViolation before its day, and where the contract has ended."""
    if on < suspension.begins_on:
        raise refuse("G26.2", _("The customer was told of a later day. Wait for it, or announce another suspension."))
    with (
        chapter(actor=actor, clause=suspension.cause),
        locked(suspension.contract, suspension) as (contract, held),
    ):
        held.begin(on)
        held.save()
        _settle(contract, on, held.clause_value)


def withdraw(suspension: Suspension, *, on: date, because: str, actor: Actor) -> None:
    """Take an announcement back and tell the customer: its cause is gone before it began (G26.2)."""
    with chapter(actor=actor, reason=because, clause="G26.2"), locked(suspension) as (held,):
        held.withdraw(on)
        held.save()
        _tell(Notice.Kind.SUSPENSION_WITHDRAWN, held, "G26.2", held.contract)


def record_cure(suspension: Suspension, *, on: date, note: str, today: date, actor: Actor) -> None:
    """Record since when its cause is gone (G28.1.1); the use is given back by lifting."""
    if on > today:
        raise refuse("G28.1.1", _("This day has not come yet. Check the day."))
    with chapter(actor=actor, reason=note, clause="G28.1.1"), locked(suspension) as (held,):
        held.cure(on)
        held.save()


def lift(suspension: Suspension, *, on: date, because: str, actor: Actor) -> None:
    """Give the use back, as far as no other measure holds, and tell the customer (G26.1)."""
    with (
        chapter(actor=actor, reason=because, clause="G26.1"),
        locked(suspension.contract, suspension) as (contract, held),
    ):
        held.lift(on)
        held.save()
        _settle(contract, on, held.clause_value)
        _tell(Notice.Kind.SUSPENSION_LIFTED, held, "G26.1", contract)


def _settle(contract: Contract, on: date, clause: Clause) -> None:
    """Bring the contract's state in line with what is in force: a stop is more than a restriction."""
    extents = set(contract.suspensions.in_force().values_list("extent", flat=True))
    wanted = ContractState.ACTIVE
    if extents:
        wanted = ContractState.SUSPENDED if Extent.STOP in extents else ContractState.RESTRICTED
    if contract.state == wanted:
        return
    {
        ContractState.SUSPENDED: contract.suspend,
        ContractState.RESTRICTED: contract.restrict,
        ContractState.ACTIVE: contract.resume,
    }[wanted]()
    contract.save()
    consequences.bring_about([Turn(contract.pk, EVENTS[wanted], on, clause)])


def _tell(kind: str, suspension: Suspension, clause: str, contract: Contract) -> None:
    notifying.tell(
        contract.customer, kind, clause=Clause(clause), contract=contract, context={"suspension": suspension}
    )
