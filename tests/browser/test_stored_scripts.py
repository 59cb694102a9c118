"""X37: in a real browser no mark runs, the policy has nothing to report, and the mark can be read as text."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contracts.models import Application, Contract, Customer
from iijiot.models import User
from tests.browser.steps import save, violations
from tests.factories import CustomerFactory, UserFactory
from tests.factories.worlds import house_at_work
from tests.house.console import page as page_of
from tests.payloads import PAYLOADS, fill_the_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.unrecorded("puts marks past every form, to see how the pages show them"),
]

WATCH = "window.ran = []; window.xss = () => { window.ran.push(document.currentScript?.outerHTML || 'somewhere'); };"


@pytest.fixture
def boss(transactional_db: None) -> User:
    """Somebody who sees everything, in a world that is full of marks."""
    house_at_work()
    for mark in PAYLOADS:
        CustomerFactory(name=mark)
    fill_the_world()
    return UserFactory(login_id="boss", is_superuser=True)


def ran(page: Page) -> list[str]:
    """The marks that ran."""
    found: list[str] = page.evaluate("window.ran")
    return found


def test_x37_no_mark_runs_in_a_browser(watched: Callable[..., tuple[Page, list[str]]], boss: User) -> None:
    page, told = watched(boss)
    page.add_init_script(WATCH)
    customer, contract = Customer.objects.first(), Contract.objects.first()
    application = Application.objects.first()
    walk = [
        "/console/", "/console/contracts/customer/", page_of(customer, "change"), page_of(customer, "history"),
        page_of(contract, "change"), page_of(application, "do", "refuse"), "/console/search/?q=xss",
        "/console/contracts/notice/", "/console/iijiot/user/",
    ]  # fmt: skip
    for address in walk:
        page.goto(address)
        page.wait_for_timeout(150)  # what the theme brings to life
        assert (address, ran(page), violations(page)) == (address, [], [])
    page.goto("/console/contracts/application/add/")
    page.locator(".select2-selection").first.click()
    expect(page.get_by_role("option").filter(has_text="xss()").first).to_be_visible()
    page.get_by_role("option").filter(has_text="xss()").first.click()
    expect(page.locator(".select2-selection__rendered").first).to_contain_text("xss()")
    page.keyboard.press("Escape")
    assert (ran(page), violations(page)) == ([], [])
    page.goto(page_of(customer, "change"))
    expect(page.locator("body")).to_contain_text("onerror=xss()")
    page.locator("[title], [data-tooltip]").first.hover()
    field: Any = page.locator("[name=notice_email]")
    field.fill(PAYLOADS[1])
    save(page)
    page.wait_for_timeout(150)
    assert (ran(page), violations(page)) == ([], [])
    assert told == []
