"""Lines, cards and addresses by the hundred thousand and the million: written by SQL, skewed as in life, not measured."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from contracts.models import Contract, Customer, ManagementUnit
from iijiot.actors import Actor
from iijiot.records import chapter
from sims.models import AddressUse, IpPool, Line, SimCard, SimProduct
from tests.benchmarks import world

BIG = 113
"""Contracts that hold seven tenths of the lines (performance.md)."""

ICCID = """(SELECT base || (10 - sum(CASE WHEN place % 2 = 1 THEN d ELSE d * 2 - CASE WHEN d > 4 THEN 9 ELSE 0 END END) % 10) % 10
 FROM (SELECT '898110' || lpad(({n})::text, 12, '0')) made(base), generate_series(1, 18) place,
 LATERAL (SELECT substr(base, place, 1)::int) digit(d) GROUP BY base)"""

WHOSE = """CASE WHEN n <= {most} THEN 1
WHEN n <= {lines} * 7 / 10
THEN 2 + floor((LEAST({big}, {contracts}) - 1) * power((n - {most})::float / ({lines} * 7 / 10), 2))::int
ELSE LEAST({big}, {contracts}) + 1 + n % GREATEST({contracts} - {big}, 1) END"""

UNITS = """(SELECT * FROM contracts_contract ORDER BY id LIMIT 1) one,
(SELECT id AS unit, customer_id AS whose, row_number() OVER (ORDER BY id) AS n
FROM contracts_managementunit WHERE id > {}) units"""
IDS = "(SELECT array_agg(id ORDER BY id) AS ids FROM {}) keys"
IN_TURN = "(SELECT *, row_number() OVER (ORDER BY id) AS n FROM sims_line) line"
LIVING = "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM sims_line WHERE state <> 'ended') line"
FIRST = "(SELECT * FROM {} ORDER BY id LIMIT 1) one, generate_series(1, {}) n"
INSERT = "INSERT INTO {} ({}) SELECT {} FROM {}"


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
    _fill(SimCard, {**_card("n + 5000000"), **own, **nowhere}, f"generate_series(1, {many}) n")


def in_life(lines: int, contracts: int, customers: int) -> None:
    """Lines of many contracts of many customers: the first has a tenth of them, a hundred or so seven tenths."""
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
    _fill(Contract, {**_same(Contract), **own}, UNITS.format(first.management_unit_id))
    choice = WHOSE.format(most=lines // 10, lines=lines, big=BIG, contracts=contracts)
    _lines(lines, f"(keys.ids)[{choice}]", f", {IDS.format('contracts_contract')}")
    _cards(lines)
    stock(lines // 20)
    _addresses()
    world.settle()


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


def _lines(many: int, contract: str, beside: str = "") -> None:
    state = "CASE WHEN n % 50 = 7 THEN 'paused' WHEN n % 50 = 9 THEN 'ended' ELSE 'active' END"
    _fill(
        Line,
        {
            "number": "'L' || lpad(n::text, 7, '0')",
            "contract_id": contract,
            "msisdn": "'0201' || lpad(n::text, 7, '0')",
            "label": "''",
            "ordered_on": "DATE '2026-03-25'",
            "billing_starts_on": "DATE '2026-04-01'",
            "activated_on": "DATE '2026-04-01'",
            "ends_on": f"CASE WHEN {state} = 'ended' THEN DATE '2026-10-31' END",
            "ends_under": f"CASE WHEN {state} = 'ended' THEN 'MA8.1' ELSE '' END",
            "leaves_with_id": "NULL",
            "protected": "false",
            "returns_to": "''",
            "state": state,
        },
        f"generate_series(1, {many}) n{beside}",
    )


def _card(n: str) -> dict[str, str]:
    product = SimProduct.objects.get(code="docomo-m2m")
    return {
        "iccid": ICCID.format(n=n),
        "imsi": f"'44010' || lpad(({n})::text, 10, '0')",
        "msisdn": "''",
        "product_id": str(product.pk),
        "form_factor": "'3ff'",
        "received_on": "DATE '2026-03-01'",
        "delivery": "'D1'",
        "generation": "0",
        "shipment": "'S1'",
        "due_back_on": "NULL",
        "over_on": "NULL",
    }


def _cards(many: int) -> None:
    ended = "line.state = 'ended'"
    _fill(
        SimCard,
        {
            **_card("n"),
            "msisdn": "line.msisdn",
            "line_id": "line.id",
            "assigned_on": "DATE '2026-03-26'",
            "lent_on": "DATE '2026-04-01'",
            "over_on": f"CASE WHEN {ended} THEN DATE '2026-11-15' END",
            "returned_from": f"CASE WHEN {ended} THEN 'due-back' ELSE '' END",
            "state": f"CASE WHEN {ended} THEN 'returned' ELSE 'on-loan' END",
        },
        IN_TURN,
    )


def _addresses() -> None:
    """An address for each line that lives."""
    with chapter(actor=Actor.command("bench"), reason="set-up"):
        pool = IpPool(name="測定", network="10.0.0.0/8")
        pool.save()
    _fill(
        AddressUse,
        {
            "line_id": "line.id",
            "pool_id": str(pool.pk),
            "address": "'10.0.0.0'::inet + line.n",
            "since": "TIMESTAMPTZ '2026-04-01 00:00+09'",
            "until": "NULL",
        },
        LIVING,
    )


def _same(model: Any) -> dict[str, str]:
    return {str(f.column): f"one.{f.column}" for f in model._meta.concrete_fields if f.column != "id"}


def _copies(model: Any, many: int, own: Mapping[str, str]) -> None:
    """So many rows like the first, but for these columns."""
    _fill(model, {**_same(model), **own}, FIRST.format(model._meta.db_table, many))


def _fill(model: Any, values: Mapping[str, str], source: str) -> None:
    """Rows of these values from a source, without history, which nothing here reads."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(model._meta.db_table, ", ".join(values), ", ".join(values.values()), source))
