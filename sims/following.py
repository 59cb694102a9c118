"""What follows for lines and cards when contracts turn: foreseen in the plan, brought about in the same act."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect, Event, Turn
from contracts.models import Contract
from iijiot.bulk import Computed, bulk_change, bulk_transition
from iijiot.clauses import Clause
from iijiot.periods import last_day_within_days
from iijiot.records import citing
from iijiot.words import said
from sims import changing, ordering
from sims.models import Line, SimCard
from sims.models.card import DAYS_TO_RETURN


class Lines:
    """Lines follow their contract, cards their lines."""

    def foresee(self, turns: Sequence[Turn]) -> Iterable[Effect]:
        """How many lines end, when their cards are due back, and which changes are closed."""
        ends = {turn.contract_id: turn for turn in turns if turn.event == Event.END_SCHEDULED}
        if not ends:
            return
        lines = Line.objects.count_by_contract(list(ends))
        cards = SimCard.objects.count_lent_by_contract(list(ends))
        names = dict(Contract.objects.among(lines).values_list("pk", "number"))
        for pk, many in lines.items():
            on = ends[pk].on
            words = said(_("{contract}: {many} lines end."), contract=names[pk], many=many)
            yield Effect(on, ends[pk].clause, words, ("lines-end", pk))
            if cards.get(pk):
                due = last_day_within_days(on, DAYS_TO_RETURN)
                words = said(_("{contract}: {many} SIM cards are due back."), contract=names[pk], many=cards[pk])
                yield Effect(due, Clause("MA9.2"), words, ("cards-due", pk))
        yield from changing.foresee_closing({pk: turn.on for pk, turn in ends.items()})

    def bring_about(self, turns: Sequence[Turn]) -> None:
        """Order, stop, give back, end."""
        by_event: dict[str, list[Turn]] = {}
        for turn in turns:
            by_event.setdefault(turn.event, []).append(turn)
        for turn in by_event.get(Event.ACCEPTED, ()):
            self._order(turn)
        for turn in by_event.get(Event.STARTED, ()):
            self._start(turn)
        if suspended := _ids(by_event.get(Event.SUSPENDED, ())):
            bulk_transition(Line.objects.of_contracts(suspended), "stop", {"returns_to": Computed("state")})
        if back := _ids([*by_event.get(Event.RESUMED, ()), *by_event.get(Event.RESTRICTED, ())]):
            stopped = Line.objects.of_contracts(back)
            bulk_transition(stopped.going_back_to("active"), "release", {"returns_to": ""})
            bulk_transition(stopped.going_back_to("paused"), "release_paused", {"returns_to": ""})
        if scheduled := _ids(by_event.get(Event.END_SCHEDULED, ())):
            changing.close_overtaken(scheduled)
        if ended := _ids(by_event.get(Event.ENDED, ())):
            changing.close_overtaken(ended)
            ordering.end_with_contracts(ended)

    def _order(self, turn: Turn) -> None:
        """A new contract has as many lines as were accepted (MA8.1)."""
        contract = Contract.objects.get(pk=turn.contract_id)
        if contract.service.counts_lines:
            ordering.order(contract.pk, contract.quantity, on=turn.on, billing_from=None)

    def _start(self, turn: Turn) -> None:
        """Lines are charged from the contract's billing start date on (G3)."""
        waiting = Line.objects.of_contracts([turn.contract_id]).not_charged_yet()
        with citing(turn.clause.id):
            bulk_change(waiting, {"billing_starts_on": Computed("GREATEST(ordered_on, %s)", [turn.on])})


def _ids(turns: Iterable[Turn]) -> list[int]:
    return [turn.contract_id for turn in turns]
