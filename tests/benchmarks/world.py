"""Many contracts that end on one day, each with three dependents; set up in bulk, not measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import psycopg
from django.conf import settings
from django.db import connection

from contracts.models import Contract, Customer, Dependency, ExternalSubscription, ManagementUnit, Termination
from iijiot.actors import Actor
from iijiot.bulk import bulk_add
from iijiot.database_roles import as_owner
from iijiot.records import chapter

LAST_DAY = date(2026, 12, 25)
DAY_AFTER = LAST_DAY + timedelta(1)
BEGAN = date(2026, 4, 1)
DEPENDENTS = {"mobile-access": "MA12.2", "data-storage": "DS4.2", "private-connector": "PC5.2"}
UNITS_PER_CUSTOMER = 10
SLICE = 250  # customers at a time, so that setting up needs little memory


def ending_on_one_day(bases: int) -> None:
    """So many IoT contracts with a notice for one day, and Mobile Access, Data Storage and Private Connector on each."""
    for first in range(0, bases // UNITS_PER_CUSTOMER, SLICE):
        with chapter(actor=Actor.command("bench"), reason="set-up"):
            _slice(range(first, min(first + SLICE, bases // UNITS_PER_CUSTOMER)))


def _slice(numbers: range) -> None:
    customers = [_customer(n) for n in numbers]
    bulk_add(customers)
    backbones = [
        ExternalSubscription(customer=c, service="private-backbone", reference="bench", starts_on=BEGAN)
        for c in customers
    ]
    bulk_add(backbones)
    units = [ManagementUnit(customer=c, name=str(n)) for c in customers for n in range(UNITS_PER_CUSTOMER)]
    bulk_add(units)
    bases = [_contract(unit, "iot", "IOT4") for unit in units]
    bulk_add(bases)
    dependents = [_contract(b.management_unit, code, clause) for b in bases for code, clause in DEPENDENTS.items()]
    bulk_add(dependents)
    rests = [
        Dependency(contract=contract, on_contract=bases[n // len(DEPENDENTS)], clause=contract.ends_under)
        for n, contract in enumerate(dependents)
    ]
    by_customer = {backbone.customer_id: backbone for backbone in backbones}
    on_backbone = [
        Dependency(contract=contract, on_external=by_customer[contract.customer_id], clause="PC5.2")
        for contract in dependents
        if contract.service_code == "private-connector"
    ]
    bulk_add([*rests, *on_backbone])
    notices = [
        Termination(
            contract=base,
            origin="notice",
            how="form",
            arrived_on=LAST_DAY - timedelta(30),
            effective_on=LAST_DAY,
            clause="IOT4",
        )
        for base in bases
    ]
    bulk_add(notices)
    caused = [
        Termination(
            contract=rest.contract,
            origin="cascade",
            effective_on=LAST_DAY,
            clause=rest.clause,
            cause=notices[n // len(DEPENDENTS)],
            through=rest,
        )
        for n, rest in enumerate(rests)
    ]
    bulk_add(caused)


def resting_on_one(dependents: int) -> Contract:
    """One IoT contract of one customer with so many Data Storage contracts on it; returns it."""
    with chapter(actor=Actor.command("bench"), reason="set-up"):
        customer = _customer(-1)
        bulk_add([customer])
        unit = ManagementUnit(customer=customer, name="one")
        bulk_add([unit])
        base, *others = [_contract(unit, "iot"), *(_contract(unit, "data-storage") for _n in range(dependents))]
        bulk_add([base, *others])
        bulk_add([Dependency(contract=contract, on_contract=base, clause="DS4.2") for contract in others])
    return base


def _customer(number: int) -> Customer:
    return Customer(
        kind="body",
        name=f"測定用 {number}",
        evidence="測定用",
        address="見本県架空市",
        notice_email=f"bench{number}@bench.example",
    )


def _contract(unit: ManagementUnit, code: str, ends_under: str = "") -> Contract:
    return Contract(
        customer_id=unit.customer_id,
        management_unit=unit,
        service_code=code,
        item="TypeD" if code == "mobile-access" else "",
        accepted_on=BEGAN,
        billing_starts_on=BEGAN,
        ends_on=LAST_DAY if ends_under else None,
        ends_under=ends_under,
        state="active",
    )


def use(database: str) -> None:
    """Connect to another database of the same server from now on."""
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = database


@contextmanager
def copy_of(database: str, name: str = "bench_copy") -> Iterator[str]:
    """A fresh copy of a database, dropped afterwards."""
    _on_server(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {database}")
    use(name)
    try:
        yield name
    finally:
        _on_server(f"DROP DATABASE {name}")


def create(database: str) -> None:
    """A database from the empty, migrated one, which then is the one in use."""
    _on_server(f"CREATE DATABASE {database} TEMPLATE iijiot")
    use(database)


def settle() -> None:
    """Let the planner know what there is, and let no write of the set-up reach into what is measured."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with psycopg.connect(**connection.get_connection_params() | {"user": "postgres"}) as superuser:
        superuser.execute("CHECKPOINT")


def _on_server(*statements: str) -> None:
    use("postgres")
    with as_owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
