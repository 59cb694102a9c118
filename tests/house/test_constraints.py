"""X47: every constraint by name. Raw SQL that breaks it is refused, and people read a sentence."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from psycopg import sql

from iijiot.constraints import constraint_sentence
from iijiot.models import User
from iijiot.records import RecordedModel
from tests.factories import DisclosureFactory, ProposalFactory, ReplacementFactory, SuccessionFactory, UserFactory
from tests.house import (
    billing_invoices_cases,
    billing_payments_cases,
    billing_prices_cases,
    bulk_cases,
    constraint_cases,
    secrecy_cases,
    sims_cards_cases,
    sims_files_cases,
    sims_lines_cases,
    sims_pools_cases,
    sims_usage_cases,
)
from tests.house.constraint_cases import Check, Unique, dependency
from tests.recorder import recorded_models

OURS = ("iijiot", "contracts", "sims", "billing")
DJANGOS = {"iijiot_user_groups", "iijiot_user_user_permissions"}
CASES = (
    billing_invoices_cases,
    billing_payments_cases,
    billing_prices_cases,
    bulk_cases,
    constraint_cases,
    secrecy_cases,
    sims_cards_cases,
    sims_files_cases,
    sims_lines_cases,
    sims_pools_cases,
    sims_usage_cases,
)
CHECKS = {name: case for module in CASES for name, case in module.CHECKS.items()}
UNIQUES = {name: case for module in CASES for name, case in module.UNIQUES.items()}
OTHERS = {name: case for module in CASES for name, case in getattr(module, "OTHERS", {}).items()}
ALL_UNIQUES = [(name, case) for name, cases in UNIQUES.items() for case in cases]
UNIQUE_IDS = [f"{name}{i or ''}" for name, cases in UNIQUES.items() for i in range(len(cases))]

breaks_the_rule = pytest.mark.unrecorded("writes past everything, to show that the database refuses it")


def tables() -> set[str]:
    """The tables of business records of our apps."""
    return {model._meta.db_table for model in recorded_models() if model._meta.app_label in OURS}


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def test_every_constraint_of_the_database_has_its_case(db):
    checks = ask(
        "SELECT conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
        "WHERE contype IN ('c', 'x') AND t.relname = ANY(%s)",
        list(tables()),
    )
    uniques = ask(
        "SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
        "WHERE x.indisunique AND NOT x.indisprimary AND t.relname = ANY(%s)",
        list(tables()),
    )
    found = {name for (name,) in [*checks, *uniques]}
    print(f"{len(checks)} checks and exclusions, {len(uniques)} uniques")
    assert found - {*CHECKS, *UNIQUES, *OTHERS} == set(), "add a case to constraint_cases.py"
    assert {*CHECKS, *UNIQUES, *OTHERS} - found == set(), "these are not in the database any more"
    assert all(name in globals() for name in OTHERS.values())


def test_every_trigger_of_the_database_is_known(db):
    """Each has its refusals in tests/iijiot/test_guards.py."""
    triggers = ask(
        "SELECT DISTINCT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT tgisinternal AND tgname NOT LIKE 'recorder%%' AND c.relname NOT LIKE 'procrastinate%%' ORDER BY 1"
    )
    assert [name for (name,) in triggers] == ["history_is_kept", "history_is_never_emptied", "login_id_is_kept"]


def refused_by(name: str, row: RecordedModel, wrong: Any) -> IntegrityError:
    """The error of the database when these values are written by raw SQL; it must name the constraint."""
    table = sql.Identifier(row._meta.db_table)
    sets = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(c), sql.Literal(v)) for c, v in wrong.items())
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("UPDATE {} SET {} WHERE id = {}").format(table, sets, sql.Literal(row.pk)))
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == name
    return refused.value


def alone(name: str, row: RecordedModel) -> None:
    """Take the other checks of the table away, so that only this one can refuse; the test's rollback brings them back."""
    table = row._meta.db_table
    others = ask(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass AND conname <> %s",
        table,
        name,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for (other,) in others:
            cursor.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(other))
            )


def sentence_of(error: IntegrityError) -> str:
    """What people read, in Japanese."""
    told = constraint_sentence(error)
    assert told is not None
    with translation.override("ja"):
        (sentence,) = told.messages
    assert sentence.endswith("。")
    return sentence


def says(row: RecordedModel, wrong: Any, sentence: str) -> None:
    """The model refuses the values with the constraint's sentence, or with one at the field that is wrong."""
    row.__dict__.update(wrong)
    row._state.fields_cache.clear()
    with translation.override("ja"), pytest.raises(ValidationError) as refused:
        row.full_clean()
    at_field = {name for name in refused.value.error_dict if name in wrong or f"{name}_id" in wrong}
    assert sentence in refused.value.messages or at_field
    assert all(message.endswith(("。", "）", ")")) for message in refused.value.messages)


@breaks_the_rule
@pytest.mark.owner("takes the other checks away")
@pytest.mark.parametrize(("name", "case"), CHECKS.items(), ids=CHECKS)
def test_a_check_refuses_raw_sql_and_the_model_says_why(db, name: str, case: Check):
    row = case.row()
    alone(name, row)
    error = refused_by(name, row, case.wrong)
    says(row, case.wrong, sentence_of(error))


@breaks_the_rule
@pytest.mark.parametrize(("name", "case"), ALL_UNIQUES, ids=UNIQUE_IDS)
def test_a_unique_refuses_raw_sql_and_the_model_says_why(db, name: str, case: Unique):
    row = case.row()
    same = case.same(case.rival(row))
    says(row, same, sentence_of(refused_by(name, row, same)))


@breaks_the_rule
def test_a_contract_cannot_rest_on_itself(db):
    row = dependency()
    wrong = {"on_contract_id": row.contract_id}
    says(row, wrong, sentence_of(refused_by("dependency_not_on_itself", row, wrong)))


@breaks_the_rule
def test_a_customer_does_not_follow_itself(db):
    row = SuccessionFactory()
    wrong = {"successor_id": row.predecessor_id}
    says(row, wrong, sentence_of(refused_by("succession_of_two_customers", row, wrong)))


@breaks_the_rule
def test_settings_are_not_disclosed_to_their_own_customer(db):
    row = DisclosureFactory(of_settings=True)
    wrong = {"peer_id": row.customer_id}
    says(row, wrong, sentence_of(refused_by("disclosure_to_another_customer", row, wrong)))


@breaks_the_rule
@pytest.mark.parametrize(
    ("login_id", "name"),
    [("aoi", "iijiot_user_login_id_key"), ("Aoi@example", "login_id_is_letters_and_digits")],
)
def test_a_login_id_is_given_once_in_letters_and_digits(db, login_id, name):
    """The row is copied: a trigger keeps the login ID from being changed to the wrong one."""
    user = UserFactory(login_id="aoi")
    names = [sql.Identifier(str(f.column)) for f in User._meta.concrete_fields if f.name not in ("id", "login_id")]
    columns = sql.SQL(", ").join(names)
    copy = sql.SQL("INSERT INTO iijiot_user (login_id, {}) SELECT {}, {} FROM iijiot_user").format(
        columns, sql.Literal(login_id), columns
    )
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy)
    user.pk = None
    user._state.adding = True
    assert refused.value.__cause__.diag.constraint_name == name
    says(user, {"login_id": login_id}, sentence_of(refused.value))


@breaks_the_rule
def test_the_places_in_a_chain_are_those_of_its_cards(db):
    link = ReplacementFactory()
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; UPDATE sims_simcard SET generation = 2 WHERE id = %s", [link.new_id]
        )
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == "replacement_new_generation"


def test_every_constraint_says_what_is_wrong_in_japanese():
    plain = [
        f"{model.__name__}.{constraint.name}"
        for model in apps.get_models()
        if issubclass(model, RecordedModel) and model._meta.app_label in OURS
        for constraint in model._meta.constraints
        if not is_japanese_sentence(constraint)
    ]
    assert plain == []


def is_japanese_sentence(constraint: Any) -> bool:
    """Whether the message is ours, and a Japanese sentence."""
    with translation.override("ja"):
        message = str(constraint.violation_error_message)
    return constraint.violation_error_message != constraint.default_violation_error_message and message.endswith("。")


def test_the_table_of_cases_knows_no_constraint_twice():
    names = [*CHECKS, *UNIQUES, *OTHERS]
    assert len(names) == len(set(names))
    assert constraint_cases.__doc__


@pytest.mark.unrecorded("writes past the model to show that the database refuses it")
def test_the_database_refuses_that_who_proposed_decides(db):
    proposal = ProposalFactory()
    with (
        pytest.raises(IntegrityError, match="proposal_decided_by_somebody_else"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE iijiot_proposal SET state = 'carried-out', decided_at = now(), decided_by_id = proposed_by_id "
            "WHERE id = %s",
            [proposal.pk],
        )
