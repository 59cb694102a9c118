"""Webhooks in tests: opened by a partner's system, and sent by a worker of a clock that a test moves on."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from contracts import delivering
from iijiot import clock

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""A Wednesday."""


def opened(system: Any, url: str, *types: str) -> Any:
    """The answer to a partner that opens a webhook, for lines where it names nothing."""
    body = {"url": url, "types": list(types or ["line.*"]), "contact": "api@dan.example.co.jp"}
    return system.send("POST", "webhooks", body, HTTP_IDEMPOTENCY_KEY="-".join([url, *types]).replace(" ", "+"))


def due() -> int:
    """Do what is due at this moment of the moved clock, as a worker would; how many jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'"
            " AND task_name LIKE 'contracts.delivering.%%' AND (scheduled_at IS NULL OR scheduled_at <= %s)"
            " RETURNING task_name, args",
            [clock.now()],
        )
        jobs = [(name, args if isinstance(args, dict) else json.loads(args)) for name, args in cursor.fetchall()]
    for name, given in jobs:
        getattr(delivering, name.rpartition(".")[2]).func(**given)
    return len(jobs)


def everything_due() -> None:
    """The same, with what that puts down."""
    while due():
        pass


def told(system: Any, hook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was told to a webhook, the latest first."""
    deliveries: list[dict[str, Any]] = system.get(f"webhook-deliveries?webhook={hook['id']}").json()["data"]
    return deliveries
