"""The recorder itself: it sees every way of writing, and tells each write that history does not know."""

from datetime import date

import pytest
from django.db import connection, models

from contracts.models import Customer
from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk import bulk_add, bulk_change
from iijiot.models import DayStep
from iijiot.records import chapter
from tests.factories import CustomerFactory, UserFactory

CLERK = Actor.command("recorder-test")
seen_past_history = pytest.mark.unrecorded("shows that the recorder sees it")


@seen_past_history
@pytest.mark.parametrize(
    "write",
    [
        lambda c: models.QuerySet(Customer).filter(pk=c.pk).update(name="改名"),
        lambda c: run("UPDATE contracts_customer SET name = '改名' WHERE id = %s", c.pk),
        lambda c: run("UPDATE contracts_customer SET name = name WHERE id = %s", c.pk),
        lambda c: run("WITH gone AS (UPDATE contracts_customer SET note = 'x' RETURNING id) SELECT id FROM gone"),
        lambda c: run("DELETE FROM contracts_customer WHERE id = %s", c.pk),
        lambda c: models.QuerySet.bulk_create(DayStep.objects.all(), [step(date(2026, 11, 25))]),
        lambda c: copy_in(step(date(2026, 11, 25))),
    ],
    ids=["update()", "raw UPDATE", "UPDATE of nothing", "CTE", "DELETE", "bulk_create", "COPY"],
)
def test_a_write_without_history_is_seen(recorder, db, write):
    customer = CustomerFactory()
    assert recorder.problems() == []
    write(customer)
    assert len(recorder.problems()) == 1


@seen_past_history
@pytest.mark.parametrize(
    "falsified",
    ["name = 'andere'", "history_type = '~'", "history_actor = ''", "history_actor_kind = ''"],
)
def test_history_that_says_something_else_is_seen(recorder, db, falsified):
    column = falsified.split(" = ")[0]
    copied = [f.column for f in Customer.history.model._meta.concrete_fields if f.name != "history_id"]
    customer = CustomerFactory()
    recorder.forget()
    run("UPDATE contracts_customer SET note = 'x' WHERE id = %s", customer.pk)
    values = {"note": "'x'", "history_type": "'~'"} | {column: falsified.split(" = ")[1]}
    if falsified.startswith("history_type"):
        values["history_type"] = "'+'"
    run(
        f"INSERT INTO contracts_historicalcustomer ({', '.join(copied)}) "  # noqa: S608 - names of columns
        f"SELECT {', '.join(values.get(name, name) for name in copied)} FROM contracts_historicalcustomer WHERE id = %s",
        customer.pk,
    )
    assert len(recorder.problems()) == 1


@seen_past_history
def test_history_without_a_write_is_seen(recorder, db):
    customer = CustomerFactory()
    copied = [f.column for f in Customer.history.model._meta.concrete_fields if f.name != "history_id"]
    names = ", ".join(copied)
    run(
        f"INSERT INTO contracts_historicalcustomer ({names}) SELECT {names} FROM contracts_historicalcustomer "  # noqa: S608
        "WHERE id = %s",
        customer.pk,
    )
    assert len(recorder.problems()) == 1


def test_every_lawful_way_of_writing_agrees_with_its_history(recorder, db):
    customer = CustomerFactory()
    with chapter(actor=CLERK, reason="again"):
        customer.note = "saved"
        customer.save()
        customer.save()
        bulk_change(Customer.objects.filter(pk=customer.pk), {"note": "changed in bulk"})
        bulk_add([step(date(2026, 11, 25)), step(date(2026, 11, 26))])
    assert recorder.problems() == []
    assert [entry.act for entry in recorder.entries("contracts_customer")] == ["+", "~", "~", "~"]


def test_the_moment_of_the_last_login_is_no_change(recorder, db):
    user = UserFactory()
    user.last_login = clock.now()
    user.save(update_fields=["last_login"])
    assert recorder.problems() == []
    assert len(recorder.entries("iijiot_user", side="row")) == 1


def test_what_a_savepoint_took_back_was_not_written(recorder, db):
    def made_and_broken_off() -> None:
        with chapter(actor=CLERK):
            CustomerFactory()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        made_and_broken_off()
    assert recorder.entries() == []


def step(day: date) -> DayStep:
    """A step done."""
    return DayStep(day=day, step="recorder-test", done=0, finished_at=clock.now())


def run(statement: str, *values: int | str) -> None:
    """Run SQL on Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def copy_in(row: DayStep) -> None:
    """Write a row by COPY, as a large import does."""
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY iijiot_daystep (day, step, done, set_aside, finished_at) FROM STDIN") as rows,
    ):
        rows.write_row((row.day, row.step, row.done, "[]", row.finished_at))
