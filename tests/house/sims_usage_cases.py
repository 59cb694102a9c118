"""The constraints of usage, throttling and alerts: for each a row that keeps it, and what breaks it."""

from datetime import date

from tests.factories import (
    AlertWishFactory,
    NetworkPolicyFactory,
    ThrottlePolicyFactory,
    UsageAlertFactory,
)
from tests.house.constraint_cases import Check, Unique


def block() -> object:
    return NetworkPolicyFactory(blocked=True)


CHECKS: dict[str, Check] = {
    "throttle_policy_state_known": Check(ThrottlePolicyFactory, {"state": "asleep"}),
    "throttle_policy_counts_something": Check(ThrottlePolicyFactory, {"threshold_bytes": 0}),
    "throttle_policy_of_one_scope": Check(lambda: ThrottlePolicyFactory(own=True), {"item": "TypeD"}),
    "throttle_policy_withdrawn_for_a_reason": Check(
        lambda: ThrottlePolicyFactory(withdrawn=True), {"withdrawn_because": ""}
    ),
    "network_policy_state_known": Check(NetworkPolicyFactory, {"state": "asleep"}),
    "throttle_rests_on_a_policy": Check(NetworkPolicyFactory, {"until_day": None}),
    "block_has_a_ground_and_a_reason": Check(block, {"because": ""}),
    "network_policy_ends_after_it_begins": Check(NetworkPolicyFactory, {"until_day": date(2026, 12, 3)}),
    "network_policy_over_on_a_day": Check(lambda: NetworkPolicyFactory(expired=True), {"over_on": date(2026, 12, 3)}),
    "network_policy_lifted_for_a_reason": Check(lambda: NetworkPolicyFactory(lifted=True), {"over_because": ""}),
    "usage_alert_at_a_known_part": Check(UsageAlertFactory, {"percent": 60}),
    "usage_alert_in_its_period": Check(UsageAlertFactory, {"reached_on": date(2026, 12, 4)}),
    "alert_wish_from_a_known_part": Check(AlertWishFactory, {"from_percent": 60}),
    "sims_throttlepolicy_window_days_check": Check(ThrottlePolicyFactory, {"window_days": -1}),
    "sims_throttlepolicy_speed_kbps_check": Check(ThrottlePolicyFactory, {"speed_kbps": -1}),
    "sims_throttlepolicy_duration_days_check": Check(ThrottlePolicyFactory, {"duration_days": -1}),
    "sims_usagealert_percent_check": Check(UsageAlertFactory, {"percent": -1}),
    "sims_alertwish_from_percent_check": Check(AlertWishFactory, {"from_percent": -1}),
}

UNIQUES: dict[str, list[Unique]] = {
    "one_throttle_policy_per_scope_and_day": [
        Unique(
            ThrottlePolicyFactory,
            lambda row: ThrottlePolicyFactory(effective_on=date(2026, 5, 1)),
            lambda rival: {"effective_on": rival.effective_on},
        )
    ],
    "one_network_policy_of_a_kind_per_line": [
        Unique(NetworkPolicyFactory, lambda row: NetworkPolicyFactory(), lambda rival: {"line_id": rival.line_id})
    ],
    "one_usage_alert_per_period": [
        Unique(
            UsageAlertFactory,
            lambda row: UsageAlertFactory(line=row.line, percent=100),
            lambda rival: {"percent": rival.percent},
        )
    ],
    "sims_alertwish_customer_id_key": [
        Unique(AlertWishFactory, lambda row: AlertWishFactory(), lambda rival: {"customer_id": rival.customer_id})
    ],
}
