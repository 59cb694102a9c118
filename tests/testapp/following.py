"""What follows for the cards when contracts turn, foreseen and brought about by one computation."""

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.consequences import Effect, Event, Turn
from contracts.models import Contract
from iijiot.clauses import Clause
from iijiot.periods import last_day_within_days
from iijiot.records import citing, locked
from tests.testapp.models import Token

RETURN = Clause("MA9.2")


class CardsComeBack:
    """Each Mobile Access contract that ends has its cards due back within thirty days; when it goes on, it has not."""

    def foresee(self, turns: Sequence[Turn]) -> Iterable[Effect]:
        """The days on which cards become due, and the ends of their being due."""
        for turn, due_on in self._due(turns):
            if due_on is None:
                yield Effect(turn.on, RETURN, "cards not due back any more", ("kept", turn.contract_id))
            else:
                yield Effect(due_on, RETURN, "cards due back", ("due", turn.contract_id))

    def bring_about(self, turns: Sequence[Turn]) -> None:
        """Write just that."""
        with citing(RETURN.id):
            for turn, due_on in self._due(turns):
                token = Token.objects.filter(contract=turn.contract_id).first()
                if token is None:
                    Token(contract_id=turn.contract_id, due_on=due_on).save()
                    continue
                with locked(token) as (held,):
                    held.due_on = due_on
                    held.save()

    def _due(self, turns: Sequence[Turn]) -> list[tuple[Turn, date | None]]:
        turned = [t for t in turns if t.event in (Event.END_SCHEDULED, Event.END_LIFTED)]
        ids = [turn.contract_id for turn in turned]
        with_cards = set(Contract.objects.filter(pk__in=ids, service_code="mobile-access").values_list("pk", flat=True))
        return [
            (turn, last_day_within_days(turn.on, 30) if turn.event == Event.END_SCHEDULED else None)
            for turn in turned
            if turn.contract_id in with_cards
        ]
