"""Ending by another system: seen before, given, taken back; by the same acts as at the console, and under its name."""

import json
from typing import Any

import pytest
import time_machine

from contracts.models import Contract, Notice, Termination
from iijiot.models import KeptAnswer
from iijiot.records import chapter, locked
from tests.api.conftest import system_of
from tests.factories import ContractFactory
from tests.factories.contracts import of
from tests.factories.partners import bearer


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


@pytest.fixture
def iot(aois_company):
    """An IoT contract with data storage that rests on it."""
    iot = ContractFactory(**of(aois_company))
    ContractFactory(**of(aois_company), data_storage=True, rests_on=[iot])
    return iot


def key(name: str = "k") -> dict[str, str]:
    return {"HTTP_IDEMPOTENCY_KEY": name}


def application_for(owner: dict[str, Any], service: str = "iot") -> dict[str, Any]:
    """What is sent to apply for a service for a customer with its management unit."""
    return {
        "customer": f"cus_{owner['customer'].number}",
        "management_unit": f"unit_{owner['management_unit'].number}",
        "service": service,
        "start_wished_on": "2026-12-10",
    }


def notices_of(contract: Contract) -> str:
    return f"contracts/ctr_{contract.number}/termination-notices"


@pytest.mark.clause("G29.1", "IOT4", "DS4.2")
def test_a_dry_run_shows_everything_that_would_end_and_ends_nothing(system, iot):
    answer = system.send("POST", f"{notices_of(iot)}?dry_run=true", {"named_on": "2026-12-31"})
    assert answer.status_code == 200
    plan = answer.json()["plan"]
    assert answer.json()["termination"] is None
    assert [(c["contract"], c["after"]["ends_on"], c["after"]["clause"]) for c in plan["changes"]] == [
        (f"ctr_{iot.number}", "2026-12-31", "IOT4"),
        (f"ctr_{iot.dependents.get().contract.number}", "2026-12-31", "DS4.2"),
    ]
    assert len(plan["letters"]) == 2
    assert "2026" in plan["letters"][0]["body"]
    assert (Termination.objects.count(), Notice.objects.count(), KeptAnswer.objects.count()) == (0, 0, 0)
    assert Contract.objects.get(pk=iot.pk).ends_on is None


@pytest.mark.clause("G29.1")
def test_what_was_shown_is_what_is_carried_out_under_the_name_of_the_caller(system, iot):
    shown = system.send("POST", f"{notices_of(iot)}?dry_run=true", {}).json()["plan"]
    body = {"fingerprint": shown["fingerprint"], "reason": "乗換"}
    answer = system.send("POST", notices_of(iot), body, **key())
    assert answer.status_code == 201
    assert answer.json()["plan"] == shown
    made = Termination.objects.get(origin="notice")
    assert answer.json()["termination"] == f"term_{made.number}"
    assert (made.how, str(made.arrived_on), str(made.effective_on)) == ("api", "2026-11-25", "2026-12-25")
    row = made.history.get()
    assert (row.history_actor_kind, row.history_actor) == ("partner", f"{system.partner.user.display_name} 受発注")
    assert row.history_change_reason == "乗換"
    read = system.get(f"terminations/{answer.json()['termination']}").json()
    assert (read["state"], read["effective_on"], read["clause"]) == ("scheduled", "2026-12-25", "IOT4")


def test_another_plan_than_the_one_that_was_shown_is_refused(system, iot, aois_company):
    shown = system.send("POST", f"{notices_of(iot)}?dry_run=true", {}).json()["plan"]
    ContractFactory(**of(aois_company), private_connector=True, rests_on=[iot])
    answer = system.send("POST", notices_of(iot), {"fingerprint": shown["fingerprint"]}, **key())
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "plan-changed"
    assert told["fingerprint"] not in ("", shown["fingerprint"])
    assert Termination.objects.count() == 0


@pytest.mark.clause("G29.1")
def test_a_refusal_of_the_terms_is_told_with_its_clause(system, iot):
    assert system.send("POST", notices_of(iot), {}, **key("1")).status_code == 201
    answer = system.send("POST", notices_of(iot), {}, **key("2"), HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["code"], told["clause"]) == ("rule-violated", "IOT4")
    assert "Take that one back first" in told["reasons"][0]["remedy"]


def test_an_act_that_the_state_does_not_allow_has_its_own_code(system, aois_company):
    ended = ContractFactory(**of(aois_company), state="ended", ends_on="2026-10-31", ends_under="G29.1")
    answer = system.send("POST", notices_of(ended), {}, **key())
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal-transition")


@pytest.mark.clause("G29.1")
def test_an_end_is_taken_back_with_what_it_alone_caused(system, iot):
    made = system.send("POST", notices_of(iot), {}, **key("1")).json()["termination"]
    shown = system.send("POST", f"terminations/{made}/take-back?dry_run=true", {"reason": "継続"})
    assert [change["after"] for change in shown.json()["plan"]["changes"]] == [None, None]
    assert Contract.objects.get(pk=iot.pk).ends_on is not None
    answer = system.send("POST", f"terminations/{made}/take-back", {"reason": "継続"}, **key("2"))
    assert answer.status_code == 200
    assert set(Contract.objects.values_list("ends_on", flat=True)) == {None}
    assert system.get(f"terminations/{made}").json()["state"] == "taken-back"


def test_who_has_seen_an_older_version_changes_nothing(system, iot, clerk):
    seen = system.get(f"contracts/ctr_{iot.number}").headers["ETag"]
    with chapter(actor=clerk), locked(Contract.objects.get(pk=iot.pk)) as (held,):
        held.protect()
        held.unprotect()
        held.save()
    answer = system.send("POST", notices_of(iot), {}, **key(), HTTP_IF_MATCH=seen)
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition-failed")
    assert (Termination.objects.count(), KeptAnswer.objects.count()) == (0, 0)


@pytest.mark.parametrize("act", ["contracts/{}/termination-notices", "contracts/{}/termination-notices?dry_run=false"])
def test_x11_who_does_not_say_what_was_seen_changes_nothing(system, iot, act):
    answer = system.send("POST", act.format(f"ctr_{iot.number}"), {}, **key(), HTTP_IF_MATCH="")
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")
    assert (Termination.objects.count(), KeptAnswer.objects.count()) == (0, 0)


def test_x11_a_dry_run_needs_no_version(system, iot):
    assert system.send("POST", f"{notices_of(iot)}?dry_run=true", {}, HTTP_IF_MATCH="").status_code == 200


def test_who_has_seen_the_present_version_does_and_gets_the_next(system, iot):
    seen = system.get(f"contracts/ctr_{iot.number}").headers["ETag"]
    answer = system.send("POST", notices_of(iot), {}, **key(), HTTP_IF_MATCH=seen)
    assert answer.status_code == 201
    assert answer.headers["ETag"] == system.get(f"contracts/ctr_{iot.number}").headers["ETag"] != seen


@pytest.mark.parametrize(
    "tag", ['"contract-"', "contract-1", 'W/"contract-1"', '"termination-1"', '"contract-99999999999999999999"']
)
def test_a_version_of_something_else_matches_nothing(system, iot, tag):
    answer = system.send("POST", notices_of(iot), {}, **key(), HTTP_IF_MATCH=tag)
    assert answer.status_code == 412


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"named_on": "2026-12-1"}, "named_on"), ({"named_on": 20261201}, "named_on"), ({"named_on": "2026-02-30"}, "named_on"),
        ({"named_on": ""}, "named_on"), ({"reason": 1}, "reason"), ({"reason": "a\u0000b"}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"reason": None}, "reason"), ({"state": "ended"}, "state"), ({"customer": "cus_C0000001"}, "customer"),
        ([], ""), ("x", ""),
    ],
)  # fmt: skip
def test_x28_what_is_no_field_or_no_value_of_one_is_named(system, iot, body, field):
    answer = system.send("POST", notices_of(iot), json.dumps(body), **key())
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Termination.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "nonsense",
        '{"reason": "a", "reason": "b"}',
        '{"reason": ' + "9" * 5_000 + "}",
        '{"named_on": NaN}',
        "[" * 10_000,
        '{"a": "\\ud800"}',
        "\xff",
    ],
)
def test_what_is_no_json_is_refused(system, iot, body):
    answer = system.send("POST", notices_of(iot), body, **key())
    assert answer.status_code == 400
    assert Termination.objects.count() == 0


def test_a_body_of_another_kind_is_refused(system, iot):
    answer = system.client.post(
        f"/api/v1/{notices_of(iot)}", {"named_on": "2026-12-31"}, **bearer(system.token), **key()
    )
    assert answer.status_code == 415


def test_reading_contracts_does_not_allow_to_end_them(dans_company, iot):
    answer = system_of(dans_company, "contracts:read").send("POST", notices_of(iot), {}, **key())
    assert (answer.status_code, answer.json()["scope"]) == (403, "terminations:write")


def test_x23_an_id_of_another_customer_in_a_body_is_not_there(system, aois_company, carols_company):
    own, others = of(aois_company), of(carols_company)
    for field, stranger in (
        ("customer", f"cus_{carols_company.number}"),
        ("management_unit", f"unit_{others['management_unit'].number}"),
        ("more_lines_for", f"ctr_{ContractFactory(**others).number}"),
        ("customer", "cus_C9999999"),
        ("customer", f"unit_{own['management_unit'].number}"),
        ("customer", 1),
    ):
        body = application_for(own) | {field: stranger}
        answer = system.send("POST", "applications", body, **key())
        assert answer.status_code == 400, body
        assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.clause("G12.1")
def test_every_item_that_is_wrong_in_an_application_is_named_with_its_clause(system, aois_company):
    body = application_for(of(aois_company), service="mobile-access")
    answer = system.send("POST", "applications", body, **key())
    assert answer.status_code == 400
    errors = {error["field"]: error for error in answer.json()["errors"]}
    assert errors["item"]["clause"] == "MA2"


@pytest.mark.clause("G12.1")
def test_an_application_is_withdrawn_once(system, aois_company):
    body = application_for(of(aois_company), service="iot")
    made = system.send("POST", "applications", body, **key("1")).json()["id"]
    answer = system.send("POST", f"applications/{made}/withdraw", {"reason": "誤り"}, **key("2"))
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    again = system.send("POST", f"applications/{made}/withdraw", {}, **key("3"))
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
