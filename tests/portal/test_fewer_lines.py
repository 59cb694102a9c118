"""A customer has fewer lines: which, when, the password; taken back in time; the contract goes on (MA8.1)."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from contracts import protecting
from contracts.models import Contract
from iijiot.records import fresh
from sims.models import LineChange
from tests.acts import do
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.sims import LineChangeFactory, LineFactory
from tests.factories.users import PASSWORD
from tests.house.console import enter
from tests.portal.conftest import page

LAST = date(2026, 12, 31)
pytestmark = pytest.mark.clause("MA8.1")


@pytest.fixture(autouse=True)
def no_tries_counted(db: None) -> None:
    """Nobody has typed a wrong password yet."""
    cache.clear()


@pytest.fixture
def contract(aois_company) -> Contract:
    """A contract with three lines."""
    made = ContractFactory(customer=aois_company, mobile_access=True, quantity=3)
    for label in ("炉1", "炉2", "炉3"):
        LineFactory(contract=made, label=label)
    return made


def place(contract: Contract) -> str:
    """Where lines are ended."""
    return f"/portal/contracts/{contract.number}/fewer-lines/"


def book(browser, contract: Contract, password: str = PASSWORD, **typed: Any) -> Any:
    """Ask, look, and confirm what was shown."""
    asked = {"effective_on": "2026-12-31", **typed}
    shown = browser.post(place(contract), {**asked, "step": "preview"})
    assert shown.status_code == 200, shown.content.decode()
    if shown.context["plan"] is None:
        return shown
    fingerprint = shown.context["plan"].fingerprint
    return browser.post(place(contract), {**asked, "step": "confirm", "fingerprint": fingerprint, "password": password})


def leaving(contract: Contract) -> list[str]:
    """The own names of the lines with an end."""
    return [line.label for line in contract.lines.order_by("number") if line.ends_on]


def test_the_lines_that_were_shown_end_on_the_day_chosen(browser, contract, aoi):
    shown = page(browser.post(place(contract), {"effective_on": "2026-12-31", "how_many": 2, "step": "preview"}))
    assert all(label in shown for label in ("炉2", "炉3"))
    assert "2026年12月31日（木）" in shown
    assert leaving(contract) == []
    assert book(browser, contract, how_many=2)["Location"] == f"/portal/contracts/{contract.number}/"
    assert leaving(contract) == ["炉2", "炉3"]
    row = LineChange.objects.get().history.first()
    assert (row.history_actor_kind, row.history_user_id, row.history_clause) == ("account", aoi.pk, "MA8.1")


def test_lines_are_named_by_any_of_their_numbers(browser, contract):
    first, second, _third = contract.lines.order_by("number")
    book(browser, contract, lines=f"{first.number.lower()}\n{second.msisdn}\n")
    assert leaving(contract) == ["炉1", "炉2"]


def test_somebody_elses_line_is_as_one_that_never_was(browser, contract, carols_company):
    hers = LineFactory(contract=ContractFactory(customer=carols_company, mobile_access=True))
    told = []
    for number in (hers.number, "L9999999"):
        shown = page(browser.post(place(contract), {"effective_on": "2026-12-31", "lines": number, "step": "preview"}))
        assert number in shown
        told.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown).replace(number, "…"))
    assert told[0] == told[1]
    assert "この契約にないか" in told[0]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"how_many": 1, "lines": "L0000001"},
        {"how_many": 3},
        {"how_many": 4},
        {"how_many": 1, "effective_on": "2026-11-24"},
    ],
    ids=["neither", "both", "all of them", "more than there are", "a day that is over"],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(browser, contract, typed):
    answer = browser.post(place(contract), {"effective_on": "2026-12-31", **typed, "step": "preview"})
    assert 'role="alert"' in answer.content.decode()
    assert f'value="{typed.get("how_many", "")}"' in answer.content.decode() or "how_many" not in typed
    assert leaving(contract) == []


@pytest.mark.parametrize("password", ["", "falsches-passwort-1"])
def test_without_the_right_password_no_line_ends(browser, contract, password):
    assert 'href="#id_password"' in page(book(browser, contract, password, how_many=1))
    assert leaving(contract) == []


def test_a_protected_contract_says_what_stands_in_the_way(browser, contract):
    do(protecting.plan_protecting(contract, today=date(2026, 11, 25)))
    assert "この契約には解約保護が設定されています。" in page(browser.get(place(contract)))
    assert browser.post(place(contract), {"step": "preview", "how_many": 1}).status_code == 409
    assert "fewer-lines" not in page(browser.get(f"/portal/contracts/{contract.number}/"))


def test_a_contract_without_lines_has_none_to_take_away(browser, aois_company):
    assert browser.post(place(ContractFactory(customer=aois_company)), {"step": "preview"}).status_code == 409


def test_the_contract_shows_the_change_and_it_is_taken_back_until_its_day_is_over(browser, contract, manager):
    book(browser, contract, how_many=1)
    change = LineChange.objects.get()
    address = f"/portal/line-changes/{change.number}/take-back/"
    shown = page(browser.get(f"/portal/contracts/{contract.number}/"))
    assert address in shown
    assert "2026年12月31日（木）" in shown
    with time_machine.travel("2026-12-31 01:00+00:00", tick=False):
        enter(browser, manager.user)
        plan = browser.get(address).context["plan"]
        sent = {"step": "confirm", "fingerprint": plan.fingerprint, "password": PASSWORD}
        assert browser.post(address, sent)["Location"] == f"/portal/contracts/{contract.number}/"
    assert (str(fresh(change).state), leaving(contract)) == ("closed", [])
    with time_machine.travel("2026-12-31 01:05+00:00", tick=False):
        assert browser.post(address, {"step": "confirm", "password": PASSWORD}).status_code == 409


def test_more_lines_that_come_by_an_application_are_not_taken_back_here(browser, contract):
    more = LineChangeFactory(contract=contract, kind="more", application=ApplicationFactory(customer=contract.customer))
    assert browser.get(f"/portal/line-changes/{more.number}/take-back/").status_code == 404


def test_a_viewer_takes_no_lines_away(viewer, contract):
    change = LineChangeFactory(contract=contract)
    for address in (place(contract), f"/portal/line-changes/{change.number}/take-back/"):
        assert viewer.get(address).status_code == 403
        assert viewer.post(address, {"step": "confirm", "password": PASSWORD}).status_code == 403
    shown = page(viewer.get(f"/portal/contracts/{contract.number}/"))
    assert "fewer-lines" not in shown
    assert "take-back" not in shown
