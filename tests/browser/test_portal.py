"""The portal in a browser: each journey as a manager, without scripts too, and refused to a viewer."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import BrowserContext, Page, expect

from contracts.models import Account, Application, ChangeReport, Contract, Termination
from iijiot import clock
from iijiot.records import chapter, fresh
from sims.models import Incident, Line, LineChange
from tests.browser.login import log_in_at_portal
from tests.browser.steps import follow, ja
from tests.factories import AccountFactory, ApplicationFactory, DocumentRequestFactory, StartConditionFactory
from tests.factories.base import MAKER
from tests.factories.users import PASSWORD
from tests.factories.worlds import House
from tests.papers import pdf
from tests.portal import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZE: Any = {"width": 360, "height": 740}
Opened = Callable[..., BrowserContext]


def press(page: Page, words: str) -> None:
    """Press the button of these words, and wait for the page that comes."""
    follow(page, page.get_by_role("button", name=ja(words), exact=True))


def go(page: Page, words: str) -> None:
    """Follow the link of these words in the page itself."""
    follow(page, page.locator("main").get_by_role("link", name=ja(words), exact=True).first)


def main(page: Page) -> Any:
    """What the page is about."""
    return page.locator("main")


def journeys(page: Page, world: House) -> Iterator[str]:
    """Each journey of a manager, from the page where it begins to its end; the name of each that is done."""
    yield from apply(page, world)
    yield from contracts(page, world)
    yield from lines(page, world)
    yield from company(page)
    yield from end(page, world)


def apply(page: Page, world: House) -> Iterator[str]:
    """Apply, see the fees, confirm, withdraw."""
    page.goto("/portal/applications/")
    go(page, "Apply for services")
    page.get_by_label("データストレージ").check()
    unit = world.customer.management_units.first()
    page.locator("[name=management_unit]").select_option(str(unit.pk))
    page.locator("[name=start_wished_on]").fill((clock.business_day() + timedelta(days=7)).isoformat())
    press(page, "See what would happen")
    follow(page, page.locator("[type=submit][value=confirm]"))
    made = Application.objects.of_customer(world.customer).latest("pk")
    expect(main(page)).to_contain_text(made.number)
    yield "applied"
    go(page, "Withdraw the application")
    press(page, "Withdraw the application")
    assert str(fresh(made).state) == "withdrawn"
    yield "withdrawn"
    asked = DocumentRequestFactory(application=ApplicationFactory(customer=world.customer, on_hold=True))
    page.goto("/portal/")
    follow(page, main(page).get_by_role("link", name=asked.what))
    page.locator("[name=file]").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    press(page, "Send")
    assert fresh(asked).arrived_on == clock.business_day()
    yield "a document handed in"


def contracts(page: Page, world: House) -> Iterator[str]:
    """The checklist; fewer lines, and back."""
    condition = StartConditionFactory(contract__customer=world.customer)
    page.goto(f"/portal/contracts/{condition.contract.number}/")
    follow(page, main(page).get_by_role("link", name=str(condition)))
    page.locator("[name=answer]").fill("経路は静的、運用は情報システム部")
    press(page, "Send")
    assert str(fresh(condition).state) == "met"
    yield "the checklist"
    page.goto(f"/portal/contracts/{world.mobile_access.number}/")
    go(page, "More lines")
    page.locator("[name=quantity]").fill("3")
    page.locator("[name=start_wished_on]").fill((clock.business_day() + timedelta(days=7)).isoformat())
    press(page, "See what would happen")
    follow(page, page.locator("[type=submit][value=confirm]"))
    more = Application.objects.of_customer(world.customer).latest("pk")
    assert (more.changes, more.quantity) == (world.mobile_access, 3)
    expect(main(page)).to_contain_text(more.number)
    yield "more lines"
    page.goto(f"/portal/contracts/{world.mobile_access.number}/")
    go(page, "Fewer lines")
    page.locator("[name=effective_on]").fill((clock.business_day() + timedelta(days=20)).isoformat())
    page.locator("[name=how_many]").fill("1")
    press(page, "See what would happen")
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "End these lines")
    change = LineChange.objects.of_customer(world.customer).get()
    expect(main(page)).to_contain_text(change.number)
    yield "fewer lines"
    follow(page, main(page).get_by_role("link", name=ja("Take %(number)s back", number=change.number)))
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Let the lines go on")
    assert str(fresh(change).state) == "closed"
    yield "taken back"


def lines(page: Page, world: House) -> Iterator[str]:
    """A line is found, named and tagged, its card reported."""
    line = Line.objects.of_customer(world.customer).filter(cards__isnull=False).get()
    page.goto("/portal/lines/")
    page.locator("[name=q]").fill(line.msisdn[-6:])
    press(page, "Show")
    follow(page, main(page).get_by_role("link", name=line.number, exact=True))
    go(page, "Change name and tags")
    page.locator("[name=label]").fill("第一工場")
    page.locator("[name=tags]").fill("東棟、ポンプ")
    press(page, "Save")
    assert (fresh(line).label, fresh(line).tags) == ("第一工場", "東棟 ポンプ")
    yield "named"
    go(page, "Report a fault or loss")
    page.get_by_label(ja("Loss")).check()
    page.locator("[name=what]").fill("昨日から見当たらない")
    page.locator("main form [type=submit]").click()
    expect(main(page)).to_contain_text(Incident.objects.get().number)
    yield "reported"


def company(page: Page) -> Iterator[str]:
    """Marketing stopped; a change reported with its paper."""
    page.goto("/portal/company/uses/marketing/")
    page.locator("[name=given][value=no]").check()
    press(page, "Send")
    yield "marketing stopped"
    page.goto("/portal/company/change/")
    page.locator("[name=contact_person]").fill("新任 担当")
    page.locator("[name=file]").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    press(page, "Send")
    expect(main(page)).to_contain_text(ChangeReport.objects.get().number)
    yield "change reported"


def end(page: Page, world: House) -> Iterator[str]:
    """The plan of an end, the password, the receipt; and taken back."""
    page.goto(f"/portal/contracts/{world.iot.number}/")
    go(page, "End this contract")
    press(page, "See what would happen")
    for contract in world.contracts.values():
        expect(main(page)).to_contain_text(contract.number)
    page.locator("[name=password]").fill("falsch")
    press(page, "Send the termination notice")
    assert not Termination.objects.of_customer(world.customer).exists()
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Send the termination notice")
    notice = Termination.objects.get(origin="notice")
    expect(main(page)).to_contain_text(notice.number)
    yield "ended"
    go(page, "Take the notice back")
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Take the notice back")
    assert {fresh(contract).ends_on for contract in world.contracts.values()} == {None}
    yield "end taken back"


@pytest.mark.long
def test_a_manager_walks_every_journey_without_scripts(window: Opened, manager: Account, world: House) -> None:
    """U07, U10, on a telephone."""
    page = window(java_script_enabled=False, viewport=SIZE).new_page()
    log_in_at_portal(page, manager.login_id, PASSWORD)
    assert len(list(journeys(page, world))) >= 12


def test_a_viewer_finds_no_way_into_any_of_them_and_is_refused_at_each(
    let_in: Callable[..., Page], manager: Account, every_page: dict[str, str]
) -> None:
    page = let_in(AccountFactory(customer=manager.customer, role="viewer", must_renew_password=False))
    acts = {name for name in every_page if addresses.acts(name)}
    assert acts >= {
        "apply",
        "more_lines",
        "hand_in",
        "condition",
        "fewer_lines",
        "terminate",
        "recall",
        "invite",
        "use",
    }
    for name, address in every_page.items():
        answer = page.goto(address)
        assert answer is not None
        if name in acts:
            assert answer.status == 403, name
            expect(page.locator("main form[method=post]")).to_have_count(0)
        ways = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
        assert not [way for way in ways if way.startswith("/portal/") and leads_to(way) in acts], name


def leads_to(way: str) -> str:
    """The name of the page to which a link leads."""
    return resolve(urlsplit(way).path).url_name or ""


def test_the_keyboard_alone_ends_a_contract_and_applies(
    let_in: Callable[..., Page], manager: Account, world: House
) -> None:
    """U12."""
    page = let_in(manager)
    page.goto(f"/portal/contracts/{world.vpn.number}/end/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "[type=submit][value=preview]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Termination.objects.get(origin="notice").contract == world.vpn
    page.goto("/portal/applications/new/")
    tab_to(page, "[name=services][value=data-storage]")
    page.keyboard.press("Space")
    tab_to(page, "[name=management_unit]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=start_wished_on]")
    page.keyboard.type((clock.business_day() + timedelta(days=7)).strftime("%m%d%Y"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "[type=submit][value=confirm]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Application.objects.of_customer(world.customer).latest("pk").channel == "electronic"


def tab_to(page: Page, selector: str) -> None:
    """Go on by Tab until this has the focus."""
    for _step in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


def test_a_double_click_sends_once_and_what_was_typed_outlives_the_login(
    window: Opened, manager: Account, world: House
) -> None:
    """U09."""
    page = window().new_page()
    log_in_at_portal(page, manager.login_id, PASSWORD)
    page.goto(f"/portal/contracts/{world.vpn.number}/end/")
    page.locator("[name=remark]").fill("拠点の閉鎖のため")
    with session_over(page):
        page.locator("[type=submit][value=preview]").click()
        page.wait_for_url("**/account/login/**")
    page.fill("#id_login", manager.login_id)
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation(url="**/end/"):
        page.keyboard.press("Enter")
    expect(page.locator("[name=remark]")).to_have_value("拠点の閉鎖のため")
    press(page, "See what would happen")
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("[type=submit][value=confirm]").dblclick()
    page.wait_for_load_state("networkidle")
    expect(main(page)).to_contain_text(re.compile(r"E\d{7}"))
    page.goto("about:blank")
    assert Termination.objects.filter(origin="notice").count() == 1
    assert Contract.objects.get(pk=world.vpn.pk).ends_on is not None


@contextmanager
def session_over(page: Page) -> Iterator[None]:
    """The login has lasted too long when the form is sent."""
    from django.contrib.sessions.backends.db import SessionStore

    key = next(cookie["value"] for cookie in page.context.cookies() if cookie.get("name") == "sessionid")
    session = SessionStore(session_key=key)
    session["login_began_at"] = session["login_seen_at"] = 0
    with chapter(actor=MAKER):
        session.save()
    yield
