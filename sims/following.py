"""What follows for lines and cards when contracts turn: foreseen in the plan, brought about in the same act."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect, Event, Turn
from iijiot.bulk import Computed, bulk_change, bulk_transition
from iijiot.clauses import Clause
from iijiot.records import citing
from iijiot.words import said
from sims import changing, ordering, protecting
from sims.models import Line

Turns = dict[str, list[Turn]]


class Lines:
    """Lines follow their contract, cards their lines."""

    def foresee(self, turns: Sequence[Turn]) -> Iterable[Effect]:
        """How many lines are ordered or end, when their cards are due back, and which changes are closed."""
        by_event = _by_event(turns)
        for turn in (*by_event[Event.ACCEPTED], *by_event[Event.LINES_MORE]):
            if turn.quantity:
                words = said(_("{many} lines are ordered."), many=turn.quantity)
                yield Effect(turn.on, Clause("MA8.1"), words, ("lines-ordered", turn.contract_id))
        ends = {turn.contract_id: turn for turn in by_event[Event.END_SCHEDULED]}
        days = {pk: turn.on for pk, turn in ends.items()}
        if ends:
            lines = Line.objects.ending_with_contracts(days)
            yield from ordering.foresee_ends(lines, {pk: (turn.on, turn.clause) for pk, turn in ends.items()})
        lifted = {turn.contract_id: turn.on for turn in by_event[Event.END_LIFTED]}
        if ends or lifted:
            yield from changing.foresee(days, lifted)
        if protected := {turn.contract_id: turn.on for turn in by_event[Event.PROTECTED]}:
            yield from protecting.foresee(protected)

    def bring_about(self, turns: Sequence[Turn]) -> None:
        """Order, stop, give back, end."""
        by_event = _by_event(turns)
        self._order(by_event)
        for turn in by_event[Event.STARTED]:
            self._start(turn)
        self._stop_or_give_back(by_event)
        if protected := {turn.contract_id: turn.on for turn in by_event[Event.PROTECTED]}:
            protecting.take_back_ends(protected)
        if scheduled := _ids(by_event[Event.END_SCHEDULED]):
            changing.close_overtaken(scheduled)
        if ended := _ids(by_event[Event.ENDED]):
            changing.close_overtaken(ended)
            ordering.end_with_contracts(ended)

    def _order(self, by_event: Turns) -> None:
        """A new contract has as many lines as were accepted, another so many more (MA8.1)."""
        for turn in by_event[Event.ACCEPTED]:
            if turn.quantity:
                ordering.order(turn.contract_id, turn.quantity, on=turn.on, billing_from=None)
        for turn in by_event[Event.LINES_MORE]:
            if turn.application_id is not None:
                changing.take_more(
                    turn.contract_id, turn.quantity, application_id=turn.application_id, effective_on=turn.on
                )

    def _stop_or_give_back(self, by_event: Turns) -> None:
        if suspended := _ids(by_event[Event.SUSPENDED]):
            bulk_transition(Line.objects.of_contracts(suspended), "stop", {"returns_to": Computed("state")})
        if back := _ids([*by_event[Event.RESUMED], *by_event[Event.RESTRICTED]]):
            stopped = Line.objects.of_contracts(back)
            bulk_transition(stopped.going_back_to("active"), "release", {"returns_to": ""})
            bulk_transition(stopped.going_back_to("paused"), "release_paused", {"returns_to": ""})

    def _start(self, turn: Turn) -> None:
        """Lines are charged from the contract's billing start date on (G3)."""
        waiting = Line.objects.of_contracts([turn.contract_id]).not_charged_yet()
        with citing(turn.clause.id):
            bulk_change(waiting, {"billing_starts_on": Computed("GREATEST(ordered_on, %s)", [turn.on])})


def _by_event(turns: Sequence[Turn]) -> Turns:
    by_event: Turns = defaultdict(list)
    for turn in turns:
        by_event[turn.event].append(turn)
    return by_event


def _ids(turns: Iterable[Turn]) -> list[int]:
    return [turn.contract_id for turn in turns]
