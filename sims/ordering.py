"""Ordering lines, and ending them: with a contract, by a change of their number, or one alone (MA8.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.consequences import Effect
from contracts.models import Contract, Notice
from contracts.models.contract import LAST_LINE
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_insert, bulk_transition
from iijiot.bulk_acts import trial
from iijiot.clauses import Clause
from iijiot.periods import last_day_within_days
from iijiot.plans import fingerprint
from iijiot.records import chapter, citing, fresh, locked
from iijiot.rules import RuleViolation, Unmet, refuse, refuse_for, require, unmet
from iijiot.selecting import selected
from iijiot.words import said
from sims import addressing, returning, throttling
from sims.models import Incident, Line, LineChange
from sims.models.card import DAYS_TO_RETURN
from sims.models.card_state import Custody

UNDER = "MA8.1"
WITH_THE_CONTRACT = "(SELECT contract.{} FROM contracts_contract contract WHERE contract.id = sims_line.contract_id)"
FIRST_END = Computed(f"LEAST(sims_line.ends_on, {WITH_THE_CONTRACT.format('ends_on')})")
ITS_CLAUSE = Computed(
    f"CASE WHEN sims_line.ends_on <= {WITH_THE_CONTRACT.format('ends_on')} THEN sims_line.ends_under "
    f"ELSE {WITH_THE_CONTRACT.format('ends_under')} END"
)
OF_CARDS = {
    "due": (("shipped", "on-loan", "faulty"), "MA9.2", _("{contract}: {many} SIM cards are due back.")),
    "put-back": (("assigned",), "MA1", _("{contract}: {many} SIM cards that were not shipped go back into stock.")),
    "written-off": (("lost",), "MA10.1", _("{contract}: the procedure for {many} lost SIM cards ends.")),
}
"""What becomes of cards with the end of their lines, by where they are."""
COUNTED = """
WITH line AS MATERIALIZED (
    SELECT contract_id, count(*) AS many, array_agg(id) AS ids FROM ({lines}) own GROUP BY contract_id
)
SELECT contract.id, contract.number, line.many, address.many, card.*
FROM line JOIN contracts_contract contract ON contract.id = line.contract_id
CROSS JOIN LATERAL (SELECT count(*) AS many FROM sims_addressuse WHERE until IS NULL AND line_id = ANY(line.ids)) address
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = ANY(%s)), count(*) FILTER (WHERE state = ANY(%s)),
           count(*) FILTER (WHERE state = ANY(%s))
    FROM sims_simcard WHERE state = ANY(%s) AND line_id = ANY(line.ids)
) card ORDER BY contract.number
"""
"""What ends with lines, by contract; by arrays of their keys, as in one join a planner reads all cards there are."""


def order(contract_id: int, quantity: int, *, on: date, billing_from: date | None) -> int:
    """Order lines for a contract, set-based, inside the open act (MA8.1)."""
    values = {
        "contract": "contract",
        "msisdn": "''",
        "label": "''",
        "tags": "''",
        "ordered_on": "ordered_on",
        "billing_starts_on": "billing_from",
        "activated_on": "NULL",
        "ends_on": "NULL",
        "ends_under": "''",
        "leaves_with": "NULL",
        "protected": "false",
        "returns_to": "''",
        "state": "'ordered'",
    }
    source = (
        "SELECT %s::bigint AS contract, %s::date AS ordered_on, %s::date AS billing_from FROM generate_series(1, %s)"
    )
    with citing("MA8.1"):
        return bulk_insert(Line, values, source, [contract_id, on, billing_from, quantity])


def schedule_ends(lines: Sequence[int], *, on: date, today: date, actor: Actor, reason: str = "") -> list[int]:
    """Book the end of those of these lines that can end alone on this day, as `end_line` does; returns which (MA8.1).

    Raises RuleViolation where the day is over.
    """
    _refuse_past(on, today, UNDER)
    going = Line.objects.among(lines)
    with chapter(actor=actor, reason=reason, clause=UNDER), locked(*going.contracts()):
        return bulk_transition(going.can_end(on), "schedule_end", {"ends_on": on, "ends_under": UNDER})


def why_no_end(line: Line, on: date) -> list[Unmet]:
    """Why a line cannot end alone on a day: the reasons of its contract, or its own; empty where it can (MA8.1)."""
    return unmet(line.contract.take_fewer_lines) or trial(line, "schedule_end", on, UNDER)


def lines_to_come(contracts: Sequence[int], on: date) -> int:
    """By how much the lines of contracts will differ on a day from what is there: accepted and not ordered yet, less
    those that will have ended before it (G14.3).
    """
    return LineChange.objects.lines_to_come(contracts) - Line.objects.ended_before(on, contracts)


def foresee_ends(lines: Any, ends: Mapping[int, tuple[date, Clause]]) -> Iterable[Effect]:
    """What ends with these lines, by contract: the lines, their addresses, and what becomes of their cards (MA9.2)."""
    for pk, number, many, addresses, *cards in _counted(lines):
        on, clause = ends[pk]
        words = said(_("{contract}: {many} lines end."), contract=number, many=f"{many:,}")
        yield Effect(on, clause, words, ("lines-end", pk))
        if addresses:
            words = said(_("{contract}: {many} addresses are taken back."), contract=number, many=f"{addresses:,}")
            yield Effect(on, Clause("MA5.2"), words, ("addresses-released", pk))
        for (kind, (_states, under, sentence)), met in zip(OF_CARDS.items(), cards, strict=True):
            if met:
                day = last_day_within_days(on, DAYS_TO_RETURN) if kind == "due" else on
                yield Effect(
                    day, Clause(under), said(sentence, contract=number, many=f"{met:,}"), (f"cards-{kind}", pk)
                )


def _counted(lines: Any) -> list[tuple[Any, ...]]:
    """Each contract with how many of these lines it has, with how many addresses, and how many cards meet which fate."""
    own, params = lines.order_by().values("id", "contract_id").query.sql_with_params()
    fates = [list(states) for states, _clause, _words in OF_CARDS.values()]
    return selected(COUNTED.format(lines=own), [*params, *fates, Custody.live()])


def end_with_contracts(contract_ids: Sequence[int]) -> list[int]:
    """End the lines of contracts that have ended, inside the open act: cards fall due, addresses are released (MA9.2)."""
    ends = {"ends_on": FIRST_END, "ends_under": ITS_CLAUSE, "returns_to": "", "leaves_with": None}
    ended = bulk_transition(Line.objects.of_contracts(list(contract_ids)), "end", ends, clause_from="ends_under")
    _let_go(ended)
    return ended


def end_over(line_ids: Sequence[int], day: date) -> list[int]:
    """End those of these lines whose own last day is before this day, set-based, inside the open act (MA8.1)."""
    over = Line.objects.over(day).among(line_ids)
    ended = bulk_transition(over, "end", {"returns_to": ""}, clause_from="ends_under")
    _let_go(ended)
    return ended


def _let_go(lines: Sequence[int]) -> None:
    """What goes with lines that end: cards, addresses, throttles and blocks, open reports."""
    if not lines:
        return
    addressing.release(lines)
    throttling.let_go(lines)
    reports = Incident.objects.open().of_lines(lines)
    bulk_transition(
        reports,
        "end_line",
        {
            "settled_on": Computed(
                "GREATEST(reported_on, (SELECT line.ends_on FROM sims_line line WHERE line.id = sims_incident.line_id))"
            )
        },
    )
    returning.fall_due(lines)


@dataclass(frozen=True)
class LineEndPlan:
    """The end of one line alone: its last day, and what follows."""

    line: Line
    on: date
    effects: tuple[Effect, ...]
    letters: tuple[Notice, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Equal for equal plans."""
        followed = [(effect.key, effect.on, str(effect.what)) for effect in self.effects]
        return fingerprint([self.line.pk, self.line.ends_on, self.on, *followed])


def plan_line_end(line: Line, on: date, *, today: date) -> LineEndPlan:
    """What the end of one line would do. Raises RuleViolation as `end_line` does."""
    _refuse_past(on, today, UNDER)
    refuse_for(why_no_end(fresh(line), on))
    keep_one(line.contract, [line.pk])
    effects = foresee_ends(Line.objects.among([line.pk]), {line.contract_id: (on, Clause(UNDER))})
    return LineEndPlan(line, on, tuple(sorted(effects, key=lambda effect: (effect.on, effect.key))))


def end_line(line: Line, on: date, *, today: date, actor: Actor, reason: str = "") -> None:
    """Book the end of one line with its last day; the clock ends it the day after (MA8.1, MA9.2).

    Raises RuleViolation where the day has passed, the line or its contract is protected, it ends with others already,
    or no line would be left.
    """
    _refuse_past(on, today, UNDER)
    with chapter(actor=actor, reason=reason, clause=UNDER), locked(line.contract, line) as (contract, held):
        let_end(contract, held, on, UNDER)


def let_end(contract: Contract, line: Line, on: date, clause: str) -> None:
    """Set the last day of a line held under lock with its contract, inside the open act. Raises RuleViolation."""
    require(contract.take_fewer_lines)
    line.contract = contract
    line.schedule_end(on, clause)
    keep_one(contract, [line.pk])
    line.save()


def lift_line_end(line: Line, *, today: date, actor: Actor, reason: str = "") -> None:
    """Let a line go on whose end was booked. Raises RuleViolation once its last day is over."""
    with chapter(actor=actor, reason=reason, clause=UNDER), locked(line.contract, line) as (_contract, held):
        held.lift_end(today)
        held.save()


def keep_one(contract: Contract, leaving: Sequence[int]) -> None:
    """Raises RuleViolation where these lines are the last: that is the end of the contract, and must be one (MA8.1)."""
    if not contract.lines.staying().leaving_out(leaving).exists():
        raise RuleViolation(last_line(contract))


def last_line(contract: Contract) -> Unmet:
    """That the last line of a contract does not end alone (MA8.1)."""
    return Unmet(Clause(UNDER), LAST_LINE, (contract,))


def _refuse_past(on: date, today: date, clause: str) -> None:
    if on < today:
        raise refuse(clause, _("This day is over. Choose today or a later day."))
