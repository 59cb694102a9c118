"""The closing of a month against the best plain SQL that computes the same lines, taxes and totals (performance.md, 1 to 11)."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, transaction

from billing import charging, printing
from billing.models import Invoice
from billing.months import Month
from billing.price_book import PriceBook, price_book
from contracts.models import Contract
from tests.benchmarks import billed, world
from tests.benchmarks.figures import Figure, say, worked

RUNS = 3
MILLION = int(os.environ.get("BENCH_INVOICES", "1000000"))
NOVEMBER = Month(2026, 11)
PAPERS = 200

RUN = "INSERT INTO billing_billingrun (month, facts_as_of, rounds) VALUES (%s, now(), 1) RETURNING id"
FLOOR = """
WITH counted AS (
    SELECT line.contract_id, GREATEST(line.billing_starts_on, %(first)s) AS first, LEAST(line.ends_on, %(last)s) AS last,
           count(*) AS many
    FROM sims_line line WHERE line.billing_starts_on <= %(last)s AND (line.ends_on IS NULL OR line.ends_on >= %(first)s)
    GROUP BY 1, 2, 3
), priced AS MATERIALIZED (
    SELECT contract.management_unit_id, counted.*, price.id AS price_id, price.yen,
           last - first + 1 AS days, floor(price.yen * (last - first + 1) / %(days)s)::bigint AS each
    FROM counted JOIN contracts_contract contract ON contract.id = counted.contract_id
    JOIN billing_price price ON price.service_code = contract.service_code AND price.item = contract.item
), net AS MATERIALIZED (
    SELECT contract.customer_id, contract.management_unit_id, coalesce(sum(each * many), 0)::bigint AS net
    FROM contracts_contract contract LEFT JOIN priced ON priced.contract_id = contract.id GROUP BY 1, 2
), documents AS (
    INSERT INTO billing_invoice (customer_id, management_unit_id, kind, month, run_id, number, net, tax, untaxed, total,
        settled, method, recipient_name, recipient_postal_code, recipient_address, recipient_corporate_number, state)
    SELECT customer_id, management_unit_id, CASE WHEN net > 0 THEN 'invoice' ELSE 'statement' END, %(first)s, %(run)s, '',
        net, net / 10, 0, net + net / 10, 0, 'transfer', '', '', '', '', 'draft' FROM net
    RETURNING id, management_unit_id, net, tax
), lines AS (
    INSERT INTO billing_invoiceline (invoice_id, place, kind, clause, contract_id, unit, month, first, last, days, of_days,
        quantity, fee, unit_amount, amount, tax_percent, cause, is_correction, price_id)
    SELECT documents.id, row_number() OVER (PARTITION BY documents.id ORDER BY first, last DESC), 'monthly', 'MA13.1',
        contract_id, 'line', %(first)s, first, last, days, %(days)s, many, yen, each, each * many, 10, '', false, price_id
    FROM priced JOIN documents USING (management_unit_id)
) INSERT INTO billing_taxtotal (invoice_id, percent, net, tax) SELECT id, 10, net, tax FROM documents WHERE net > 0
"""
CONTRACT = """
SELECT contract.*, application.received_at FROM contracts_contract contract
LEFT JOIN contracts_application application ON application.id = contract.application_id WHERE contract.id = %(contract)s
"""
AGREED = """
SELECT agreed.* FROM billing_agreedprice agreed JOIN contracts_contract contract ON contract.customer_id = agreed.customer_id
WHERE contract.id = %(contract)s AND agreed.state = 'standing'
"""
COUNTED = """
SELECT line.contract_id, GREATEST(line.billing_starts_on, %(first)s), LEAST(line.ends_on, %(last)s), count(*)
FROM sims_line line WHERE line.contract_id = %(contract)s AND line.billing_starts_on <= %(last)s
AND (line.ends_on IS NULL OR line.ends_on >= %(first)s) GROUP BY 1, 2, 3
"""
CAME = """
SELECT md5(string_agg(told, '|' ORDER BY told)), count(*), sum(many) FROM (
    SELECT concat_ws(',', management_unit_id, kind, net, tax, total, (
        SELECT string_agg(concat_ws(':', place, contract_id, first, last, days, quantity, fee, unit_amount, amount, price_id),
        ';' ORDER BY place) FROM billing_invoiceline WHERE invoice_id = invoice.id)) AS told,
        (SELECT count(*) FROM billing_invoiceline WHERE invoice_id = invoice.id) AS many
    FROM billing_invoice invoice) every
"""
DAYS: dict[str, Any] = {"first": NOVEMBER.first, "last": NOVEMBER.last, "days": NOVEMBER.days}


def figures() -> Iterator[Figure]:
    """All of billing, in databases of their own."""
    sizes = [MILLION // 100, MILLION // 10, MILLION]
    names = [f"bench_billed_{lines}" for lines in sizes]
    for name, lines in zip(names, sizes, strict=True):
        say(f"Setting up {lines:,} lines that are billed …")
        world.create(name)
        billed.under_contract(lines, lines * 15 // 1000, lines // 100)
        world.settle()
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    yield from closings(names[2], runs[names[2]])
    for name in names[:2]:
        runs[name] += [closed(name, 1) for _run in range(RUNS)]
    spent = [least(runs[name], "worked") for name in names]
    for place in (1, 2):
        name = f"closing {sizes[place]:,} lines, to ten times {sizes[place - 1]:,}"
        yield Figure.against(name, spent[place], "s", spent[place - 1] * 10, 1.1)
    yield from statements(runs[names[1]][0], runs[names[2]][0])
    yield from previews(names[2])
    yield papers(names[0])


def closings(database: str, ones: list[dict[str, Any]]) -> Iterator[Figure]:
    """One worker against the floor, two against one, and how much memory one takes."""
    say("Closing …")
    floors, twos = [], []
    for _run in range(RUNS):
        with world.copy_of(database):
            floors.append(worked(floor))
            expected = came()
        ones.append(closed(database, 1, expected))
        twos.append(closed(database, 2, expected))
    one, two = least(ones, "worked"), least(twos, "seconds")
    lines = f"{MILLION:,} lines, {expected[1]:,} documents of {expected[2]:,} lines"
    yield Figure.against(f"closing {lines}", one, "s", min(floors), limit=2)
    yield Figure.against("… by two workers, to one, by the clock", two, "s", least(ones, "seconds"), limit=0.7)
    yield Figure.against("… all that they work, to one", least(twos, "worked"), "s", one, limit=1.15)
    peak = max(run["peak"] for run in (*ones, *twos))
    bare_peak = round(bare(database)["peak"], 1)
    yield Figure("… peak memory of a worker, beside a bare process", round(peak, 1), "MiB", bare_peak, limit=128)


def least(runs: list[dict[str, Any]], what: str) -> float:
    """The best of some runs."""
    return float(min(run[what] for run in runs))


def closed(database: str, workers: int, expected: tuple[Any, ...] | None = None) -> dict[str, Any]:
    """Close a fresh copy. Raises SystemExit where it comes to something else than expected."""
    with world.copy_of(database) as copy:
        run = work(copy, workers)
        if expected and came() != expected:
            raise SystemExit(f"The run makes other documents than the floor: {came()}, not {expected}")
    return run


def came() -> tuple[Any, ...]:
    """What was made, line by line."""
    with connection.cursor() as cursor:
        cursor.execute(CAME)
        return tuple(cursor.fetchone())


def floor() -> None:
    """The plain SQL: the same documents, without their history."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RUN, [NOVEMBER.first])
        [run] = cursor.fetchone()
        cursor.execute(FLOOR, {**DAYS, "run": run})


def bare(database: str) -> dict[str, Any]:
    """A process that does nothing."""
    command = [sys.executable, "-m", "tests.benchmarks.child", "bare", database]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def work(database: str, workers: int) -> dict[str, Any]:
    """Close November by so many processes that begin at the same moment: seconds until the last ends, and their peak."""
    command = [sys.executable, "-m", "tests.benchmarks.child", "close", database]
    connection.close()
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _worker in range(workers)
    ]
    for child in children:
        if child.stdout is None or child.stdout.readline().strip() != "ready":
            raise SystemExit("A worker did not come to its start.")
    began = time.perf_counter()
    for child in children:
        if child.stdin is not None:
            child.stdin.write("\n")
            child.stdin.flush()
    told = [json.loads(child.stdout.readline()) for child in children if child.stdout is not None]
    seconds = time.perf_counter() - began
    for child in children:
        child.communicate()
    world.use(database)
    summed = {name: sum(one[name] for one in told) for name in ("worked", "statements", "done")}
    return {"seconds": seconds, "peak": max(one["peak"] for one in told), **summed}


def statements(small: dict[str, Any], large: dict[str, Any]) -> Iterator[Figure]:
    """How many statements a chunk takes, however many lines."""
    few, many = (run["statements"] / run["done"] for run in (small, large))
    yield Figure("… statements per chunk", round(many, 1), "", limit=15)
    yield Figure.against("… to a run of a tenth of the lines", many, "", few, limit=1)


def previews(database: str) -> Iterator[Figure]:
    """What a contract will owe, against what must be asked of the database for it."""
    world.use(database)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # whose work nobody would count
    contracts, book = Contract.objects.order_by("-quantity", "pk"), price_book()
    sizes = (("large", contracts[0], 20, 1.5), ("small", contracts.reverse()[0], 300, 8))
    for name, contract, times, limit in sizes:
        ours = min(worked(partial(foresee, contract.pk, book), times) for _run in range(RUNS))
        raw = min(worked(partial(ask_all, contract.pk), times) for _run in range(RUNS))
        what = f"preview of a {name} contract, {contract.quantity:,} lines"
        yield Figure.against(what, ours * 1000, "ms", raw * 1000, limit)


def foresee(contract: int, book: PriceBook) -> charging.Charges:
    """What it will owe."""
    return charging.of_contracts(NOVEMBER, [contract], book=book)


def ask_all(contract: int) -> None:
    """The contract, its agreed prices, and its lines by their days."""
    with connection.cursor() as cursor:
        for question in (CONTRACT, AGREED, COUNTED):
            cursor.execute(question, {**DAYS, "contract": contract})
            cursor.fetchall()


def papers(database: str) -> Figure:
    """PDFs of invoices on one core, as many in a second of its time."""
    with world.copy_of(database) as copy:
        work(copy, 1)
        invoices = list(Invoice.objects.order_by("pk")[:PAPERS])
        printing.pdf(printing.sheets_of(invoices[:1], date(2026, 12, 1))[0])
        began = time.process_time()
        for sheet in printing.sheets_of(invoices, date(2026, 12, 1)):
            printing.pdf(sheet)
        each = (time.process_time() - began) / len(invoices)
    return Figure.against(f"{len(invoices)} invoices as PDF, to 100 in a second", each * 1000, "ms", 10, limit=1)
