"""The search box with a million customers, the searches of lists, and a register of a hundred thousand rows as a file."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client

from contracts.models import Contract, Customer
from tests.benchmarks import world
from tests.benchmarks.figures import Figure, answer_times, say
from tests.browser import pages

CUSTOMERS = 1_000_000
MILLISECONDS = 200

FILL = """
INSERT INTO contracts_customer ({columns})
SELECT {values} FROM (SELECT * FROM contracts_customer ORDER BY id LIMIT 1) one, generate_series(1, {many}) n
"""
OWN = {
    "number": "'C' || (5000000 + n)",
    "name": "'架空測定' || n || '商会'",
    "name_kana": "'カクウソクテイ' || n || 'ショウカイ'",
    "search_name": "'架空測定' || n || '商会'",
    "search_kana": "'カクウソクテイ' || n || 'ショウカイ'",
    "phone_digits": "'03' || (90000000 + n)",
    "kind": "'body'",
    "evidence": "'測定用'",
    "corporate_number": "''",
    "notice_email": "'m' || n || '@bench.example'",
}
QUERIES = {
    "number": "Ｃ５７７７７７７",
    "name, its beginning": "架空測定777777",
    "name, common to all": "架空測定",
    "name, its end": "777777商会",
    "kana, half width": "ｶｸｳｿｸﾃｲ777777",
    "telephone with hyphens": "03-9077-7777",
    "nothing like it": "どこにもない名前",
}


def figures(browser: Client) -> Iterator[Figure]:
    """Everything of this file, in the database at hand."""
    yield from exports(browser)
    say(f"Adding {CUSTOMERS:,} customers …")
    add_customers()
    for name, typed in QUERIES.items():
        yield answer_time(
            f"search among {CUSTOMERS:,} customers by {name}", partial(got, browser, "/console/search/", typed)
        )
        yield answer_time(
            f"list of {CUSTOMERS:,} customers, searched by {name}",
            partial(got, browser, "/console/contracts/customer/", typed),
        )
    found = pages.searched()
    yield answer_time(
        "list of contracts, searched by number", lambda: got(browser, "/console/contracts/contract/", found)
    )


def add_customers() -> None:
    """A million customers like the first, each with a name and numbers of its own, by one statement."""
    names = [str(field.column) for field in Customer._meta.concrete_fields if field.column != "id"]
    statement = FILL.format(
        columns=", ".join(names), values=", ".join(OWN.get(name, f"one.{name}") for name in names), many=CUSTOMERS
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
    world.settle()


def got(browser: Client, address: str, typed: str) -> Any:
    """The page that answers a search."""
    return browser.get(address, {"q": typed})


def answer_time(name: str, ask: Callable[[], Any]) -> Figure:
    """The median of some requests."""
    return Figure(name, round(statistics.median(answer_times(name, ask)), 1), "ms", limit=MILLISECONDS)


def exports(browser: Client) -> Iterator[Figure]:
    """The register of contracts as a file, in each form, from the click to its last byte."""
    rows = Contract.objects.count()
    for form in ("csv", "cp932", "xlsx"):
        began = time.perf_counter()
        answer = browser.post("/console/contracts/contract/export/", {"form": form})
        size = sum(map(len, answer)) if answer.status_code == 200 else 0
        if size < rows:
            raise SystemExit(f"The {form} file of {rows} contracts has {size} bytes.")
        yield Figure(f"export of {rows:,} contracts, {form}", round(time.perf_counter() - began, 1), "s")
