"""Long lists: searched and paged in the page that is open, or as whole pages; the same rows either way, and nobody else's."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client

from iijiot.portal import lists
from iijiot.portal.lists import ListPage
from tests.factories import AccountFactory, ContractFactory, InvoiceFactory, ManagementUnitFactory, NoticeFactory
from tests.factories.sims import LineFactory
from tests.house.console import logged_in
from tests.portal import addresses
from tests.portal.conftest import page
from tests.portal.test_home import MOST_QUERIES, filled_with, queries
from tests.portal.test_kept import begin

IN_PLACE = {"HX-Request": "true", "HX-Target": "found"}
LISTS = ("lines", "invoices", "contracts", "notices")


@pytest.fixture
def two_to_a_page(monkeypatch) -> None:
    """Pages of two rows."""
    monkeypatch.setattr(ListPage, "size", 2)


def in_place(browser: Client, address: str):
    """The answer to a script that puts it into the list that is open."""
    return browser.get(address, headers=IN_PLACE)


def numbers(answer) -> list[str]:
    """What was found, by number."""
    return [row.number for row in answer.context["page"].rows]


@pytest.mark.parametrize("name", LISTS)
def test_in_place_the_part_comes_alone_with_the_same_rows_and_ways_on(browser, aois_company, two_to_a_page, name):
    filled_with(aois_company, 3)
    whole, part = browser.get(f"/portal/{name}/"), in_place(browser, f"/portal/{name}/")
    shown = page(part)
    assert "<html" not in shown
    assert "<form" not in shown
    assert numbers(part) == numbers(whole)
    assert len(numbers(part)) == 2
    onwards = part.context["page"].after
    assert f'hx-get="/portal/{name}/{onwards.replace("&", "&amp;")}"' in shown
    further = in_place(browser, f"/portal/{name}/{onwards}")
    assert set(numbers(further)).isdisjoint(numbers(part))
    assert 'rel="prev"' in page(further)


@pytest.mark.parametrize("name", LISTS)
def test_the_answer_says_that_it_depends_on_how_it_was_asked_for(browser, name):
    for answer in (browser.get(f"/portal/{name}/"), in_place(browser, f"/portal/{name}/")):
        assert {"HX-Request", "HX-Target"} <= {part.strip() for part in answer["Vary"].split(",")}
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Target": "main"},
        {**IN_PLACE, "HX-History-Restore-Request": "true"},
        {"HX-Target": "found"},
    ],
    ids=["another part", "a page of the past", "no script"],
)
def test_whoever_asks_otherwise_gets_the_whole_page(browser, headers):
    assert "<html" in page(browser.get("/portal/lines/", headers=headers))


@pytest.mark.parametrize("name", LISTS)
def test_both_ways_ask_the_database_seldom_with_further_pages(browser, aois_company, two_to_a_page, name):
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        filled_with(aois_company, 3)
        asked = f"/portal/{name}/?q=0"
        assert queries(browser, f"/portal/{name}/") <= MOST_QUERIES
        assert queries(browser, asked) <= MOST_QUERIES
        assert queries(browser, asked, headers=IN_PLACE) <= MOST_QUERIES


def test_how_many_were_found_is_said_and_many_are_not_counted(browser, aois_company, monkeypatch, two_to_a_page):
    for _n in range(5):
        ContractFactory(customer=aois_company)
    assert "5件見つかりました" in page(browser.get("/portal/contracts/"))
    assert re.search(
        r'id="many" hx-swap-oob="innerHTML">5件見つかりました\s*<', page(in_place(browser, "/portal/contracts/"))
    )
    monkeypatch.setattr(lists, "MOST_COUNTED", 3)
    assert "3件を超える該当" in page(browser.get("/portal/contracts/"))
    assert "該当するものはありません" in page(browser.get("/portal/contracts/?q=どこにもない"))


def test_a_login_that_is_over_leads_the_whole_page_to_the_login_and_back_to_what_was_sought(browser):
    begin(browser)
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        answer = in_place(browser, "/portal/lines/?q=%E7%82%89")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"] == "/account/login/?next=/portal/lines/%3Fq%3D%25E7%2582%2589"


@pytest.mark.parametrize("name", sorted(addresses.every()))
def test_no_page_puts_another_page_into_the_one_that_is_open(aois_company, aoi, name):
    known = {**addresses.lists(), **addresses.FOR_ALL, "terms_text": "/portal/terms/999999/"}
    asked = addresses.filled(name, aois_company) if name in addresses.RECORDS else known[name]
    AccountFactory(customer=aois_company, user=aoi, role="manager", must_renew_password=True)
    assert in_place(Client(), asked)["HX-Redirect"].startswith("/account/login/?next=/portal/")
    assert in_place(logged_in(aoi), asked)["HX-Redirect"] == "/account/password/"


def test_contracts_are_found_by_number_service_and_management_unit(browser, of_carol, aois_company):
    unit = ManagementUnitFactory(customer=aois_company, name="北見工場")
    own = ContractFactory(customer=aois_company, management_unit=unit)
    storage = ContractFactory(customer=aois_company, data_storage=True)
    for typed in (own.number, own.number.lstrip("K0"), own.number.lower(), "北見"):
        assert numbers(browser.get("/portal/contracts/", {"q": typed})) == [own.number], typed
        assert numbers(of_carol.get("/portal/contracts/", {"q": typed})) == [], typed
    assert numbers(browser.get("/portal/contracts/", {"q": "ﾃﾞｰﾀｽﾄﾚｰｼﾞ"})) == [storage.number]
    assert numbers(browser.get("/portal/contracts/", {"q": "北見", "ended": "1"})) == []


def test_notices_are_found_by_number_and_subject(browser, of_carol, aois_company):
    own = NoticeFactory(customer=aois_company, subject="サービス停止のお知らせ")
    NoticeFactory(customer=aois_company, subject="請求書のお知らせ")
    for typed in (own.number, "停止", own.number.lstrip("N0")):
        assert numbers(browser.get("/portal/notices/", {"q": typed})) == [own.number], typed
        assert numbers(of_carol.get("/portal/notices/", {"q": typed})) == [], typed


def test_invoices_are_found_by_number_month_and_management_unit_and_so_is_their_file(browser, of_carol, aois_company):
    unit = ManagementUnitFactory(customer=aois_company, name="北見工場")
    own = InvoiceFactory(customer=aois_company, management_unit=unit, month=date(2026, 10, 1), paid=True)
    InvoiceFactory(customer=aois_company)
    for typed in (own.number, "2026-10", "2026年10月", "２０２６／１０", "北見"):
        assert numbers(browser.get("/portal/invoices/", {"q": typed})) == [own.number], typed
        assert numbers(of_carol.get("/portal/invoices/", {"q": typed})) == [], typed
    assert numbers(browser.get("/portal/invoices/", {"q": "北見", "open": "1"})) == []
    shown = page(browser.get("/portal/invoices/?q=2026-10&open="))
    assert 'href="/portal/invoices/csv/?q=2026-10"' in shown
    assert b"".join(browser.get("/portal/invoices/csv/?q=2026-10").streaming_content).count(b"\r\n") == 2


def test_a_search_of_nonsense_finds_nothing_of_anybody(of_carol, aois_company):
    ContractFactory(customer=aois_company)
    LineFactory(contract__customer=aois_company, label="炉")
    for name in LISTS:
        for typed in ("%", "_", "\\", "9" * 100, "()", "株式会社"):
            assert numbers(of_carol.get(f"/portal/{name}/", {"q": typed})) == [], (name, typed)


FILE = re.compile(r'<a[^>]*href="/portal/[^"]*/(?:csv|pdf)/[^"]*"[^>]*>')


def test_every_link_to_a_file_says_so_as_no_page_follows_it(browser, aois_company):
    filled_with(aois_company, 1)
    pages = {**addresses.lists(), **{name: addresses.filled(name, aois_company) for name in addresses.of_records()}}
    links = [
        link
        for address in pages.values()
        if not address.rstrip("/").endswith(("csv", "pdf"))
        for link in FILE.findall(browser.get(address).content.decode())
    ]
    assert len(links) >= 6
    assert [link for link in links if "data-file" not in link] == []
