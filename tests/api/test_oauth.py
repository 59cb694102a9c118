"""X36: of every scope a token opens exactly what needs it; no other flow, nothing told again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from iijiot.api.scopes import READ, WRITE, open_to, scopes
from tests.api.conftest import System
from tests.api.test_keys import TOKEN, ask
from tests.api.test_matrix import filled, places
from tests.factories.partners import PartnerFactory, issued, token_of
from tests.house.test_url_matrix import addresses

NONE = "00000000-0000-0000-0000-000000000000"
ALONE = {"usage": "carrier"}
"""What one kind of partner alone may do."""


def actions_of(address: str) -> dict[str, str]:
    """The methods that an address takes, each with what it does."""
    (found,) = [part.callback.actions for known, part in addresses(get_resolver()) if known == address]
    return {method.upper(): name for method, name in found.items() if method != "head"}


@pytest.mark.parametrize(("address", "name"), places(), ids=lambda value: value)
def test_each_address_opens_to_one_scope_alone_and_names_it_to_every_other(dans_company, aois_company, address, name):
    partner = PartnerFactory(kind=ALONE[name]) if name in ALONE else dans_company
    place, everything = filled(address, name, aois_company), issued(partner)
    for method in actions_of(address):
        scopes_of_all = set(open_to(partner.kind))

        def sent(with_scopes: set[str], method: str = method) -> Any:
            caller = System(partner, token_of(everything.key, with_scopes), Client())
            return caller.send(method, place, {"nonsense": 1}, HTTP_IDEMPOTENCY_KEY=NONE)

        refused = sent(set())
        assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")
        needed = refused.json()["scope"]
        assert needed.endswith(f":{READ if method == 'GET' else WRITE}"), (method, needed)
        assert sent(scopes_of_all - {needed}).json()["scope"] == needed, "none of the others opens it"
        assert sent({needed}).status_code not in (403, 500), (method, needed)


@pytest.mark.parametrize(("address", "name"), places(), ids=lambda value: value)
def test_a_token_that_only_reads_writes_nowhere(dans_company, aois_company, address, name):
    reads = [scope for scope in open_to(dans_company.kind) if scope.endswith(f":{READ}")]
    caller = System(dans_company, token_of(issued(dans_company).key, reads), Client())
    for method in set(actions_of(address)) - {"GET"}:
        answer = caller.send(method, filled(address, name, aois_company), {})
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing"), method


def test_a_scope_that_was_taken_from_the_kind_of_partner_is_no_more_given(client, dans_company, monkeypatch):
    given = issued(dans_company, "contracts:read", "customers:read")
    monkeypatch.setattr("iijiot.api.scopes._scopes", {n: s for n, s in scopes().items() if n != "contracts:read"})
    assert ask(client, given, scope="contracts:read").status_code == 400
    assert ask(client, given, scope="customers:read").status_code == 200


@pytest.mark.parametrize(
    "grant",
    [
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "client_credentials ",
    ],
)
def test_no_further_flow_is_there(client, dans_company, grant):
    answer = ask(client, issued(dans_company), grant_type=grant, device_code="x", subject_token="y")
    assert answer.status_code in (400, 401, 404)
    assert "access_token" not in answer.content.decode()


@pytest.mark.parametrize("path", ["authorize", "introspect", "applications", "authorized_tokens", "device"])
def test_no_page_of_the_library_lists_tokens_or_asks_anybody(system, path):
    assert system.get(f"oauth/{path}").status_code == 404


def test_no_answer_of_the_api_tells_a_token_or_a_secret_again(client, dans_company):
    given = issued(dans_company)
    token = ask(client, given, scope=" ".join(open_to("sales"))).json()["access_token"]
    caller = System(dans_company, token, client)
    told = [caller.get(name).content.decode() for name in {name for _address, name in places()}]
    assert not any(secret in text for text in told for secret in (token, given.secret))


def test_a_token_of_a_client_in_the_form_body_opens_nothing(client, dans_company):
    token = ask(client, issued(dans_company), scope="contracts:read").json()["access_token"]
    answer: Any = client.post("/api/v1/applications", {"access_token": token})
    assert answer.status_code == 401


def test_a_revoked_token_is_dead_and_its_revocation_tells_nothing(client, dans_company):
    given = issued(dans_company)
    token = ask(client, given, scope="contracts:read").json()["access_token"]
    caller = System(dans_company, token, client)
    assert caller.get("contracts").status_code == 200
    form = {"token": token, "client_id": given.key.client_id, "client_secret": given.secret}
    answer = client.post(TOKEN.replace("token", "revoke"), form)
    assert (answer.status_code, answer.content) == (200, b"")
    assert caller.get("contracts").status_code == 401
