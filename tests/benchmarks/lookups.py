"""Looking lines, cards and addresses up among a million: the database's own plan and time, the list's query, the page."""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from contracts.models import Contract, Customer
from iijiot.console.changelist import read_for_list
from iijiot.keyset import cursor, keys_of, page
from iijiot.models import User
from sims.models import AddressUse, Line, SimCard
from tests.benchmarks.figures import TIMES, Figure, answer_times

MILLISECONDS = 100
RATIO = 3
LEAST = 0.002
"""Seconds below which a ratio says nothing: what Python needs for a query of fifty rows in any case."""
ROWS = 51
CARDS = "SELECT * FROM sims_simcard WHERE {} ORDER BY iccid LIMIT 51"
LINES = "SELECT * FROM sims_line WHERE {} ORDER BY number LIMIT 51"
SCANS = {"Seq Scan"}


@dataclass(frozen=True)
class Lookup:
    """One way to look something up: what is typed or linked in the list, and the plain SQL for the same rows."""

    name: str
    model: Any
    query: dict[str, str]
    sql: str
    params: Sequence[Any]


def lookups() -> list[Lookup]:
    """All that people look for, by an example from the middle of the world."""
    line = Line.objects.raw("SELECT * FROM sims_line WHERE id = (SELECT max(id) / 2 FROM sims_line)")[0]
    card = SimCard._base_manager.get(line=line)
    contract = Contract._base_manager.get(pk=line.contract_id)
    biggest = Contract._base_manager.earliest("pk")
    return [
        *of_cards(card.iccid),
        *of_lines(line.msisdn, line.number),
        *of_owners(contract, biggest),
        Lookup(
            "address",
            AddressUse,
            {"q": (address := AddressUse._base_manager.get(line=line).address)},
            "SELECT * FROM sims_addressuse WHERE address = %s ORDER BY id DESC LIMIT 51",
            [address],
        ),
        Lookup("lines paused", Line, {"state__exact": "paused"}, LINES.format("state = %s"), ["paused"]),
        Lookup("cards returned", SimCard, {"state__exact": "returned"}, CARDS.format("state = %s"), ["returned"]),
        Lookup("all lines", Line, {}, LINES.format("true"), []),
        Lookup("all cards", SimCard, {}, CARDS.format("true"), []),
    ]


def of_cards(iccid: str) -> list[Lookup]:
    """By all digits, the first and the last."""
    first, last = iccid[:15], iccid[-6:]
    behind = CARDS.format("id = ANY (ARRAY (SELECT id FROM sims_simcard WHERE reverse(iccid) LIKE %s))")
    return [
        Lookup("ICCID, all digits", SimCard, {"q": iccid}, CARDS.format("iccid = %s"), [iccid]),
        Lookup("ICCID, first digits", SimCard, {"q": first}, CARDS.format("iccid LIKE %s"), [f"{first}%"]),
        Lookup("ICCID, last digits", SimCard, {"q": last}, behind, [f"{last[::-1]}%"]),
    ]


def of_lines(msisdn: str, number: str) -> list[Lookup]:
    """By the telephone number, whole and in part, and by the number of the line."""
    found = "id = ANY (ARRAY (SELECT id FROM sims_line WHERE {} LIKE %s AND msisdn <> ''))"
    front, behind = LINES.format(found.format("msisdn")), LINES.format(found.format("reverse(msisdn)"))
    first, last = msisdn[:8], msisdn[-5:]
    return [
        Lookup("number, all digits", Line, {"q": msisdn}, front, [msisdn]),
        Lookup("number, first digits", Line, {"q": first}, front, [f"{first}%"]),
        Lookup("number, last digits", Line, {"q": last}, behind, [f"{last[::-1]}%"]),
        Lookup("line by its number", Line, {"q": number}, LINES.format("number = %s"), [number]),
    ]


def of_owners(contract: Contract, biggest: Contract) -> list[Lookup]:
    """The lines of a contract, of the biggest one, and of a customer by its number."""
    by_customer = (
        "contract_id = ANY (ARRAY (SELECT k.id FROM contracts_contract k JOIN contracts_customer c ON c.id = k.customer_id"
        " WHERE c.number = %s))"
    )
    number = Customer._base_manager.get(pk=contract.customer_id).number
    of_contract = LINES.format("contract_id = %s")
    return [
        Lookup("lines of a contract", Line, {"contract__id__exact": str(contract.pk)}, of_contract, [contract.pk]),
        Lookup("lines of the biggest", Line, {"contract__id__exact": str(biggest.pk)}, of_contract, [biggest.pk]),
        Lookup("lines of a customer", Line, {"q": number}, LINES.format(by_customer), [number]),
    ]


def figures(browser: Client, user: User) -> Iterator[Figure]:
    """Each look-up: its plan and time in plain SQL, its query as the list asks it to the statements of that, and the page."""
    for lookup in lookups():
        plan = nodes(lookup)
        raw = best(lambda lookup=lookup: rows_of(lookup))  # type: ignore[misc]
        yield Figure(f"SQL, {lookup.name} ({', '.join(plan)})", round(raw * 1000, 2), "ms", limit=MILLISECONDS)
        yield Figure(f"its scans of a whole table, {lookup.name}", len(SCANS & {*plan}), "", limit=0)
        if not admin.site.is_registered(lookup.model):
            continue
        asked = best(lambda lookup=lookup: listed(lookup, user))  # type: ignore[misc]
        with CaptureQueriesContext(connection) as captured:
            listed(lookup, user)
        statements = [one["sql"] for one in captured.captured_queries]
        own = best(lambda told=statements: read(told))  # type: ignore[misc]
        yield Figure.against(f"list's query, {lookup.name}, to its own SQL", asked, "s", max(own, LEAST), limit=RATIO)
        meta = lookup.model._meta
        address = f"/console/{meta.app_label}/{meta.model_name}/"
        spent = answer_times(lookup.name, lambda lookup=lookup, to=address: browser.get(to, lookup.query))  # type: ignore[misc]
        yield Figure(f"page, {lookup.name}", round(statistics.median(spent), 1), "ms", limit=MILLISECONDS)
    yield from walks(browser)


def walks(browser: Client) -> Iterator[Figure]:
    """The list of lines from its last page backwards: the deep end costs as much as the beginning."""
    if not admin.site.is_registered(Line):
        return
    keys = keys_of(Line, Line._meta.ordering or ())
    last = Line._base_manager.latest("number")
    spent = answer_times("last page", lambda: browser.get("/console/sims/line/", {"before": cursor(keys, last)}))
    yield Figure("page, lines at the deep end", round(statistics.median(spent), 1), "ms", limit=MILLISECONDS)


def best(ask: Callable[[], Any]) -> float:
    """The seconds of the quickest of some tries."""
    spent = []
    for _time in range(TIMES):
        began = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - began)
    return min(spent)


def rows_of(lookup: Lookup) -> list[Any]:
    """The rows, by plain SQL."""
    with connection.cursor() as database:
        database.execute(lookup.sql, lookup.params)
        return list(database.fetchall())


def read(statements: Sequence[str]) -> list[Any]:
    """The rows of these statements, by the plain driver."""
    with connection.cursor() as database:
        for statement in statements:
            database.execute(statement)
            rows = list(database.fetchall())
    return rows


def listed(lookup: Lookup, user: User) -> list[Any]:
    """The rows of the list's first page, by the list's own query."""
    request = RequestFactory().get("/", lookup.query)
    request.user = user
    own = admin.site.get_model_admin(lookup.model)
    rows = own.get_queryset(request)
    if typed := lookup.query.get("q"):
        rows, _distinct = own.get_search_results(request, rows, typed)
    else:
        rows = rows.filter(**lookup.query)
    keys = keys_of(lookup.model, rows.query.order_by or lookup.model._meta.ordering)
    return page(read_for_list(own, rows), keys, ROWS - 1).rows


def nodes(lookup: Lookup) -> list[str]:
    """How the database reads the tables, from the top of its plan down: each kind of scan once."""
    with connection.cursor() as database:
        database.execute(f"EXPLAIN (FORMAT JSON) {lookup.sql}", lookup.params)
        (found,) = database.fetchone()
    plan = found if isinstance(found, list) else json.loads(found)
    return list(dict.fromkeys(kind for kind in _kinds(plan[0]["Plan"]) if kind.endswith("Scan")))


def _kinds(node: dict[str, Any]) -> Iterator[str]:
    yield node["Node Type"]
    for below in node.get("Plans", ()):
        yield from _kinds(below)
