"""Ending: what a notice would end, when and why, as a plan; and the plan carried out."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts import consequences, designating, notifying, standing
from contracts.acts import Act, Dropped, NewEnd, Rested, Settled, TakenBack
from contracts.cascade import Fall, falls
from contracts.catalogue.vocabulary import Holding
from contracts.consequences import Effect, Event, Turn
from contracts.designating import FARTHEST_END, Designated, designations
from contracts.models import Contract, Customer, Dependency, ExternalSubscription, Notice, Termination
from contracts.models.contract import State as ContractState
from contracts.models.dependency import Subject
from contracts.models.termination import Origin
from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import refuse, require
from iijiot.words import Words, said

LETTERS_SHOWN = 10
"""Letters of a plan that are shown in full; the same words go out about each further contract."""


@dataclass(frozen=True)
class Change:
    """What a plan changes for one contract or subscription: how it would have ended, and how it will."""

    subject: Subject
    before: Fall | None
    after: Fall | None
    paths: tuple[Dependency, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether day or clause become others; else only the cause behind them does."""
        return not (
            self.before and self.after and (self.before.on, self.before.clause) == (self.after.on, self.after.clause)
        )

    @property
    def last_billing_day(self) -> date | None:
        """The last day for which fees are owed (G30.2); None for what goes on, or was never billed."""
        starts = self.subject.billing_starts_on if isinstance(self.subject, Contract) else None
        return self.after.on if self.after and starts and starts <= self.after.on else None

    @property
    def clause(self) -> Clause:
        """The clause of the end as it will be, or of the one that is lifted."""
        end = self.after or self.before
        assert end is not None  # noqa: S101 - a change has one of the two
        return Clause(end.clause)


@dataclass(frozen=True)
class EndingPlan:
    """Everything that an act would end, move or lift, in the order in which it takes effect."""

    act: Act
    customer: Customer
    changes: tuple[Change, ...]
    kept: tuple[Change, ...]
    effects: tuple[Effect, ...]
    warnings: tuple[Words, ...] = ()
    designated: tuple[Designated, ...] = ()
    standing: tuple[int, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans: what was shown is what is confirmed."""
        return fingerprint(
            [
                self.act,
                self.designated,
                self.standing,
                *((change.subject.key, change.before, change.after) for change in self.changes),
                *((kept.subject.key, kept.after) for kept in self.kept),
                *((effect.key, effect.on, effect.clause.id) for effect in self.effects),
            ]
        )

    @property
    def letters(self) -> list[Notice]:
        """The notices that go out to the customer, as far as a page shows them in full."""
        return letters(self, LETTERS_SHOWN)

    @property
    def further_letters(self) -> int:
        """How many more go out, in the same words about other contracts."""
        return max(0, len(_told(self)) - LETTERS_SHOWN)

    @property
    def agreed(self) -> set[int]:
        """Contracts for which the customer agrees to an earlier day."""
        return {wish.contract for wish in self.designated if wish.customer_agrees}

    @property
    def cascaded(self) -> list[Contract]:
        """The contracts that end because another end takes them down."""
        return [c.subject for c in self.changes if c.after and c.after.base and isinstance(c.subject, Contract)]


def plan_ending_by_notice(
    contract: Contract,
    *,
    arrived_on: date,
    named_on: date | None,
    how: str,
    today: date,
    designated: Sequence[Designated] = (),
    completes: Termination | None = None,
) -> EndingPlan:
    """What a customer's termination notice would end (G29.1).

    `completes` is the earlier message without our form that this form makes good. Raises RuleViolation when the
    contract has ended, the days are impossible, or an earlier notice already ends it by then.
    """
    require(contract.take_notice)
    _refuse_no_notice(contract, arrived_on, named_on, how, today)
    end = contract.service.ends_on(arrived_on, named_on)
    now = standing.Standing.of(contract.customer)
    if earlier := now.own_end_by(contract.key, end.day):
        raise refuse(
            end.clause.id,
            said(
                _(
                    "The contract already ends on {day} by {number}. Take that one back first if the new notice is to count."
                ),
                day=earlier.effective_on,
                number=earlier.number,
            ),
        )
    act = NewEnd(
        contract.key,
        Origin.NOTICE,
        end.day,
        end.clause.id,
        how,
        arrived_on,
        named_on,
        completes.pk if completes else None,
    )
    warnings: list[Words] = []
    if named_on and named_on < end.day:
        warnings.append(
            said(
                _("Named: {named}. Thirty days after arrival come later: {day} ({clause})."),
                named=named_on,
                day=end.day,
                clause=end.clause.citation,
            )
        )
    if end.day.day == 1:
        warnings.append(_("The last day is the first of a month: one day of that month will be charged (G30.2.2)."))
    if end.day < today:
        warnings.append(_("The last day is over already: the contract ends at once, with that day."))
    return planned(act, contract.customer, designated, warnings, now=now)


def _refuse_no_notice(contract: Contract, arrived_on: date, named_on: date | None, how: str, today: date) -> None:
    """Refuse what is no notice: another way than ours, or days that cannot be (G29.1)."""
    if how == Termination.How.OTHER:
        raise refuse("G29.1", _("Only our form or the portal starts the thirty days. Record this as a message."))
    if arrived_on > today:
        raise refuse("G29.1", _("The day of arrival has not come yet. Check the day."))
    if arrived_on < contract.accepted_on:
        raise refuse(
            "G29.1",
            said(_("The contract was accepted on {day}; no notice can have arrived before."), day=contract.accepted_on),
        )
    if named_on and named_on > arrived_on + FARTHEST_END:
        raise refuse("G29.1", _("The day named is more than three years after the arrival. Check the year."))


def plan_ending(
    subject: Subject,
    *,
    effective_on: date,
    clause: str,
    designated: Sequence[Designated] = (),
    origin: str = "",
    **more: Any,
) -> EndingPlan:
    """What an end on a given day would take down: of an external subscription, or by another act than a notice.

    `more` is what else the end says: see `NewEnd`. Raises RuleViolation where such an end stands already.
    """
    origin = origin or (Origin.EXTERNAL if isinstance(subject, ExternalSubscription) else Origin.COMPANY)
    if isinstance(subject, Contract):
        require(subject.take_termination)
        earlier = subject.terminations.own().scheduled().filter(origin=origin, effective_on__lte=effective_on).first()
    else:
        if effective_on < subject.starts_on:
            raise refuse(clause, _("The last day cannot be before the first."))
        earlier = subject.terminations.exclude(state__in=["taken-back", "lapsed"]).first()
    if earlier:
        raise refuse(
            clause,
            said(_("It already ends on {day} by {number}."), day=earlier.effective_on, number=earlier.number),
        )
    return planned(NewEnd(subject.key, origin, effective_on, clause, **more), subject.customer, designated)


def may_be_taken_back(termination: Termination, *, today: date) -> None:
    """Raises RuleViolation for an end that another one causes, that has taken effect, or that does not stand."""
    require(termination.take_back)
    if termination.origin == Origin.CASCADE:
        raise refuse(
            termination.clause,
            said(_("This end follows from {cause}. Take that one back instead."), cause=termination.cause),
        )
    if termination.effective_on and termination.effective_on < today:
        raise refuse(
            termination.clause, _("It has taken effect: its last day is over. Take a new application instead.")
        )


def plan_taking_back(termination: Termination, *, today: date) -> EndingPlan:
    """What taking back an end would lift: exactly what it caused and nothing else causes."""
    may_be_taken_back(termination, today=today)
    return planned(TakenBack(termination.pk, termination.clause, termination.subject.key), termination.subject.customer)


def plan_dropping(dependency: Dependency, *, today: date) -> EndingPlan:
    """What it would change if a contract no longer rested on something that others can replace (PMG5.2).

    Raises RuleViolation when the requirement would not be satisfied without it, or its end has taken effect.
    """
    contract, base = dependency.contract, dependency.base
    requirement = contract.service.eligibility
    if dependency.dropped_on:
        raise refuse(dependency.clause, _("The contract does not rest on this any more."))
    if base.ends_on and base.ends_on < today:
        raise refuse(dependency.clause, _("Its end has taken effect already."))
    rest = [other for other in contract.dependencies.standing() if other.pk != dependency.pk]
    if contract.state in ContractState.running():
        rest = [other for other in rest if other.in_service(today)]
    others = [other.base.as_holding() for other in rest]
    if not requirement.met(others, max(today, contract.first_day)):
        raise refuse(
            requirement.said_by.id,
            said(_("Without {base} the requirement would not be met. Let it rest on another one first."), base=base),
        )
    return planned(Dropped(dependency.pk, today, dependency.clause), contract.customer)


def offered_to_rest_on(contract: Contract) -> list[Holding]:
    """What the provision names, the customer holds, and the contract does not rest on yet."""
    taken = {dependency.base.key for dependency in contract.dependencies.standing()} | {contract.key}
    requirement = contract.service.eligibility
    return [h for h in contract.customer.holdings() if h.key not in taken and requirement.names(h)]


def plan_resting(contract: Contract, base: Subject, *, today: date) -> EndingPlan:
    """What it would change if a contract rested on one thing more that its provision names.

    Raises RuleViolation when the provision does not name it, it is another customer's, or it has ended.
    """
    requirement = contract.service.eligibility
    if contract.state == "ended":
        raise refuse(requirement.said_by.id, _("The contract has ended."))
    if base.key not in {holding.key for holding in offered_to_rest_on(contract)}:
        sentence = _("The contract cannot rest on {base}: its customer must hold it and its provision name it.")
        raise refuse(requirement.said_by.id, said(sentence, base=base))
    if base.ends_on and base.ends_on < today:
        raise refuse(requirement.said_by.id, _("Its end has taken effect already."))
    cascade = contract.service.ends_under(base.as_holding().code)
    act = Rested(contract.pk, base.key, (cascade or requirement.said_by).id, cascade is not None)
    return planned(act, contract.customer)


def carry_out(plan: EndingPlan, *, actor: Actor, reason: str, today: date) -> Termination | None:
    """Do exactly what the plan says: lock, plan again, compare, write. Raises Stale when the world has moved.

    Returns the end that was made, or the one that was taken back.
    """
    touched = [change.subject for change in plan.changes]
    with chapter(actor=actor, reason=reason, clause=plan.act.clause), locked(plan.customer, *touched):
        again = planned(plan.act, plan.customer, plan.designated)
        if again.fingerprint != plan.fingerprint:
            raise Stale(again)
        made = plan.act.write(reason)
        _keep(plan.customer, plan.designated)
        settle(plan.customer)
        for letter in letters(again):
            notifying.send(letter)
        standing.end_over([c.subject.pk for c in again.changes if isinstance(c.subject, Contract)], today)
        if made is not None and made.external_id:
            standing.close_externals([made.pk], today)
    return made


def _keep(customer: Customer, designated: Sequence[Designated]) -> None:
    if designated:
        now = standing.Standing.of(customer)
        designating.keep(designated, designations(designated, falls(now.world), now.subjects), now.terminations)


def settle(customer: Customer) -> EndingPlan:
    """Bring the ends of a customer's contracts in line with what they rest on, inside an open act (L07)."""
    plan = planned(Settled(customer.pk), customer)
    standing.write(customer, plan.changes)
    consequences.bring_about(_turns(plan.changes))
    return plan


def record_message(contract: Contract, *, arrived_on: date, note: str, actor: Actor) -> Termination:
    """Record that the customer wants to leave but has not used our form: no end follows yet (G29.1)."""
    with chapter(actor=actor, reason=note, clause="G29.1"), locked(contract) as (held,):
        held.take_termination()
        message = Termination.without_form(held, arrived_on, note)
        message.save()
    return message


def planned(
    act: Act,
    customer: Customer,
    designated: Sequence[Designated] = (),
    warnings: Iterable[Words] = (),
    now: standing.Standing | None = None,
) -> EndingPlan:
    """What an act would change, as `carry_out` takes it; `now` is how things stand, where that is read already."""
    now = now or standing.Standing.of(customer)
    before = now.written()
    world = act.applied(now)
    after = falls(world)
    if designated:
        wishes = designations(designated, after, now.subjects)
        after = falls(replace(world, designations=designating.merged(world.designations, wishes)))
    subjects = now.subjects
    changes = [
        Change(subjects[key], before.get(key), after.get(key), now.paths(key, after))
        for key in {**after, **before}
        if before.get(key) != after.get(key) and standing.is_living(subjects[key])
    ]
    changes.sort(key=lambda change: ((change.after or change.before).on, not _is_root(change), change.subject.key))  # type: ignore[union-attr]
    root = act.root()
    touched = {change.subject.key for change in changes}
    kept = [
        Change(subjects[key], before[key], after[key])
        for key in now.below(root)
        if key not in touched and key in after and key in before and standing.is_living(subjects[key])
    ]
    effects = consequences.foresee([*_turns(changes), *getattr(act, "turns", ())])
    ends = tuple(row.pk for row in now.terminations if row.subject.key == root)
    return EndingPlan(
        act, customer, tuple(changes), tuple(kept), tuple(effects), tuple(warnings), tuple(designated), ends
    )


def _is_root(change: Change) -> bool:
    return bool(change.after and change.after.base is None)


def _turns(changes: Sequence[Change]) -> list[Turn]:
    turns = []
    for change in changes:
        if isinstance(change.subject, Contract) and change.moves:
            event = Event.END_SCHEDULED if change.after else Event.END_LIFTED
            day = change.after.on if change.after else change.before.on  # type: ignore[union-attr]
            turns.append(Turn(change.subject.pk, event, day, change.clause))
    return turns


def _told(plan: EndingPlan) -> list[Change]:
    """The changes of which the customer is told: all but the end of what was discontinued, which was announced."""
    announced = getattr(plan.act, "origin", "") == Origin.DISCONTINUED
    told = [change for change in plan.changes if isinstance(change.subject, Contract) and change.moves]
    return [change for change in told if not (announced and _is_root(change))]


def letters(plan: EndingPlan, most: int | None = None) -> list[Notice]:
    """The notices that go out with a plan, as they will be written; the first ones or all."""
    found, paper = [], notifying.stationery()
    for change in _told(plan)[:most]:
        contract: Any = copy(change.subject)
        contract.ends_on = change.after.on if change.after else None
        found.append(
            notifying.compose(
                plan.customer,
                Notice.Kind.END_SCHEDULED if change.after else Notice.Kind.END_LIFTED,
                clause=change.clause,
                contract=contract,
                paper=paper,
                context={
                    "change": change,
                    "base": change.paths[0].base if change.paths else None,
                    "told": getattr(plan.act, "told", "") if _is_root(change) else "",
                },
            )
        )
    return found
