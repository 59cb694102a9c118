"""What is allowed when, of throttling policies, and of throttles and blocks."""

from sims.models import NetworkPolicy, ThrottlePolicy, network_policy, throttle_policy

TABLES = {
    ThrottlePolicy: (throttle_policy.State, throttle_policy.ALLOWED),
    NetworkPolicy: (network_policy.State, network_policy.ALLOWED),
}
TARGETS = {
    (ThrottlePolicy, "withdraw"): "withdrawn",
    (NetworkPolicy, "lift"): "lifted",
    (NetworkPolicy, "expire"): "expired",
    (NetworkPolicy, "fall_away"): "line-ended",
}
DEAD_ENDS = {ThrottlePolicy: {"withdrawn"}, NetworkPolicy: {"expired", "lifted", "line-ended"}}
