"""Axe finds nothing on any kind of page, light and dark, in both languages (WCAG 2.2 AA)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from iijiot import roles
from iijiot.models import User
from tests.browser import pages
from tests.factories import ApplicationFactory, NoticeFactory, TerminationFactory, UserFactory
from tests.factories.worlds import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"


@pytest.fixture
def emi(transactional_db: None) -> User:
    """Emi, an approver, where every test commits."""
    return UserFactory(login_id="emi", name="江見 えみ", groups=[roles.APPROVER])


@pytest.fixture
def addresses(transactional_db: None) -> list[str]:
    """One address of every kind of page, each with something on it; previews are behind a button."""
    world = house()
    ApplicationFactory(customer=world.customer, state="screening")
    TerminationFactory(contract=world.data_storage)
    NoticeFactory(customer=world.customer)
    return [page.address for page in pages.everything() if not page.sent]


@pytest.mark.parametrize(("language", "scheme"), [("ja", "light"), ("en", "dark")])
def test_axe_finds_nothing(
    enter: Callable[..., Page], emi: User, addresses: list[str], scheme: str, language: str, live_server: Any
) -> None:
    page = enter(emi, color_scheme=scheme)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    found = []
    print(f"{len(addresses)} pages")
    for address in addresses:
        page.goto(address)
        page.wait_for_timeout(200)  # the theme fades in
        page.evaluate(AXE)
        result = page.evaluate(RUN, RULES)
        found += [
            f"{address} {violation['id']}: {node['target']} {node['html'][:150]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]
    assert not found, "\n".join(found)
