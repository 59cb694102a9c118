"""Dialogs of bulk runs, for the tests that open every dialog."""

from datetime import UTC, datetime
from typing import Any

from tests.factories import BulkRunFactory, UserFactory

BEGUN: dict[str, Any] = {"started_at": datetime(2026, 11, 25, 3, tzinfo=UTC), "who": "弁田"}

REFUSED_THEN: dict[str, Any] = {
    "start-bulk-run": (BulkRunFactory, {}),
    "cancel-bulk-run": (BulkRunFactory, {}),
    "go-on-bulk-run": (
        lambda: BulkRunFactory(state="failed", failure="データベースの停止", started_by=UserFactory(), **BEGUN),
        {},
    ),
}
"""Acts that cannot be taken again once they are done."""

SHOWN_AGAIN: dict[str, Any] = {
    "select-bulk-run-again": (
        lambda: BulkRunFactory(state="cancelled", finished_at=BEGUN["started_at"]),
        {},
    ),
}
"""Acts that can be taken once more, if somebody wants just that."""
