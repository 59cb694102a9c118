"""Many rows at once: written with their history in one statement, from the rows themselves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, models

from iijiot import clock
from iijiot.numbers import are_provisional, give_numbers, provisional
from iijiot.records import Numbered, RecordedModel, citing, column, current_chapter


class Computed(NamedTuple):
    """A value that the database computes from the row itself."""

    sql: str
    params: Sequence[Any] = ()


class Each(NamedTuple):
    """A value of its own for each row, by the row's key; rows without one are left as they are."""

    values: Mapping[int, Any]


def bulk_change(
    rows: models.QuerySet[Any],
    changes: dict[str, Any],
    *,
    clause_from: str | None = None,
    releasing: Collection[str] = (),
    held: Sequence[int] = (),
) -> list[int]:
    """Update these rows and write their history in one statement; returns the ids changed.

    History comes from the updated rows themselves, with the open chapter's actor, reason and clause;
    `clause_from` names a column of the row to take the clause from instead. States are changed by
    `bulk_transition`, which checks what is allowed. Fixed fields change only where the caller releases them by
    name; in a migration, where models are as they were then, nothing is fixed. A value may be `Computed`, or
    one for `Each` row. Rows that the open transaction holds already are named by their keys as `held`.
    """
    model = rows.model
    if fixed := (set(getattr(model, "FIXED", ())) & set(changes)) - set(releasing):
        raise TypeError(f"{model.__name__}: {', '.join(sorted(fixed))} never changes.")
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    ids = list(held) or _hold(rows)
    values: list[Any] = []
    sets: list[str] = []
    own: list[tuple[str, str, list[Any]]] = []
    for place, (name, told) in enumerate(changes.items()):
        field = column(model, name)
        if isinstance(told, Each):
            ids = [pk for pk in ids if pk in told.values]
            own.append((f"own_{place}", str(field.db_type(connection)), [told.values[pk] for pk in ids]))
            sets.append(f"{quote(field.column)} = own.own_{place}")
            continue
        computed = told if isinstance(told, Computed) else Computed("%s", [field.get_db_prep_save(told, connection)])
        sets.append(f"{quote(field.column)} = {computed.sql}")
        values += computed.params
    if not ids:
        return []
    source, keyed = "", f"{table}.id = ANY(%s)"
    keys: list[Any] = [ids]
    if own:
        names = ", ".join(["id", *(name for name, _kind, _each in own)])
        arrays = ", ".join(f"%s::{kind}[]" for _name, kind, _each in own)
        source, keyed = f"FROM unnest(%s::bigint[], {arrays}) AS own({names})", f"{table}.id = own.id"
        keys += [each for _name, _kind, each in own]
    inserted, insert_params = history_insert("changed", model, "~", clause_from)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH changed AS (UPDATE {table} SET {', '.join(sets)} {source} WHERE {keyed} RETURNING {table}.*) {inserted}",
            [*values, *keys, *insert_params],
        )
    return ids


def _hold(rows: models.QuerySet[Any]) -> list[int]:
    """The keys of these rows, which nobody else changes until the end of the transaction."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def bulk_transition(
    rows: models.QuerySet[Any], act: str, changes: dict[str, Any] | None = None, *, clause_from: str | None = None
) -> list[int]:
    """One transition on many rows, set-based: only rows in an allowed source state are touched.

    The caller selects rows whose conditions hold; the act's target, sources and clause are the model's own. An act
    without a target leaves the state as it is.
    """
    meta = getattr(rows.model, act)._django_fsm
    state = meta.field.name
    step = next(iter(meta.transitions.values()))
    allowed = rows.filter(**{f"{state}__in": list(meta.transitions)})
    moved = {state: step.target} if step.target is not None else {}
    with citing(step.custom["clause"].id):
        return bulk_change(allowed, {**(changes or {}), **moved}, clause_from=clause_from)


def bulk_add(records: Sequence[Any]) -> None:
    """Insert many records with their history, in two statements; every record is validated by its caller."""
    if not records:
        return
    current_chapter()
    model = type(records[0])
    for record in records:
        record.complete()
    if issubclass(model, Numbered):
        give_numbers(records)
    models.QuerySet.bulk_create(model._base_manager.all(), records)
    table = connection.ops.quote_name(model._meta.db_table)
    inserted, params = history_insert("added", model, "+", None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH added AS (SELECT * FROM {table} WHERE id = ANY(%s)) {inserted}", [[r.pk for r in records], *params]
        )


def bulk_note(rows: Sequence[Any]) -> None:
    """Insert many lines of a log that is only ever added to."""
    if rows:
        models.QuerySet(type(rows[0])).bulk_create(rows)


def history_insert(source: str, model: type[models.Model], kind: str, clause_from: str | None) -> tuple[str, list[Any]]:
    """INSERT … SELECT of history rows from a CTE of table rows, and its parameters."""
    current = current_chapter()
    current.touched.add(model)
    history = model._meta.apps.get_model(model._meta.app_label, f"Historical{model.__name__}")
    kept = {field.column for field in history._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = [str(field.column) for field in model._meta.concrete_fields if field.column in kept]
    own = quote(column(model, clause_from).column) if clause_from else ""
    clause = f"COALESCE(NULLIF({own}, ''), %s)" if own else "%s"
    told = {
        "history_date": ("%s", clock.now()),
        "history_type": ("%s", kind),
        "history_user_id": ("%s", current.actor.user_id),
        "history_change_reason": ("%s", current.reason),
        "history_actor_kind": ("%s", str(current.actor.kind)),
        "history_actor": ("%s", current.actor.name),
        "history_clause": (clause, current.clause),
        "history_chapter": ("%s", current.id),
    }
    into = ", ".join(quote(column) for column in [*columns, *told])
    select = ", ".join([*(quote(column) for column in columns), *(f"{sql}" for sql, _value in told.values())])
    sql = f"INSERT INTO {quote(history._meta.db_table)} ({into}) SELECT {select} FROM {source}"
    return sql, [value for _sql, value in told.values()]


def bulk_insert(model: type[RecordedModel], values: dict[str, str], source: str, params: Sequence[Any]) -> int:
    """Insert a record for each row of a subquery, with its history, in one statement; returns how many.

    `values` gives for each field the SQL of its value, over the columns of `source`, which is a SELECT with `params`.
    Those with numbers get theirs.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = {quote(str(column(model, name).column)): sql for name, sql in values.items()}
    inserted, history_params = history_insert("added", model, "+", None)
    into, told = ", ".join(columns), ", ".join(columns.values())
    if not issubclass(model, Numbered):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH added AS (INSERT INTO {table} ({into}) SELECT {told} FROM ({source}) source RETURNING *) {inserted}",
                [*params, *history_params],
            )
            return cursor.rowcount
    with connection.cursor() as cursor:
        key, number, numbering = _numbering(model, source, params)
        cursor.execute(
            f"""
            WITH rows AS MATERIALIZED (
                SELECT {key} AS new_id, source.* FROM ({source}) source
            ), added AS (
                INSERT INTO {table} (id, number, {into}) SELECT new_id, {number}, {told} FROM rows RETURNING *
            ) {inserted}
            """,
            [numbering[0], *params, numbering[1], *history_params],
        )
        return cursor.rowcount


def _numbering(model: type[Numbered], source: str, params: Sequence[Any]) -> tuple[str, str, tuple[Any, str]]:
    """The SQL of new keys and numbers, each with its parameter: from the sequence, or provisional ones."""
    if not are_provisional():
        padded = "%s || lpad(new_id::text, greatest(7, length(new_id::text)), '0')"
        return "nextval(pg_get_serial_sequence(%s, 'id'))", padded, (model._meta.db_table, model.NUMBER_PREFIX)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({source}) source", params)
        word, first = provisional(cursor.fetchone()[0])
    return "-(%s::bigint - 1 + row_number() OVER ())", "%s || -new_id", (first, f"{model.NUMBER_PREFIX}{word}")
