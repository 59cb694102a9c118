"""X17: whoever has taken the triggers away and changed what is kept is found by its seals, and the row is named."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg import sql

from contracts import erasing
from contracts.models import Customer
from iijiot import sealing, verifying
from iijiot.daily import Tally
from iijiot.guards import kept_models
from iijiot.jobs import note
from iijiot.models import HistorySeal
from iijiot.records import chapter
from tests.factories import ContractFactory, CustomerFactory, InvoiceFactory, SimCardFactory, UserFactory
from tests.factories.base import MAKER
from tests.factories.erasures import long_gone
from tests.guards.superuser import superuser, unguarded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.unrecorded("tampers with history, to show that it is found"),
]

DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)

TABLES: dict[str, tuple[Callable[[], Any], str, str]] = {
    "contracts_historicalcustomer": (CustomerFactory, "history_id", "kind = 'body'"),
    "contracts_historicalcontract": (ContractFactory, "history_id", "state = 'ended'"),
    "sims_historicalsimcard": (SimCardFactory, "history_id", "history_clause = 'G1'"),
    "iijiot_historicaluser": (UserFactory, "history_id", "history_actor = 'x'"),
    "billing_historicalinvoice": (InvoiceFactory, "history_id", "history_actor_kind = 'x'"),
    "iijiot_jobfailure": (lambda: note(1, "a job", "だめでした"), "id", "error = ''"),
}
"""Tables of every app and kind: how a row comes about, the name of its key, and a change."""


def seal(day: date = DAY) -> int:
    """Seal what was added; how many rows."""
    tally = Tally()
    sealing.seal(day, tally)
    assert tally.set_aside == []
    return tally.done


def found(head: str = "") -> list[str]:
    """What is not as it was sealed, as it is told."""
    return [str(finding) for finding in verifying.findings(verifying.Tally(), head)]


def keys_of(table: str, make: Callable[[], Any], key: str) -> list[int]:
    """The keys of the first rows of a table, with a gap behind the first."""
    for _row in range(4):
        make()
        with superuser() as server:
            server.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, key])
    with superuser() as server:
        rows = server.execute(
            sql.SQL("SELECT {0} FROM {1} ORDER BY 1").format(sql.Identifier(key), sql.Identifier(table))
        )
        return [pk for (pk,) in rows]


def change(server: Any, table: str, key: str, pks: list[int]) -> list[str]:
    """Change a row."""
    run(server, f"UPDATE {table} SET {TABLES[table][2]} WHERE {key} = {pks[1]}")
    return [f"{table} #{pks[1]}: was changed"]


def delete(server: Any, table: str, key: str, pks: list[int]) -> list[str]:
    """Take a row away."""
    run(server, f"DELETE FROM {table} WHERE {key} = {pks[1]}")
    return [f"{table} #{pks[1]}: was deleted"]


def insert(server: Any, table: str, key: str, pks: list[int]) -> list[str]:
    """Put a row between those that are there."""
    run(
        server,
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, '{{\"{key}\": {pks[0] + 1}}}')).* FROM {table} t "
        f"WHERE {key} = {pks[0]}",
    )
    return [f"{table} #{pks[0] + 1}: was added behind the seal"]


def swap(server: Any, table: str, key: str, pks: list[int]) -> list[str]:
    """Let two rows change places."""
    one, other = pks[1], pks[3]
    for old, new in ((one, -1), (other, one), (-1, other)):
        run(server, f"UPDATE {table} SET {key} = {new} WHERE {key} = {old}")
    return [f"{table} #{one}: was swapped with #{other}", f"{table} #{other}: was swapped with #{one}"]


def run(server: Any, statement: str) -> None:
    """A statement that changes exactly one row."""
    assert server.execute(statement).rowcount == 1, statement


@pytest.mark.parametrize("tamper", [change, delete, insert, swap], ids=lambda way: way.__name__)
@pytest.mark.parametrize("table", TABLES)
def test_x17_what_a_superuser_does_is_found_and_the_row_named(table, tamper):
    make, key, _change = TABLES[table]
    pks = keys_of(table, make, key)
    assert seal() >= len(pks)
    assert found() == []
    with unguarded(table) as server:
        expected = tamper(server, table, key, pks)
    told = found()
    assert len(told) == len(expected)
    assert all(line.startswith(start) for line, start in zip(told, expected, strict=True)), told
    with pytest.raises(CommandError, match=rf"Not as sealed: {len(expected)}\."):
        call_command("verify_history", stdout=StringIO())


def test_everything_that_is_kept_is_sealed_but_the_seals_which_are_chained():
    kept = {model._meta.db_table for model in kept_models()}
    assert set(sealing.tables()) == kept - {"iijiot_historyseal"}


def test_each_run_seals_what_came_since_and_a_second_run_nothing():
    CustomerFactory()
    assert seal() > 0
    assert seal() == 0
    CustomerFactory()
    assert (sealing.due(DAY), seal(), seal()) == (1, 1, 0)
    assert found() == []


def test_many_rows_are_sealed_in_parts(monkeypatch):
    monkeypatch.setattr(sealing, "PART", 3)
    CustomerFactory.create_batch(7)
    seal()
    parts = HistorySeal.objects.filter(of_table="contracts_historicalcustomer").order_by("pk")
    assert list(parts.values_list("many", flat=True)) == [3, 3, 1]
    assert found() == []


def test_what_was_swapped_between_two_parts_is_found(monkeypatch):
    monkeypatch.setattr(sealing, "PART", 2)
    pks = keys_of("contracts_historicalcustomer", CustomerFactory, "history_id")
    seal()
    with unguarded("contracts_historicalcustomer") as server:
        assert swap(server, "contracts_historicalcustomer", "history_id", pks) == found()


TAMPERED_SEALS = {
    "changed": ("UPDATE iijiot_historyseal SET day = '2026-01-01' WHERE id = {}", "the seal was changed"),
    "deleted": ("DELETE FROM iijiot_historyseal WHERE id = {}", "it does not follow the seal before it"),
    "emptied": ("UPDATE iijiot_historyseal SET ids = '{{}}', hashes = '{{}}' WHERE id = {}", "the seal was changed"),
}


@pytest.mark.parametrize("way", TAMPERED_SEALS)
def test_a_seal_that_was_tampered_with_breaks_the_chain(way):
    CustomerFactory()
    seal()
    statement, told = TAMPERED_SEALS[way]
    first = HistorySeal.objects.order_by("pk").first().pk
    with unguarded("iijiot_historyseal") as server:
        run(server, statement.format(first))
    assert any(told in line for line in found())


def test_a_chain_that_was_made_anew_lacks_the_head_that_was_noted_elsewhere(caplog):
    CustomerFactory()
    with caplog.at_level(logging.INFO, logger="iijiot.sealing"):
        seal()
    noted = sealing.head()
    assert noted in caplog.text
    assert found(noted) == []
    with unguarded("contracts_historicalcustomer") as server:
        server.execute("UPDATE contracts_historicalcustomer SET kind = 'body'")
    with unguarded("iijiot_historyseal") as server:
        server.execute("DELETE FROM iijiot_historyseal")
    seal()
    assert found() == []
    assert found(noted) == [f"iijiot_historyseal: no seal has the digest {noted}: the chain was made anew"]


def test_a_lawful_erasure_seals_again_what_it_touched_and_nothing_else(ben, emi):
    customer = long_gone()
    pks = keys_of("contracts_historicalcustomer", CustomerFactory, "history_id")
    seal()
    before = HistorySeal.objects.count()
    proposed = erasing.propose(erasing.plan_erasure(customer, DAY), by=ben, reason="保存期間の経過")
    done = erasing.carry_out(erasing.plan_of(proposed, DAY), proposed, by=emi, at=NOW)
    again = HistorySeal.objects.filter(cause=done.number)
    assert HistorySeal.objects.count() == before + again.count()
    assert "contracts_historicalcustomer" in set(again.values_list("of_table", flat=True))
    assert found() == []
    with unguarded("contracts_historicalcustomer") as server:
        run(server, f"UPDATE contracts_historicalcustomer SET name = 'x' WHERE history_id = {pks[2]}")
    assert found() == [f"contracts_historicalcustomer #{pks[2]}: was changed, in what only an erasure may change"]


def test_an_erasure_hides_no_tampering_with_what_it_does_not_erase(ben, emi):
    customer = long_gone()
    first = Customer.history.filter(id=customer.pk).values_list("history_id", flat=True).first()
    seal()
    with unguarded("contracts_historicalcustomer") as server:
        run(server, f"UPDATE contracts_historicalcustomer SET kind = 'body' WHERE history_id = {first}")
    proposed = erasing.propose(erasing.plan_erasure(customer, DAY), by=ben, reason="保存期間の経過")
    erasing.carry_out(erasing.plan_of(proposed, DAY), proposed, by=emi, at=NOW)
    assert found() == [f"contracts_historicalcustomer #{first}: was changed"]


def test_sealing_again_for_no_erasure_is_found(ben):
    CustomerFactory()
    seal()
    first = Customer.history.order_by("history_id").values_list("history_id", flat=True).first()
    with transaction.atomic():
        sealing.seal_again({"contracts_historicalcustomer": [first]}, "Z9999999", DAY)
    (told,) = found()
    assert "it seals rows again for “Z9999999”, which does not exist" in told


def write_late(written: threading.Event, may_end: threading.Event) -> None:
    """A transaction that takes its key early and commits late."""
    try:
        with chapter(actor=MAKER):
            CustomerFactory(name="遅刻商事株式会社")
            written.set()
            assert may_end.wait(30)
    finally:
        connection.close()


def test_a_row_that_commits_late_is_waited_for(monkeypatch):
    written, may_end = threading.Event(), threading.Event()
    late = threading.Thread(target=write_late, args=(written, may_end))
    late.start()
    assert written.wait(30)
    CustomerFactory()
    threading.Timer(0.5, may_end.set).start()
    seal()
    late.join()
    ids = HistorySeal.objects.filter(of_table="contracts_historicalcustomer").values_list("many", flat=True)
    assert sum(ids) == 2
    assert found() == []


def test_a_table_that_stays_busy_is_left_to_the_next_day(monkeypatch):
    monkeypatch.setattr(sealing, "PATIENCE", 0.2)
    written, may_end = threading.Event(), threading.Event()
    late = threading.Thread(target=write_late, args=(written, may_end))
    late.start()
    assert written.wait(30)
    CustomerFactory()
    seal()
    sealed = HistorySeal.objects.filter(of_table="contracts_historicalcustomer")
    assert not sealed.exists()
    may_end.set()
    late.join()
    seal()
    assert sum(sealed.values_list("many", flat=True)) == 2
    assert found() == []


def test_the_command_says_how_much_it_compared():
    CustomerFactory()
    seal()
    out = StringIO()
    call_command("verify_history", head=sealing.head(), stdout=out)
    assert f"Head of the chain: {sealing.head()}" in out.getvalue()
    assert out.getvalue().strip().endswith("0 wait for their seal. All as sealed.")
    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        call_command("verify_history", head="abc", stdout=out)
