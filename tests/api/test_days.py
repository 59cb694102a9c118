"""A day that cannot be is refused by the act itself, with its clause, however well it fits the description."""

import pytest
import time_machine

from tests.api.deeds import DEEDS

ABSURD = ("1900-01-01", "9999-12-31")
DAYS = {
    "create_applications": "start_wished_on",
    "external_subscriptions_end": "effective_on",
    "create_line_changes": "effective_on",
    "lines_reports": "reported_on",
    "sim_cards_reports": "reported_on",
    "sim_cards_find": "found_on",
    "create_payments": "value_on",
}
"""By the operation: the field of a day. A notice may name a day that is over: the terms say when it ends then (MA12.1)."""


@pytest.mark.parametrize("day", ABSURD)
@pytest.mark.parametrize("operation", DAYS)
def test_a_day_that_cannot_be_is_refused(aois_company, operation, day):
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        deed = DEEDS[operation](aois_company)
        sent = {**deed.body, DAYS[operation]: day}
        answer = deed.doer(aois_company).send("POST", deed.path, sent, HTTP_IDEMPOTENCY_KEY="1")
        assert answer.status_code in (400, 409), answer.content
        told = answer.json()
        assert "clause" in told or told["errors"][0]["field"] == DAYS[operation]
