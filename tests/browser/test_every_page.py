"""One walk over every kind of console page: axe in light and dark, the policy, the keyboard, a narrow window.

Axe by WCAG 2.2 AA; U12. One walk for all, since opening the pages is what takes the time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from iijiot import roles
from iijiot.models import User
from tests.browser import pages
from tests.browser.steps import LISTEN, violations
from tests.factories import ApplicationFactory, NoticeFactory, TerminationFactory, UserFactory
from tests.factories.worlds import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RUN = "only => axe.run(document, {runOnly: only})"
DARK = "dark => document.documentElement.classList.toggle('dark', dark)"
POLICY = "script-src 'self' 'unsafe-eval'"
NARROW: Any = {"width": 320, "height": 640}
WIDE: Any = {"width": 1366, "height": 900}
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"

UNREACHABLE = (Path(__file__).parent / "keyboard.js").read_text()
"""What the Tab key does not reach, or shows no focus on; of each class of element one is looked at."""


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


def axe(page: Page, only: dict[str, Any]) -> list[str]:
    """What axe finds, with the element."""
    result = page.evaluate(RUN, only)
    return [
        f"axe {violation['id']}: {node['target']} {node['html'][:150]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def findings(page: Page, address: str) -> list[str]:
    """Everything that is wrong with one page."""
    answer = page.goto(address)
    assert answer is not None
    found = [] if POLICY in answer.headers["content-security-policy"] else ["another policy"]
    page.wait_for_timeout(150)  # the theme fades in
    page.evaluate(AXE)
    found += axe(page, RULES)
    page.evaluate(DARK, True)
    found += [f"dark: {words}" for words in axe(page, CONTRAST)]
    page.evaluate(DARK, False)
    page.keyboard.press("Tab")  # from now on the browser shows focus as it does to somebody at the keyboard
    found += page.evaluate(UNREACHABLE)
    page.set_viewport_size(NARROW)
    if over := page.evaluate(TOO_WIDE):
        found.append(f"{over} px too wide for a window of {NARROW['width']}")
    page.set_viewport_size(WIDE)
    return [*found, *violations(page)]


def test_every_kind_of_page_is_for_everybody(enter: Callable[..., Page], addresses: list[str]) -> None:
    page = enter(UserFactory(login_id="boss", is_superuser=True))
    told: list[str] = []
    page.add_init_script(LISTEN)
    page.on("pageerror", lambda error: told.append(f"{page.url} {error}"))
    found = {address: problems for address in addresses if (problems := findings(page, address))}
    print(f"{len(addresses)} kinds of pages")
    assert len(addresses) >= 70
    assert not found, "\n".join(f"{address} {problem}" for address, problems in found.items() for problem in problems)
    assert not told, "\n".join(told)
