"""What is allowed when, of throttling policies, and of throttles and blocks."""

from sims.models import NetworkPolicy, ThrottlePolicy, network_policy, throttle_policy

TABLES = {
    ThrottlePolicy: (throttle_policy.State, throttle_policy.ALLOWED),
    NetworkPolicy: (network_policy.State, network_policy.ALLOWED),
}
TARGETS = {
    (ThrottlePolicy, "withdraw"): "withdrawn",
    (NetworkPolicy, "lift"): "over",
    (NetworkPolicy, "expire"): "over",
    (NetworkPolicy, "fall_away"): "over",
}
DEAD_ENDS = {ThrottlePolicy: {"withdrawn"}, NetworkPolicy: {"over"}}
