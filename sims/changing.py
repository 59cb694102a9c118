"""Changing the number of lines: more by an application that was accepted, fewer by choice; from a day on (MA8.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect
from contracts.models import Application, Contract, Notice
from iijiot.actors import Actor
from iijiot.bulk import bulk_transition
from iijiot.clauses import Clause
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, citing, locked
from iijiot.rules import Unmet, refuse, refuse_for, require, unmet
from iijiot.words import said
from sims import ordering
from sims.models import Line, LineChange
from sims.models.change import Closed, Kind, State

UNDER = "MA8.1"
FARTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class ReductionPlan:
    """Which lines would end on which day, and what follows."""

    contract: Contract
    lines: tuple[int, ...]
    picked: bool
    effective_on: date
    today: date
    effects: tuple[Effect, ...]

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        parts = [self.contract.pk, self.lines, self.effective_on]
        return fingerprint([*parts, *((effect.key, effect.on, str(effect.what)) for effect in self.effects)])

    @property
    def remaining(self) -> int:
        """How many lines stay."""
        return int(self.contract.lines.staying().count()) - len(self.lines)

    @property
    def first_lines(self) -> Any:
        """The first of the lines that end, as a page shows them."""
        return Line.objects.among(self.lines[:20]).with_list_data().order_by("pk")

    @property
    def further_lines(self) -> int:
        """How many more end."""
        return max(0, len(self.lines) - 20)

    letters: tuple[Notice, ...] = ()


def take_more(contract_id: int, quantity: int, *, application_id: int, effective_on: date) -> LineChange:
    """Keep an accepted increase, or carry it out at once where its day has come, inside the open act (G15.2, MA8.1)."""
    application = Application.objects.get(pk=application_id)
    change = LineChange(
        contract_id=contract_id,
        application=application,
        kind=Kind.MORE,
        quantity=quantity,
        asked_on=application.received_on,
        effective_on=effective_on,
    )
    with citing("G15.2"):
        change.save()
    if application.decided_on is not None and effective_on <= application.decided_on:
        order_more(change)
    return change


def order_more(change: LineChange) -> None:
    """Order the lines of an increase whose day has come: they are charged from that day on (MA8.1, G3)."""
    with citing(UNDER), locked(change.contract, change) as (contract, held):
        held.carry_out()
        held.save()
        starts = None if contract.state == "accepted" else max(held.effective_on, contract.first_day)
        ordering.order(contract.pk, held.quantity, on=held.effective_on, billing_from=starts)
        contract.change_quantity(contract.quantity + held.quantity)
        contract.save()


def end_over(contract: Contract, day: date) -> int:
    """End the lines of a contract whose own last day is before this day, alone or by a reduction (MA8.1, MA9.2)."""
    with locked(contract) as (held,):
        ended = ordering.end_over(list(held.lines.over(day).values_list("pk", flat=True)), day)
        bulk_transition(LineChange.objects.fewer().due(day).of_contracts([held.pk]), "carry_out")
        if ended:
            held.change_quantity(held.quantity - len(ended))
            held.save()
    return len(ended)


def plan_reduction(
    contract: Contract,
    *,
    effective_on: date,
    today: date,
    chosen: Sequence[int] = (),
    how_many: int = 0,
) -> ReductionPlan:
    """Which lines would end: those chosen, or so many, one of both: first those without a card, then the latest ordered
    (MA8.1).

    Raises RuleViolation for lines that cannot leave, a day that cannot be, and where no line would be left.
    """
    require(contract.take_fewer_lines)
    _refuse_day(contract, effective_on, today)
    if bool(chosen) is bool(how_many):
        raise refuse(UNDER, _("Say how many lines end, or which: one of both."))
    free = contract.lines.that_may_leave()
    leaving = free.among(chosen) if chosen else free[:how_many]
    lines = list(leaving.values_list("pk", flat=True))
    asked = len(set(chosen)) if chosen else how_many
    if len(lines) < asked:
        sentence = _("Only {many} of {asked} lines can end: the others are protected, or end already.")
        raise refuse(UNDER, said(sentence, many=len(lines), asked=asked))
    ordering.keep_one(contract, lines)
    ends = {contract.pk: (effective_on, Clause(UNDER))}
    effects = ordering.foresee_ends(Line.objects.among(lines), ends)
    ordered = sorted(effects, key=lambda effect: (effect.on, effect.key))
    return ReductionPlan(contract, tuple(lines), bool(chosen), effective_on, today, tuple(ordered))


def _refuse_day(contract: Contract, effective_on: date, today: date) -> None:
    if effective_on < today:
        raise refuse(UNDER, _("This day is over. Choose today or a later day."))
    if effective_on > today + FARTHEST:
        raise refuse(UNDER, _("This is more than three years ahead. Check the year."))
    if contract.ends_on is not None and effective_on >= contract.ends_on:
        raise refuse(UNDER, said(_("The contract ends on {day}, and all its lines with it."), day=contract.ends_on))


def reduce(plan: ReductionPlan, *, actor: Actor, reason: str = "") -> LineChange:
    """Book the end of the lines of the plan (MA8.1). Raises Stale when the world has moved since it was made."""
    with chapter(actor=actor, reason=reason, clause=UNDER), locked(plan.contract) as (contract,):
        picked = {"chosen": plan.lines} if plan.picked else {"how_many": len(plan.lines)}
        again = plan_reduction(contract, effective_on=plan.effective_on, today=plan.today, **picked)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        change = LineChange(
            contract=contract,
            kind=Kind.FEWER,
            quantity=len(plan.lines),
            asked_on=plan.today,
            effective_on=plan.effective_on,
        )
        change.save()
        ends = {"ends_on": plan.effective_on, "ends_under": UNDER, "leaves_with": change.pk}
        bulk_transition(Line.objects.among(plan.lines), "schedule_end", ends)
    return change


@dataclass(frozen=True)
class BackPlan:
    """A change that is taken back: how many lines go on, or do not come."""

    change: LineChange
    lines: int
    today: date
    letters: tuple[Notice, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        return fingerprint([self.change.pk, str(self.change.state), self.lines])


def why_not_back(change: LineChange, *, today: date) -> list[Unmet]:
    """Why a change cannot be taken back now; empty where it can (MA8.1)."""
    reasons = unmet(change.close)
    if not reasons and change.effective_on < today:
        reasons.append(Unmet(Clause(UNDER), _("It has taken effect: its day is over.")))
    return reasons


def plan_taking_back(change: LineChange, *, today: date) -> BackPlan:
    """What taking a change back would do. Raises RuleViolation once its day is over, or it waits no more."""
    refuse_for(why_not_back(change, today=today))
    many = change.quantity if change.kind == Kind.MORE else Line.objects.living().chosen_for(change).count()
    return BackPlan(change, many, today)


def take_back(plan: BackPlan, *, actor: Actor, reason: str = "") -> None:
    """Let the lines of a reduction go on, or an increase not come (MA8.1). Raises Stale when the world has moved."""
    change = plan.change
    with chapter(actor=actor, reason=reason, clause=UNDER), locked(change.contract, change) as (_contract, held):
        again = plan_taking_back(held, today=plan.today)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        held.close(Closed.TAKEN_BACK)
        held.save()
        let_stay([held.pk])


def let_stay(changes: Sequence[int]) -> list[int]:
    """Lift the ends of the lines that were to go with these changes, inside the open act."""
    going = Line.objects.living().chosen_for_any(changes)
    return bulk_transition(going, "lift_end", {"ends_on": None, "ends_under": "", "leaves_with": None})


def foresee(ends: Mapping[int, date], lifted: Mapping[int, date]) -> Iterable[Effect]:
    """The pending changes that would come after the ends of their contracts, and those closed because of an end that is
    lifted: they are not opened again (L01).
    """
    for change in LineChange.objects.met_by_ends(list(ends), list(lifted)):
        closes = change.state == State.PENDING
        day = (ends if closes else lifted)[change.contract_id]
        if change.effective_on <= day:
            continue
        if closes:
            words = said(_("{change} is closed without effect."), change=change)
            yield Effect(day, Clause(UNDER), words, ("change-closed", change.pk))
        else:
            words = said(_("{change} stays closed. Record the change anew if it is still wanted."), change=change)
            yield Effect(day, Clause(UNDER), words, ("change-stays-closed", change.pk))


def close_overtaken(contract_ids: Sequence[int]) -> None:
    """Close what would come after the end of its contract, inside the open act; no line is ordered for it (L01)."""
    overtaken = LineChange.objects.overtaken(list(contract_ids))
    let_stay(bulk_transition(overtaken, "close", {"closed_because": Closed.ENDS}))
