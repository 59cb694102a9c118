"""The one road on which history changes: what is personal of one customer is erased from it, nothing else (G40.2.1).

A function of the database, which works as the owner of the tables, is made from what the models declare, anew with
each migration. It takes the key of an erasure and nothing else; only one that two people have decided, and that is not
finished, lets it do anything. The triggers on history (iijiot/guards.py) let it change the declared columns alone.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from psycopg import sql

from contracts.models import Customer, Disclosure, HeirFiling, Succession
from iijiot import personal
from iijiot.assigning import Assignment
from iijiot.database_roles import make_functions
from iijiot.models import AccessEvent, BulkRun, DayStep, JobFailure, Proposal, SavedView, User
from iijiot.personal import BOOKS, REST
from iijiot.recorded import recorded_models
from iijiot.records import RecordedModel, RecordedQuerySet

Rows = QuerySet[Any]

SIGNATURE = "erase_from_history(bigint, uuid)"

MARK = 987_654_321_012_345
"""Stands for the customer's key while a query is turned into the text of the function."""

UNOWNED = (SavedView, DayStep, BulkRun)
"""Records of nobody's that may name anybody."""

NAMES = """
CREATE OR REPLACE FUNCTION erased_names(who bigint, with_books boolean) RETURNS text[] STABLE LANGUAGE sql AS $$
    SELECT COALESCE(array_agg(name ORDER BY length(name) DESC, name), '{}') FROM (
        SELECT unnest(ARRAY[contact_person, phone, notice_email]) FROM contracts_historicalcustomer WHERE id = who
        UNION SELECT unnest(ARRAY[name, name_kana, address]) FROM contracts_historicalcustomer
              WHERE id = who AND with_books
        UNION SELECT unnest(ARRAY[u.name, u.email]) FROM iijiot_historicaluser u
              JOIN contracts_account a ON a.user_id = u.id WHERE a.customer_id = who
        UNION SELECT detail FROM contracts_historicalcontactchannel WHERE customer_id = who
    ) found(name) WHERE length(name) >= 4 AND name NOT LIKE '消去済み %' AND name NOT LIKE '%@erased.invalid'
$$;
"""
"""All names, addresses and numbers that a customer ever had, the longest first; what is shorter than four signs is left
out, since it would be found in other words."""

FUNCTION = """
CREATE OR REPLACE FUNCTION erase_from_history(the_erasure bigint, the_act uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE
    the_customer bigint; the_number text; with_books boolean; the_names text[]; the_logins bigint[]; the_other bigint;
    all_versions bigint := 0; these_versions bigint; touched jsonb := '{}'; these_keys jsonb;
BEGIN
    SELECT e.customer_id, c.number, e.keeping = 'books' INTO the_customer, the_number, with_books
    FROM contracts_erasure e JOIN contracts_customer c ON c.id = e.customer_id
    WHERE e.id = the_erasure AND e.state = 'decided' AND e.decided_by_id <> e.proposed_by_id
    AND NOT EXISTS (SELECT FROM contracts_contract k WHERE k.customer_id = e.customer_id AND k.state <> 'ended');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'History is kept: erasure % is not decided.', the_erasure USING ERRCODE = 'insufficient_privilege';
    END IF;
    the_names := erased_names(the_customer, with_books);
    SELECT COALESCE(array_agg(user_id), '{}') INTO the_logins FROM contracts_account WHERE customer_id = the_customer;
    PERFORM set_config('backoffice.erasing', 'on', true);
    {statements}
    PERFORM set_config('backoffice.erasing', '', true);
    RETURN jsonb_build_object('versions', all_versions, 'touched', touched);
END $$;
"""
"""It answers in how many versions something was erased, and which rows of which tables it touched."""

NOTED = """
    WITH changed AS ({update} RETURNING {key} AS key)
    SELECT count(*), COALESCE(jsonb_agg(key), '[]') INTO these_versions, these_keys FROM changed;
    IF these_versions > 0 THEN
        touched := touched || jsonb_build_object('{table}', COALESCE(touched->'{table}', '[]') || these_keys);
    END IF;"""


def owned_models() -> Iterator[type[RecordedModel]]:
    """The kinds of records that belong to a customer, the customer itself first."""
    yield Customer
    for model in recorded_models():
        owner = model.CUSTOMER.partition("__")[0]
        if model._meta.label == "contracts.Erasure":
            continue
        manager: Any = model._default_manager
        own_way = type(manager.all()).of_customer is not RecordedQuerySet.of_customer
        if own_way or any(field.name == owner for field in model._meta.concrete_fields):
            yield model


def of_customer(model: Any, customer: Any) -> Rows:
    """The records of this kind that belong to a customer, or to several by a list of their keys."""
    if model is Customer:
        return Customer.objects.among(customer if isinstance(customer, list) else [customer])
    rows: Rows = model.objects.of_customer(customer)
    return rows


def about(model: Any, customer: int) -> Rows:
    """Records of the desk that are about any record of a customer."""
    wanted = Q()
    for kind in owned_models():
        keys = of_customer(kind, customer).order_by().values("pk")
        wanted |= Q(kind__app_label=kind._meta.app_label, kind__model=kind._meta.model_name, record_id__in=keys)
    rows: Rows = model.objects.filter(wanted)
    return rows


def users(customer: int) -> Rows:
    """The logins of a customer's accounts."""
    rows: Rows = User.objects.filter(account__customer=customer)
    return rows


def roads() -> dict[type[RecordedModel], Callable[[int], Rows]]:
    """For each kind of record that goes with a customer, the way to those of one customer."""
    found: dict[type[RecordedModel], Callable[[int], Rows]] = {}
    for model in owned_models():
        found[model] = lambda customer, model=model: of_customer(model, customer)  # type: ignore[misc]
    return {**found, User: users, **{model: lambda c, model=model: about(model, c) for model in (Proposal, Assignment)}}  # type: ignore[misc]


def related(customer: int) -> list[int]:
    """Customers in whose letters and records this one may be named: who followed, was followed, or is connected."""
    found: set[int] = set()
    pairs: list[tuple[Rows, str, str]] = [
        (Succession.objects.all(), "predecessor", "successor"),
        (HeirFiling.objects.all(), "death__customer", "heir"),
        (Disclosure.objects.all(), "customer", "peer"),
    ]
    for rows, one, other in pairs:
        found |= set(rows.filter(**{one: customer}).values_list(other, flat=True))
        found |= set(rows.filter(**{other: customer}).values_list(one, flat=True))
    return sorted(pk for pk in found if pk is not None and pk != customer)


RELATED = """
    FOR the_other IN SELECT DISTINCT pk FROM (
        SELECT CASE the_customer WHEN predecessor_id THEN successor_id ELSE predecessor_id END FROM contracts_succession
        WHERE the_customer IN (predecessor_id, successor_id)
        UNION SELECT CASE the_customer WHEN d.customer_id THEN f.heir_id ELSE d.customer_id END
        FROM contracts_heirfiling f JOIN contracts_death d ON d.id = f.death_id WHERE the_customer IN (d.customer_id, f.heir_id)
        UNION SELECT CASE the_customer WHEN customer_id THEN peer_id ELSE customer_id END FROM contracts_disclosure
        WHERE the_customer IN (customer_id, peer_id)
    ) found(pk) WHERE pk <> the_customer LOOP
        {statements}
    END LOOP;
"""


def lay(using: str = "default", **kwargs: Any) -> None:
    """Make the functions anew, after a migration; the last is for the application's role to call and nobody else."""
    body = FUNCTION.replace("{statements}", function_body())
    make_functions([personal.FUNCTIONS, NAMES, f"DROP FUNCTION IF EXISTS {SIGNATURE}", body], SIGNATURE, using)


def function_body() -> str:
    """The statements of the function, one for each table, and the same for whoever may name the customer."""
    counted = "all_versions := all_versions + these_versions;"
    own = [f"{update}\n    {counted}" for model, road in roads().items() for update in _of_history(model, road)]
    named = [update for model in owned_models() for update in _naming_in_history(model)]
    logs = list(_of_logs())
    return "\n    ".join([*own, *logs, RELATED.format(statements="\n        ".join(named))])


def _of_history(model: Any, road: Callable[[int], Rows]) -> Iterator[str]:
    history = model.history.model
    scope = "customer_id = the_customer"
    if not _has_customer(model):
        scope = f"id IN ({_text_of(road(MARK), 'the_customer')})"
    for with_books, kept in ((False, REST), (True, BOOKS)):
        names = [name for name, keeping in personal.personal_in_history(model).items() if keeping == kept]
        fields = {name: history._meta.get_field(name) for name in names}
        values = {
            field: personal.erased(history, field, "the_number", model.ERASED_AS.get(name, ""))
            for name, field in fields.items()
        }
        if values:
            changed = " OR ".join(
                f"{personal.stored(history, field)} IS DISTINCT FROM {value}" for field, value in values.items()
            )
            only = f"({scope}) AND history_chapter <> the_act" + " AND with_books" * with_books
            yield _noted(history, f"SET {_sets(values)} WHERE {only} AND ({changed})")


def _naming_in_history(model: Any) -> Iterator[str]:
    history = model.history.model
    scope = "customer_id = the_other"
    if not _has_customer(model):
        scope = f"id IN ({_text_of(of_customer(model, MARK), 'the_other')})"
    yield _unnaming(history, personal.personal_in_history(model), scope)


def _of_logs() -> Iterator[str]:
    nobody = "SET who = erased_word(the_number), detail = '', address = NULL WHERE user_id = ANY(the_logins)"
    yield _noted(AccessEvent, nobody)
    yield _unnaming(AccessEvent, ["who", "detail"], "true")
    yield _unnaming(JobFailure, personal.personal(JobFailure), "true")
    for model in UNOWNED:
        yield _unnaming(model.history.model, personal.personal_in_history(model), "true")


def _unnaming(model: Any, names: Iterable[str], scope: str) -> str:
    fields = [model._meta.get_field(name) for name in names]
    values = {field: personal.unnamed(model, field, "the_names", "the_number") for field in fields}
    found = " OR ".join(personal.naming(model, field, "the_names") for field in fields)
    return _noted(model, f"SET {_sets(values)} WHERE ({scope}) AND ({found})")


def _noted(model: Any, change: str) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    return NOTED.format(update=f"UPDATE {table} {change}", table=table, key=f"{table}.{key}")


def _sets(values: dict[Any, str]) -> str:
    return ", ".join(f'"{field.column}" = {value}' for field, value in values.items())


def _has_customer(model: Any) -> bool:
    return any(field.name == "customer" for field in model._meta.concrete_fields)


def _text_of(rows: Rows, variable: str) -> str:
    """A query of keys as text, with the customer's key as a variable of the function."""
    text, params = rows.order_by().values("pk").query.sql_with_params()
    values = [variable if value == MARK else sql.Literal(value).as_string() for value in params]
    return text % tuple(values)
