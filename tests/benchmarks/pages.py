"""How long the server takes for each kind of console page, with the big world loaded, and how many queries."""

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iijiot import clock, worlds
from iijiot.actors import Actor
from iijiot.models import User
from iijiot.records import chapter
from tests.benchmarks import million, world
from tests.benchmarks.figures import TIMES, Figure, answer_times, say
from tests.browser import pages
from tests.house.console import logged_in

SEED = 1
MILLISECONDS = 100
OF_THE_BIGGEST = {"customer": 1000}
"""Milliseconds for the page of the customer with the most contracts (U02)."""
BUDGETS = json.loads((Path(__file__).parents[1] / "house" / "query_budgets.json").read_text())


def big_world() -> list[Figure]:
    """Build the big world in a database of its own, which then is the one in use (D02)."""
    say("Building the big world …")
    world.create("bench_world")
    began = time.perf_counter()
    with worlds.builder("big"):
        worlds.build("big", clock.business_day(), SEED)
    seconds = round(time.perf_counter() - began, 1)
    world.settle()
    rows = worlds.counts()
    from contracts.models import Contract

    return [
        Figure("demo --size big", seconds, "s", limit=360),
        Figure("its rows, all kinds together", sum(rows.values()), "rows"),
        Figure("its contracts, fewer than 100,000 by", max(0, 100_000 - Contract.objects.count()), "", limit=0),
    ]


def page_times() -> Iterator[Figure]:
    """Median and worst of some requests for each page, and its queries against its budget (U24, X01)."""
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    with chapter(actor=Actor.command("bench")):
        everybody = User.objects.create_superuser("everybody", name="測定")
    browser = logged_in(everybody)
    for name in pages.missing():
        say(f"Not measured, because this software has no such page: {name}")
    for page in pages.everything():
        yield from measured(browser, page, budget(page.name))
    yield from million.figures(browser)


def measured(browser: Client, page: pages.Page, most: int | None, where: str = "") -> Iterator[Figure]:
    """The figures of one page. Raises SystemExit when it does not answer as it should."""

    def ask() -> Any:
        return browser.post(page.address, page.sent) if page.sent else browser.get(page.address)

    limit = OF_THE_BIGGEST.get(page.name, MILLISECONDS)
    name, spent = f"page {page.name}{where}", answer_times(f"{page.name}, {page.address}", ask)
    with CaptureQueriesContext(connection) as asked:
        ask()
    yield Figure(name, round(statistics.median(spent), 1), "ms", limit=limit)
    yield Figure(f"{name}, worst of {TIMES}", round(max(spent), 1), "ms", limit=limit)
    yield Figure(f"{name}, queries", len(asked), "queries", limit=most)


def budget(name: str) -> int | None:
    """The queries allowed, by the same file as in the ordinary tests; lists by their model, filters as their list.

    None for a dialog: what it rehearses writes as many rows as there are dependents, and each costs its statements.
    """
    kind = name.removeprefix("list ").partition(",")[0]
    of_lists = {label.partition(".")[2].lower(): count for label, count in BUDGETS.items() if "." in label}
    if name.startswith("list "):
        return of_lists.get(kind)
    return None if ", " in name else BUDGETS.get(name, BUDGETS.get(f"page {name}"))
