"""What people do, in one line: each plans and carries out as a clerk would."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from contracts import accepting, announcing, ending, screening, starting, suspending
from contracts.cascade import Key
from contracts.ending import Designated, EndingPlan
from contracts.models import Announcement, Application, Contract, Customer, StartCondition, Suspension, Termination
from contracts.models.dependency import Subject
from iijiot import clock, daily
from iijiot.actors import Actor
from iijiot.models import DayStep

WEDNESDAY = date(2026, 11, 25)
BEN = Actor.command("Ben")


def plan_notice(
    contract: Contract,
    arrived_on: date = WEDNESDAY,
    named_on: date | None = None,
    *,
    today: date | None = None,
    designated: Sequence[Designated] = (),
    completes: Termination | None = None,
) -> EndingPlan:
    """What a notice on our form would end, seen on the day it arrived."""
    return ending.plan_ending_by_notice(
        contract,
        arrived_on=arrived_on,
        named_on=named_on,
        how="form",
        today=today or arrived_on,
        designated=designated,
        completes=completes,
    )


def give_notice(
    contract: Contract, arrived_on: date = WEDNESDAY, named_on: date | None = None, **more: Any
) -> Termination:
    """A customer's notice on our form, taken on the day it arrived or on `today`."""
    return do(plan_notice(contract, arrived_on, named_on, **more), today=more.get("today") or arrived_on)


def end(subject: Subject, on: date, clause: str = "PC5.2", *, today: date = WEDNESDAY, **more: Any) -> Termination:
    """The end of a subscription, or of a contract by the company."""
    if isinstance(subject, Contract):
        more.setdefault("ground", "G26.1.3")
    return do(ending.plan_ending(subject, effective_on=on, clause=clause, **more), today=today)


def take_back(termination: Termination, *, today: date = WEDNESDAY) -> Termination:
    """Take an end back."""
    return do(ending.plan_taking_back(termination, today=today), today=today)


def do(plan: EndingPlan, *, today: date = WEDNESDAY, actor: Actor = BEN, reason: str = "お客様のお申し出") -> Any:
    """Carry a plan out."""
    return ending.carry_out(plan, actor=actor, reason=reason, today=today)


def screened(application: Application, found: Mapping[str, str] | None = None) -> Application:
    """Screen an application: nothing found, but for what rules tell and for the grounds given with their facts."""
    screening.begin(application, actor=BEN)
    results = {f.ground: screening.Examined("clear") for f in application.findings.filter(result="open")}
    results.update({ground: screening.Examined("found", facts) for ground, facts in (found or {}).items()})
    screening.examine(application, results, actor=BEN)
    return again(application)


def accept(
    application: Application, *, on: date = WEDNESDAY, chosen: Mapping[str, Key] | None = None, reason: str = ""
) -> Contract:
    """Accept an application as its plan says."""
    return accepting.accept(accepting.plan_acceptance(application, on=on, chosen=chosen), actor=BEN, reason=reason)


def meet_all(contract: Contract, *, on: date = WEDNESDAY) -> None:
    """Complete the checklist."""
    for condition in StartCondition.objects.filter(contract=contract, state="open"):
        starting.meet(condition, "10.0.0.0/16、運用は契約者", on=on, actor=BEN)


def set_start(contract: Contract, billing_from: date, *, today: date = WEDNESDAY) -> Contract:
    """Set the billing start date."""
    return starting.set_start(contract, billing_from, today=today, actor=BEN)


def suspend(contract: Contract, on: date, **more: Any) -> Suspension:
    """Announce a suspension for the beginning of a day, at noon of the day before."""
    begins_at = datetime.combine(on, time(), clock.TOKYO)
    given = {
        "extent": "stop",
        "cause": "G26.1.1",
        "reason": "ご利用料金のお支払いが確認できないため",
        "period": "お支払いの確認まで",
        "now": begins_at - timedelta(hours=12),
        "risk_because": "" if more.get("cause", "G26.1.1") != "G26.1.1" else "支払いが困難との申出",
        **more,
    }
    return suspending.announce(contract, begins_at=begins_at, actor=BEN, **given)


def suspended(contract: Contract, since: date, **more: Any) -> Suspension:
    """A suspension in force since a day."""
    made = suspend(contract, since, **more)
    suspending.begin(made, on=since, actor=BEN)
    return again(made)


def announce(source: Any, at: datetime) -> Announcement:
    """Announce something to everybody whom it touches."""
    return announcing.carry_out(announcing.plan_announcing(source, at=at), actor=BEN, reason="")


def advance(to: date) -> list[DayStep]:
    """Let the clock do what is due up to a day."""
    return daily.advance(to)


def only_on(day: date) -> list[DayStep]:
    """Let the clock do what is due on a day, as if there had been nothing to do on the days before."""
    return [daily.run_step(step, day) for step in daily.steps()]


def again(record: Any) -> Any:
    """The record as it is stored now."""
    return type(record)._base_manager.get(pk=record.pk)


def ends(customer: Customer) -> dict[str, date | None]:
    """The last day of each of a customer's contracts, by service."""
    return dict(customer.contracts.values_list("service_code", "ends_on"))


def states(customer: Customer) -> dict[str, str]:
    """The state of each of a customer's contracts, by service."""
    return dict(customer.contracts.values_list("service_code", "state"))
