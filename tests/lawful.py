"""What must hold of any world, whoever wrote it: read back from the database and derived once more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import F, Q

from billing.models import InvoiceLine
from contracts.cascade import falls
from contracts.catalogue.services import SERVICES
from contracts.models import Application, Contract, Customer, Dependency, DesignatedDay, Termination
from contracts.models.contract import State
from contracts.models.termination import Origin
from contracts.standing import Standing, is_living
from iijiot.records import RecordedModel
from tests import lawful_lines
from tests.recorder import recorded_models

UNSEEN = {"password", "last_login", "sent_at", "finished_at", "stored_as", "corrections_as", "client_id"}
"""What depends on the moment or on chance on purpose, not on seed and day."""


def wrong(today: date, customers: Sequence[Customer] | None = None) -> list[str]:
    """Everything that must not be; the ends are derived anew for these customers, or for all."""
    asked = Customer.objects.all() if customers is None else customers
    return [
        *history_that_differs(),
        *unlawful(today, asked),
    ]


def unlawful(today: date, customers: Iterable[Customer]) -> list[str]:
    """Everything that must not be, but for the history."""
    return [
        *contracts_without_what_they_require(today),
        *what_belongs_to_two_customers(),
        *contracts_of_one_kind_in_one_unit(),
        *days_that_are_over(today),
        *ends_without_their_row(),
        *ends_that_do_not_follow(customers),
        *lawful_lines.unlawful(today),
    ]


def history_that_differs() -> Iterator[str]:
    """Rows whose latest version in the history is not the row, or that have none."""
    for model in recorded_models():
        history = model.history.model
        kept = {field.column for field in history._meta.concrete_fields}
        columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.column in kept)
        table, told = model._meta.db_table, history._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH latest AS (SELECT DISTINCT ON (id) {columns} FROM {told} ORDER BY id, history_id DESC)"
                f" SELECT count(*) FROM (SELECT {columns} FROM {table} EXCEPT SELECT {columns} FROM latest) AS differing"
            )
            found = cursor.fetchone()[0]
        if found:
            yield f"{model.__name__}: {found} rows are not what their history says"


def contracts_without_what_they_require(today: date) -> Iterator[str]:
    """Running contracts of which a requirement is not met today by what they rest on.

    What does not take a contract down (IOT3.3, WPC3) may end before it, and so may everything until the last day that
    was designated for it (MA12.2); also where the contract ends by then of its own, under another clause.
    """
    bases: dict[int, list[Dependency]] = {}
    for row in Dependency.objects.standing().order_by("pk").iterator(chunk_size=5000):
        bases.setdefault(row.contract_id, []).append(row)
    to_come = DesignatedDay.objects.filter(on__gte=today, end__state__in=["scheduled", "carried-out"])
    later = set(to_come.filter(contract__ends_on__lte=F("on")).values_list("contract", flat=True))
    for contract in Contract.objects.filter(state__in=State.running()).iterator(chunk_size=5000):
        held = bases.get(contract.pk, [])
        eligibility = contract.service.eligibility
        outlasts = contract.pk in later
        serving = [row for row in held if outlasts or not row.cascades or row.in_service(today)]
        if not eligibility.met([replace(row.base.as_holding(), last=None) for row in serving], today):
            yield f"{contract} runs without what {eligibility.said_by} requires"
        for row in held:
            ended = isinstance(row.base, Contract) and row.base.state == State.ENDED
            if row.cascades and ended and not outlasts:
                yield f"{contract} runs on {row.base}, which is {row.base.state}"


def what_belongs_to_two_customers() -> Iterator[str]:
    """Contracts that rest on another customer's, stand in another's management unit, or are an option of another's."""
    living = Contract.objects.in_life()
    standing = Dependency.objects.standing().filter(contract__in=living)
    on_contracts = standing.filter(on_contract__in=living)  # what has ended stays where it was
    for row in on_contracts.exclude(on_contract__customer=F("contract__customer")):
        yield f"{row.contract} rests on {row.on_contract}, which is another customer's"
    for row in standing.filter(on_external__isnull=False).exclude(on_external__customer=F("contract__customer")):
        yield f"{row.contract} rests on {row.on_external}, which is another customer's"
    for contract in living.exclude(management_unit__customer=F("customer")):
        yield f"{contract} stands in a management unit of another customer"
    for contract in living.filter(parent__in=living).exclude(parent__customer=F("customer")):
        yield f"{contract} is an option of another customer's contract"


def contracts_of_one_kind_in_one_unit() -> Iterator[str]:
    """Management units with two living contracts where the provision allows one (G9.1, MA4)."""
    counted = [code for code, service in SERVICES.items() if service.unit]
    living = Contract.objects.in_life().filter(service_code__in=counted).order_by()
    twice = living.values("management_unit", "service_code", "item").annotate(n=models.Count("pk")).filter(n__gt=1)
    for row in twice:
        yield f"unit #{row['management_unit']} has {row['n']} living contracts for {row['service_code']}"


def days_that_are_over(today: date) -> Iterator[str]:
    """What the daily run should have done."""
    for contract in Contract.objects.over(today):
        yield f"{contract} should have ended on {contract.ends_on}"
    for contract in Contract.objects.filter(state=State.ENDED, ends_on__gte=today):
        yield f"{contract} has ended before its last day"
    for row in Termination.objects.scheduled().filter(effective_on__lt=today):
        yield f"{row} should have been carried out"


def ends_without_their_row() -> Iterator[str]:
    """Contracts whose last day no termination says, and open terminations of what has ended or ends before."""
    open_ends: dict[int, list[Termination]] = {}
    for row in Termination.objects.pending().filter(contract__isnull=False).iterator(chunk_size=5000):
        open_ends.setdefault(row.contract_id or 0, []).append(row)
    carried_out = Termination.objects.filter(state="carried-out", contract__isnull=False)
    done = set(carried_out.values_list("contract", "effective_on"))
    for contract in Contract.objects.filter(Q(ends_on__isnull=False) | Q(pk__in=open_ends)).iterator(chunk_size=5000):
        rows = open_ends.get(contract.pk, [])
        if contract.state == State.ENDED:
            if rows or (contract.pk, contract.ends_on) not in done:
                yield f"{contract} has ended on {contract.ends_on}, with {rows} open"
            continue
        days = [row.effective_on for row in rows if row.effective_on]
        if contract.ends_on != min(days, default=None):
            yield f"{contract} ends on {contract.ends_on}, its terminations say {days}"
        if sum(row.origin == Origin.CASCADE for row in rows) > 1:
            yield f"{contract} ends twice with what it rests on"


def ends_that_do_not_follow(customers: Iterable[Customer]) -> Iterator[str]:
    """Contracts whose written end is not the one that the cascade gives."""
    for customer in customers:
        now = Standing.of(customer)
        written, derived = now.written(), falls(now.world)
        for key, subject in now.subjects.items():
            if is_living(subject) and written.get(key) != derived.get(key):
                yield f"{subject}: written {written.get(key)}, derived {derived.get(key)}"


def overtaken() -> list[str]:
    """Applications accepted without a reason although an earlier one, still open today, was waiting (G13.2)."""
    first = Application.objects.open().exclude(state="on-hold").first()
    if first is None:
        return []
    history = Application.history.filter(state="accepted", received_at__gt=first.received_at)
    return [str(row.number) for row in history.filter(history_change_reason="", history_type="~")]


def states_reached(model: type[RecordedModel]) -> set[str]:
    """The state that a record begins with, and every one that a transition leads to."""
    field = next(f for f in model._meta.concrete_fields if f.name in model.fsm_fields())
    reached = {step.target for step in field.get_all_transitions(model) if step.target}  # type: ignore[attr-defined]
    return {str(field.default), *map(str, reached)}


def states_there(model: type[RecordedModel]) -> set[str]:
    """The states in which there are records."""
    (name,) = model.fsm_fields()
    return set(model._base_manager.values_list(name, flat=True).distinct())


def with_states() -> list[type[RecordedModel]]:
    """The models with a state."""
    return [model for model in recorded_models() if model.fsm_fields()]


@cache
def _everything() -> str:
    """The statement that reads all records, row by row, and how often each has changed."""
    told = []
    for model in recorded_models():
        seen = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if f.name not in UNSEEN)
        told += [
            f"SELECT string_agg(md5(ROW({seen})::text), '' ORDER BY id) FROM {model._meta.db_table}",
            (
                f"SELECT string_agg(id || ':' || n, ' ' ORDER BY id) FROM "
                f"(SELECT id, count(*) AS n FROM {model.history.model._meta.db_table} GROUP BY id) AS changes"
            ),
        ]
    parts = " UNION ALL ".join(f"SELECT {place} AS place, ({one}) AS told" for place, one in enumerate(told))
    return f"SELECT md5(string_agg(coalesce(told, ''), '|' ORDER BY place)) FROM ({parts}) AS parts"


def fingerprint() -> str:
    """Equal for equal worlds: every record with all its values, and how often each has changed."""
    with connection.cursor() as cursor:
        cursor.execute(_everything())
        return str(cursor.fetchone()[0])


def sequences() -> dict[str, tuple[int, bool]]:
    """Where the ids of each recorded table stand, and those of the lines of invoices, which decisions name."""
    found: dict[str, Any] = {}
    numbered: list[type[models.Model]] = [*recorded_models(), InvoiceLine]
    with connection.cursor() as cursor:
        for model in numbered:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
            name = cursor.fetchone()[0]
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            found[name] = cursor.fetchone()
    return found


def put_back(where: dict[str, tuple[int, bool]]) -> None:
    """Let ids go on from there again."""
    with connection.cursor() as cursor:
        for name, (value, called) in where.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [name, value, called])
