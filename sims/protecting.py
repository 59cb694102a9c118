"""Protecting lines against termination: one by one, or with their contract; what is booked is taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect
from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.bulk import bulk_transition
from iijiot.clauses import Clause
from iijiot.records import chapter, fresh, locked
from iijiot.words import said
from sims.models import Line, LineChange
from sims.models.change import Closed

FREED = {"ends_on": None, "ends_under": "", "leaves_with": None}
"""A line without an end of its own."""


def protect_line(line: Line, *, today: date, actor: Actor, reason: str = "") -> None:
    """Keep a line from being ended alone; an end already booked is lifted until its last day is over (MA8.1).

    A reduction with which it was to go is carried out for the others, and closed where there are none.
    """
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(line.contract):
        change = fresh(line).leaves_with
        with locked(*([change] if change else []), line) as (*changes, held):
            held.protect(today)
            held.save()
            _leave_out(changes)


def protect_lines(lines: Sequence[int], *, today: date, actor: Actor, reason: str = "") -> list[int]:
    """Protect those of these lines that can be, set-based; returns which (MA8.1)."""
    wanted = Line.objects.among(lines)
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(*wanted.contracts()):
        ready = wanted.can_protect(today)
        with locked(*LineChange.objects.taking(ready)) as changes:
            done = bulk_transition(ready, "protect", {"protected": True, **FREED})
            _leave_out(changes)
    return done


def _leave_out(changes: Iterable[LineChange]) -> None:
    """Let these reductions, held under lock, go on with the lines that are left to them, or close them."""
    for change in changes:
        rest = change.lines.living().count()
        if rest:
            change.shrink(rest)
        else:
            change.close(Closed.PROTECTED)
        change.save()


def unprotect_line(line: Line, *, actor: Actor, reason: str = "") -> None:
    """Let a line be ended again (MA8.1)."""
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(line) as (held,):
        held.unprotect()
        held.save()


def foresee(contracts: Mapping[int, date]) -> Iterable[Effect]:
    """What protecting these contracts takes back: reductions, and the ends of single lines."""
    names = dict(Contract.objects.among(contracts).values_list("pk", "number"))
    for change in LineChange.objects.pending().fewer().of_contracts(list(contracts)):
        if change.effective_on < contracts[change.contract_id]:
            continue
        words = said(_("{change} is closed without effect."), change=change)
        yield Effect(contracts[change.contract_id], Clause("MA8.1"), words, ("change-closed", change.pk))
    for pk, day in contracts.items():
        going_on = Line.objects.of_contracts([pk]).ending().not_over(day).count()
        if going_on:
            words = said(_("{contract}: {many} lines whose end was booked go on."), contract=names[pk], many=going_on)
            yield Effect(day, Clause("MA8.1"), words, ("lines-go-on", pk))


def take_back_ends(contracts: Mapping[int, date]) -> None:
    """Close the reductions of protected contracts, and lift the ends of their lines, inside the open act."""
    fewer = LineChange.objects.fewer().of_contracts(list(contracts))
    for pk, day in contracts.items():
        bulk_transition(fewer.of_contracts([pk]).effective_from(day), "close", {"closed_because": Closed.PROTECTED})
        going_on = Line.objects.of_contracts([pk]).ending().not_over(day)
        bulk_transition(going_on, "lift_end", FREED)
