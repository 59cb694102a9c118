"""What scripts add to the portal: lists that change in place, and a wait that shows; nothing breaks where they fail."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from contracts.models import Account
from iijiot.portal import paging
from tests.browser.steps import follow, ja
from tests.factories.sims import LineFactory
from tests.factories.worlds import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLOW = 1_000
"""Milliseconds that an answer takes here where a wait is to be seen."""
MARK = "window.wasHere = true"
NOTE_WHEN_BUSY = """
new MutationObserver(() => sessionStorage.setItem("wait", "shown")).observe(document.getElementById("busy"), {attributes: true})
"""


@pytest.fixture
def lines(let_in: Callable[..., Page], manager: Account, world: House, monkeypatch: pytest.MonkeyPatch) -> Page:
    """The list of five lines, two on a page, marked so that another page would be noticed."""
    for number in range(3):
        LineFactory(contract=world.mobile_access, label=f"温度計{number}")
    monkeypatch.setattr(paging.paged, "__kwdefaults__", {"size": 2})
    page = let_in(manager)
    page.goto("/portal/lines/")
    page.evaluate(MARK)
    return page


def is_the_same(page: Page) -> bool:
    """Whether no other page was loaded since the mark."""
    return bool(page.evaluate("window.wasHere === true"))


def test_typing_changes_the_list_in_place_and_says_how_many(lines: Page) -> None:
    told, sought = lines.get_by_role("status"), lines.get_by_label(ja("Search"), exact=True)
    expect(told).to_have_text(f"{ja('Shown: %(n)s', n='2')} {ja('(more on the next page)')}")
    sought.press_sequentially("温度計1")
    expect(lines.locator("#found tbody tr")).to_have_count(1)
    expect(lines.locator("#found")).to_contain_text("温度計1")
    expect(told).to_have_text(ja("Shown: %(n)s", n="1"))
    expect(sought).to_be_focused()
    assert is_the_same(lines)
    assert "q=%E6%B8%A9%E5%BA%A6%E8%A8%881" in lines.url
    lines.reload()
    expect(lines.locator("#found tbody tr")).to_have_count(1)


def test_the_next_page_of_a_list_comes_in_place_and_is_gone_on_with_by_keyboard(lines: Page) -> None:
    first = lines.locator("#found tbody th").all_text_contents()
    lines.get_by_role("link", name=ja("Next page"), exact=True).press("Enter")
    expect(lines.locator("#found tbody tr")).to_have_count(2)
    expect(lines.get_by_role("link", name=ja("Previous page"), exact=True)).to_be_visible()
    assert not set(first) & set(lines.locator("#found tbody th").all_text_contents())
    expect(lines.locator("#found")).to_be_focused()
    assert is_the_same(lines)
    lines.go_back()
    expect(lines.locator("#found tbody th")).to_have_text(first)


def test_after_the_session_has_ended_the_whole_page_goes_to_the_login_and_comes_back(lines: Page) -> None:
    lines.context.clear_cookies(name="sessionid")
    lines.get_by_label(ja("Search"), exact=True).fill("温度計")
    lines.wait_for_url("**/account/login/**")
    expect(lines.locator("#id_password")).to_be_visible()
    assert "next=/portal/lines/" in lines.url


def test_a_wait_shows_when_it_is_long_and_ends_with_it(lines: Page) -> None:
    def late(route: Route) -> None:
        lines.wait_for_timeout(SLOW)
        route.continue_()

    bar = lines.locator("#busy")
    expect(bar).to_be_hidden()
    lines.route("**/portal/lines/?*", late)
    lines.get_by_label(ja("Search"), exact=True).fill("温度計2")
    expect(bar).to_be_visible()
    expect(lines.locator("main")).to_have_attribute("aria-busy", "true")
    expect(lines.locator("#found tbody tr")).to_have_count(1)
    expect(bar).to_be_hidden()
    lines.evaluate(NOTE_WHEN_BUSY)
    lines.route("**/portal/invoices/", late)
    follow(lines, lines.locator(".parts").get_by_role("link", name=ja("Invoices"), exact=True))
    assert lines.evaluate("sessionStorage.getItem('wait')") == "shown"
    expect(bar).to_be_hidden()
