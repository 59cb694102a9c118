"""X16, T8: the application's role owns nothing and cannot touch what is kept; the owner is stopped by triggers."""

from io import StringIO
from typing import LiteralString

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection, connections
from django.db.transaction import TransactionManagementError

from iijiot.database_roles import application_role, as_owner
from iijiot.guards import kept_models
from tests.factories import CustomerFactory
from tests.guards.tampering import TAKING_AWAY, TAMPERING, put_a_row, refusal
from tests.recorder import recorded_models

pytestmark = pytest.mark.unrecorded("tampers with history, to show that the database refuses it")


def kept_tables() -> list[str]:
    """Every history table and log, by introspection of the models."""
    tables = [model._meta.db_table for model in kept_models()]
    assert len(tables) > len(recorded_models())
    return tables


def role() -> tuple[str, str]:
    """Who the test works as, and who owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, tableowner FROM pg_tables WHERE tablename = 'contracts_historicalcustomer'"
        )
        return cursor.fetchone()


def test_tests_and_site_work_as_a_role_that_owns_nothing(db):
    assert role() == ("iijiot_app", "iijiot_owner")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


def test_x16_the_applications_role_is_refused_every_tampering_with_every_kept_table(db):
    tables, ways = kept_tables(), TAMPERING | TAKING_AWAY
    ran = []
    for table in tables:
        put_a_row(table)
        ran += [f"{way}: {table}" for way, statement in ways.items() if not refusal(statement, table)]
    print(f"X16: {len(tables)} tables × {len(ways)} ways = {len(tables) * len(ways)} refused by rights")
    assert len(ways) == 5
    assert ran == []


@pytest.mark.owner("is what this test is about")
def test_x16_the_owner_is_refused_by_trigger(db):
    assert role() == ("iijiot_owner", "iijiot_owner")
    tables = kept_tables()
    for table in tables:
        put_a_row(table)
        for statement in TAMPERING.values():
            assert "History is kept" in refusal(statement, table), (table, statement)
    print(f"X16: {len(tables)} tables × {len(TAMPERING)} ways refused to the owner by trigger")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id bigint)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE contracts_customer ADD COLUMN mine bigint",
        "ALTER TABLE contracts_customer DROP CONSTRAINT customer_is_no_consumer",
        "ALTER TABLE contracts_historicalcustomer OWNER TO iijiot_app",
        "DROP TABLE contracts_historicalcustomer",
        "DROP TRIGGER history_is_kept ON contracts_historicalcustomer",
        "DROP INDEX iijiot_user_login_id_key",
        "CREATE TRIGGER mine BEFORE INSERT ON contracts_customer FOR EACH ROW EXECUTE FUNCTION history_is_kept()",
        "CREATE RULE mine AS ON INSERT TO contracts_historicalcustomer DO INSTEAD NOTHING",
        "CREATE OR REPLACE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP FUNCTION history_is_kept() CASCADE",
        "GRANT TRUNCATE ON iijiot_user TO PUBLIC; TRUNCATE iijiot_user CASCADE",
        "SET ROLE iijiot_owner",
        "SET SESSION AUTHORIZATION iijiot_owner",
        "SET ROLE postgres",
        "GRANT iijiot_owner TO iijiot_app",
        "ALTER ROLE iijiot_app SUPERUSER",
        "CREATE ROLE mine",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
        "SELECT setval('contracts_customer_id_seq', 1)",
        "COPY contracts_customer TO PROGRAM 'cat'",
    ],
)
def test_x16_the_applications_role_makes_alters_and_becomes_nothing(db, statement: LiteralString):
    assert refusal(statement)


def test_the_applications_role_can_do_its_work(db):
    customer = CustomerFactory()
    assert customer.history.count() == 1


def test_rights_are_what_is_needed_on_every_table_and_sequence(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relkind::text, relname, ARRAY(SELECT privilege_type FROM aclexplode(relacl) "
            "WHERE grantee = 'iijiot_app'::regrole ORDER BY 1) FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        )
        held = {(kind, name): rights for kind, name, rights in cursor.fetchall()}
    kept = {("r", table) for table in kept_tables()}
    for thing, rights in held.items():
        if thing in kept:
            assert rights == ["INSERT", "SELECT"], thing
        elif thing[0] == "S":
            assert rights == ["USAGE"], thing
        elif thing == ("r", "django_migrations"):
            assert rights == ["SELECT"]
        else:
            assert rights == ["DELETE", "INSERT", "SELECT", "UPDATE"], thing
    print(f"{len(held)} tables and sequences")


@pytest.mark.owner("gives a right away that a migration must take back")
@pytest.mark.django_db(transaction=True)
def test_a_migration_puts_the_rights_right_again():
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, TRUNCATE ON contracts_historicalcustomer TO iijiot_app")
        cursor.execute("REVOKE UPDATE ON contracts_customer FROM iijiot_app")
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('iijiot_app', 'contracts_historicalcustomer', 'UPDATE, TRUNCATE'), "
            "has_table_privilege('iijiot_app', 'contracts_customer', 'UPDATE')"
        )
        assert cursor.fetchone() == (False, True)


@pytest.mark.django_db(transaction=True)
def test_migrate_works_as_the_owner_and_leaves_the_application_its_own_role():
    told = StringIO()
    call_command("migrate", stdout=told)
    assert "No migrations to apply" in told.getvalue()
    assert role() == ("iijiot_app", "iijiot_owner")


def test_the_role_does_not_change_within_a_transaction(db):
    with pytest.raises(TransactionManagementError, match="begin as the owner"), as_owner():
        pass


def found(ids: str = "iijiot.W") -> list[str]:
    """What our checks say of the database."""
    messages = run_checks(tags=[Tags.database], databases=["default"])
    return [f"{message.id} {message.msg}" for message in messages if str(message.id).startswith(ids)]


def test_the_check_is_content_with_two_roles(db):
    assert found() == []


@pytest.mark.parametrize(("user", "warning"), [("iijiot_owner", "iijiot.W002"), ("postgres", "iijiot.W001")])
def test_the_check_warns_where_the_site_could_switch_the_guards_off(db, monkeypatch, user, warning):
    monkeypatch.setitem(connections.settings["default"], "USER", user)
    assert application_role() == user
    (told,) = found()
    assert told.startswith(f"{warning} The site works as {user}")
