"""Every address of the router × every method × every way to come without the right: refused as the rules say (X21, X36)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from contracts import partnering
from iijiot import clock
from iijiot.api import PREFIX
from iijiot.api.scopes import READ, scopes
from iijiot.models import Event
from tests.api.conftest import System
from tests.api.test_reading import MAKERS, number_of
from tests.factories import ContractFactory
from tests.factories.base import MAKER
from tests.factories.contracts import of
from tests.factories.partners import DeliveryFactory, GrantFactory, PartnerFactory, WebhookFactory, issued, token_of
from tests.house.test_url_matrix import addresses

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OPEN = {
    "api/v1/oauth/token", "api/v1/oauth/revoke", "api/v1/openapi.json", "api/v1/docs", "api/v1/problems/<str:code>",
}  # fmt: skip
"""Where a system comes before it has a token; see test_keys and test_description."""


def places() -> list[tuple[str, str]]:
    """Every address with its resource."""
    found = [address for address, _part in addresses(get_resolver()) if f"/{address}".startswith(PREFIX)]
    return [(address, address.split("/")[2]) for address in found if address not in OPEN]


def resource_of(name: str) -> Any:
    """The resource of a list."""
    (found,) = [part.callback.cls for address, part in addresses(get_resolver()) if address == f"api/v1/{name}"]
    return found


def takes(address: str) -> set[str]:
    """The methods that an address takes."""
    (actions,) = [part.callback.actions for found, part in addresses(get_resolver()) if found == address]
    return {method.upper() for method in actions} | ({"HEAD"} if "get" in actions else set())


@pytest.fixture
def come(aois_company, dans_company):
    """The ways to come: each with the answer that it gets to whatever it asks."""
    everything = issued(dans_company)
    leaked = issued(dans_company)
    revoked = token_of(leaked.key)
    partnering.revoke(leaked.key, at=clock.now(), actor=MAKER, reason="Leaked")
    revoked_later = issued(dans_company)
    kept = token_of(revoked_later.key)
    closed = PartnerFactory(name="閉店")
    GrantFactory(partner=closed, customer=aois_company)
    of_closed = token_of(issued(closed).key)
    partnering.close(closed, on=clock.business_day(), actor=MAKER, reason="Over")
    return {
        "no token": ("", 401),
        "nonsense": ("nonsense", 401),
        "expired token": (token_of(everything.key, over=True), 401),
        "revoked key": (revoked, 401),
        "closed partner": (of_closed, 401),
        "no scope": (token_of(revoked_later.key, []), 403),
        "every scope": (kept, 200),
    }


def test_there_is_something_to_walk():
    names = {name for _address, name in places()}
    print(f"{len(places())} addresses × {len(METHODS)} methods")
    assert names == {*MAKERS, "services", "usage", *OF_PARTNERS}
    assert {f"{name}:{READ}" for name in names - {"event-types", "webhook-deliveries"}} <= set(scopes())


def event_of(customer: Any) -> str:
    """An event of the customer, which is there where some partner sees it."""
    ContractFactory(**of(customer))
    told = Event.objects.of_customer([customer.pk]).last()
    return told.key if told else "evt_contract_0"


def partner_of(customer: Any) -> Any:
    """The partner that sees the customer."""
    grant = customer.grants.order_by("pk").first() or GrantFactory(customer=customer)
    return grant.partner


OF_PARTNERS: dict[str, Any] = {
    "events": event_of,
    "event-types": lambda customer: "line.paused" if customer.grants.exists() else "line.flown",
    "webhooks": lambda customer: f"wh_{WebhookFactory(partner=partner_of(customer)).number}",
    "webhook-deliveries": lambda customer: DeliveryFactory(webhook__partner=partner_of(customer)).key,
}
"""What belongs to a partner rather than to a customer: the id of one."""


def filled(address: str, name: str, customer: Any) -> str:
    """The address of a record of the customer, below /api/v1/."""
    place = address.removeprefix("api/v1/").replace("<str:code>", "mobile-access")
    if "<str:public_id>" not in place:
        return place
    if name in OF_PARTNERS:
        return place.replace("<str:public_id>", OF_PARTNERS[name](customer))
    make, prefix = MAKERS[name]
    return place.replace("<str:public_id>", f"{prefix}_{number_of(make(customer))}")


@pytest.mark.parametrize(("address", "name"), places(), ids=lambda value: value)
def test_without_the_right_nothing_is_told(come, dans_company, aois_company, address, name):
    place, taken = filled(address, name, aois_company), takes(address)
    for who, (token, expected) in come.items():
        for method in METHODS:
            wanted = expected if method in taken else 405
            if method == "POST" and wanted == 200:
                continue  # what acts is tested where it stands
            if wanted == 405 and expected == 401 and token:
                continue  # what no caller can do is the same to every stranger
            answer = System(dans_company, token, Client()).send(method, place, {})
            assert answer.status_code == wanted, (who, method, place)
            if wanted >= 400 and method != "HEAD":
                assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "name"), [p for p in places() if "<str:public_id>" in p[0]], ids=lambda value: value
)
def test_what_is_another_customers_is_not_there_whatever_is_asked(system, carols_company, address, name):
    place = filled(address, name, carols_company)
    for method in sorted(takes(address)):
        assert system.send(method, place, {}).status_code == 404, (method, place)
