"""X02, X06: a month is closed by several at once, and while a clerk ends a contract of it."""

import random
import time
from datetime import date
from functools import partial
from typing import Any

import pytest

from billing import closing
from billing.models import BillingRun, Invoice, InvoiceLine
from billing.months import Month
from contracts.models import Contract
from iijiot.yen import prorate
from tests.acts import BEN, end
from tests.billing.closed import close, issue, on, run_of
from tests.billing.owing import pay
from tests.factories import CompanyFactory, ContractFactory
from tests.factories.prices import price_list
from tests.races.together import ROUNDS, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G30.2.1")]

TURNS = 10 * ROUNDS
FIRST = Month(2018, 1)
LONG_SINCE = date(2017, 1, 1)


@pytest.fixture(scope="module", autouse=True)
def _prices(committed: None) -> None:
    price_list()
    CompanyFactory()


def accepted(**contract: Any) -> Contract:
    """A contract since the first day of all this."""
    with on(LONG_SINCE):
        made: Contract = ContractFactory(accepted_on=LONG_SINCE, billing_starts_on=LONG_SINCE, **contract)
    return made


def closed_month(month: Month, after: float = 0) -> BillingRun:
    time.sleep(after)
    run = closing.begin(month, actor=BEN)
    closing.work(run)
    return run


def months(first: Month, many: int) -> list[Month]:
    found = [first]
    while len(found) < many:
        found.append(found[-1].next)
    return found


@pytest.mark.parametrize("operators", [2, 4])
def test_x02_operators_that_close_the_same_month_at_once_make_each_invoice_once(monkeypatch, operators):
    monkeypatch.setattr(closing, "WEIGHT", 3)
    there = [accepted() for _n in range(12)]
    for month in months(Month(2017, 1 if operators == 2 else 7), ROUNDS):
        with on(month.next.first):
            outcomes = at_once(*[partial(closed_month, month)] * operators)
            told = closing.statement(run_of(str(month)))
        assert [outcome.won for outcome in outcomes] == [True] * operators
        assert (told.left, told.missing, told.aside) == (0, 0, 0)
        issue_and_pay(month)
        lines = InvoiceLine.objects.filter(contract__in=there, month=month.first)
        assert sorted(lines.values_list("contract", "amount")) == [(contract.pk, 5_000) for contract in there]
    with on(FIRST.first):
        for contract in there:
            end(contract, FIRST.previous.last, "G28.1.2", today=FIRST.first)


@pytest.mark.long
def test_x06_r10_an_end_while_the_run_is_at_work_is_on_this_invoice_or_corrected_on_the_next():
    on_this, chance = 0, random.Random(6)
    for month in months(FIRST, 2 * TURNS)[::2]:
        contract = accepted(private_connector=True)
        tenth = month.first.replace(day=10)
        ended = partial(end, contract, tenth, "G28.1.2", today=month.next.first)
        with on(month.next.first):
            assert [
                outcome.won for outcome in at_once(partial(closed_month, month, chance.uniform(0, 0.15)), ended)
            ] == [True, True]
        issue_and_pay(month)
        on_this += owed(contract, month) == prorate(30_000, month.first, tenth)
        close(str(month.next), month.next.next.first)
        issue_and_pay(month.next)
        assert owed(contract, month) == prorate(30_000, month.first, tenth)
        assert not InvoiceLine.objects.filter(contract=contract, month__gt=month.first).exists()
    print(f"{TURNS} ends, {on_this} of them on the invoice of their own month")


def owed(contract: Contract, month: Month) -> int:
    """What documents say of a contract's month together."""
    return sum(InvoiceLine.objects.filter(contract=contract, month=month.first).values_list("amount", flat=True))


def issue_and_pay(month: Month) -> None:
    """Issue what a run made, and have it paid at once: nothing of it costs a late charge later."""
    if Invoice.objects.drafts().of_run(run_of(str(month))).exists():
        for invoice in issue(str(month), month.next.first):
            if invoice.total > 0:
                pay(invoice.customer, invoice.total, month.next.first)
