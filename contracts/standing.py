"""The ends that stand for a customer: read as a world for the cascade, and brought in line with what it says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from contracts import consequences
from contracts.cascade import Designation, Edge, Fall, Key, World, reachable
from contracts.consequences import Event, Turn
from contracts.models import (
    Contract,
    Customer,
    Dependency,
    DesignatedDay,
    ExternalSubscription,
    Suspension,
    Termination,
)
from contracts.models.contract import State as ContractState
from contracts.models.dependency import Subject
from contracts.models.termination import Origin
from contracts.models.termination import State as TerminationState
from iijiot.bulk import bulk_transition
from iijiot.clauses import Clause
from iijiot.records import citing, locked

if TYPE_CHECKING:
    from contracts.ending import Change


def is_living(subject: Subject) -> bool:
    """Whether it can still end; a subscription always can be corrected."""
    return isinstance(subject, ExternalSubscription) or subject.state in ContractState.living()


@dataclass(frozen=True)
class Standing:
    """A customer's contracts and subscriptions, what rests on what, and the ends that stand."""

    subjects: Mapping[Key, Subject]
    dependencies: Mapping[int, Dependency]
    terminations: Sequence[Termination]
    world: World

    @classmethod
    def of(cls, customer: Customer) -> "Standing":
        """Read everything of a customer, each row once, whatever names it."""
        contracts = {contract.pk: contract for contract in customer.contracts.all()}
        externals = {external.pk: external for external in customer.external_subscriptions.all()}
        living = [contract for contract in contracts.values() if contract.state in ContractState.living()]
        subjects: dict[Key, Subject] = {contract.key: contract for contract in living}
        subjects.update({external.key: external for external in externals.values()})
        for own in (*contracts.values(), *externals.values()):
            _share(own, customer={customer.pk: customer})
        dependencies = {
            row.pk: row for row in Dependency.objects.of_contracts([c.pk for c in living]).filter(dropped_on=None)
        }
        for row in dependencies.values():
            _share(row, contract=contracts, on_contract=contracts, on_external=externals)
            if row.on_contract is not None:
                subjects.setdefault(row.on_contract.key, row.on_contract)
        elsewhere = [pk for kind, pk in subjects if kind == "contract" and pk not in contracts]
        terminations = list(Termination.objects.standing_of(customer, elsewhere))
        by_id = {row.pk: row for row in terminations}
        for end in terminations:
            _share(end, contract=contracts, external=externals, cause=by_id)
        edges = [
            Edge(row.pk, row.contract.key, row.base.key, row.clause) for row in dependencies.values() if row.cascades
        ]
        designated = DesignatedDay.objects.for_ends(list(by_id)) if by_id else ()
        world = World(_own_ends(terminations, subjects), edges, _designations(designated, by_id))
        return cls(subjects, dependencies, terminations, world)

    def written(self) -> dict[Key, Fall]:
        """How everything ends by what is written on the contracts and subscriptions themselves."""
        caused = {row.subject.key: row for row in self.terminations if row.cause_id and row.state == "scheduled"}
        by_id = {row.pk: row for row in self.terminations}
        found: dict[Key, Fall] = {}
        for key, subject in self.subjects.items():
            if subject.ends_on is None:
                continue
            row = caused.get(key)
            if row is not None and row.effective_on == subject.ends_on:
                found[key] = _caused_fall(row, by_id)
            elif isinstance(subject, Contract):
                found[key] = Fall.of_its_own(key, subject.ends_on, subject.ends_under)
            else:
                clause = self.world.own[key].clause if key in self.world.own else subject.end_clause
                found[key] = Fall.of_its_own(key, subject.ends_on, clause)
        return found

    def own_end_by(self, key: Key, day: date) -> Termination | None:
        """The first end of its own by which something ends on a day or before it, as far as it is still to come."""
        return next(
            (
                row
                for row in self.terminations
                if row.subject.key == key
                and row.origin != Origin.CASCADE
                and row.state == TerminationState.SCHEDULED
                and row.effective_on is not None
                and row.effective_on <= day
            ),
            None,
        )

    def with_own_end(self, key: Key, on: date, clause: str) -> World:
        """The same world with one more end of its own."""
        earlier = self.world.own.get(key)
        if earlier is not None and earlier.on <= on:
            return self.world
        return replace(self.world, own={**self.world.own, key: Fall.of_its_own(key, on, clause)})

    def without_ends(self, *ids: int) -> World:
        """The same world without these ends."""
        rest = [row for row in self.terminations if row.pk not in ids]
        return replace(self.world, own=_own_ends(rest, self.subjects))

    def with_edge(self, edge: Edge) -> World:
        """The same world with one thing more to rest on."""
        return replace(self.world, edges=[*self.world.edges, edge])

    def without_edge(self, dependency: int) -> World:
        """The same world with one thing less to rest on."""
        return replace(self.world, edges=[edge for edge in self.world.edges if edge.id != dependency])

    def below(self, root: Key) -> list[Key]:
        """Everything that rests, directly or not, on a root."""
        dependents: dict[Key, list[Key]] = defaultdict(list)
        for edge in self.world.edges:
            dependents[edge.base].append(edge.dependent)
        return [key for key in reachable([root], dependents) if key != root]

    def paths(self, key: Key, after: Mapping[Key, Fall]) -> tuple[Dependency, ...]:
        """The dependencies through which an end reaches something, the one that counts first."""
        end = after.get(key)
        if end is None or end.base is None:
            return ()
        edges = [e for e in self.world.edges if e.dependent == key and e.base in after]
        edges.sort(key=lambda edge: (edge.id != end.edge, after[edge.base].on, edge.id))
        return tuple(self.dependencies[edge.id] for edge in edges if edge.id in self.dependencies)


def _share(row: Any, **known: Mapping[int, Any]) -> None:
    """Let a row name the very objects that are read already."""
    for name, objects in known.items():
        if (key := getattr(row, f"{name}_id")) in objects:
            setattr(row, name, objects[key])


def _own_ends(terminations: Sequence[Termination], subjects: Mapping[Key, Subject]) -> dict[Key, Fall]:
    own: dict[Key, Fall] = {}
    by_id = {row.pk: row for row in terminations}
    for row in terminations:
        key = row.subject.key
        past = row.state == TerminationState.CARRIED_OUT
        if key not in subjects or row.effective_on is None or (row.origin == Origin.CASCADE and not past):
            continue
        if key not in own or row.effective_on < own[key].on:
            root = _root_of(row, by_id)
            own[key] = Fall(row.effective_on, row.clause, root.subject.key, root.effective_on or row.effective_on)
    return own


def _caused_fall(row: Termination, by_id: Mapping[int, Termination]) -> Fall:
    root, cause = _root_of(row, by_id), row.cause
    assert row.effective_on is not None  # noqa: S101 - termination_has_a_day
    assert cause is not None  # noqa: S101 - termination_caused_through_a_dependency
    base, edge = cause.subject.key, row.through_id
    return Fall(
        row.effective_on,
        row.clause,
        root.subject.key,
        root.effective_on or row.effective_on,
        base,
        edge,
        row.designated,
        row.reason,
    )


def _root_of(row: Termination, by_id: Mapping[int, Termination]) -> Termination:
    while row.cause_id is not None and row.cause_id in by_id:
        row = by_id[row.cause_id]
    return row


def _designations(days: Iterable[DesignatedDay], by_id: Mapping[int, Termination]) -> dict[Key, list[Designation]]:
    found: dict[Key, list[Designation]] = defaultdict(list)
    for day in days:
        end = by_id[day.end_id]
        assert end.effective_on is not None  # noqa: S101 - termination_has_a_day
        found["contract", day.contract_id].append(Designation(day.on, end.subject.key, end.effective_on, day.reason))
    return found


def write(customer: Customer, changes: Sequence["Change"]) -> None:
    """Bring rows in line with the changes: ends that others cause, and the last day of each contract.

    Runs inside the open act, on the customer's lock; bases come before what rests on them.
    """
    caused = {
        row.contract_id: row
        for row in Termination.objects.of_customer(customer).filter(origin=Origin.CASCADE, state="scheduled")
    }
    for change in bases_first(changes):
        with citing(change.clause.id), locked(change.subject) as (subject,):
            if isinstance(subject, Contract):
                _write_caused(subject, change.after, caused.get(subject.pk))
                if not change.moves:
                    continue
                if change.after is None:
                    subject.lift_end()
                else:
                    subject.schedule_end(change.after.on, change.after.clause)
            else:
                subject.ends_on = change.after.on if change.after else None
            subject.save()


def bases_first(changes: Sequence["Change"]) -> list["Change"]:
    """The changes in an order in which what something rests on comes before it."""
    by_key = {change.subject.key: change for change in changes}
    ordered: dict[Key, Change] = {}

    def visit(change: "Change") -> None:
        key = change.subject.key
        if key not in ordered:
            base = change.after.base if change.after else None
            if base in by_key and base != key:
                visit(by_key[base])
            ordered[key] = change

    for change in changes:
        visit(change)
    return list(ordered.values())


def _write_caused(contract: Contract, end: Fall | None, row: Termination | None) -> None:
    if end is None or end.base is None:
        if row is not None:
            with locked(row) as (held,):
                held.take_back()
                held.save()
        return
    kind, pk = end.base
    cause = _end_of(kind, pk, end)
    assert end.edge is not None  # noqa: S101 - a caused end has its edge
    through = Dependency.objects.get(pk=end.edge)
    if row is None:
        Termination(
            contract=contract,
            origin=Origin.CASCADE,
            effective_on=end.on,
            clause=end.clause,
            cause=cause,
            through=through,
            designated=end.designated,
            reason=end.reason,
        ).save()
        return
    with locked(row) as (held,):
        held.clause = end.clause
        held.move(on=end.on, cause=cause, through=through, designated=end.designated, reason=end.reason)
        held.save()


def _end_of(kind: str, pk: int, end: Fall) -> Termination:
    """The row by which the base ends: its earliest that stands, or the one that was carried out."""
    rows = Termination.objects.filter(**{kind: pk}, effective_on__isnull=False)
    standing = rows.filter(state="scheduled").order_by("effective_on", "pk").first()
    row = standing or rows.filter(state="carried-out").first()
    assert row is not None, end  # noqa: S101 - a base that ends has a row that says so
    return row


def end_over(contract_ids: Sequence[int], day: date) -> list[int]:
    """End those of the contracts whose last day is before this day, set-based, inside the open act (G29.1).

    What was to end them on that day is carried out; whatever else was pending lapses.
    """
    ended = bulk_transition(Contract.objects.over(day).filter(pk__in=contract_ids), "end", clause_from="ends_under")
    pending = Termination.objects.filter(contract__in=ended)
    bulk_transition(
        pending.filter(state="scheduled", effective_on=F("contract__ends_on")), "carry_out", clause_from="clause"
    )
    bulk_transition(pending.filter(Q(state="scheduled") | Q(state="form-missing")), "lapse", clause_from="clause")
    bulk_transition(Suspension.objects.pending().filter(contract__in=ended), "overtake", {"over_on": day})
    ends = Contract.objects.filter(pk__in=ended).values_list("pk", "ends_on", "ends_under").order_by("pk")
    consequences.bring_about([Turn(pk, Event.ENDED, on, Clause(clause)) for pk, on, clause in ends if on])
    return ended


def close_externals(ids: Sequence[int], day: date) -> None:
    """Mark the ends of subscriptions as carried out whose last day is before this day."""
    bulk_transition(Termination.objects.filter(pk__in=ids, effective_on__lt=day), "carry_out", clause_from="clause")
