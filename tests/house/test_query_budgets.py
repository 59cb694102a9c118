"""Every list of the console keeps its number of queries, however many rows it shows.

A new list, or a number meant to change: ``RECORD_BUDGETS=1 pytest -n 0 tests/house/test_query_budgets.py``.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.house.console import admins, as_superuser, ids, list_page, made

BUDGETS = Path(__file__).with_name("query_budgets.json")
RECORD = bool(os.environ.get("RECORD_BUDGETS"))


def queries(browser: Client, address: str) -> int:
    """How many queries a page takes, once it is warm."""
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def check(name: str, count: int) -> None:
    """Compare with what was recorded, or record it."""
    budgets: dict[str, Any] = json.loads(BUDGETS.read_text()) if BUDGETS.exists() else {}
    if RECORD:
        budgets[name] = count
        BUDGETS.write_text(json.dumps(dict(sorted(budgets.items())), indent=2) + "\n")
        return
    assert name in budgets, "no budget yet: record it (see above)"
    assert count <= budgets[name], "more queries than recorded"


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


def test_every_budget_is_of_a_list_that_there_is():
    assert set(json.loads(BUDGETS.read_text())) == {"home", *(admin.model._meta.label for admin in admins())}
