"""The closing and issuing of a hundred thousand lines, killed again and again, or done by two at once: nothing differs."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from billing import charging, closing, issuing
from billing.models import BillingChunk, ExtraItem, Invoice, InvoiceLine, SetAside
from billing.months import Month
from contracts.models import Contract
from iijiot import clock, job_queue
from iijiot.bulk import Computed, bulk_change
from iijiot.models import DayStep
from iijiot.records import chapter
from sims.models import Line
from tests.acts import BEN
from tests.benchmarks import billed, world
from tests.billing.closed import closed, on, run_of
from tests.billing.killed import KINDS, killed_at
from tests.factories import CompanyFactory, ContractFactory
from tests.factories.prices import AgreedPriceFactory, ExtraItemFactory
from tests.lawful_lines import unlawful
from tests.workers import process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

LINES, CONTRACTS, CUSTOMERS = 100_000, 500, 300
TODAY = date(2027, 1, 4)
WEIGHT = 12
"""Of a chunk here: many small ones, so that there is much to be killed in."""
KILLS = 20


@pytest.fixture(scope="module")
def december(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database whose November is issued and whose December is not closed yet, with something of everything to do."""
    with django_db_blocker.unblock():
        home = str(connection.settings_dict["NAME"])
        with at_home(home), world.copy_of(home, f"{home}_december") as made:
            prepare()
            world.use(home)
            yield made


def prepare() -> None:
    """A hundred thousand lines, and what makes a closing hard: agreed prices, items, late news, what has no price."""
    billed.under_contract(LINES, CONTRACTS, CUSTOMERS)
    CompanyFactory()
    contracts = list(Contract.objects.order_by("pk"))
    for contract in contracts[5:CONTRACTS:50]:
        AgreedPriceFactory(
            customer=contract.customer,
            contract=contract,
            service_code="mobile-access",
            item="TypeD",
            unit="line",
            yen=250,
        )
    closed("2026-11", date(2026, 12, 1))
    with on(date(2026, 12, 10)):
        with chapter(actor=BEN, reason="遅れて判明", clause="G3"):
            first = Line.objects.order_by("pk").values_list("pk", flat=True)[0]
            news = Line.objects.filter(billing_starts_on=date(2026, 11, 12), pk__lt=first + LINES // 2)
            late = bulk_change(
                news, {"billing_starts_on": Computed("billing_starts_on + 2")}, releasing=["billing_starts_on"]
            )
        assert len(late) > 100
        for contract in contracts[7:CONTRACTS:25]:
            ExtraItemFactory(contract=contract, amount=5_000)
        for contract in contracts[9:CONTRACTS:90]:
            ContractFactory(customer=contract.customer, management_unit=contract.management_unit)
    assert unlawful(date(2026, 12, 31)) == []
    world.settle()


@contextmanager
def at_home(home: str) -> Iterator[None]:
    """Be back in the test's own database afterwards."""
    try:
        yield
    finally:
        world.use(home)


@pytest.fixture
def again(december: str) -> Iterator[Any]:
    """A fresh copy of that database each time, to be in."""
    home = str(connection.settings_dict["NAME"])

    @contextmanager
    def fresh() -> Iterator[str]:
        with world.copy_of(december, f"{home}_again") as name:
            yield name

    with at_home(home):
        yield fresh


def close() -> None:
    """Close December by the command, in this process."""
    with on(TODAY):
        call_command("close_month", "2026-12", "--inline")


def issue() -> None:
    """Issue December."""
    with on(TODAY):
        issuing.issue(issuing.plan_issue(run_of("2026-12"), TODAY), actor=BEN)


def told() -> tuple[Any, ...]:
    """What came of December: the documents, what was set aside, what was billed, and each chunk done once."""
    chunks = BillingChunk.history.filter(done_at__isnull=False).values_list("id", flat=True)
    assert len(chunks) == len(set(chunks))
    keys = Invoice.objects.values_list("pk", flat=True)
    assert Invoice.history.filter(history_type="+").count() == len(keys)
    statement = closing.statement(run_of("2026-12"))
    assert (statement.left, statement.missing) == (0, 0)
    aside = sorted(SetAside.objects.values_list("management_unit", "cause", "state"))
    billed_items = sorted(ExtraItem.objects.filter(state="billed").values_list("pk", flat=True))
    assert len(billed_items) > 10
    assert len(aside) >= 5
    assert Invoice.objects.filter(kind="credit-note").count() > 20
    return (billed.digest(), aside, billed_items, statement.expected)


def numbers() -> list[int]:
    """All numbers that were given, in order."""
    return [int(number[1:]) for number in Invoice.objects.issued().order_by("number").values_list("number", flat=True)]


@pytest.mark.clause("G30.2", "G33")
def test_r02_killed_twenty_times_it_comes_to_the_same_yen_and_numbers_have_no_gap(again, monkeypatch):
    monkeypatch.setattr(closing, "WEIGHT", WEIGHT)
    with again():
        close()
        whole = told()
        issue()
        whole_numbers, issued = numbers(), billed.digest(with_numbers=True)
    chance = random.Random(20261204)
    with again():
        for _kill in range(KILLS):
            kind = chance.choice(KINDS)
            point = (kind, chance.randint(0, 30 if kind == "statement" else 5))
            assert killed_at(point, close) == signal.SIGKILL, f"it was done before {point}"
        left = run_of("2026-12").chunks.left().count()
        assert 0 < left < closing.statement(run_of("2026-12")).chunks
        close()
        assert told() == whole
        close()
        assert told()[:3] == whole[:3]
        for kill in range(8):
            kind = ("commit", "statement")[kill % 2]
            assert killed_at((kind, 0 if kind == "commit" else chance.randint(1, 12)), issue) == signal.SIGKILL
            assert not Invoice.objects.filter(run=run_of("2026-12")).issued().exists()
        issue()
        assert numbers() == whole_numbers == list(range(1, len(whole_numbers) + 1))
        assert billed.digest(with_numbers=True) == issued


@pytest.mark.clause("G30.2")
def test_r03_two_operators_at_once_share_the_work_and_double_nothing(again):
    with again():
        close()
        whole = told()
    with again() as name:
        with clock.working_on(TODAY), chapter(actor=BEN):
            DayStep(day=TODAY, step="test", done=0, finished_at=clock.now()).save()
        connection.close()
        with (
            process("close_month", "2026-12", "--inline") as one,
            process("close_month", "2026-12", "--inline") as other,
        ):
            assert (one.wait(60), other.wait(60)) == (0, 0), name
        assert told()[:3] == whole[:3]
        with process("close_month", "2026-12", "--inline") as third:
            assert third.wait(60) == 0
        assert told()[:3] == whole[:3]
        assert not job_queue.jobs().of_kind(closing.close_chunk).exists()


@pytest.mark.clause("G30.1")
def test_what_each_contract_was_foreseen_to_owe_is_what_the_run_wrote(again):
    """Of a contract alone, before the run, it is the same lines as in a chunk of hundreds (performance.md, 9)."""
    with again():
        month = Month(2026, 12)
        contracts = list(Contract.objects.order_by("pk").values_list("pk", flat=True)[::3])
        foreseen = {pk: charging.of_contracts(month, [pk]) for pk in contracts}
        close()
        aside = set(SetAside.objects.values_list("management_unit", flat=True))
        for pk, charges in foreseen.items():
            if charges.contracts[pk].unit not in aside:
                rows = InvoiceLine.objects.filter(contract=pk, month=month.first, extra=None, is_correction=False)
                written = rows.in_order().values_list(
                    "kind", "first", "last", "quantity", "fee", "unit_amount", "amount"
                )
                assert list(written) == [
                    (line.kind, line.first, line.last, line.quantity, line.fee, line.unit_amount, line.amount)
                    for line in charges.all_lines()
                ]
        assert len(foreseen) > 150
