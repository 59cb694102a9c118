"""The cases of constraints of lines and of changes of their number; see constraint_cases.py."""

from datetime import date
from typing import Any

from sims.models import Line, LineChange
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.sims import LineChangeFactory, LineFactory
from tests.house.constraint_cases import Check, Unique


def line(**more: Any) -> Line:
    made: Line = LineFactory(**more)
    return made


def more_lines() -> LineChange:
    """An increase, which has its application."""
    contract = ContractFactory(mobile_access=True)
    application = ApplicationFactory(
        customer=contract.customer, management_unit=contract.management_unit, mobile_access=True, changes=contract
    )
    made: LineChange = LineChangeFactory(contract=contract, kind="more", application=application)
    return made


CHECKS: dict[str, Check] = {
    "line_state_known": Check(LineFactory, {"state": "sold"}),
    "line_number_well_formed": Check(LineFactory, {"msisdn": "812012345678"}),
    "line_goes_back_where_it_was": Check(lambda: line(stopped=True), {"returns_to": "ordered"}),
    "line_end_has_a_day_and_a_clause": Check(LineFactory, {"ends_on": date(2026, 12, 31)}),
    "line_in_service_since_a_day": Check(LineFactory, {"activated_on": None}),
    "line_charged_from_its_order_on": Check(LineFactory, {"billing_starts_on": date(2026, 3, 24)}),
    "protected_line_has_no_end": Check(
        lambda: line(protected=True), {"ends_on": date(2026, 12, 31), "ends_under": "MA8.1"}
    ),
    "line_change_state_known": Check(LineChangeFactory, {"state": "sold"}),
    "line_change_of_some_lines": Check(LineChangeFactory, {"quantity": 0}),
    "sims_linechange_quantity_check": Check(LineChangeFactory, {"quantity": -1}),
    "line_change_not_before_it_was_asked": Check(LineChangeFactory, {"effective_on": date(2026, 11, 24)}),
    "more_lines_come_by_an_application": Check(more_lines, {"application_id": None}),
    "application_changes_what_can_change": Check(lambda: more_lines().application, {"with_option": True}),
    "line_change_closed_for_a_reason": Check(LineChangeFactory, {"closed_because": "ends"}),
}
UNIQUES: dict[str, list[Unique]] = {
    "sims_line_number_key": [Unique(LineFactory, lambda _row: LineFactory(), lambda rival: {"number": rival.number})],
    "one_living_line_per_number": [
        Unique(LineFactory, lambda _row: LineFactory(), lambda rival: {"msisdn": rival.msisdn})
    ],
    "sims_linechange_number_key": [
        Unique(LineChangeFactory, lambda _row: LineChangeFactory(), lambda rival: {"number": rival.number})
    ],
    "one_change_per_application": [
        Unique(more_lines, lambda _row: more_lines(), lambda rival: {"application_id": rival.application_id})
    ],
}
OTHERS: dict[str, str] = {}
