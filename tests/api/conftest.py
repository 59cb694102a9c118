"""A partner's system that is at work for Aoi's company, and what it sees."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from contracts.models import Customer, Partner
from tests.api.hooks import opened
from tests.factories import ContractFactory, LineFactory, SimCardFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory, bearer, issued, token_of
from tests.receivers import receiving


@dataclass
class System:
    """A partner's system: it calls with a token of its own."""

    partner: Partner
    token: str
    client: Client

    def get(self, path: str, **headers: Any) -> Any:
        """Ask for something below /api/v1/."""
        return self.client.get(f"/api/v1/{path}", **bearer(self.token), **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        """Send something as JSON; on whatever version there is, where none is named."""
        headers = {"HTTP_IF_MATCH": "*", **headers}
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            body if isinstance(body, str) else json.dumps(body),
            content_type="application/json",
            **bearer(self.token),
            **headers,
        )


def system_of(partner: Partner, *scopes: str) -> System:
    """A system with a key of its own, for these scopes or all."""
    return System(partner, token_of(issued(partner, *scopes).key), Client())


@pytest.fixture
def dans_company(aois_company: Customer) -> Partner:
    """The sales partner for whom Dan works; it sees Aoi's company."""
    partner = PartnerFactory(name="ダン商会")
    GrantFactory(partner=partner, customer=aois_company)
    return partner


@pytest.fixture
def system(dans_company: Partner) -> System:
    """Its system, with every scope that a sales partner may have."""
    return system_of(dans_company)


@pytest.fixture
def receiver(tmp_path, settings, monkeypatch):
    """The partner's receiver, which the operator lets webhooks go to."""
    with receiving(tmp_path) as there:
        settings.CALLED_PORTS, settings.CALLED_NETWORKS = [there.port], ["127.0.0.0/8"]
        monkeypatch.setenv("SSL_CERT_FILE", str(there.trusted))
        yield there


@pytest.fixture
def line(aois_company, dans_company):
    """A line in service."""
    line = LineFactory(contract=ContractFactory(**of(aois_company), mobile_access=True))
    SimCardFactory(lent=True, line=line)
    return line


@pytest.fixture
def hook(system, receiver, line):
    """An address that is told of lines, with its secret."""
    answer = opened(system, receiver.url)
    assert answer.status_code == 201, answer.content
    return {**answer.json()["webhook"], "secret": answer.json()["secret"]}
