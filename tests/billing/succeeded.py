"""Customers that follow others, as a filing brings it about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts import succeeding
from contracts.models import Customer, Succession
from tests.billing.owing import GEN


def merged(
    predecessor: Customer,
    successor: Customer,
    *,
    kind: str = "absorption",
    numbers: Sequence[str] = (),
    effective_on: date = date(2026, 12, 1),
    filed_on: date = date(2026, 12, 20),
    **more: Any,
) -> Succession:
    """One customer follows another, or takes some of its contracts: by their numbers."""
    filing = Succession(
        predecessor=predecessor, successor=successor, effective_on=effective_on, filed_on=filed_on, evidence="登記",
        kind=kind, **more,
    )  # fmt: skip
    succession: Succession = succeeding.file(succeeding.plan_succession(filing, numbers, today=filed_on), actor=GEN)
    return succession
