"""The console's theme works under its Content-Security-Policy: no page breaks it, and what moves still moves."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from iijiot import roles
from iijiot.models import User
from tests.browser.steps import violations
from tests.factories import ApplicationFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def emi(transactional_db: None) -> User:
    """Emi, an approver, where every test commits."""
    return UserFactory(login_id="emi", name="江見 えみ", groups=[roles.APPROVER])


def test_a_script_in_the_page_does_not_run(watched: Any, emi: User) -> None:
    page, _told = watched(emi)
    page.goto("/console/")
    page.evaluate(
        "const put = document.createElement('script'); put.textContent = 'window.ran = 1'; document.body.append(put);"
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"x:\" onerror=\"window.ran = 2\">');"
    )
    page.wait_for_function("window.violations.length >= 2")
    assert page.evaluate("window.ran") is None


def test_the_theme_works_under_its_policy(watched: Any, emi: User) -> None:
    page, told = watched(emi)
    page.goto("/console/contracts/application/")
    sidebar = page.locator("#nav-sidebar")
    expect(sidebar).to_be_visible()
    page.locator("[x-on\\:click*='sidebarDesktopOpen']").first.click()
    expect(sidebar).to_be_hidden()
    page.reload()
    expect(sidebar).to_be_hidden()
    page.locator("[x-on\\:click*='sidebarDesktopOpen']").first.click()
    expect(sidebar).to_be_visible()
    page.locator("[x-on\\:click*='openUserLinks']").first.click()
    expect(
        page.get_by_role("link", name="ログアウト").or_(page.get_by_role("button", name="ログアウト"))
    ).to_be_visible()
    assert violations(page) + told == []


def test_pickers_of_dates_and_records_work_under_its_policy(watched: Any, emi: User) -> None:
    boss = UserFactory(login_id="boss", is_superuser=True)
    application = ApplicationFactory()
    page, told = watched(boss)
    page.goto("/console/contracts/application/add/")
    page.locator(".select2-selection").first.click()
    page.get_by_role("option").filter(has_text=application.customer.name).first.click()
    expect(page.locator(".select2-selection__rendered").first).to_contain_text(application.customer.name)
    day = page.locator("input.vDateField").first
    page.locator("[id^='calendarlink']").first.click()
    page.locator(".calendarbox").get_by_role("link", name="15", exact=True).click()
    expect(day).to_have_value(re.compile("-15$"))
    assert violations(page) + told == []
