"""Every deed of the API: seen before, done once, answered again as before, refused on another version (X11, X23, X28, X43)."""

import json
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from iijiot.models import KeptAnswer
from tests.api.conftest import System, system_of
from tests.api.deeds import DEEDS, Deed
from tests.api.test_description import OPENAPI, operations
from tests.factories.partners import GrantFactory, PartnerFactory, token_of
from tests.lawful import fingerprint

KEY = {"HTTP_IDEMPOTENCY_KEY": "0d9f7a8e-deed"}
UNRECORDED = ("usage", "webhook-deliveries/")
"""What is loaded or sent, of which no history is kept."""
POSTS = {one["operationId"]: one for name, one in operations() if name.startswith("post")}


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


@pytest.fixture(params=DEEDS)
def deed(request, aois_company) -> Deed:
    """Each of them, lawful now."""
    made: Deed = DEEDS[request.param](aois_company)
    return made


@pytest.fixture
def doer(deed, aois_company) -> System:
    """A partner that may do it."""
    return deed.doer(aois_company)


def test_there_is_a_deed_for_every_operation_that_changes_something():
    assert set(DEEDS) == set(POSTS)


def is_for_one(deed: Deed) -> bool:
    """Whether it is done to a record that has a version."""
    return "_" in deed.path and not deed.path.startswith(UNRECORDED)


def test_x43_a_deed_is_seen_before_and_done_once_however_often_it_is_sent(deed, doer):
    before = fingerprint()
    tried = doer.send("POST", f"{deed.path}?dry_run=true", deed.body)
    assert tried.status_code == 200, tried.content
    assert (fingerprint(), KeptAnswer.objects.count()) == (before, 0)
    first = doer.send("POST", deed.path, deed.body, **KEY)
    assert first.status_code == deed.status, first.content
    after = fingerprint()
    assert after != before or deed.path.startswith(UNRECORDED)
    again = doer.send("POST", deed.path, deed.body, **KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (fingerprint(), KeptAnswer.objects.count()) == (after, 1)


def test_x43_the_key_of_another_request_is_refused(deed, doer):
    assert doer.send("POST", deed.path, deed.body, **KEY).status_code == deed.status
    after = fingerprint()
    other = doer.send("POST", f"{deed.path}?dry_run=false", deed.body, **KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert fingerprint() == after


def test_x43_after_a_refusal_the_key_can_be_used_again(deed, doer):
    refused = doer.send("POST", deed.path, {**deed.body, "no_such_field": 1}, **KEY)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "no_such_field")
    assert KeptAnswer.objects.count() == 0
    assert doer.send("POST", deed.path, deed.body, **KEY).status_code == deed.status


def test_x43_another_client_has_its_own_keys(deed, doer, aois_company):
    assert doer.send("POST", deed.path, deed.body, **KEY).status_code == deed.status
    partner = PartnerFactory(kind=deed.kind)
    GrantFactory(partner=partner, customer=aois_company)
    other = system_of(partner).send("POST", deed.path, deed.body, **KEY)
    assert other.status_code != 422
    assert "Idempotent-Replayed" not in other.headers


def test_x43_after_a_day_the_key_is_new(deed, doer):
    assert doer.send("POST", deed.path, deed.body, **KEY).status_code == deed.status
    with time_machine.travel("2026-11-26 03:00+00:00", tick=False):
        later = System(doer.partner, token_of(doer.partner.keys.get()), Client())
        answer = later.send("POST", deed.path, deed.body, **KEY)
    assert answer.status_code != 422
    assert "Idempotent-Replayed" not in answer.headers


def test_x43_without_a_key_nothing_is_done(deed, doer):
    before = fingerprint()
    answer = doer.send("POST", deed.path, deed.body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert fingerprint() == before


def test_x11_on_a_version_that_is_not_the_present_one_nothing_is_done(deed, doer):
    if not is_for_one(deed):
        pytest.skip("it makes something new")
    before = fingerprint()
    kind = deed.path.split("/")[0]
    seen = doer.get("/".join(deed.path.split("/")[:2]))
    tag = seen.headers["ETag"]
    model = tag.strip('"').rpartition("-")[0]
    stale = doer.send("POST", deed.path, deed.body, **KEY, HTTP_IF_MATCH=f'"{model}-1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed"), kind
    missing = doer.send("POST", deed.path, deed.body, **KEY, HTTP_IF_MATCH="")
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition-required")
    assert fingerprint() == before
    done = doer.send("POST", deed.path, deed.body, **KEY, HTTP_IF_MATCH=tag)
    assert done.status_code == deed.status
    assert done.headers["ETag"].startswith(f'"{model}-')


def fields_of(schema: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every field of an input, also of those within it."""
    if "$ref" in schema:
        schema = OPENAPI["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    found = []
    for name, one in schema.get("properties", {}).items():
        found.append(((*path, name), one))
        if "items" in one:
            found += fields_of(one["items"], (*path, name))
    return found


PREFIXES = ("cus", "unit", "ctr", "app", "term", "ext", "line", "sim", "chg", "rep", "inv", "pay")


def ids_taken(operation: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields of an input that name records, each with the prefix of their ids."""
    (media,) = operation["requestBody"]["content"].values()
    found = []
    for path, one in fields_of(media["schema"]):
        pattern = str(one.get("pattern") or one.get("items", {}).get("pattern", ""))
        prefix = pattern.removeprefix("^").partition("_")[0]
        if prefix in PREFIXES:
            found.append((path[0], prefix))
    return found


NAMED = [(name, field, prefix) for name, one in POSTS.items() for field, prefix in ids_taken(one)]


@pytest.mark.parametrize(("name", "field", "prefix"), NAMED, ids=lambda value: str(value))
def test_x23_an_id_of_another_customer_in_a_body_is_not_there(aois_company, carols_company, name, field, prefix):
    deed, theirs = DEEDS[name](aois_company), DEEDS[name](carols_company)
    doer = deed.doer(aois_company)
    stranger = strangers(theirs, carols_company, prefix)
    value = [stranger] if isinstance(deed.body.get(field), list) or field in ("lines", "invoices") else stranger
    before = fingerprint()
    answer = doer.send("POST", deed.path, {**deed.body, field: value}, **KEY)
    if name in ("lines_bulk", "sim_cards_bulk"):
        assert [item["status"] for item in answer.json()["items"]] == ["not-found"]
    else:
        assert answer.status_code == 400, answer.content
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert fingerprint() == before


def strangers(theirs: Deed, customer: Any, prefix: str) -> str:
    """An id of a record of another customer."""
    named = re.findall(rf'"({prefix}_[A-Z0-9]+)"', json.dumps(theirs.body))
    made = {
        "ctr": lambda: customer.contracts.first(),
        "line": lambda: customer.contracts.get(service_code="mobile-access").lines.first(),
    }
    if named:
        return named[0]
    record = made[prefix]() if prefix in made else None
    return f"{prefix}_{record.number}" if record else f"{prefix}_K9999999"


@pytest.mark.parametrize("name", DEEDS)
def test_x28_no_field_of_the_model_can_be_set_that_is_not_offered(aois_company, name):
    deed = DEEDS[name](aois_company)
    doer, before = deed.doer(aois_company), fingerprint()
    (media,) = POSTS[name]["requestBody"]["content"].values()
    offered = {path[0] for path, _one in fields_of(media["schema"])}
    tried = {
        "state",
        "number",
        "id",
        "pk",
        "customer_id",
        "contract__state",
        "history",
        "created_at",
        "customer__name",
    } - offered
    answer = doer.send("POST", deed.path, {**deed.body, **dict.fromkeys(tried, "x")}, **KEY)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == tried
    assert {error["code"] for error in answer.json()["errors"]} == {"unknown"}
    assert fingerprint() == before
