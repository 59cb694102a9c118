"""Lines, cards and addresses by the hundred thousand and the million: written by SQL, skewed as in life, not measured."""

from typing import Any

from contracts.models import Contract, Customer, ManagementUnit
from iijiot.actors import Actor
from iijiot.records import chapter
from sims.demo.history import MANY, fill
from sims.demo.volume import check_digit
from sims.models import AddressUse, DailyUsage, IpPool, Line, NetworkPolicy, SimCard, SimProduct, ThrottlePolicy
from tests.benchmarks import world

BIG = 113
"""Contracts that hold seven tenths of the lines (performance.md)."""

WHOSE = """CASE WHEN n <= {most} THEN 1
WHEN n <= {lines} * 7 / 10
THEN 2 + floor((LEAST({big}, {contracts}) - 1) * power((n - {most})::float / ({lines} * 7 / 10), 2))::int
ELSE LEAST({big}, {contracts}) + 1 + n % GREATEST({contracts} - {big}, 1) END"""

SINCE = "DATE '2026-04-01'"
COUNT_THEM = """UPDATE contracts_contract SET quantity = lines.living FROM (
    SELECT contract_id, count(*) FILTER (WHERE state <> 'ended') AS living FROM sims_line GROUP BY contract_id
) lines WHERE lines.contract_id = contracts_contract.id AND lines.living > 0"""

UNITS = """(SELECT * FROM contracts_contract ORDER BY id LIMIT 1) one,
(SELECT id AS unit, customer_id AS whose, row_number() OVER (ORDER BY id) AS n
FROM contracts_managementunit WHERE id > {}) units"""
IDS = "(SELECT array_agg(id ORDER BY id) AS ids FROM {}) keys"
IN_TURN = "(SELECT *, row_number() OVER (ORDER BY id) AS n FROM sims_line) line"
LIVING = "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM sims_line WHERE state <> 'ended') line"
FIRST = "(SELECT * FROM {} ORDER BY id LIMIT 1) one, generate_series(1, {}) n"
STATE = """CASE WHEN n % 50 = 7 THEN 'paused' WHEN n % 50 = 9 THEN 'ended' WHEN n % 5000 = 11 THEN 'ordered' ELSE 'active' END"""
CUSTODY = """CASE WHEN line.state = 'ordered' THEN 'assigned' WHEN line.state <> 'ended' THEN
CASE WHEN n % 1000 = 13 THEN 'faulty' WHEN n % 1000 = 15 THEN 'lost' WHEN n % 1000 = 17 THEN 'shipped' ELSE 'on-loan' END
WHEN n % 500 = 9 THEN 'overdue' WHEN n % 500 = 59 THEN 'due-back' WHEN n % 500 = 109 THEN 'not-returned' ELSE 'returned' END"""


def one_contract(lines: int) -> Contract:
    """A customer with one Mobile Access contract in service, and so many lines in service with their cards."""
    contract = _template()
    _lines(lines, str(contract.pk))
    _cards(lines)
    world.settle()
    return contract


def stock(many: int) -> None:
    """So many cards in stock, beside those that lines have."""
    own = {"msisdn": "'0203' || lpad(n::text, 7, '0')", "state": "'in-stock'"}
    nowhere = dict.fromkeys(("line_id", "assigned_on", "lent_on"), "NULL")
    fill(SimCard, {**_card("n + 5000000"), **own, **nowhere}, f"generate_series(1, {many}) n")


def in_life(lines: int, contracts: int, customers: int) -> None:
    """Lines of many contracts of many customers, with their cards, addresses and traffic, and a stock."""
    under_contract(lines, contracts, customers)
    _cards(lines)
    stock(lines // 20)
    _addresses()
    _traffic()
    world.settle()


def under_contract(lines: int, contracts: int, customers: int, since: str = SINCE) -> None:
    """Lines of many contracts of many customers: the first has a tenth of them, a hundred or so seven tenths.

    `since` is from when a line is charged, as SQL over its place `n`.
    """
    first = _template()
    named = {
        "number": "'C' || (5000000 + n)",
        "name": "'架空測定' || n || '商会'",
        "search_name": "'架空測定' || n || '商会'",
        **dict.fromkeys(("search_kana", "name_kana", "phone_digits"), "''"),
    }
    _copies(Customer, customers - 1, named)
    keys = "(SELECT array_agg(id ORDER BY id) FROM contracts_customer)"
    owned = {"number": "'M' || (5000000 + n)", "customer_id": f"({keys})[1 + n % {customers}]"}
    _copies(ManagementUnit, contracts - 1, owned)
    own = {"number": "'K' || (5000000 + n)", "management_unit_id": "unit", "customer_id": "whose"}
    fill(Contract, {**_same(Contract), **own}, UNITS.format(first.management_unit_id))
    choice = WHOSE.format(most=lines // 10, lines=lines, big=BIG, contracts=contracts)
    _lines(lines, f"(keys.ids)[{choice}]", f", {IDS.format('contracts_contract')}", since)
    MANY.ask(COUNT_THEM)


def _template() -> Contract:
    """The first contract, after which the others are made."""
    with chapter(actor=Actor.command("bench"), reason="set-up"):
        customer = world._customer(0)
        customer.save()
        unit = ManagementUnit(customer=customer, name="one")
        unit.save()
        contract = world._contract(unit, "mobile-access")
        contract.quantity = 10
        contract.save()
    return contract


def _lines(many: int, contract: str, beside: str = "", since: str = SINCE) -> None:
    in_service = f"CASE WHEN {STATE} <> 'ordered' THEN {since} END"
    fill(
        Line,
        {
            "number": "'L' || lpad(n::text, 7, '0')",
            "contract_id": contract,
            "msisdn": "'0201' || lpad(n::text, 7, '0')",
            "ordered_on": "DATE '2026-03-25'",
            "billing_starts_on": in_service,
            "activated_on": in_service,
            "ends_on": f"CASE WHEN {STATE} = 'ended' THEN DATE '2026-10-31' WHEN n % 3000 = 21 THEN DATE '2027-01-31' END",
            "ends_under": f"CASE WHEN {STATE} = 'ended' OR n % 3000 = 21 THEN 'MA8.1' ELSE '' END",
            "protected": "n % 2000 = 23",
            "state": STATE,
        },
        f"generate_series(1, {many}) n{beside}",
    )


def _card(n: str) -> dict[str, str]:
    product = SimProduct.objects.get(code="docomo-m2m")
    return {
        "iccid": f"'898110' || lpad(({n})::text, 12, '0') || {check_digit(n)}",
        "imsi": f"'44010' || lpad(({n})::text, 10, '0')",
        "product_id": str(product.pk),
        "form_factor": "'3ff'",
        "received_on": "DATE '2026-03-01'",
        "delivery": "'D1'",
        "shipment": "'S1'",
    }


def _cards(many: int) -> None:
    custody = f"({CUSTODY})"
    fill(
        SimCard,
        {
            **_card("n"),
            "msisdn": "line.msisdn",
            "line_id": "line.id",
            "assigned_on": "DATE '2026-03-26'",
            "lent_on": f"CASE WHEN {custody} <> 'assigned' THEN DATE '2026-04-01' END",
            "due_back_on": "CASE WHEN line.state = 'ended' THEN DATE '2026-11-30' END",
            "over_on": f"CASE WHEN {custody} IN ('returned', 'not-returned') THEN DATE '2026-11-15' END",
            "returned_from": f"CASE WHEN {custody} = 'returned' THEN 'due-back' ELSE '' END",
            "state": custody,
        },
        IN_TURN,
    )


def _addresses() -> None:
    """An address for each line that lives."""
    with chapter(actor=Actor.command("bench"), reason="set-up"):
        pool = IpPool(name="測定", network="10.0.0.0/8")
        pool.save()
    fill(
        AddressUse,
        {
            "line_id": "line.id",
            "pool_id": str(pool.pk),
            "address": "'10.0.0.0'::inet + line.n",
            "since": "TIMESTAMPTZ '2026-04-01 00:00+09'",
        },
        LIVING,
    )


def _traffic() -> None:
    """A policy, throttles and blocks in force and past, and a day of figures."""
    with chapter(actor=Actor.command("bench"), reason="set-up"):
        policy = ThrottlePolicy(threshold_bytes=10**9, effective_on=world.BEGAN)
        policy.save()
    both = {"line_id": "line.id", "contract_id": "line.contract_id", "from_day": "DATE '2026-11-20'"}
    throttle = {
        **both,
        "kind": "'throttled'",
        "ground": "'MA15.2'",
        "policy_id": str(policy.pk),
        "measured": "2000000000",
        "window_first": "DATE '2026-11-17'",
        "window_last": "DATE '2026-11-19'",
        "until_day": "DATE '2026-11-22'",
    }
    over = {"state": "'expired'", "over_on": "DATE '2026-11-22'"}
    fill(NetworkPolicy, {**throttle, **over}, f"{IN_TURN} WHERE n % 20 = 1")
    fill(NetworkPolicy, {**throttle, "state": "'in-force'"}, f"{IN_TURN} WHERE n % 400 = 1 AND state = 'active'")
    block = {**both, "kind": "'blocked'", "ground": "'MA10.1'", "because": "'測定'", "state": "'in-force'"}
    fill(NetworkPolicy, block, f"{IN_TURN} WHERE n % 5000 = 2 AND state = 'active'")
    used = {
        "day": "DATE '2026-11-24'",
        "line_id": "line.id",
        "contract_id": "line.contract_id",
        "up": "1000",
        "down": "9000",
    }
    fill(DailyUsage, used, f"{IN_TURN} WHERE state = 'active'")


def _same(model: Any) -> dict[str, str]:
    return {str(f.column): f"one.{f.column}" for f in model._meta.concrete_fields if f.column != "id"}


def _copies(model: Any, many: int, own: dict[str, str]) -> None:
    """So many rows like the first, but for these columns."""
    fill(model, {**_same(model), **own}, FIRST.format(model._meta.db_table, many))
