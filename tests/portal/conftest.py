"""Aoi, manager of her company, a viewer beside her, and Carol of another company, on a Wednesday morning in Tokyo."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from contracts.models import Account
from tests.factories import AccountFactory
from tests.house.console import logged_in


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    """2026-11-25, 10:00 in Tokyo."""
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        yield


@pytest.fixture
def manager(aois_company: Any, aoi: Any) -> Account:
    """Aoi's account, by which she decides for her company."""
    return AccountFactory(customer=aois_company, user=aoi, role="manager", must_renew_password=False)


@pytest.fixture
def outsider(carols_company: Any, carol: Any) -> Account:
    """Carol's account, a manager's too, of another company."""
    return AccountFactory(customer=carols_company, user=carol, role="manager", must_renew_password=False)


@pytest.fixture
def someone(aois_company: Any) -> Callable[[str], Account]:
    """Somebody else of Aoi's company, in another role."""
    return lambda role: AccountFactory(customer=aois_company, role=role, must_renew_password=False)


@pytest.fixture
def browser(manager: Account) -> Client:
    """Aoi's browser."""
    return logged_in(manager.user)


@pytest.fixture
def viewer(someone: Callable[[str], Account]) -> Client:
    """The browser of somebody of Aoi's company who only looks."""
    return logged_in(someone("viewer").user)


@pytest.fixture
def of_carol(outsider: Account) -> Client:
    """Carol's browser."""
    return logged_in(outsider.user)


def page(answer: Any, status: int = 200) -> str:
    """The page or file as people read it, which was answered with this status."""
    body = answer.getvalue().decode()
    assert answer.status_code == status, body[:500]
    return str(body)
