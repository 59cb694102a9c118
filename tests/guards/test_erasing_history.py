"""The one road on which history changes: who may take it, for whom, and what it leaves as it was (X16, G40.2.1)."""

from datetime import date
from typing import LiteralString
from uuid import UUID

import pytest
from django.db import Error, connection, transaction

from contracts.models import Customer
from tests.factories import ContractFactory, CustomerFactory, ErasureFactory
from tests.factories.contracts import of
from tests.factories.erasures import long_gone
from tests.guards.tampering import refusal

pytestmark = pytest.mark.unrecorded("tampers with history, to show that the database refuses it")

ACT = UUID("00000000-0000-7000-8000-000000000000")


def tried(erasure: int) -> str:
    """Why the function refuses this erasure; empty when it did its work."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT erase_from_history(%s, %s)", [erasure, ACT])
    except Error as error:
        return str(error)
    return ""


def names_of(customer: Customer) -> set[str]:
    """All names that history has of a customer."""
    return set(Customer.history.filter(id=customer.pk).values_list("name", flat=True))


@pytest.mark.clause("G40.2.1")
@pytest.mark.parametrize("state", [{}, {"proposed": True}, {"kept": True}], ids=["listed", "proposed", "kept"])
def test_the_applications_role_erases_nothing_that_two_people_have_not_decided(db, state):
    customer = long_gone()
    erasure = ErasureFactory(customer=customer, keeping="books", **state)
    assert "is not decided" in tried(erasure.pk)
    assert "is not decided" in tried(erasure.pk + 1)
    assert names_of(customer) == {customer.name}


@pytest.mark.clause("G40.2.1")
def test_nor_of_somebody_with_a_contract(db):
    customer = long_gone()
    erasure = ErasureFactory(customer=customer, keeping="books", decided=True)
    ContractFactory(**of(customer))
    assert "is not decided" in tried(erasure.pk)


@pytest.mark.clause("G40.2.1")
@pytest.mark.parametrize(("keeping", "name"), [("rest", "株式会社アオイ製作所"), ("books", "消去済み {}")])
def test_what_was_decided_is_erased_of_that_customer_alone(db, keeping, name):
    customer, other = long_gone(), CustomerFactory()
    assert tried(ErasureFactory(customer=customer, keeping=keeping, decided=True).pk) == ""
    assert names_of(customer) == {name.format(customer.number)}
    assert names_of(other) == {other.name}
    contacts = (
        Customer.history.filter(id__in=[customer.pk, other.pk]).order_by("id").values_list("contact_person", flat=True)
    )
    assert list(contacts) == [f"消去済み {customer.number}", other.contact_person]


WAYS: list[LiteralString] = [
    "SET backoffice.erasing = 'on'; UPDATE contracts_historicalcustomer SET name = 'x'",
    "CREATE OR REPLACE FUNCTION erase_from_history(bigint, uuid) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    "CREATE OR REPLACE FUNCTION erased_word(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    "CREATE FUNCTION public.erased_word(int) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
    "ALTER FUNCTION erase_from_history(bigint, uuid) SECURITY INVOKER",
    "DROP FUNCTION erase_from_history(bigint, uuid)",
]


@pytest.mark.parametrize("statement", WAYS)
def test_x16_the_applications_role_finds_no_other_way(db, statement):
    assert refusal(statement)


def test_only_the_applications_role_and_the_owner_may_call_it(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosecdef, pg_get_userbyid(proowner), proconfig, "
            "ARRAY(SELECT grantee::regrole::text FROM aclexplode(proacl) ORDER BY 1) "
            "FROM pg_proc WHERE proname = 'erase_from_history'"
        )
        assert cursor.fetchall() == [
            (True, "iijiot_owner", ["search_path=public, pg_temp"], ["iijiot_app", "iijiot_owner"])
        ]


BEYOND: list[LiteralString] = [
    "UPDATE contracts_historicalcustomer SET name = 'y', number = 'C9'",
    "UPDATE contracts_historicalcustomer SET kind = 'body'",
    "UPDATE contracts_historicalcustomer SET id = 0",
    "UPDATE contracts_historicalcustomer SET history_date = now()",
    "UPDATE contracts_historicalcustomer SET history_clause = 'G1'",
    "UPDATE contracts_historicalcustomer SET evidence_seen_on = NULL",
    "DELETE FROM contracts_historicalcustomer",
    "TRUNCATE contracts_historicalcustomer",
]


@pytest.mark.owner("is what this test is about")
@pytest.mark.parametrize("statement", BEYOND)
def test_even_on_the_road_nothing_changes_that_is_not_declared_personal(db, statement):
    CustomerFactory(evidence_seen_on=date(2026, 11, 25))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL backoffice.erasing = 'on'")
        cursor.execute("UPDATE contracts_historicalcustomer SET name = 'x'")
        assert cursor.rowcount == 1
    assert "History is kept" in refusal(statement)
