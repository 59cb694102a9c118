"""What is the same at every address of the API: problems, languages, methods, correlators, and nothing for people."""

import logging

import pytest

from contracts.models import Contract
from iijiot.api import problems
from iijiot.api.middleware import language_of
from iijiot.api.refusing import answer
from iijiot.records import tried_out
from iijiot.rules import RuleViolation
from tests.factories import ContractFactory


def test_an_address_that_there_is_not_is_a_problem_document(client, db):
    answer = client.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "not-found"
    assert told["type"] == "/api/v1/problems/not-found"
    assert told["status"] == 404
    assert told["request_id"] == answer.headers["X-Request-ID"]


def test_a_page_for_people_stays_a_page(client, db):
    assert client.get("/no-such-page").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "ja"), ("en", "en"), ("en-GB,en;q=0.9,ja;q=0.1", "en"), ("fr, ja;q=0.5", "ja"), ("fr", "ja"), ("*", "ja")],
)
def test_the_caller_says_its_language(header, language):
    assert language_of(header) == language


def test_a_problem_is_told_in_the_callers_language(client, db):
    japanese = client.get("/api/v1/no-such-thing")
    english = client.get("/api/v1/no-such-thing", HTTP_ACCEPT_LANGUAGE="en")
    assert english.json()["title"] == "There is no such thing, or not for this client."
    assert japanese.json()["title"] != english.json()["title"]
    assert (japanese.headers["Content-Language"], english.headers["Content-Language"]) == ("ja", "en")


def test_the_console_keeps_its_language_whatever_a_browser_says(client, db):
    assert client.get("/account/login/", HTTP_ACCEPT_LANGUAGE="en").headers["Content-Language"] == "ja"


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "CONNECT", "NONSENSE"])
def test_a_method_that_nothing_takes_is_a_problem_document(client, db, method):
    answer = client.generic(method, "/api/v1/contracts")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method-not-allowed"
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_this_address_does_not_take_is_refused_with_those_that_it_does(system, method):
    answer = system.send(method, "contracts/ctr_K0000001", {})
    assert answer.status_code == 405
    assert answer.json()["code"] == "method-not-allowed"
    assert answer.headers["Allow"] == "GET, HEAD"


def test_an_answer_that_is_no_json_is_not_to_be_had(system):
    answer = system.get("contracts", HTTP_ACCEPT="text/html")
    assert answer.status_code == 406
    assert answer.json()["code"] == "not-acceptable"


@pytest.mark.parametrize("correlator", ["b4333c46-49c0-4f62-80d7-f0ef930f1c46", "a:b/c;d.<e>{f}"])
def test_the_correlator_comes_back(client, db, correlator):
    assert client.get("/api/v1/no-such-thing", HTTP_X_CORRELATOR=correlator).headers["x-correlator"] == correlator


@pytest.mark.parametrize("correlator", ["a b", "語", "x" * 257, "a\nb"])
def test_a_correlator_that_could_break_a_line_does_not_come_back(client, db, correlator):
    assert "x-correlator" not in client.get("/api/v1/no-such-thing", HTTP_X_CORRELATOR=correlator).headers


def test_plain_http_is_refused_and_not_led_elsewhere(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^api/"]
    answer = client.get("/api/v1/contracts")
    assert answer.status_code == 403
    assert answer.json()["code"] == "https-required"


def test_every_call_is_one_line_of_the_log_with_who_came(system, caplog):
    with caplog.at_level(logging.INFO, "iijiot.api"):
        system.get("contracts", HTTP_X_CORRELATOR="order-7")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "iijiot.api"]
    assert line.startswith("GET /api/v1/contracts 200 client=" + system.partner.number)
    assert "correlator=order-7" in line
    assert system.token not in caplog.text


def test_a_refusal_says_clause_reason_and_what_to_do(db, in_english):
    contract = ContractFactory(state="accepted", billing_starts_on=None)
    with pytest.raises(RuleViolation) as refusal, tried_out(contract):
        contract.start()
    told = answer(refusal.value, {}).data
    assert told["status"] == 409
    assert told["code"] == "rule-violated"
    assert told["clause"] == "G3"
    assert told["reasons"][0]["remedy"] == "Set the billing start date first."
    assert told["reasons"][0]["citation"] == "General provisions, art. 3"


def test_an_illegal_transition_has_a_code_of_its_own(db):
    contract = Contract.objects.get(pk=ContractFactory().pk)
    with pytest.raises(RuleViolation) as refusal, tried_out(contract):
        contract.start()
    told = answer(refusal.value, {}).data
    assert (told["status"], told["code"]) == (409, "illegal-transition")


def test_every_kind_of_problem_has_a_status_and_a_title():
    assert len(problems.KINDS) >= 19
    assert all(400 <= kind.status < 600 and str(kind.title).endswith(("。", ".")) for kind in problems.KINDS.values())
    assert {problems.KINDS[code].status for code in problems.BY_STATUS.values()} == set(problems.BY_STATUS)


def test_errors_name_their_field_however_deep_it_lies():
    errors = problems.errors_of({"items": [{}, {"named_on": ["Wrong."]}], "non_field_errors": ["All wrong."]})
    assert [(error["field"], error["message"]) for error in errors] == [
        ("items[1].named_on", "Wrong."),
        ("", "All wrong."),
    ]
