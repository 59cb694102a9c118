"""U16: a scanner types like a keyboard: number, Enter, number, Enter; each is answered at once, with scripts and without."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from iijiot import roles
from sims.models import SimCard
from tests.console import cards
from tests.factories import UserFactory
from tests.factories.sims import iccid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWER = "[data-answer]"


def clerk() -> Any:
    """Somebody of the stock."""
    return UserFactory(login_id="kura", name="蔵田 くら", groups=[roles.STOCK])


def choose_delivery(page: Page) -> None:
    """What holds for all cards."""
    page.goto("/console/sims/simcard/receive/")
    page.get_by_label("SIM製品").select_option(label="TypeD（020番号）")
    page.get_by_label("形状").select_option("4ff")
    page.get_by_label("納品書番号").fill("納品7")
    page.locator("[data-scan]").focus()


def scan(page: Page, number: str) -> None:
    """As the scanner does it: it knows no field, it types."""
    page.keyboard.type(number)
    page.keyboard.press("Enter")


def test_cards_are_scanned_one_after_another_without_leaving_the_page(
    watched: Callable[..., tuple[Page, list[str]]], transactional_db: Any
) -> None:
    page, told = watched(clerk())
    choose_delivery(page)
    for n in range(1, 6):
        scan(page, iccid(n))
    expect(page.locator(ANSWER)).to_contain_text(iccid(5))
    expect(page.locator("tbody tr")).to_have_count(5)
    scan(page, iccid(3))
    expect(page.locator(ANSWER)).to_contain_text("登録済み")
    expect(page.locator(ANSWER)).to_contain_text("蔵田 くら")
    scan(page, "4900000000000")
    expect(page.locator(ANSWER)).to_contain_text("エラー")
    expect(page.locator("[data-scan]")).to_be_focused()
    assert SimCard.objects.in_stock().count() == 5
    page.get_by_role("button", name=f"元に戻す {iccid(2)}").click()
    expect(page.get_by_text("取消済み")).to_be_visible()
    assert SimCard.objects.in_stock().count() == 4
    expect(page.get_by_label("納品書番号")).to_have_value("納品7")
    assert told == []


def test_the_same_goes_without_scripts(enter: Callable[..., Page], transactional_db: Any) -> None:
    page = enter(clerk(), java_script_enabled=False)
    choose_delivery(page)
    for n in (1, 2):
        page.locator("[data-scan]").click()
        scan(page, iccid(n))
        expect(page.locator(ANSWER)).to_contain_text(iccid(n))
    card = cards.overdue()
    page.goto("/console/sims/simcard/return/")
    page.locator("[data-scan]").click()
    scan(page, card.iccid)
    expect(page.locator(ANSWER)).to_contain_text("受付済み")
    expect(page.locator(ANSWER)).to_contain_text(str(card.customer))
    assert SimCard.objects.in_stock().count() == 2
    assert str(SimCard.objects.get(pk=card.pk).state) == "returned"


def test_what_holds_for_all_and_is_missing_is_told_by_the_page_itself(
    watched: Callable[..., tuple[Page, list[str]]], transactional_db: Any
) -> None:
    page, _told = watched(clerk())
    page.goto("/console/sims/simcard/receive/")
    page.locator("[data-scan]").focus()
    scan(page, iccid(1))
    told = page.get_by_role("alert").filter(has=page.get_by_role("heading"))
    expect(told).to_contain_text("SIM製品")
    expect(told).to_be_visible()
    assert not SimCard.objects.exists()
