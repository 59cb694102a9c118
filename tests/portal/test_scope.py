"""X22, X24: somebody else's record is as little there as one that never was, on every page, for every role and method."""

import re

import pytest
from django.test import Client

from contracts.models import Account
from contracts.models.account import Role
from tests.factories import AccountFactory, UserFactory
from tests.factories.worlds import House, house_at_work
from tests.house.console import logged_in
from tests.portal import addresses


def without_number(body: bytes) -> bytes:
    """A page without the number of its request, which is another each time."""
    return re.sub(rb'<p class="number">.*?</p>', b"", body)


def test_every_page_of_a_record_has_one_to_be_looked_at():
    assert set(addresses.RECORDS) == set(addresses.of_records()), (
        "say in tests/portal/addresses.py which record it is of"
    )
    print(f"{len(addresses.every())} pages, {len(addresses.of_records())} of one record")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", sorted(addresses.of_records()))
def test_somebody_elses_record_is_as_one_that_never_was(aois_company, carols_company, name, role):
    """404, byte by byte as for what is not there; by GET and POST alike."""
    account = AccountFactory(customer=carols_company, role=role, must_renew_password=False)
    browser = logged_in(account.user)
    hers, nobodys = addresses.filled(name, aois_company), addresses.missing(name)
    for send in (browser.get, browser.post, browser.head):
        answer, other = send(hers), send(nobodys)
        refused = {403} if not account.rights or "decide" not in account.rights else set()
        assert answer.status_code in {404, 405} | refused, f"{send.__name__} {hers}: {answer.status_code}"
        assert answer.status_code == other.status_code
        assert without_number(answer.content) == without_number(other.content)


@pytest.mark.parametrize("name", sorted(addresses.of_records()))
def test_ones_own_record_is_there(browser, aois_company, name):
    # a PDF that is not made yet is not there either
    there = {404} if name == "invoice_pdf" else {200}
    assert browser.get(addresses.filled(name, aois_company)).status_code in there


@pytest.mark.parametrize("name", sorted(addresses.every()))
def test_nobody_sees_a_page_without_logging_in_and_no_staff_does(aois_company, name):
    known = {**addresses.lists(), **addresses.FOR_ALL, "terms_text": "/portal/terms/999999/"}
    asked = addresses.filled(name, aois_company) if name in addresses.RECORDS else known[name]
    assert Client().get(asked).status_code == 302
    for user in (UserFactory(is_superuser=True), UserFactory(customer_side=True)):
        assert logged_in(user).get(asked).status_code == 403, "neither staff nor who acts for no customer"


def crawled(browser: Client, start: str, most: int = 400) -> dict[str, str]:
    """Every page that links lead to, with its words."""
    found: dict[str, str] = {}
    waiting = [start]
    while waiting and len(found) < most:
        asked = waiting.pop()
        if asked in found or not asked.startswith("/portal/"):
            continue
        answer = browser.get(asked)
        assert answer.status_code in (200, 302), asked
        found[asked] = answer.content.decode(errors="replace") if not answer.streaming else ""
        links = re.findall(r'href="([^"#]+)"', found[asked])
        waiting += [
            link if link.startswith("/") else asked.partition("?")[0] + link.replace("&amp;", "&") for link in links
        ]
    return found


def marks(world: House) -> set[str]:
    """What would give a customer away: its name, and the numbers of everything that is its own."""
    customer = world.customer
    numbers = [contract.number for contract in world.contracts.values()]
    numbers += [notice.number for notice in customer.notices.all()] + [
        unit.number for unit in customer.management_units.all()
    ]
    return {customer.name, customer.number, world.backbone.reference, *numbers}


def test_no_mark_of_one_customer_is_on_any_page_of_another(browser, of_carol, manager: Account, outsider: Account):
    """X24: every link, list and file, from the home on."""
    hers, carols = house_at_work(manager.customer), house_at_work(outsider.customer)
    for seen, own, foreign in ((browser, hers, carols), (of_carol, carols, hers)):
        found = crawled(seen, "/portal/")
        print(f"{len(found)} pages")
        everything = "\n".join(found.values())
        assert len(found) >= len(own.contracts)
        assert not {mark for mark in marks(foreign) if mark in everything}
        shown = [own.customer.name, *(contract.number for contract in own.contracts.values())]
        assert all(mark in everything for mark in shown), "the walk has not come to what is the customer's own"
