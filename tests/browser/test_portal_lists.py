"""Lists of the portal in a browser: what is typed is looked for in place, the address and the focus stay right, and a
portal at work says so (U24)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from contracts.models import Account
from iijiot.portal.lists import ListPage
from tests.browser.login import log_in_at_portal
from tests.browser.steps import follow, ja, violations
from tests.browser.test_portal import SIZE, session_over
from tests.factories import ContractFactory, NoticeFactory
from tests.factories.sims import LineFactory
from tests.factories.users import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = "/portal/lines/"
SOUGHT = re.compile(r"/portal/lines/\?q=%E7%82%89$")
STAYED = "window.stayed === true"
BUSY = ".busy"
LATER = 900
"""Milliseconds after which it would be said."""


@pytest.fixture
def lines(manager: Account) -> list[Any]:
    """Five lines, of which two are called after a furnace; two stand on a page."""
    contract = ContractFactory(customer=manager.customer, mobile_access=True)
    return [LineFactory(contract=contract, label=label) for label in ("炉1", "ポンプ", "炉2", "", "")]


@pytest.fixture
def two_to_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows."""
    monkeypatch.setattr(ListPage, "size", 2)


@pytest.fixture
def opened(let_in: Callable[..., Page], manager: Account, lines: list[Any], two_to_a_page: None) -> Page:
    """The list of lines on a telephone, with a mark that goes with the page."""
    page = let_in(manager, viewport=SIZE)
    page.goto(LINES)
    page.evaluate("window.stayed = true")
    return page


def shown(page: Page) -> list[str]:
    """The numbers of the lines that stand in the list."""
    return page.locator("#found tbody a[href^='/portal/lines/L']").all_inner_texts()


def test_what_is_typed_is_found_in_place_and_said(opened: Page, lines: list[Any]) -> None:
    page = opened
    search = page.locator("[name=q]")
    search.press_sequentially("炉")
    expect(page.locator("#many")).to_have_text("2件見つかりました")
    assert shown(page) == [lines[0].number, lines[2].number]
    expect(search).to_be_focused()
    expect(search).to_have_value("炉")
    expect(page).to_have_url(SOUGHT)
    assert page.evaluate(STAYED)
    csv = page.get_by_role("link", name=ja("All of these as CSV"))
    expect(csv).to_have_attribute("href", "/portal/lines/csv/?q=%E7%82%89")
    search.fill("どこにもない")
    expect(page.locator("#many")).to_have_text("該当するものはありません")
    assert page.locator("#many").get_attribute("role") == "status"
    page.reload()
    expect(page.locator("[name=q]")).to_have_value("どこにもない")
    assert violations(page) == []


def test_what_is_chosen_is_found_in_place(opened: Page, manager: Account) -> None:
    page = opened
    old = ContractFactory(customer=manager.customer, ended=True)
    page.goto("/portal/contracts/")
    page.evaluate("window.stayed = true")
    page.locator("[name=ended]").focus()
    page.locator("[name=ended]").select_option("1")
    expect(page.locator("#found")).to_contain_text(old.number)
    expect(page).to_have_url(re.compile(r"/portal/contracts/\?ended=1$"))
    expect(page.locator("[name=ended]")).to_be_focused()
    assert page.evaluate(STAYED)


def test_the_next_page_comes_in_place_and_back_brings_the_whole_page_before(opened: Page, lines: list[Any]) -> None:
    page = opened
    page.locator("a[rel=next]").press("Enter")
    expect(page.locator("a[rel=prev]")).to_be_visible()
    assert shown(page) == [lines[2].number, lines[3].number]
    expect(page.locator("#found")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?after="))
    assert page.evaluate(STAYED)
    kept = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    assert kept == ["htmx-current-path-for-history"], "of what was shown nothing stays in the browser"
    page.locator("#found a[href^='/portal/lines/L']").first.click()
    page.wait_for_url("**/lines/L*/")
    page.go_back()
    expect(page.locator("header .brand")).to_be_visible()
    assert shown(page) == [lines[2].number, lines[3].number]
    page.go_back()
    expect(page.locator("a[rel=prev]")).to_have_count(0)
    expect(page.locator("header .brand")).to_be_visible()
    assert shown(page) == [lines[0].number, lines[1].number]


def test_a_word_that_is_still_put_together_from_kana_is_not_looked_for(opened: Page) -> None:
    page = opened
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "hx-request" in request.headers else None)
    page.locator("[name=q]").evaluate(
        "field => { field.value = 'ろ'; field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true })); }"
    )
    page.wait_for_timeout(LATER)
    assert asked == []
    page.locator("[name=q]").evaluate(
        "field => { field.value = '炉'; field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })); }"
    )
    expect(page.locator("#many")).to_have_text("2件見つかりました")
    assert len(asked) == 1


def test_a_login_that_is_over_leads_to_the_login_and_back_to_what_was_sought(opened: Page, lines: list[Any]) -> None:
    page = opened
    login_id = lines[0].contract.customer.accounts.get().login_id
    with session_over(page):
        page.locator("[name=q]").press_sequentially("炉")
        page.wait_for_url("**/account/login/**")
    expect(page.locator("#id_password")).to_be_visible()
    page.fill("#id_login", login_id)
    page.fill("#id_password", PASSWORD)
    follow(page, page.locator("main [type=submit]").first)
    expect(page).to_have_url(SOUGHT)
    assert shown(page) == [lines[0].number, lines[2].number]


def test_without_a_connection_it_is_said_and_the_next_try_works(opened: Page, lines: list[Any]) -> None:
    page = opened
    told = page.locator("[data-unreached]")
    expect(told).to_be_hidden()
    page.context.set_offline(True)
    page.locator("[name=q]").press_sequentially("炉")
    expect(told).to_be_visible()
    assert shown(page) == [lines[0].number, lines[1].number]
    expect(page.locator("[name=q]")).to_have_value("炉")
    page.context.set_offline(False)
    page.get_by_role("button", name=ja("Show"), exact=True).click()
    expect(page.locator("#many")).to_have_text("2件見つかりました")
    expect(told).to_be_hidden()


def test_what_is_refused_shows_its_own_page(opened: Page) -> None:
    page = opened
    page.route(
        "**/lines/?q=**",
        lambda route: route.fulfill(status=500) if "hx-request" in route.request.headers else route.continue_(),
    )
    with page.expect_navigation(url=SOUGHT):
        page.locator("[name=q]").press_sequentially("炉")
    assert page.evaluate(STAYED) is False


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_the_same_is_found_without_scripts(
    window: Callable[..., BrowserContext], manager: Account, lines: list[Any], two_to_a_page: None, script: bool
) -> None:
    page = window(viewport=SIZE, java_script_enabled=script).new_page()
    log_in_at_portal(page, manager.login_id, PASSWORD)
    notice = NoticeFactory(customer=manager.customer, subject="停止のお知らせ")
    NoticeFactory(customer=manager.customer, subject="請求のお知らせ")
    page.goto(LINES)
    page.locator("a[rel=next]").click()
    expect(page.locator("a[rel=prev]")).to_be_visible()
    assert shown(page) == [lines[2].number, lines[3].number]
    page.locator("[name=q]").fill("炉")
    page.get_by_role("button", name=ja("Show"), exact=True).click()
    expect(page.locator("#many")).to_have_text("2件見つかりました")
    assert shown(page) == [lines[0].number, lines[2].number]
    page.goto("/portal/notices/")
    page.locator("[name=q]").fill("停止")
    page.locator("[name=unread]").select_option("1")
    page.get_by_role("button", name=ja("Show"), exact=True).click()
    expect(page.locator("#many")).to_have_text("1件見つかりました")
    expect(page.locator("#found")).to_contain_text(notice.subject)


@pytest.fixture
def held() -> list[Route]:
    """Requests that get no answer until the test lets them go on."""
    return []


def hold(page: Page, held: list[Route], address: str) -> None:
    """Let no answer come from an address."""
    page.route(address, lambda route: held.append(route))


WATCH = """
const began = performance.now.bind(performance);
let sent = 0;
for (const kind of ["click", "submit"]) addEventListener(kind, () => { sent = began(); }, true);
document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const bar = document.querySelector(".busy");
  const seen = JSON.parse(sessionStorage.getItem("seen") ?? "[]");
  seen.push({ words: bar.textContent, after: began() - sent, moving: getComputedStyle(bar, "::after").animationName,
    busy: document.querySelector("main").ariaBusy, top: document.querySelector("h1").getBoundingClientRect().top });
  sessionStorage.setItem("seen", JSON.stringify(seen));
}).observe(document.querySelector(".busy"), { childList: true }));
"""
"""Keeps what the bar says and when, for the page that comes: whoever drives a browser cannot look while it waits for one."""


def seen(page: Page) -> list[dict[str, Any]]:
    """What the bar said on the page before."""
    found: list[dict[str, Any]] = page.evaluate("JSON.parse(sessionStorage.getItem('seen') ?? '[]')")
    return found


def let_go(page: Page, held: list[Route]) -> None:
    """Let the answer come that was held back, when it has long been waited for."""
    page.wait_for_timeout(LATER)
    held[0].continue_()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_page_that_is_long_in_coming_is_said_to_come(
    let_in: Callable[..., Page], manager: Account, held: list[Route], motion: str
) -> None:
    page = let_in(manager, reduced_motion=motion)
    page.add_init_script(WATCH)
    page.goto("/portal/")
    top = page.evaluate("document.querySelector('h1').getBoundingClientRect().top")
    hold(page, held, "**/portal/company/")
    page.locator("nav.parts a[href='/portal/company/']").click(no_wait_after=True)
    let_go(page, held)
    page.wait_for_url("**/portal/company/")
    told = seen(page)[0]
    assert (told["words"], told["busy"]) == ("お待ちください", "true")
    assert 400 <= told["after"] < LATER
    assert told["moving"] == ("busy" if motion == "no-preference" else "none")
    assert told["top"] == top, "nothing moves to make room for it"
    expect(page.locator(BUSY)).to_have_text("")
    page.go_back()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert violations(page) == []


def test_a_page_that_comes_soon_is_not_said_to_come(let_in: Callable[..., Page], manager: Account) -> None:
    page = let_in(manager)
    page.add_init_script(WATCH)
    page.goto("/portal/")
    page.route("**/portal/company/", lambda route: route.fulfill(body="<h1>!</h1>", content_type="text/html"))
    follow(page, page.locator("nav.parts a[href='/portal/company/']"))
    assert seen(page) == []


def test_a_form_that_is_long_under_way_is_said_to_be(
    let_in: Callable[..., Page], lines: list[Any], manager: Account, held: list[Route]
) -> None:
    page = let_in(manager, viewport=SIZE)
    page.add_init_script(WATCH)
    page.goto(f"/portal/lines/{lines[0].number}/label/")
    page.locator("[name=label]").fill("第三工場")
    hold(page, held, "**/label/")
    page.locator("main form [type=submit]").click(no_wait_after=True)
    let_go(page, held)
    page.wait_for_url(f"**/lines/{lines[0].number}/")
    expect(page.locator("h1")).to_contain_text("第三工場")
    assert next((told["words"], told["busy"]) for told in seen(page)) == ("お待ちください", "true")
    expect(page.locator(BUSY)).to_have_text("")


def test_a_page_that_the_browser_had_kept_is_not_at_work_any_more(opened: Page) -> None:
    page = opened
    page.route(
        "**/portal/returns/", lambda route: route.fulfill(status=204)
    )  # the page stays, as one that was left and kept
    page.locator("a[href='/portal/returns/']").click(no_wait_after=True)
    expect(page.locator(BUSY)).to_have_text("お待ちください")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(BUSY)).to_have_text("")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_search_that_is_long_under_way_is_said_to_be_and_a_file_is_not_waited_for(
    opened: Page, held: list[Route]
) -> None:
    page = opened
    hold(page, held, "**/lines/?q=**")
    page.locator("[name=q]").press_sequentially("炉")
    expect(page.locator("#found")).to_have_attribute("aria-busy", "true")
    expect(page.locator(BUSY)).to_have_text("お待ちください")
    held[0].continue_()
    expect(page.locator("#many")).to_have_text("2件見つかりました")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator(BUSY)).to_have_text("")
    with page.expect_download():
        page.get_by_role("link", name=ja("All of these as CSV")).click()
    page.wait_for_timeout(LATER)
    assert page.locator(BUSY).inner_text() == ""
