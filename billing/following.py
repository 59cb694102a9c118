"""What contracts owe in their last month, shown before their end is confirmed (G30.2.2); writes nothing: charges are derived."""

from collections.abc import Iterable, Sequence

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from billing import agreeing, charging
from billing.months import ChargeLine, Month
from contracts.consequences import Effect, Event, Turn
from iijiot.clauses import Clause
from iijiot.days import fullmonth
from iijiot.words import Words, said

WITH_PART = _("{contract} owes {yen} yen for its last month, {month}: {days} of {of} days, without tax.")
WHOLE = _("{contract} owes {yen} yen for its last month, {month}, without tax.")


in_words = lazy(fullmonth, str)
"""A month in the language of whoever reads it."""


class Money:
    """Charges follow their contract: they are derived from its days."""

    def foresee(self, turns: Sequence[Turn]) -> Iterable[Effect]:
        """What each contract that is to end owes for the month of its last day; where a price is missing, that."""
        ending = {turn.contract_id: turn for turn in turns if turn.event == Event.END_SCHEDULED}
        charges = charging.of_last_months({pk: turn.on for pk, turn in ending.items()})
        for pk, turn in ending.items():
            yield from _effects(charges[Month.of(turn.on)], pk, turn)

    def bring_about(self, turns: Sequence[Turn]) -> None:
        """Agreed prices go with a contract that moves; else nothing: the next run charges by what is stored then."""
        moved = {turn.contract_id: turn.moved_from for turn in turns if turn.event == Event.MOVED and turn.moved_from}
        if moved:
            agreeing.go_with(moved)


def _effects(charges: charging.Charges, pk: int, turn: Turn) -> Iterable[Effect]:
    contract = charges.contracts[pk]
    if pk in charges.unpriced:
        why = charges.unpriced[pk]
        words = said(_("{contract} cannot be charged yet. {why}"), contract=contract.number, why=why.remedy)
        yield Effect(turn.on, why.clause, words, ("last-month", pk))
    elif lines := charges.lines.get(pk):
        yield Effect(turn.on, Clause("G30.2.2"), _told(contract.number, charges.month, lines), ("last-month", pk))


def _told(number: str, month: Month, lines: Sequence[ChargeLine]) -> Words:
    longest = max(lines, key=lambda line: (line.kind == "monthly", line.days))
    sentence = WHOLE if longest.days == longest.of_days else WITH_PART
    yen = f"{sum(line.amount for line in lines):,}"
    return said(sentence, contract=number, yen=yen, month=in_words(month.first), days=longest.days, of=longest.of_days)
