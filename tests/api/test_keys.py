"""Keys: told once, good for what their kind of partner may, rotated with an overlap, dead at once when revoked (X29, X36)."""

import base64
from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from contracts import partnering
from contracts.models import PartnerKey
from iijiot import clock
from iijiot.actors import ActorKind
from iijiot.api.scopes import open_to, scopes
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation
from tests.api.conftest import system_of
from tests.factories import ContractFactory
from tests.factories.partners import PartnerFactory, bearer, issued, token_of

TOKEN = "/api/v1/oauth/token"


def ask(client: Client, given: partnering.Issued, secret: str = "", **form: str):
    """Ask for a token as a system does: id and secret by Basic authentication."""
    pair = f"{given.key.client_id}:{secret or given.secret}"
    basic = base64.b64encode(pair.encode()).decode()
    return client.post(TOKEN, {"grant_type": "client_credentials", **form}, HTTP_AUTHORIZATION=f"Basic {basic}")


@pytest.fixture
def given(dans_company):
    """A key of Dan's company for contracts and customers."""
    return issued(dans_company, "contracts:read", "customers:read")


def test_a_system_gets_a_token_for_what_it_asks_and_reads_with_it(client, given, aois_company):
    contract = ContractFactory(customer=aois_company)
    answer = ask(client, given, scope="contracts:read")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["scope"], told["expires_in"]) == ("Bearer", "contracts:read", 900)
    read = client.get(f"/api/v1/contracts/ctr_{contract.number}", **bearer(told["access_token"]))
    assert read.status_code == 200
    assert read.json()["number"] == contract.number


def test_id_and_secret_are_taken_from_the_body_too(client, given):
    answer = client.post(
        TOKEN,
        {"grant_type": "client_credentials", "client_id": given.key.client_id, "client_secret": given.secret},
    )
    assert answer.status_code == 200


def test_who_asks_for_no_scope_gets_a_token_that_opens_nothing(client, given):
    token = ask(client, given).json()["access_token"]
    answer = client.get("/api/v1/contracts", **bearer(token))
    assert answer.status_code == 403
    told = answer.json()
    assert (told["code"], told["scope"]) == ("scope-missing", "contracts:read")
    assert 'scope="contracts:read"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scope", ["terminations:write", "no-such:scope", "contracts:read no-such:scope"])
def test_a_scope_that_the_key_has_not_or_that_there_is_not_is_refused(client, given, scope):
    answer = ask(client, given, scope=scope)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit", ""])
def test_no_other_grant_is_taken(client, given, grant):
    answer = ask(client, given, grant_type=grant, username="x", password="y", code="z", refresh_token="r")
    assert answer.status_code in (400, 401)
    assert AccessToken.objects.count() == 0


def test_a_wrong_secret_is_refused(client, given):
    assert ask(client, given, "wrong").status_code == 401


def test_neither_secret_nor_token_is_kept_as_it_is_told(client, given):
    token = ask(client, given, scope="contracts:read").json()["access_token"]
    kept = AccessToken.objects.get()
    assert kept.token != token
    assert Application.objects.get(client_id=given.key.client_id).client_secret != given.secret
    assert given.secret not in str(PartnerKey.history.values())


def test_a_token_in_the_address_is_no_token(client, given):
    token = ask(client, given, scope="contracts:read").json()["access_token"]
    answer = client.get(f"/api/v1/contracts?access_token={token}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer nonsense", "Basic eDp5", "Bearer " + "x" * 5000, "Bearer 語"]
)
def test_without_a_token_that_works_nothing_is_told(client, db, header):
    answer = client.get("/api/v1/contracts", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_login_of_staff_opens_nothing_here(client, ben):
    client.force_login(ben)
    assert client.get("/api/v1/contracts").status_code in (302, 401)


def test_a_token_is_over_after_its_time(client, given):
    assert client.get("/api/v1/contracts", **bearer(token_of(given.key, over=True))).status_code == 401


def test_a_revoked_key_is_dead_at_once_with_its_tokens(client, given, clerk):
    token = token_of(given.key)
    assert client.get("/api/v1/contracts", **bearer(token)).status_code == 200
    partnering.revoke(given.key, at=clock.now(), actor=clerk, reason="Leaked")
    assert client.get("/api/v1/contracts", **bearer(token)).status_code == 401
    assert ask(client, given, scope="contracts:read").status_code == 401
    row = given.key.history.first()
    assert (row.history_actor, row.history_change_reason, row.history_clause) == (clerk.name, "Leaked", "G5.4")


def test_a_key_is_not_revoked_twice(given, clerk):
    partnering.revoke(given.key, at=clock.now(), actor=clerk, reason="Leaked")
    with pytest.raises(RuleViolation):
        partnering.revoke(given.key, at=clock.now(), actor=clerk, reason="Again")


def test_a_rotated_key_works_on_until_its_time_beside_the_new_one(client, given, clerk):
    now = clock.now()
    later = partnering.rotate(given.key, at=now, until=now + timedelta(hours=24), actor=clerk)
    assert ask(client, given, scope="contracts:read").status_code == 200
    assert ask(client, later, scope="contracts:read").status_code == 200
    assert later.key.scopes == given.key.scopes
    assert partnering.working_key(given.key.client_id, at=now + timedelta(hours=23)) == given.key
    assert partnering.working_key(given.key.client_id, at=now + timedelta(hours=24)) is None
    assert partnering.working_key(later.key.client_id, at=now + timedelta(hours=24)) == later.key


def test_a_key_is_rotated_once_and_only_while_it_works(given, clerk):
    now = clock.now()
    later = partnering.rotate(given.key, at=now, until=now + timedelta(hours=1), actor=clerk)
    with pytest.raises(RuleViolation, match="後継"):
        partnering.rotate(given.key, at=now, until=now + timedelta(hours=1), actor=clerk)
    partnering.revoke(later.key, at=now, actor=clerk, reason="Leaked")
    with pytest.raises(RuleViolation):
        partnering.rotate(later.key, at=now, until=now + timedelta(hours=1), actor=clerk)


def test_a_closed_partner_is_out_from_the_next_request_on(client, given, dans_company, clerk):
    token = token_of(given.key)
    partnering.close(dans_company, on=clock.business_day(), actor=clerk, reason="Contract over")
    assert client.get("/api/v1/contracts", **bearer(token)).status_code == 401
    assert ask(client, given, scope="contracts:read").status_code == 401
    for late in (
        lambda: issued(dans_company),
        lambda: partnering.close(dans_company, on=clock.business_day(), actor=clerk, reason="Again"),
    ):
        with pytest.raises(RuleViolation):
            late()


def test_a_user_that_is_switched_off_is_out_from_the_next_request_on(client, given, dans_company, clerk):
    token = token_of(given.key)
    with chapter(actor=clerk), locked(dans_company.user) as (user,):
        user.is_active = False
        user.save()
    assert client.get("/api/v1/contracts", **bearer(token)).status_code == 401


def test_a_customer_that_is_hidden_again_is_gone_from_the_next_request_on(system, aois_company, clerk):
    contract = ContractFactory(customer=aois_company)
    assert system.get(f"contracts/ctr_{contract.number}").status_code == 200
    partnering.hide(system.partner.grants.get(), on=clock.business_day(), actor=clerk, reason="Moved")
    assert system.get(f"contracts/ctr_{contract.number}").status_code == 404
    assert system.get("contracts").json()["data"] == []


@pytest.mark.parametrize("kind", ["sales", "carrier", "platform", "customer"])
def test_a_key_is_good_for_nothing_that_its_kind_of_partner_may_not(db, kind):
    partner = PartnerFactory(kind=kind)
    beyond = sorted(set(scopes()) - set(open_to(kind)))
    assert beyond or kind in ("sales", "customer")
    for scope in beyond:
        with pytest.raises(RuleViolation):
            issued(partner, scope)


def test_a_carrier_sees_neither_contracts_nor_customers(db):
    carrier = system_of(PartnerFactory(kind="carrier"))
    assert carrier.get("contracts").status_code == 403
    assert carrier.get("customers").status_code == 403
    assert carrier.get("services").status_code == 200


def test_letting_in_makes_a_user_that_can_log_in_nowhere(db, clerk):
    partner = partnering.let_in(name="ダン商会", kind="sales", actor=clerk)
    assert partner.number.startswith("PT")
    assert not partner.user.has_usable_password()
    assert not partner.user.is_staff


def test_the_actor_of_what_a_system_does_names_partner_and_key(given, dans_company):
    caller = partnering.caller_with(token_of(given.key), at=clock.now())
    assert caller is not None
    assert caller.actor.kind == ActorKind.PARTNER
    assert caller.actor.name == f"{dans_company.user.display_name} 受発注"
    assert caller.actor.user_id == dans_company.user.pk
