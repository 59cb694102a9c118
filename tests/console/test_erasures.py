"""Erasing what is personal at the console: listed on the home page, proposed by the desk, carried out by an approver."""

import pytest
from django.test import Client

from contracts import erasing
from contracts.models import Customer, Erasure
from iijiot.daily import Tally
from tests.contracts.test_erasing import TODAY
from tests.factories.erasures import long_gone
from tests.house.console import list_page, logged_in, page

pytestmark = pytest.mark.clause("G40.2.1")


@pytest.fixture
def gone(db) -> Customer:
    """A customer whose period is over, listed by the clock."""
    customer = long_gone(name="鵺野工機株式会社", name_kana="ヌエノコウキ", contact_person="鵺野 影郎")
    erasing.list_due(TODAY, Tally())
    return customer


def said(browser: Client, address: str) -> str:
    """The text of a page."""
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_it_waits_on_the_home_page_and_leads_to_the_customer(desk, gone):
    home = said(desk, "/console/")
    assert "消去すべき個人情報" in home
    assert page(gone, "do", "propose-erasure") in home


def test_the_dialog_says_what_goes_what_stays_and_since_when_that_is_possible(desk, gone):
    shown = said(desk, page(gone, "do", "propose-erasure"))
    assert "2025年6月1日" in shown
    assert "2017年10月31日" in shown
    assert "個人情報の消去の起案を確定" in shown


def test_one_proposes_and_another_erases(press, desk, emi, gone):
    assert press(gone, "propose-erasure", confirmed=True, reason="保存期間の経過").status_code == 302
    proposed = Erasure.objects.get()
    browser = logged_in(emi)
    assert page(proposed, "do", "erase-personal-data") in said(browser, "/console/")
    assert press(proposed, "erase-personal-data", confirmed=True, browser=browser).status_code == 302
    pseudonym = f"消去済み {gone.number}"
    for address in (
        page(gone, "change"),
        page(gone, "history"),
        list_page(Customer),
        f"{list_page(Customer)}?q={gone.number}",
        page(proposed, "change"),
        "/console/",
    ):
        text = said(desk, address)
        assert "鵺" not in text
        assert "ヌエノ" not in text
    assert pseudonym in said(desk, page(gone, "change"))
    assert pseudonym not in said(desk, f"{list_page(Customer)}?q=ヌエノコウキ")


def test_the_desk_erases_nothing(press, desk, gone):
    press(gone, "propose-erasure", confirmed=True)
    assert press(Erasure.objects.get(), "erase-personal-data").status_code == 403


def test_an_approver_who_proposed_is_told_to_ask_somebody_else(press, emi, gone):
    browser = logged_in(emi)
    press(gone, "propose-erasure", confirmed=True, browser=browser)
    answer = press(Erasure.objects.get(), "erase-personal-data", browser=browser)
    assert answer.status_code == 409
    assert [reason.clause.id for reason in answer.context["reasons"]] == ["G5.3"]
    assert Customer.objects.get(pk=gone.pk).name == "鵺野工機株式会社"
