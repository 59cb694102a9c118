"""Lookups of the database that Django has no name for, and cheap ways to what is looked up often."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import ForeignKey, Func, Lookup, QuerySet, TextField, Value
from django.db.models.fields import Field


@Field.register_lookup
@ForeignKey.register_lookup
class AnyOf(Lookup):
    """`key__any_of=keys(records)`: the keys are gathered first, and each is then looked up by index.

    As `key__in` a planner may walk a whole table to find the few rows of one customer.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`key = ANY (array)`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} = ANY ({right})", (*left_params, *right_params)


MANY = 100
"""From so many keys on they are sent as one array."""


def among(records: Any, ids: Any, by: str = "pk") -> Any:
    """Those with these keys, which are a query or any number of values; `by` names another field that holds them."""
    if isinstance(ids, QuerySet):
        return records.filter(**{f"{by}__in": ids})
    wanted = list(ids)
    if len(wanted) < MANY or not isinstance(wanted[0], int):
        return records.filter(**{f"{by}__in": wanted})
    return records.filter(**{f"{by}__any_of": Value(wanted)})


def leaving_out(records: Any, ids: Any, by: str = "pk") -> Any:
    """Those without these keys, which are any number of values; `by` names another field that holds them."""
    wanted = list(ids)
    if len(wanted) < MANY:
        return records.exclude(**{f"{by}__in": wanted})
    return records.exclude(**{f"{by}__any_of": Value(wanted)})


def keys(records: QuerySet[Any]) -> ArraySubquery:
    """The primary keys of these records as one array."""
    return ArraySubquery(records.order_by().values("pk"))


def many(numbers: Sequence[str]) -> Func:
    """Many numbers or codes as one array, for `any_of`: they go over as one text, not as ten thousand parameters."""
    return Func(Value(",".join(numbers)), Value(","), function="string_to_array", output_field=ArrayField(TextField()))


def owned(records: QuerySet[Any], path: str, customer: Any) -> QuerySet[Any]:
    """Those whose owner by this path ("customer", "contract__customer") is the customer, or one of a list or query of keys."""
    owner, _separator, rest = path.partition("__")
    if not rest:
        several = isinstance(customer, (list, QuerySet))
        return records.filter(**{f"{owner}__in" if several else owner: customer})
    owners = owned(records.model._meta.get_field(owner).related_model._base_manager.all(), rest, customer)
    return records.filter(**{f"{owner}__any_of": keys(owners)})


def found_first(records: Any, wanted: QuerySet[Any]) -> Any:
    """Those of `records` that are among `wanted`, which are few: they are found by their own index before they are ordered.

    With an order and a limit a planner may instead walk the order's index until it happens to meet enough of them.
    """
    return records.filter(pk__any_of=keys(wanted))


@cache
def _history_model(model: Any) -> Any:
    return model.history.model


def history_of(model: Any) -> QuerySet[Any]:
    """The history rows of a kind of record; `model.history` builds a manager anew each time it is asked for."""
    rows: QuerySet[Any] = _history_model(model)._default_manager.all()
    return rows


def keys_by(records: QuerySet[Any], field: str, values: Sequence[str]) -> dict[str, int]:
    """The keys of those whose number in this field is one of these, by it."""
    return dict(records.filter(**{f"{field}__any_of": many(values)}).values_list(field, "pk"))


def states_of(records: QuerySet[Any], ids: Sequence[int]) -> dict[int, str]:
    """In which state each of these is."""
    return dict(among(records, ids).values_list("pk", "state"))
