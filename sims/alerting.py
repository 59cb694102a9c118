"""Alerts of usage: written when a part of the threshold is reached, and told to the customers who wish to know.

They tell of volume, never of a throttle beforehand, of which the terms promise no notice (MA15.2).
"""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Count

from contracts import notifying
from contracts.models import Customer
from iijiot.bulk import bulk_insert
from iijiot.clauses import Clause
from iijiot.copying import Staging
from sims.models import ThrottlePolicy, UsageAlert
from sims.models.usage_alert import PERCENTS

LOWEST = PERCENTS[0]

REACHED = """
SELECT heavy.line_id, heavy.contract_id, heavy.bytes, reached.percent
FROM {staged} heavy
CROSS JOIN LATERAL (
    SELECT max(part) AS percent FROM unnest(%s::int[]) part WHERE heavy.bytes::numeric * 100 >= %s::numeric * part
) reached
WHERE NOT EXISTS (
    SELECT FROM sims_usagealert told
    WHERE told.policy_id = %s AND told.period_first = %s AND told.contract_id = heavy.contract_id
    AND told.line_id IS NOT DISTINCT FROM heavy.line_id AND told.percent >= reached.percent
)
"""


def give(policy: ThrottlePolicy, found: Staging, last: date) -> int:
    """Write the alerts of a day, the highest part that each has reached, and tell who wishes it; returns how many (MA15.2)."""
    first_of_period, last_of_period = policy.period(last)
    before = UsageAlert.objects.latest_pk()
    values = {
        "contract": "contract_id",
        "line": "line_id",
        "policy": "policy_id",
        "percent": "percent",
        "measured": "bytes",
        "reached_on": "reached_on",
        "period_first": "period_first",
        "period_last": "period_last",
    }
    given = bulk_insert(
        UsageAlert,
        values,
        "SELECT reached.*, %s::bigint AS policy_id, %s::date AS reached_on, %s::date AS period_first,"
        f" %s::date AS period_last FROM ({REACHED.replace('{staged}', found.name)}) reached",
        [policy.pk, last, first_of_period, last_of_period, list(PERCENTS), policy.threshold_bytes, policy.pk,
         first_of_period],
    )  # fmt: skip
    if given:
        _tell(UsageAlert.objects.after(before).wished_for(), last)
    return given


FIRST_ONES = 20


def _tell(alerts: Any, on: date) -> None:
    """One letter for each customer who wishes it, about all of its lines: how many have reached what, and the first ones."""
    counted = alerts.order_by("contract__customer", "-percent").values_list("contract__customer", "percent")
    by_customer: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for customer, percent, many in counted.annotate(Count("pk")):
        by_customer[customer].append((percent, many))
    for customer in Customer.objects.among(by_customer).order_by("pk"):
        own = alerts.of_customer(customer).with_list_data().order_by("pk")
        reached = [
            (percent, many, [str(alert.line or alert.contract) for alert in own.at(percent)[:FIRST_ONES]])
            for percent, many in by_customer[customer.pk]
        ]
        notifying.tell(customer, "usage-alert", clause=Clause("MA15.2"), context={"reached_on": on, "reached": reached})
