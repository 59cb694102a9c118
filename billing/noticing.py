"""Contracts of which something became known late: for months whose run had read the facts before (G30.1).

What changed since is read from the histories; only changes that reach into earlier months count.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from billing.months import Month
from iijiot.selecting import array, selected

LONGEST_ACT = timedelta(hours=1)
"""What was begun so long before a run read the facts may have been committed after it: it is compared once more."""

DAYS = """
SELECT {contract} AS contract, LEAST({reach}) AS since FROM (
    SELECT told.{contract}, told.history_date, {after}, {before} FROM {history} told
    WHERE told.id IN (SELECT id FROM {history} WHERE history_date > %(after)s)
    WINDOW versions AS (PARTITION BY told.id ORDER BY told.history_id)
) now WHERE now.history_date > %(after)s
"""
"""The earliest day that a change of days touches; an unchanged day touches nothing.

Each record is read with all its versions: to look for the one before of each version is endless where many have changed.
"""

BILLED_FROM = "LEAST(contract.billing_starts_on, contract.ends_on)"
"""From when a contract can owe something: whoever ends before the billing start date owes the initial fee then."""

EVENTS = """
SELECT now.contract_id, now.occurred_on FROM sims_historicalchargeevent now WHERE now.history_date > %(after)s
"""
AGREED = f"""
SELECT contract.id, GREATEST(now.since, {BILLED_FROM}) FROM billing_historicalagreedprice now
JOIN contracts_contract contract ON (
    now.contract_id = contract.id OR now.application_id = contract.application_id
    OR (now.contract_id IS NULL AND now.application_id IS NULL AND now.customer_id = contract.customer_id))
     AND now.service_code = contract.service_code AND now.item = contract.item
WHERE now.history_date > %(after)s AND {BILLED_FROM} IS NOT NULL
"""
DISCARDED = """
SELECT line.contract_id, line.month FROM billing_historicalinvoice now JOIN billing_invoiceline line ON line.invoice_id = now.id
WHERE now.history_date > %(after)s AND now.state = 'discarded' AND line.contract_id IS NOT NULL
"""
"""What a draft charged or credited that was discarded: no other may have taken its place."""

PUBLISHED = f"""
SELECT contract.id, GREATEST(price.new_from, {BILLED_FROM}) FROM billing_historicalpriceversion now
JOIN billing_price price ON price.version_id = now.id
JOIN contracts_contract contract ON contract.service_code = price.service_code AND contract.item = price.item
WHERE now.history_date > %(after)s AND now.state = 'published' AND {BILLED_FROM} IS NOT NULL
"""


def _days(history: str, contract: str, *names: str) -> str:
    """The days of these fields where they changed, old and new."""
    return DAYS.format(
        history=history,
        contract=contract,
        after=", ".join(names),
        before=", ".join(f"lag({name}) OVER versions AS {name}_before" for name in names),
        reach=", ".join(
            f"CASE WHEN {name} IS DISTINCT FROM {name}_before THEN LEAST({name}, {name}_before) END" for name in names
        ),
    )


SOURCES = (
    _days("contracts_historicalcontract", "id", "billing_starts_on", "ends_on"),
    _days("sims_historicalline", "contract_id", "billing_starts_on", "ends_on"),
    EVENTS,
    AGREED,
    DISCARDED,
    PUBLISHED,
)


def told_late(month: Month, since: datetime, before: Mapping[int, date]) -> dict[int, tuple[int, date]]:
    """Contracts that changed after a moment for months before this one: customer, and the first of those months.

    `before` are those that the run before did not compare, each from a month on: they are compared now. What lies before
    the first month that was closed here was billed elsewhere.
    """
    union = " UNION ALL ".join(f"({source})" for source in SOURCES)
    query = f"""
        SELECT contract.id, contract.customer_id, date_trunc(
            'month', GREATEST(min(late.since), (SELECT min(run.month) FROM billing_billingrun run)))::date
        FROM ({union} UNION ALL SELECT * FROM unnest(%(contracts)s::bigint[], %(months)s::date[])) late(contract, since)
        JOIN contracts_contract contract ON contract.id = late.contract
        WHERE late.since < %(first)s GROUP BY contract.id, contract.customer_id
    """
    given = {
        "after": since - LONGEST_ACT,
        "contracts": array(before),
        "months": array(before.values()),
        "first": month.first,
    }
    rows = selected(query, given)
    return {contract: (customer, first) for contract, customer, first in rows}
