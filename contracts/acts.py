"""What can be asked that changes how things end: each act says what it changes, first in thought, then in the rows."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from contracts import consequences
from contracts.cascade import Edge, Key, World
from contracts.consequences import Event, Turn
from contracts.models import Contract, Dependency, Termination
from contracts.standing import Standing
from iijiot.clauses import Clause
from iijiot.records import locked
from iijiot.rules import refuse, require


class Act(Protocol):
    """One thing asked for: under which clause, where it starts, the world as it would be, and the rows that say so."""

    @property
    def clause(self) -> str:
        """The clause under which it is done."""
        ...

    def root(self) -> Key:
        """The contract or subscription at which it starts."""
        ...

    def applied(self, now: Standing) -> World:
        """The world with the act done; reads only."""
        ...

    def write(self, reason: str) -> Termination | None:
        """Write the act itself, inside the open chapter; what follows from it is written by `standing.write`."""
        ...


@dataclass(frozen=True)
class NewEnd:
    """An end of its own: a customer's notice, the company's termination, the end of a subscription."""

    subject: Key
    origin: str
    on: date
    clause: str
    how: str = ""
    arrived_on: date | None = None
    named_on: date | None = None
    completes: int | None = None
    ground: str = ""
    measure: int | None = None
    discontinuation: int | None = None
    told: str = ""
    """Why, as the customer is told."""

    def root(self) -> Key:
        """What ends by itself."""
        return self.subject

    def applied(self, now: Standing) -> World:
        """With one more end. Raises RuleViolation where the contract has ended meanwhile."""
        if self.subject not in now.subjects:
            require(Contract.objects.get(pk=self.subject[1]).take_termination)
        return now.with_own_end(self.subject, self.on, self.clause)

    def write(self, reason: str) -> Termination:
        """A new row, or our form for the message that came without it (G29.1)."""
        if self.completes:
            with locked(Termination.objects.get(pk=self.completes)) as (message,):
                message.form_arrived(self.arrived_on, self.named_on)
                message.save()
            return message
        kind, pk = self.subject
        termination = Termination(
            contract_id=pk if kind == "contract" else None,
            external_id=pk if kind == "external" else None,
            origin=self.origin,
            how=self.how,
            arrived_on=self.arrived_on,
            named_on=self.named_on,
            effective_on=self.on,
            clause=self.clause,
            ground=self.ground,
            measure_id=self.measure,
            discontinuation_id=self.discontinuation,
            reason=self.told or reason,
        )
        termination.save()
        return termination


@dataclass(frozen=True)
class TakenBack:
    """An end taken back."""

    termination: int
    clause: str
    subject: Key

    def root(self) -> Key:
        """What goes on."""
        return self.subject

    def applied(self, now: Standing) -> World:
        """Without that end."""
        return now.without_ends(self.termination)

    def write(self, reason: str) -> Termination:
        """Close the row."""
        with locked(Termination.objects.get(pk=self.termination)) as (termination,):
            termination.take_back()
            termination.save()
        return termination


@dataclass(frozen=True)
class Protected:
    """A contract protected against termination, which takes the notices back that are to end it."""

    contract: int
    terminations: tuple[int, ...]
    on: date
    clause: str = "G29.1"

    @property
    def turns(self) -> list[Turn]:
        """What apps to the right hear besides the ends that are lifted."""
        return [Turn(self.contract, Event.PROTECTED, self.on, Clause(self.clause))]

    def root(self) -> Key:
        """The contract."""
        return ("contract", self.contract)

    def applied(self, now: Standing) -> World:
        """Without those notices."""
        return now.without_ends(*self.terminations)

    def write(self, reason: str) -> None:
        """Protect it, close the notices, and let followers take back what they know of."""
        with locked(Contract.objects.get(pk=self.contract)) as (contract,):
            contract.protect()
            contract.save()
        for each in Termination.objects.among(self.terminations).order_by("pk"):
            with locked(each) as (termination,):
                termination.take_back()
                termination.save()
        consequences.bring_about(self.turns)


@dataclass(frozen=True)
class Dropped:
    """A contract no longer rests on something."""

    dependency: int
    on: date
    clause: str

    def root(self) -> Key:
        """The contract."""
        return Dependency.objects.get(pk=self.dependency).contract.key

    def applied(self, now: Standing) -> World:
        """Without that dependency."""
        return now.without_edge(self.dependency)

    def write(self, reason: str) -> None:
        """Close the dependency. Raises RuleViolation when it was dropped meanwhile."""
        with locked(Dependency.objects.get(pk=self.dependency)) as (dependency,):
            if dependency.dropped_on:
                raise refuse(dependency.clause, _("The contract does not rest on this any more."))
            dependency.dropped_on = self.on
            dependency.save()


@dataclass(frozen=True)
class Rested:
    """A contract rests on one thing more."""

    contract: int
    base: Key
    clause: str
    cascades: bool

    def root(self) -> Key:
        """The contract."""
        return ("contract", self.contract)

    def applied(self, now: Standing) -> World:
        """With that dependency."""
        if not self.cascades:
            return now.world
        return now.with_edge(Edge(0, ("contract", self.contract), self.base, self.clause))

    def write(self, reason: str) -> None:
        """Record the dependency."""
        kind, pk = self.base
        Dependency(
            contract_id=self.contract,
            on_contract_id=pk if kind == "contract" else None,
            on_external_id=pk if kind == "external" else None,
            clause=self.clause,
            cascades=self.cascades,
        ).save()


@dataclass(frozen=True)
class Settled:
    """Nothing new: the ends brought in line with what a contract rests on since it was accepted."""

    customer: int
    clause: str = ""

    def root(self) -> Key:
        """The customer."""
        return ("customer", self.customer)

    def applied(self, now: Standing) -> World:
        """As it is."""
        return now.world

    def write(self, reason: str) -> None:
        """Nothing to write."""
