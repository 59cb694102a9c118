"""The billing run: twice, at once, rolled back, beside a change of prices, and with one huge customer."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.db import transaction

from billing import closing, issuing, publishing
from billing.models import BillingRun, Invoice, InvoiceLine
from billing.months import Month
from contracts.models import Contract, Notice
from iijiot.records import chapter, locked
from tests.acts import BEN, announce
from tests.billing.closed import close, documents, issue, on, run_of, sums
from tests.factories import CompanyFactory, ContractFactory, CustomerFactory
from tests.factories.invoices import BillingRunFactory, InvoiceFactory
from tests.factories.prices import PriceFactory, PriceVersionFactory, lined, mobile_access, price_list
from tests.races.together import at_once

FIRST = date(2026, 12, 1)
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


class RolledBack(Exception):
    """Something went wrong after the numbers were given."""


@pytest.fixture
def _prices(db: None) -> None:
    price_list()
    CompanyFactory()


def issue_and_fail(plan: issuing.IssuePlan) -> None:
    with transaction.atomic():
        issuing.issue(plan, actor=BEN)
        raise RolledBack


def whole(month: Month) -> BillingRun:
    run = closing.begin(month, actor=BEN)
    closing.work(run)
    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_prices")
@pytest.mark.clause("G30.2.1")
def test_r02_two_that_close_a_month_at_once_make_each_invoice_once(monkeypatch):
    monkeypatch.setattr(closing, "WEIGHT", 5)
    contracts = [ContractFactory() for _n in range(40)]
    with on(FIRST):
        outcomes = at_once(*[partial(whole, NOVEMBER)] * 2)
        assert [outcome.won for outcome in outcomes] == [True, True]
        told = closing.statement(run_of("2026-11"))
    assert (told.expected, told.made + told.there, told.missing) == (40, 40, 0)
    assert [sums(invoice) for invoice in documents("2026-11")] == [(5_000, 500, 5_500)] * 40
    assert set(documents("2026-11")) == set(Invoice.objects.all())
    assert {invoice.customer_id for invoice in documents("2026-11")} == {one.customer_id for one in contracts}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_prices")
@pytest.mark.clause("G30.4", "G30.2.1")
def test_r05_a_change_of_prices_on_the_day_of_the_run_charges_each_month_once():
    contract = ContractFactory(private_connector=True)
    changed = date(2027, 1, 1)
    version = PriceVersionFactory(new_from=changed, existing_from=changed, changes="料金の改定")
    PriceFactory(version=version, draft=True, service_code="private-connector", yen=31_000)
    told_at = datetime(2026, 12, 10, 3, tzinfo=UTC)
    announce(version, told_at)
    (notice,) = Notice.objects.of_customer(contract.customer_id)
    with chapter(actor=BEN), locked(notice) as (held,):
        held.was_sent(told_at)
        held.save()
    last = date(2026, 12, 31)
    with on(last):
        outcomes = at_once(partial(whole, DECEMBER), partial(publishing.publish, version, on=last, actor=BEN))
    assert [outcome.won for outcome in outcomes] == [True, True]
    issue("2026-12", last)
    close("2027-01", date(2027, 2, 1))
    lines = InvoiceLine.objects.filter(contract=contract).order_by("month")
    assert [(line.month.month, line.days, line.amount) for line in lines] == [(12, 31, 30_000), (1, 31, 31_000)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G37")
def test_r06_two_issues_at_once_and_one_rolled_back_leave_no_gap_and_no_number_twice():
    CompanyFactory()
    customer = CustomerFactory()
    runs = [BillingRunFactory(month=month.first) for month in (NOVEMBER, DECEMBER)]
    for run in runs:
        for _n in range(100):
            InvoiceFactory(draft=True, run=run, month=run.month, customer=customer, lines=[])
    plans = [issuing.plan_issue(run, date(2027, 1, 4)) for run in runs]
    with pytest.raises(RolledBack):
        issue_and_fail(plans[0])
    outcomes = at_once(*[partial(issuing.issue, plan, actor=BEN) for plan in plans])
    assert [outcome.won for outcome in outcomes] == [True, True]
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == [f"O{n:07d}" for n in range(1, 201)]


@pytest.mark.django_db
@pytest.mark.usefixtures("_prices")
@pytest.mark.clause("G30.2.1", "MA13.1")
def test_r12_one_customer_with_a_hundred_thousand_lines():
    contract: Contract = mobile_access(0)
    lined(contract, 99_000, billing_starts_on=date(2026, 11, 1))
    lined(
        contract,
        1_000,
        billing_starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 9),
        ends_under="MA8.1",
        state="ended",
    )
    close("2026-12", date(2027, 1, 4))
    (invoice,) = documents("2026-12")
    assert [line.amount for line in invoice.lines.in_order()] == [29_700_000, 87_000]
    assert sums(invoice) == (29_787_000, 2_978_700, 32_765_700)
