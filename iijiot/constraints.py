"""Constraints as people meet them: asked for before a row is written, and put in words when the database refuses."""

import re
from collections.abc import Iterator, Sequence
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


def all_hold(record: models.Model, left_out: frozenset[str]) -> bool:
    """Whether whatever `is_asked` holds that speaks of no field left out; the database is asked once, as it decides.

    False where it cannot be asked so: then each is asked for alone.
    """
    statement, fields, fixed = _statement(type(record), left_out, record._state.adding)
    if not statement:
        return True
    values = [getattr(record, field.attname) for field in fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        return False  # an expression has its value only in its row
    prepared = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*prepared, *fixed])
        return bool(cursor.fetchone()[0])


def is_asked(model: type[models.Model], constraint: models.BaseConstraint) -> bool:
    """Whether `all_hold` asks for a constraint: a check, or what is unique and found by an index even where it is empty."""
    if not isinstance(constraint, models.UniqueConstraint):
        return isinstance(constraint, models.CheckConstraint)
    if not constraint.fields:
        return False
    return constraint.nulls_distinct is not False or not model._meta.get_field(constraint.fields[0]).null


def stop_if_lost() -> None:
    """Raises OperationalError where the connection is gone: Django takes what it could not ask for true."""
    raw = connection.connection
    if connection.closed_in_transaction or (raw is not None and raw.closed):
        raise OperationalError("The connection was lost while constraints were asked for.")


@cache
def _statement(model: type[models.Model], left_out: frozenset[str], is_new: bool) -> tuple[str, list[Any], list[Any]]:
    """The statement, the fields whose values it takes first, and the parameters that it takes after them."""
    parts = [part for part in [*_checks(model), *_uniques(model, is_new)] if not part[1] & left_out]
    names = {name for _sql, used, _params in parts for name in used}
    fields = [field for field in model._meta.concrete_fields if names & {field.name, field.attname}]
    columns = ", ".join(f"%s::{_type(field)} AS {_quoted(field)}" for field in fields)
    statement = f"WITH record AS (SELECT {columns}) SELECT {' AND '.join(sql for sql, _u, _p in parts)} FROM record"
    return statement if parts else "", fields, [param for _sql, _used, params in parts for param in params]


Part = tuple[str, set[str], list[Any]]
"""A condition that must be true, the fields of which it speaks, and its parameters."""


def _checks(model: type[models.Model]) -> Iterator[Part]:
    """What must hold of the row itself."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            condition = models.Q(constraint.condition)
            sql, params = _where(model, condition, alias_cols=False)
            yield f"COALESCE({sql}, true)", condition.referenced_base_fields, params  # what is unknown breaks nothing


def _uniques(model: type[models.Model], is_new: bool) -> Iterator[Part]:
    """What no other row may have too; of a new one, its key as well."""
    key = model._meta.pk
    itself = set() if is_new else {key.name}
    for field in model._meta.concrete_fields:
        if field.unique and (is_new or field is not key):
            yield _another(model, is_new, [field]), {field.name} | itself, []
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or not is_asked(model, constraint):
            continue
        fields = [model._meta.get_field(name) for name in constraint.fields]
        names = {field.name for field in fields} | itself
        empty_is_a_value = constraint.nulls_distinct is False
        if constraint.condition is None:
            yield _another(model, is_new, fields, empty_is_a_value), names, []
            continue
        here, params = _where(model, constraint.condition, alias_cols=False)
        there, more = _where(model, constraint.condition, alias_cols=True)
        another = _another(model, is_new, fields, empty_is_a_value, there)
        names |= constraint.condition.referenced_base_fields
        yield f"({here} IS NOT TRUE OR {another})", names, [*params, *more]


def _another(
    model: type[models.Model], is_new: bool, fields: Sequence[Any], empty_is_a_value: bool = False, among: str = ""
) -> str:
    """That no other row has the same in these fields."""
    table = connection.ops.quote_name(model._meta.db_table)

    def same(field: Any) -> str:
        there, here = f"{table}.{_quoted(field)}", f"record.{_quoted(field)}"
        both_empty = empty_is_a_value and field.null
        return f"({there} = {here} OR ({there} IS NULL AND {here} IS NULL))" if both_empty else f"{there} = {here}"

    key = _quoted(model._meta.pk)
    others = "" if is_new else f"{table}.{key} <> record.{key}"
    wanted = [*map(same, fields), *filter(None, [others, among])]
    return f"NOT EXISTS (SELECT FROM {table} WHERE {' AND '.join(wanted)})"


def _where(model: type[models.Model], condition: models.Q, *, alias_cols: bool) -> tuple[str, list[Any]]:
    """A condition as SQL, of the columns of the record or, with their table, of another row."""
    query = Query(model, alias_cols=alias_cols)
    sql, params = query.build_where(condition).as_sql(query.get_compiler(connection=connection), connection)
    return f"({sql})", list(params)


def _quoted(field: Any) -> str:
    """The name of a field's column."""
    return connection.ops.quote_name(str(field.column))


def _type(field: Any) -> str:
    """The type of the field's column without its length: a cast would cut what is too long."""
    return re.sub(r"\(.*\)", "", field.cast_db_type(connection))
