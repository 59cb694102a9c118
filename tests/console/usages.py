"""The dialogs of usage, throttles and blocks: for each a lawful record, and what a clerk types."""

from datetime import date
from typing import Any

from tests.factories import NetworkPolicyFactory, ThrottlePolicyFactory
from tests.factories.sims import LineFactory

WHY = {"because": "確認のため"}
BEGUN = {"window_first": date(2026, 11, 21), "window_last": date(2026, 11, 23), "from_day": date(2026, 11, 24),
         "until_day": date(2026, 11, 26)}  # fmt: skip


def throttle() -> Any:
    """A line that is throttled since yesterday."""
    return NetworkPolicyFactory(**BEGUN)


def block() -> Any:
    """A line that is blocked since yesterday."""
    return NetworkPolicyFactory(blocked=True, from_day=date(2026, 11, 24))


REFUSED_THEN: dict[str, Any] = {
    "block-line": (LineFactory, {"ground": "MA10.1", **WHY}),
    "unblock-line": (lambda: block().line, WHY),
    "lift-throttle": (throttle, WHY),
    "let-in": (block, WHY),
    "withdraw-policy": (lambda: ThrottlePolicyFactory(effective_on=date(2026, 12, 1)), WHY),
}
"""Acts that cannot be taken again once they are done."""
