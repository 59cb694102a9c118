"""Axe finds nothing on the pages of logging in, light and dark, in both languages; a newcomer gets in by them alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from iijiot.models import User
from tests.browser.steps import follow
from tests.browser.test_every_page import AXE, RULES, RUN
from tests.factories import UserFactory
from tests.factories.users import PASSWORD
from tests.login.steps import present_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def faults(page: Page) -> list[str]:
    """What axe finds on the page."""
    page.evaluate(AXE)
    return [f"{page.url} {fault}" for fault in page.evaluate(RUN, RULES)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_newcomer_sets_up_the_second_factor_and_every_page_is_accessible(
    window: Callable[..., BrowserContext], transactional_db: None, scheme: str, language: str
) -> None:
    ben: User = UserFactory(login_id="ben", name="弁田 ベン")
    page = window(color_scheme=scheme).new_page()
    page.goto("/console/")
    follow(page, page.locator(f".languages [value={language}]"))
    found = faults(page)
    page.fill("#id_login", ben.login_id)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/app/")
    expect(page.locator(".login-qr svg")).to_be_visible()
    found += faults(page)
    seed = page.inner_text(".login-seed").replace(" ", "")
    page.fill("#id_code", present_code(seed))
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/codes/")
    expect(page.locator(".login-codes code")).to_have_count(10)
    found += faults(page)
    for address in ("/account/password/", "/account/second-factor/", "/account/sessions/", "/account/again/"):
        page.goto(address)
        found += faults(page)
    page.goto("/console/")
    expect(page).to_have_url("/console/")
    assert not found, "\n".join(found)
