"""Lines and cards in bulk, against the one SQL statement that does it; and a million of them looked up."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from contracts import suspending
from contracts.models import Contract
from iijiot import bulk_acts, bulk_work, clock
from iijiot.actors import Actor
from iijiot.bulk import history_insert
from iijiot.models import User
from iijiot.records import chapter, fresh
from sims import addressing, issuing, ordering
from sims.models import AddressUse, IpPool, Line, SimCard
from tests.benchmarks import api, filters, fleet, lookups, world
from tests.benchmarks.child import peak_memory
from tests.benchmarks.figures import Figure, say
from tests.house.console import logged_in

RUNS = 3
LINES, GIVEN, MILLION = (
    int(os.environ.get(f"BENCH_{name}", most))
    for name, most in (("LINES", 100_000), ("GIVEN", 10_000), ("MILLION", 1_000_000))
)
NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
DAY = date(2026, 12, 1)
BENCH = Actor.command("bench")
MEMORY = 300

STOPS = """WITH changed AS (UPDATE sims_line SET state = 'stopped', returns_to = state
 WHERE contract_id = %s AND state IN ('active', 'paused') RETURNING *) """
PAUSES = "WITH changed AS (UPDATE sims_line SET state = 'paused' WHERE state = 'active' RETURNING *) "
ASSIGNS = """
WITH lines AS (
    SELECT id, row_number() OVER (ORDER BY ordered_on, id) AS turn FROM sims_line line
    WHERE contract_id = %s AND state <> 'ended' AND NOT EXISTS (
        SELECT FROM sims_simcard WHERE line_id = line.id AND state IN ('assigned', 'shipped', 'on-loan', 'faulty', 'lost')
    ) ORDER BY ordered_on, id LIMIT %s
), cards AS (
    SELECT id, msisdn, row_number() OVER (ORDER BY received_on, id) AS turn FROM (
        SELECT id, msisdn, received_on FROM sims_simcard WHERE state = 'in-stock' AND form_factor = '3ff'
        ORDER BY received_on, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
    ) free
), numbered AS (
    UPDATE sims_line SET msisdn = cards.msisdn FROM cards JOIN lines USING (turn)
    WHERE sims_line.id = lines.id RETURNING sims_line.*
), changed AS (
    UPDATE sims_simcard SET state = 'assigned', line_id = lines.id, assigned_on = %s FROM cards JOIN lines USING (turn)
    WHERE sims_simcard.id = cards.id RETURNING sims_simcard.*
), of_lines AS ({of_lines}) {of_cards}
"""


ADDRESSES = """
WITH lines AS (
    SELECT id, row_number() OVER (ORDER BY id) AS turn FROM sims_line line
    WHERE contract_id = %s AND NOT EXISTS (SELECT FROM sims_addressuse WHERE line_id = line.id AND until IS NULL)
    ORDER BY id LIMIT %s
), added AS (
    INSERT INTO sims_addressuse (line_id, pool_id, address, since, until, given_again)
    SELECT lines.id, %s, '0.0.0.0'::inet + (%s + turn - 1), %s, NULL, false FROM lines RETURNING *
) {of_uses}
"""


def figures() -> Iterator[Figure]:
    """In bulk, in databases of their own."""
    say(f"Setting up a contract with {LINES:,} lines …")
    world.create("bench_fleet")
    contract = fleet.one_contract(LINES)
    before = peak_memory()
    yield compared(
        f"suspending a contract with {LINES:,} lines",
        lambda: suspend(contract.pk),
        lambda: statement(Line, STOPS, [contract.pk]),
        2.5,
    )
    yield compared(f"bulk act on {LINES:,} lines, worker", pause, lambda: statement(Line, PAUSES, []), 2.5)
    yield Figure("peak memory of both, with the set-up", round(peak_memory()), "MiB", limit=MEMORY)
    say(f"… of which the set-up {before:.0f} MiB. Setting up {GIVEN:,} lines without cards, a stock and a pool …")
    world.create("bench_issue")
    contract = fleet.one_contract(1000)
    fleet.stock(GIVEN * 3)
    with chapter(actor=BENCH):
        ordering.order(contract.pk, GIVEN, on=DAY, billing_from=None)
        pool = IpPool(name="測定", network="10.0.0.0/16")
        pool.save()
    world.settle()
    yield compared(
        f"giving out {GIVEN:,} cards", lambda: give_out(contract.pk), lambda: given_out(contract.pk), 3, "bench_issue"
    )
    yield compared(
        f"giving out {GIVEN:,} addresses",
        lambda: give_addresses(contract),
        lambda: addresses_given(contract, pool),
        3,
        "bench_issue",
    )


def million() -> Iterator[Figure]:
    """Looking things up in a database of its own."""
    lines, contracts, customers = MILLION, MILLION * 15 // 1000, MILLION // 100
    say(f"Setting up {lines:,} lines of {contracts:,} contracts of {customers:,} customers …")
    world.create("bench_million")
    began = time.perf_counter()
    fleet.in_life(lines, contracts, customers)
    yield Figure(f"setting up {lines:,} lines with cards and addresses", round(time.perf_counter() - began), "s")
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    with chapter(actor=BENCH):
        user = User.objects.create_superuser("everybody", name="測定")
    browser = logged_in(user)
    yield from lookups.figures(browser, user)
    yield from filters.figures(browser, user)
    yield from api.figures()


def compared(
    name: str, ours: Callable[[], float], floor: Callable[[], float], limit: float, database: str = "bench_fleet"
) -> Figure:
    """The best of some runs of each, every one in a fresh copy of the database."""
    spent, least = [], []
    for _run in range(RUNS):
        with world.copy_of(database):
            least.append(floor())
        with world.copy_of(database):
            spent.append(ours())
    return Figure.against(name, min(spent), "s", min(least), limit)


def statement(model: Any, sql: str, params: list[Any]) -> float:
    """Seconds of one UPDATE … RETURNING into the history table."""
    with chapter(actor=BENCH):
        inserted, told = history_insert("changed", model, "~", None)
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql + inserted, [*params, *told])
    return time.perf_counter() - began


def suspend(pk: int) -> float:
    """Seconds to suspend a contract at once, with the notice and all its lines."""
    contract = Contract.objects.get(pk=pk)
    began = time.perf_counter()
    suspending.announce(
        contract, extent="stop", cause="G26.1.1", reason="不払い", period="お支払いまで", begins_at=NOON, now=NOON,
        urgent_because="緊急", risk_because="不渡り", actor=BENCH,
    )  # fmt: skip
    spent = time.perf_counter() - began
    if Line.objects.filter(state="active").exists():
        raise SystemExit("Not every line was stopped.")
    return spent


def pause() -> float:
    """Seconds in which a worker pauses all lines in service, the others among them told why not."""
    with chapter(actor=BENCH):
        user = User.objects.create_superuser("everybody", name="測定")
    actor, act = Actor.staff(user), bulk_acts.find("pause-lines")
    ids = list(Line.objects.order_by("pk").values_list("pk", flat=True))
    run = bulk_work.select(act, ids, title="測定", user=user, on=DAY, actor=actor)
    foreseen = bulk_work.foresee(run, {}, {})
    bulk_work.start(run, typed={}, reason="", could=foreseen.can, by=user, at=clock.now(), actor=actor)
    began = time.perf_counter()
    bulk_work.carry_on(pk=run.pk)
    spent = time.perf_counter() - began
    reached = fresh(run).reached
    if reached.done != foreseen.can or reached.left:
        raise SystemExit(f"Not everything was done: {vars(reached)}")
    return spent


def give_out(pk: int) -> float:
    """Seconds to assign cards to all lines that have none."""
    contract = Contract.objects.get(pk=pk)
    began = time.perf_counter()
    issuing.assign(contract, form_factor="3ff", quantity=GIVEN, on=DAY, actor=BENCH)
    return time.perf_counter() - began


def given_out(pk: int) -> float:
    """Seconds of the one statement that does the same: cards, numbers of lines, and the history of both."""
    with chapter(actor=BENCH):
        of_cards, told_of_cards = history_insert("changed", SimCard, "~", None)
        of_lines, told_of_lines = history_insert("numbered", Line, "~", None)
    sql = ASSIGNS.replace("{of_lines}", of_lines).replace("{of_cards}", of_cards)
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [pk, GIVEN, GIVEN, DAY, *told_of_lines, *told_of_cards])
        if cursor.rowcount != GIVEN:
            raise SystemExit("The floor gives out another number of cards.")
    return time.perf_counter() - began


def give_addresses(contract: Contract) -> float:
    """Seconds to give an address to each line that has none."""
    lines = list(contract.lines.order_by("pk").values_list("pk", flat=True)[:GIVEN])
    began = time.perf_counter()
    with chapter(actor=BENCH):
        addressing.give(lines, contract.customer, at=NOON)
    return time.perf_counter() - began


def addresses_given(contract: Contract, pool: IpPool) -> float:
    """Seconds of the one statement that gives as many new addresses, with their history."""
    with chapter(actor=BENCH):
        of_uses, told = history_insert("added", AddressUse, "+", None)
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADDRESSES.replace("{of_uses}", of_uses), [contract.pk, GIVEN, pool.pk, pool.first, NOON, *told])
        if cursor.rowcount != GIVEN:
            raise SystemExit("The floor gives out another number of addresses.")
    return time.perf_counter() - began
