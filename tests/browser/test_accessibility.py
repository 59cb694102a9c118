"""Axe finds nothing on any kind of page, light and dark, in both languages (WCAG 2.2 AA)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from contracts.models import Termination
from iijiot import roles
from iijiot.models import User
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
def pages(transactional_db: None) -> list[str]:
    """One address of every kind of page, each with something on it."""
    world = house()
    application = ApplicationFactory()
    termination: Termination = TerminationFactory(contract=world.iot)
    notice = NoticeFactory()
    at = "/console/contracts"
    return [
        "/console/",
        f"{at}/application/",
        f"{at}/contract/?queue=to-start",
        f"{at}/customer/add/",
        f"{at}/customer/{world.customer.pk}/change/",
        f"{at}/application/add/",
        f"{at}/application/{application.pk}/change/",
        f"{at}/application/{application.pk}/do/ask-documents/",
        f"{at}/application/{application.pk}/do/accept/",
        f"{at}/contract/{world.iot.pk}/change/",
        f"{at}/contract/{world.data_storage.pk}/do/terminate/",
        f"{at}/contract/{world.iot.pk}/history/",
        f"{at}/termination/{termination.pk}/change/",
        f"{at}/termination/{termination.pk}/do/take-back/",
        f"{at}/notice/{notice.pk}/change/",
        f"{at}/maildomain/add/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing(
    enter: Callable[..., Page], emi: User, pages: list[str], scheme: str, language: str, live_server: Any
) -> None:
    page = enter(emi, color_scheme=scheme)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    found = []
    for address in pages:
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
