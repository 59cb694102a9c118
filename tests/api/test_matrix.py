"""Every address of the router × every method × every way to come without the right: refused as the rules say (X21, X36)."""

import pytest
from django.test import Client
from django.urls import get_resolver

from contracts import partnering
from iijiot import clock
from iijiot.api import PREFIX
from iijiot.api.scopes import READ, scopes
from tests.api.conftest import System
from tests.api.test_reading import MAKERS, number_of
from tests.factories.base import MAKER
from tests.factories.partners import GrantFactory, PartnerFactory, issued, token_of
from tests.house.test_url_matrix import addresses

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OPEN = {"api/v1/oauth/token", "api/v1/oauth/revoke"}
"""Where a system comes before it has a token; see test_keys."""


def places() -> list[tuple[str, str]]:
    """Every address with its resource."""
    found = [address for address, _part in addresses(get_resolver()) if f"/{address}".startswith(PREFIX)]
    return [(address, address.split("/")[2]) for address in found if address not in OPEN]


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
    assert names >= {*MAKERS, "services"}
    assert {f"{name}:{READ}" for name in names} <= set(scopes())


@pytest.mark.parametrize(("address", "name"), places(), ids=lambda value: value)
def test_without_the_right_nothing_is_told(come, dans_company, aois_company, carols_company, address, name):
    place = PREFIX.rstrip("/") + "/" + address.removeprefix("api/")
    own = others = place.replace("<str:code>", "mobile-access")
    if name in MAKERS:
        make, prefix = MAKERS[name]
        own, others = (
            place.replace("<str:public_id>", f"{prefix}_{number_of(make(customer))}")
            for customer in (aois_company, carols_company)
        )
    taken = takes(address)
    for who, (token, expected) in come.items():
        for method in METHODS:
            answer = System(dans_company, token, Client()).send(method, own.removeprefix("/api/v1/"), {})
            wanted = expected if method in taken else 405
            if method not in ("GET", "HEAD") and wanted == 200:
                continue  # what acts is tested where it stands
            assert answer.status_code == wanted, (who, method, own)
            if wanted >= 400 and method != "HEAD":
                assert answer.headers["Content-Type"] == "application/problem+json"
    if others != own:
        system = System(dans_company, come["every scope"][0], Client())
        for method in sorted(taken):
            assert system.send(method, others.removeprefix("/api/v1/"), {}).status_code == 404, (method, others)
