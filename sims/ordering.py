"""Ordering lines, and ending them: with a contract, by a change of their number, or one alone (MA8.1)."""

from collections.abc import Sequence
from datetime import date

from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_insert, bulk_transition
from iijiot.clauses import Clause
from iijiot.records import chapter, citing
from sims import addressing, returning
from sims.models import Incident, Line

WITH_THE_CONTRACT = "(SELECT contract.{} FROM contracts_contract contract WHERE contract.id = sims_line.contract_id)"
FIRST_END = Computed(f"LEAST(sims_line.ends_on, {WITH_THE_CONTRACT.format('ends_on')})")
ITS_CLAUSE = Computed(
    f"CASE WHEN sims_line.ends_on <= {WITH_THE_CONTRACT.format('ends_on')} THEN sims_line.ends_under "
    f"ELSE {WITH_THE_CONTRACT.format('ends_under')} END"
)


def order(contract_id: int, quantity: int, *, on: date, billing_from: date | None) -> int:
    """Order lines for a contract, set-based, inside the open act (MA8.1)."""
    values = {
        "contract": "contract",
        "msisdn": "''",
        "label": "''",
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


def schedule_ends(lines: Sequence[int], *, on: date, actor: Actor, reason: str = "", under: str = "MA8.1") -> list[int]:
    """Set the last day of those of these lines that can end alone on it; returns which (MA8.1)."""
    with chapter(actor=actor, reason=reason, clause=under):
        ending = Line.objects.among(lines).can_end(on)
        return bulk_transition(ending, "schedule_end", {"ends_on": on, "ends_under": Clause(under).id})


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
    """What goes with lines that end: cards, addresses, open reports."""
    if not lines:
        return
    addressing.release(lines)
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
