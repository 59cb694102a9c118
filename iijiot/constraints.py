"""Constraints as people meet them: asked for before a row is written, and put in words when the database refuses."""

import re
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import IntegrityError, OperationalError, connection, models
from django.db.models.sql import Query


def constraint_sentence(error: IntegrityError) -> ValidationError | None:
    """The sentence of the constraint that the database reported, or None when it is not one of ours."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return ValidationError(constraint.get_violation_error_message(), code=constraint.violation_error_code)
        for field in model._meta.local_concrete_fields if name else ():
            if sentence := _of_a_field(model, field, str(name)):
                return sentence
    return None


def _of_a_field(model: type[models.Model], field: Any, name: str) -> ValidationError | None:
    """The sentence of what is named after a table and a column: a unique field, a number not below zero."""
    place = f"{model._meta.db_table}_{field.column}"
    if field.unique and name == f"{place}_key":
        return model().unique_error_message(model, (field.name,))
    if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField) and name == f"{place}_check":
        return ValidationError(MinValueValidator(0).message, params={"limit_value": 0})
    return None


def checks_hold(record: models.Model, left_out: frozenset[str]) -> bool:
    """Whether all check constraints hold that speak of no field left out; the database is asked, as it decides."""
    statement, fields, fixed = _statement(type(record), left_out)
    if not statement:
        return True
    values = [getattr(record, field.attname) for field in fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        return False  # an expression has its value only in its row: each constraint is asked alone
    prepared = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*prepared, *fixed])
        return bool(cursor.fetchone()[0])


def stop_if_lost() -> None:
    """Raises OperationalError where the connection is gone: Django takes what it could not ask for true."""
    raw = connection.connection
    if connection.closed_in_transaction or (raw is not None and raw.closed):
        raise OperationalError("The connection was lost while constraints were asked for.")


@cache
def _statement(model: type[models.Model], left_out: frozenset[str]) -> tuple[str, list[Any], list[Any]]:
    """The statement, the fields whose values it takes first, and the parameters that it takes after them."""
    checks: list[str] = []
    names: set[str] = set()
    fixed: list[Any] = []
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint):
            continue
        condition = models.Q(constraint.condition)
        if condition.referenced_base_fields & left_out:
            continue
        query = Query(model, alias_cols=False)
        sql, params = query.build_where(condition).as_sql(query.get_compiler(connection=connection), connection)
        # What is unknown breaks no constraint.
        checks.append(f"COALESCE({sql}, true)")
        names |= condition.referenced_base_fields
        fixed += params
    fields = [field for field in model._meta.concrete_fields if names & {field.name, field.attname}]
    columns = ", ".join(f"%s::{_type(field)} AS {connection.ops.quote_name(str(field.column))}" for field in fields)
    statement = f"WITH record AS (SELECT {columns}) SELECT {' AND '.join(checks)} FROM record" if checks else ""
    return statement, fields, fixed


def _type(field: Any) -> str:
    """The type of the field's column without its length: a cast would cut what is too long."""
    return re.sub(r"\(.*\)", "", field.cast_db_type(connection))
