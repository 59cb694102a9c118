"""Protecting lines against termination: one by one, or with their contract; what is booked is taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect
from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.bulk import bulk_transition
from iijiot.clauses import Clause
from iijiot.records import chapter, locked
from iijiot.words import said
from sims.models import Line, LineChange
from sims.models.change import Closed

STAYS = {"ends_on": None, "ends_under": "", "leaves_with": None}
"""What a line is told of its end that goes on."""


def protect_line(line: Line, *, today: date, actor: Actor, reason: str = "") -> None:
    """Keep a line from being ended alone; an end already booked is lifted until its last day is over (MA8.1).

    A reduction with which it was to go is carried out for the others, and closed where there are none.
    """
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(line.contract, line) as (_contract, held):
        change = held.leaves_with
        held.protect(today)
        held.save()
        if change is not None:
            _leave_out(change)


def protect_lines(lines: Sequence[int], *, today: date, actor: Actor, reason: str = "") -> list[int]:
    """The same for those of these lines that can be protected now; returns which (MA8.1)."""
    with chapter(actor=actor, reason=reason, clause="MA8.1"), locked(*Line.objects.among(lines).contracts()):
        chosen = Line.objects.among(Line.objects.among(lines).hold()).can_protect(today)
        changes = list(LineChange.objects.among(chosen.reductions()).order_by("pk"))
        kept = bulk_transition(chosen, "protect", {"protected": True, **STAYS})
        for change in changes:
            _leave_out(change)
    return kept


def _leave_out(change: LineChange) -> None:
    with locked(change) as (held,):
        rest = held.lines.living().count()
        if rest:
            held.shrink(rest)
        else:
            held.close(Closed.PROTECTED)
        held.save()


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
        bulk_transition(going_on, "lift_end", STAYS)
