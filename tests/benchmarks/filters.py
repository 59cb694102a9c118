"""Every filter of the lists of lines and cards, with a million of them: the page's time and the plans of its statements."""

import json
import statistics
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from iijiot.models import User
from sims.models import Line, SimCard
from tests.benchmarks.figures import Figure, answer_times

MILLISECONDS, RATIO = 100, 3
LEAST = 0.02
"""Seconds of SQL below which a ratio says nothing: what Python needs for a page of fifty rows in any case."""
BIG = {
    "sims_line",
    "sims_simcard",
    "sims_addressuse",
    "sims_dailyusage",
    "contracts_contract",
    "contracts_customer",
}
"""Tables that no list reads as a whole."""
FEW = 200_000
"""A scan that stops after so many rows reads no whole table: such as the count up to what a run takes."""


def figures(browser: Client, user: User) -> Iterator[Figure]:
    """For each choice of each filter."""
    for model in (Line, SimCard):
        own = admin.site.get_model_admin(model)
        yield from narrowed(browser, own, "", {})
        for title, choice, query in choices(own, user):
            yield from narrowed(browser, own, f"{title}: {choice}", query)


def choices(own: Any, user: User) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every choice that the list's filters offer, by its words, with what its link says."""
    request = RequestFactory().get("/")
    request.user = user
    changes = own.get_changelist_instance(request)
    for spec in changes.filter_specs:
        for choice in list(spec.choices(changes))[1:]:
            query = dict(parse_qsl(str(choice.get("query_string", "?")).removeprefix("?")))
            if query:
                yield str(spec.title), str(choice["display"]), query


def narrowed(browser: Client, own: Any, words: str, query: dict[str, str]) -> Iterator[Figure]:
    """The page, its time to that of its SQL, and how many whole tables it reads."""
    meta = own.model._meta
    name = f"list of {meta.verbose_name_plural}, {words or 'all'}"
    address = f"/console/{meta.app_label}/{meta.model_name}/"

    def ask() -> Any:
        return browser.get(address, query)

    spent = answer_times(name, ask)
    with CaptureQueriesContext(connection) as asked:
        ask()
    statements = [captured["sql"] for captured in asked.captured_queries if captured["sql"].startswith("SELECT")]
    in_sql = sum(float(captured["time"]) for captured in asked.captured_queries)
    yield Figure(f"page {name}", round(statistics.median(spent), 1), "ms", limit=MILLISECONDS)
    yield Figure.against(f"page {name}, to its SQL", min(spent) / 1000, "s", max(in_sql, LEAST), limit=RATIO)
    found = [scan for statement in statements for scan in whole_scans(statement)]
    kinds = ", ".join(sorted(set(found))) or "by index"
    yield Figure(f"page {name}, whole tables ({kinds})", len(found), "", limit=0)


def whole_scans(statement: str) -> list[str]:
    """Big tables that a statement reads from one end to the other."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    plan = found if isinstance(found, list) else json.loads(found)
    return list(_scans(plan[0]["Plan"], stops_early=False))


def _scans(node: dict[str, Any], *, stops_early: bool) -> Iterator[str]:
    stops = stops_early or node["Node Type"] == "Limit"
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG and not (stops and node["Plan Rows"] > FEW):
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _scans(below, stops_early=stops and node["Node Type"] not in ("Sort", "Aggregate", "Hash"))
