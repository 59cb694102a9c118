"""Every page of the console keeps its number of queries, however many rows it shows and however much hangs on it.

A new page, or a number meant to change: ``RECORD_BUDGETS=1 pytest -n 0 tests/house/test_query_budgets.py``.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.models import Application, ChangeReport, Death, Succession
from iijiot import clock
from tests.browser.pages import dialogs, objects, previews, subject
from tests.factories import (
    ApplicationFactory,
    ContractFactory,
    EvidenceFactory,
    ManagementUnitFactory,
    NoticeFactory,
    TerminationFactory,
)
from tests.factories.worlds import house
from tests.house.console import admins, as_superuser, ids, list_page, made

BUDGETS = Path(__file__).with_name("query_budgets.json")
RECORD = bool(os.environ.get("RECORD_BUDGETS"))


def queries(browser: Client, address: str, sent: dict[str, str] | None = None, *, is_warm: bool = False) -> int:
    """How many queries a page takes, once it is warm."""

    def asked() -> Any:
        return browser.post(address, sent) if sent else browser.get(address)

    if not is_warm:
        asked()
    with CaptureQueriesContext(connection) as captured:
        assert asked().status_code == 200, address
    return len(captured)


def check(name: str, count: int) -> None:
    """Compare with what was recorded, or record it."""
    budgets: dict[str, Any] = json.loads(BUDGETS.read_text()) if BUDGETS.exists() else {}
    if RECORD:
        budgets[name] = count
        BUDGETS.write_text(json.dumps(dict(sorted(budgets.items())), indent=2) + "\n")
        return
    assert name in budgets, "no budget yet: record it (see above)"
    assert count <= budgets[name], (
        f"{name} asks {count} times, its budget is {budgets[name]}: fetch together, or record anew (see above)"
    )


@pytest.mark.parametrize("admin", admins(), ids=ids)
def test_a_list_keeps_its_budget_and_asks_nothing_per_row(db, admin):
    browser, address = as_superuser(), list_page(admin.model)
    for _n in range(3):
        made(admin.model)
    few = queries(browser, address)
    for _n in range(5):
        made(admin.model)
    many = queries(browser, address)
    assert many == few, "a query for each row: select_related in with_list_data()"
    check(admin.model._meta.label, many)


def test_the_home_page_keeps_its_budget(db):
    """U01: at most twelve, whatever is registered."""
    browser = as_superuser()
    count = queries(browser, reverse("admin:index"))
    for admin in admins():
        made(admin.model)
    count = max(count, queries(browser, reverse("admin:index")))
    check("home", count)


@pytest.fixture(autouse=True)
def one_moment():
    """All pages are asked for at once: a session is written anew now and then, which is no page's own query."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.fixture
def world(db):
    """One customer with everything, one of each kind of record, and something waiting for each dialog."""
    for admin in admins():
        if not admin.model._base_manager.exists():
            made(admin.model)
    world = house()
    ApplicationFactory(customer=world.customer, state="screening")
    NoticeFactory(customer=world.customer, contract=world.iot)
    TerminationFactory(contract=world.data_storage)
    prove()
    return world


def prove():
    """One evidence file more of each kind of record that has such files."""
    proved = {"application": Application, "change_report": ChangeReport, "death": Death, "succession": Succession}
    for name, model in proved.items():
        EvidenceFactory(**{"change_report": None, name: subject(model)})


def grow(world):
    """Five times as much of everything that the page of a customer or a contract shows, and of evidence files."""
    for _n in range(5):
        unit = ManagementUnitFactory(customer=world.customer)
        ContractFactory(customer=world.customer, management_unit=unit, data_storage=True, rests_on=[world.iot])
        ContractFactory(
            customer=world.customer, management_unit=unit, vpn_gateway=True, rests_on=[world.iot, world.backbone]
        )
        ApplicationFactory(customer=world.customer, state="screening")
        NoticeFactory(customer=world.customer, contract=world.iot)
        prove()


@pytest.mark.long
def test_every_page_of_an_object_keeps_its_budget_and_asks_nothing_per_row(world):
    """Pages, forms, histories, dialogs and previews of the objects with the most below them."""
    browser = as_superuser()
    pages = [*objects(), *dialogs(), *previews()]
    few = {shown.name: queries(browser, shown.address, shown.sent) for shown in pages}
    grow(world)
    many = {shown.name: queries(browser, shown.address, shown.sent, is_warm=True) for shown in pages}
    print(f"{len(pages)} pages, {max(many.values())} queries at most")
    more = {name: f"{few[name]} → {many[name]}" for name in many if many[name] > few[name]}
    assert not more, "a query for each row: select_related or prefetch_related in the page's queryset"
    for name, count in many.items():
        check(f"page {name}", count)


def test_every_budget_is_of_a_page_that_there_is(world):
    pages = [*objects(), *dialogs(), *previews()]
    lists = [admin.model._meta.label for admin in admins()]
    wanted = {"home", *lists, *(f"page {shown.name}" for shown in pages)}
    assert set(json.loads(BUDGETS.read_text())) == wanted, "record new pages (see above), and take out what is gone"
