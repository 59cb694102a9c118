"""One walk over every kind of console page, light and dark, in both languages: axe, the policy, the keyboard, 320 px.

Axe by WCAG 2.2 AA; U12. One walk for all, since opening the pages is what takes the time.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.steps import violations
from tests.factories import UserFactory
from tests.factories.worlds import house_at_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """
async rules => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `axe ${id}: ${node.target} ${node.html.slice(0, 150)}`));
}
"""
"""What axe finds, with the element: told by the page itself, as all that it looked at is far more than what is wrong."""
POLICY = "script-src 'self' 'unsafe-eval'"
NARROW: Any = {"width": 320, "height": 640}
WIDE: Any = {"width": 1366, "height": 900}
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"

AT_ONCE = "document.getAnimations().forEach(each => { try { each.finish(); } catch { each.cancel(); } })"
"""The theme fades in."""
UNREACHABLE = (Path(__file__).parent / "keyboard.js").read_text()
"""What the Tab key does not reach, or shows no focus on; of each class of element one is looked at."""


@pytest.fixture
def addresses(transactional_db: None) -> list[str]:
    """One address of every kind of page, each with something on it; previews are behind a button."""
    house_at_work()
    return [page.address for page in pages.everything() if not page.sent]


def findings(page: Page, address: str) -> list[str]:
    """Everything that is wrong with one page."""
    answer = page.goto(address)
    assert answer is not None
    found = [] if POLICY in answer.headers["content-security-policy"] else ["another policy"]
    page.evaluate(AT_ONCE)
    page.evaluate(AXE)
    found += page.evaluate(RUN, RULES)
    page.keyboard.press("Tab")  # from now on the browser shows focus as it does to somebody at the keyboard
    found += page.evaluate(UNREACHABLE)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        if over := page.evaluate(TOO_WIDE):
            found.append(f"{over} px too wide for a window of {size['width']}")
    return [*found, *violations(page)]


ONE_TEMPLATE = [
    re.compile(r"/do/"),
    re.compile(r"/history/$"),
    re.compile(r"/add/$"),
    re.compile(r"^/console/\w+/\w+/$"),
    re.compile(r"^/console/\w+/(?!(?:application|contract|customer|notice|termination)/)\w+/\d+/change/$"),
]
"""Dialogs, histories, forms for new records, lists, records that are not looked at all day: each one template for all."""


def shared_out(addresses: list[str], scheme: str) -> list[str]:
    """Every page in both looks, but of what is one template half in each."""
    shared = [[a for a in addresses if kind.search(a)] for kind in ONE_TEMPLATE]
    both = [a for a in addresses if not any(a in kind for kind in shared)]
    return [*both, *(a for kind in shared for a in kind[scheme == "dark" :: 2])]


@pytest.mark.long
@pytest.mark.parametrize(("language", "scheme"), [("ja", "light"), ("en", "dark")])
def test_every_kind_of_page_is_for_everybody(
    watched: Callable[..., tuple[Page, list[str]]], addresses: list[str], language: str, scheme: str, live_server: Any
) -> None:
    page, told = watched(UserFactory(login_id="boss", is_superuser=True), color_scheme=scheme)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    addresses = shared_out(addresses, scheme)
    found = {address: problems for address in addresses if (problems := findings(page, address))}
    print(f"{len(addresses)} kinds of pages")
    assert len(addresses) >= 50
    assert not found, "\n".join(f"{address} {problem}" for address, problems in found.items() for problem in problems)
    assert not told, "\n".join(told)
