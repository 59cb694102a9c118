"""The least that the database must do for the same rows: plain SQL, history included, in one transaction."""

import time

from django.db import connection, transaction

from contracts.models import Contract, Termination
from iijiot.actors import Actor
from iijiot.bulk import history_insert
from iijiot.records import chapter
from tests.benchmarks import world

CONTRACTS = "SELECT * FROM contracts_contract WHERE customer_id = %s"
DEPENDENCIES = """SELECT d.*, b.* FROM contracts_dependency d JOIN contracts_contract c ON c.id = d.contract_id
LEFT JOIN contracts_contract b ON b.id = d.on_contract_id WHERE c.customer_id = %s"""
TERMINATIONS = """SELECT t.* FROM contracts_termination t JOIN contracts_contract c ON c.id = t.contract_id
WHERE c.customer_id = %s"""


def end_all() -> float:
    """Seconds to end every contract that is over, and to carry out its termination."""
    with chapter(actor=Actor.command("floor")):
        contracts, of_contracts = history_insert("changed", Contract, "~", "ends_under")
        terminations, of_terminations = history_insert("changed", Termination, "~", "clause")
    with connection.cursor() as cursor:
        began = time.perf_counter()
        with transaction.atomic():
            cursor.execute(
                "WITH changed AS (UPDATE contracts_contract SET state = 'ended'"
                " WHERE state = 'active' AND ends_on < %s RETURNING *) " + contracts,
                [world.DAY_AFTER, *of_contracts],
            )
            cursor.execute(
                "WITH changed AS (UPDATE contracts_termination SET state = 'carried-out'"
                " WHERE state = 'scheduled' AND effective_on < %s RETURNING *) " + terminations,
                [world.DAY_AFTER, *of_terminations],
            )
    return time.perf_counter() - began


def read_everything(customer: int) -> float:
    """Seconds to read what a plan reads of one customer: contracts, dependencies, terminations."""
    with connection.cursor() as cursor:
        began = time.perf_counter()
        for statement in (CONTRACTS, DEPENDENCIES, TERMINATIONS):
            cursor.execute(statement, [customer])
            cursor.fetchall()
    return time.perf_counter() - began
