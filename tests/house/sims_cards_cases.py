"""The constraints of cards, reports, replacements, charges, the stock and its settings: what keeps each, and what breaks it."""

from datetime import date
from typing import Any

from tests.factories import (
    ChargeEventFactory,
    IncidentFactory,
    ReorderPointFactory,
    ReplacementFactory,
    ReturnPolicyFactory,
    SimCardFactory,
    SimProductFactory,
)
from tests.house.constraint_cases import Check, Unique, numbered

DAY = date(2026, 12, 20)


def lent(**more: Any) -> Any:
    return SimCardFactory(lent=True, **more)


def due_back() -> Any:
    return lent(state="due-back", due_back_on=DAY)


def of_other(factory: Any, *names: str) -> Unique:
    """The same values as another row has."""
    return Unique(factory, lambda _row: factory(), lambda rival: {name: getattr(rival, name) for name in names})


CHECKS: dict[str, Check] = {
    "simcard_state_known": Check(SimCardFactory, {"state": "sold"}),
    "simcard_numbers_well_formed": Check(SimCardFactory, {"iccid": "8981100"}),
    "simcard_form_factor_known": Check(SimCardFactory, {"form_factor": "5ff"}),
    "simcard_out_of_stock_for_a_line": Check(SimCardFactory, {"assigned_on": DAY}),
    "simcard_lent_since_a_day": Check(lent, {"lent_on": date(2026, 3, 1)}),
    "simcard_awaited_by_a_day": Check(due_back, {"due_back_on": None}),
    "simcard_loan_over_on_a_day": Check(lent, {"over_on": DAY}),
    "simcard_came_back_from_somewhere": Check(lent, {"returned_from": "on-loan"}),
    "sims_simcard_generation_check": Check(SimCardFactory, {"generation": -1}),
    "sims_simcard_dunned_times_check": Check(SimCardFactory, {"dunned_times": -1}),
    "sims_simcard_reminded_before_check": Check(SimCardFactory, {"reminded_before": -1}),
    "incident_state_known": Check(IncidentFactory, {"state": "asleep"}),
    "incident_of_a_known_kind": Check(IncidentFactory, {"kind": "theft"}),
    "incident_settled_on_a_day": Check(IncidentFactory, {"settled_on": DAY}),
    "replacement_for_a_known_reason": Check(ReplacementFactory, {"reason": "whim"}),
    "replacement_is_a_generation_on": Check(ReplacementFactory, {"new_generation": 0}),
    "sims_replacement_old_generation_check": Check(ReplacementFactory, {"old_generation": -1}),
    "sims_replacement_new_generation_check": Check(ReplacementFactory, {"new_generation": -1}),
    "charge_event_of_a_known_cause": Check(ChargeEventFactory, {"cause": "whim"}),
    "charge_event_has_a_price_shown": Check(ChargeEventFactory, {"price_shown": ""}),
    "reorder_point_of_a_form_factor": Check(ReorderPointFactory, {"form_factor": "5ff"}),
    "sims_reorderpoint_quantity_check": Check(ReorderPointFactory, {"quantity": -1}),
    "one_return_policy": Check(ReturnPolicyFactory, {"id": 2}),
    "return_policy_dunned_in_weeks": Check(ReturnPolicyFactory, {"weeks_between": 0}),
    "return_policy_reminds_in_time": Check(ReturnPolicyFactory, {"reminded_days_before": [30]}),
    "sims_returnpolicy_weeks_between_check": Check(ReturnPolicyFactory, {"weeks_between": -1}),
    "sims_returnpolicy_most_times_check": Check(ReturnPolicyFactory, {"most_times": -1}),
    "sim_product_numbers_its_cards": Check(SimProductFactory, {"iccid_length": 18}),
    "sim_product_has_prefixes": Check(SimProductFactory, {"prefixes": []}),
    "sims_simproduct_iccid_length_check": Check(SimProductFactory, {"iccid_length": -1}),
}
UNIQUES: dict[str, list[Unique]] = {
    "one_card_per_iccid": [of_other(SimCardFactory, "iccid")],
    "one_card_per_imsi": [of_other(SimCardFactory, "imsi")],
    "one_live_card_per_line": [of_other(lent, "line_id")],
    "one_open_report_per_card": [of_other(IncidentFactory, "card_id")],
    "sims_incident_number_key": numbered(IncidentFactory),
    "sims_replacement_old_id_key": [of_other(ReplacementFactory, "old_id")],
    "sims_replacement_new_id_key": [of_other(ReplacementFactory, "new_id")],
    "one_charge_event_per_card_and_cause": [of_other(ChargeEventFactory, "card_id")],
    "one_reorder_point_per_kind_of_card": [
        of_other(ReorderPointFactory, "product_id"),
    ],
    "sims_simproduct_code_key": [of_other(SimProductFactory, "code")],
}
OTHERS: dict[str, str] = {"simcard_generation": "test_the_places_in_a_chain_are_those_of_its_cards"}
