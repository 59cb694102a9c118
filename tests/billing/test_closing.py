"""The closing of a month: every management unit gets its one invoice, or is set aside with the cause."""

from datetime import date, time

import pytest

from billing import closing
from billing.models import BillingRun, Invoice, InvoiceLine
from billing.months import Month
from contracts.models import Contract
from iijiot.actors import Actor
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.acts import BEN, again
from tests.billing.closed import close, closed, documents, on, run_of, sums
from tests.factories import (
    CompanyFactory,
    ContractFactory,
    CustomerFactory,
    ExemptionFactory,
    ManagementUnitFactory,
    UserFactory,
)
from tests.factories.contracts import of
from tests.factories.prices import ExtraItemFactory, lined, mobile_access, new_price, price_list

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _prices() -> None:
    price_list()
    CompanyFactory()


def amounts(invoice: Invoice) -> list[int]:
    """What its lines come to, one by one."""
    return list(invoice.lines.in_order().values_list("amount", flat=True))


def test_r01_a_month_is_closed_once_however_often_it_is_asked_for():
    for _n in range(3):
        ContractFactory()
    first, *more = [close("2026-11", date(2026, 12, 1)) for _n in range(3)]
    assert (first.expected, first.made, first.there) == (3, 3, 0)
    assert [(told.expected, told.made, told.there) for told in more] == [(3, 0, 3), (3, 0, 3)]
    assert Invoice.objects.count() == 3
    assert [sums(invoice) for invoice in documents("2026-11")] == [(5_000, 500, 5_500)] * 3


def test_z01_the_same_month_around_midnight_is_billed_once():
    ContractFactory()
    with on(date(2026, 12, 31), time(23, 30)):
        closing.work(closing.begin(Month(2026, 12), actor=BEN))
    close("2026-12", date(2027, 1, 1))
    assert Invoice.objects.count() == 1


@pytest.mark.clause("G9.2")
def test_one_invoice_for_all_contracts_of_a_management_unit_and_one_for_each_unit():
    customer = CustomerFactory()
    ContractFactory(**of(customer))
    ContractFactory(private_connector=True, **of(customer))
    other = ManagementUnitFactory(customer=customer, name="支社")
    ContractFactory(customer=customer, management_unit=other, data_storage=True)
    close("2026-11", date(2026, 12, 1))
    assert [amounts(invoice) for invoice in documents("2026-11")] == [[5_000, 30_000], [1_000]]


def test_r11_a_run_that_does_not_come_to_what_was_expected_is_an_error():
    ContractFactory()
    with on(date(2026, 12, 1)):
        run = closing.begin(Month(2026, 11), actor=BEN)
        ContractFactory(customer=Contract.objects.get().customer, management_unit=ManagementUnitFactory(
            customer=Contract.objects.get().customer))  # fmt: skip
        closing.work(run)
        assert closing.statement(run).missing == -1
    told = close("2026-11", date(2026, 12, 1))
    assert (told.expected, told.there, told.missing) == (2, 2, 0)


@pytest.mark.clause("G3", "G30.2.1")
def test_p06_nothing_is_invoiced_before_the_billing_start_date():
    contract = ContractFactory(
        private_connector=True, billing_starts_on=date(2026, 12, 5), accepted_on=date(2026, 11, 25)
    )
    assert close("2026-11", date(2026, 11, 25)).expected == 0
    assert Invoice.objects.count() == 0
    close("2026-12", date(2027, 1, 4))
    (invoice,) = documents("2026-12")
    assert sums(invoice) == (26_129, 2_612, 28_741)
    line = invoice.lines.get()
    assert (line.contract, line.first, line.last, line.days, line.of_days) == (
        contract, date(2026, 12, 5), date(2026, 12, 31), 27, 31,
    )  # fmt: skip


@pytest.mark.clause("G30.2.2")
def test_p07_the_last_month_of_lines_that_ended_in_it():
    mobile_access(10, ends_on=date(2026, 12, 5))
    assert [sums(invoice) for invoice in closed("2026-12", date(2027, 1, 4))] == [(480, 48, 528)]
    assert close("2027-01", date(2027, 2, 1)).expected == 0


def test_p09_lines_of_different_days_stand_on_one_invoice():
    contract = mobile_access(10)
    lined(
        contract, 1, billing_starts_on=date(2026, 12, 5), ends_on=date(2026, 12, 20), ends_under="MA8.1", state="ended"
    )
    lined(
        contract, 1, billing_starts_on=date(2026, 12, 12), ends_on=date(2026, 12, 20), ends_under="MA8.1", state="ended"
    )
    close("2026-12", date(2027, 1, 4))
    (invoice,) = documents("2026-12")
    assert amounts(invoice) == [3_000, 154, 87]
    assert sums(invoice) == (3_241, 324, 3_565)


def test_p10_a_month_of_zero_yen_gets_a_statement_without_due_day():
    new_price(date(2026, 4, 1), 0, "data-storage")
    ContractFactory(data_storage=True, accepted_on=date(2026, 4, 1))
    (statement,) = closed("2026-11", date(2026, 12, 1))
    assert (statement.kind, statement.total, statement.due_on) == ("statement", 0, None)
    assert amounts(statement) == [0]


def test_l09_nothing_is_invoiced_after_the_end():
    ContractFactory(state="ended", ends_on=date(2026, 11, 30))
    assert [sums(invoice) for invoice in closed("2026-11", date(2027, 1, 5))] == [(5_000, 500, 5_500)]
    assert close("2026-12", date(2027, 1, 5)).expected == 0
    assert close("2027-01", date(2027, 2, 1)).expected == 0
    assert Invoice.objects.count() == 1


@pytest.mark.clause("G33")
def test_who_is_exempt_from_invoicing_gets_none_until_the_exemption_is_over():
    contract = ContractFactory()
    ExemptionFactory(customer=contract.customer, exempt_from="invoicing")
    assert close("2026-11", date(2026, 12, 1)).expected == 0
    assert Invoice.objects.count() == 0
    told = close("2026-11", date(2027, 1, 4))
    assert (told.expected, told.made) == (1, 1)


def test_what_staff_decided_goes_on_the_next_invoice_once():
    extra = ExtraItemFactory(contract=ContractFactory())
    close("2026-12", date(2027, 1, 4))
    (invoice,) = documents("2026-12")
    assert (invoice.net, invoice.tax, invoice.untaxed) == (5_000, 500, 100_000)
    assert again(extra).state == "billed"
    assert InvoiceLine.objects.get(extra=extra).tax_percent is None
    close("2026-12", date(2027, 1, 5))
    assert InvoiceLine.objects.filter(extra=extra).count() == 1


def test_what_is_owed_without_any_running_contract_is_invoiced_too():
    ExtraItemFactory(contract=ContractFactory(ended=True))
    told = close("2026-12", date(2027, 1, 4))
    assert (told.expected, told.made, told.beyond) == (0, 0, 1)
    assert [sums(invoice) for invoice in documents("2026-12")] == [(100_000, 0, 100_000)]


def test_a_month_that_has_not_begun_is_refused():
    with on(date(2026, 11, 30)), pytest.raises(RuleViolation, match="2026-12"):
        closing.begin(Month(2026, 12), actor=BEN)


def test_drafts_of_an_earlier_month_are_issued_first():
    ContractFactory()
    close("2026-11", date(2026, 12, 1))
    with on(date(2027, 1, 4)), pytest.raises(RuleViolation, match="2026-11"):
        closing.begin(Month(2026, 12), actor=BEN)


def test_s08_history_says_which_run_it_was_and_who_started_it():
    ContractFactory()
    user = UserFactory()
    with on(date(2026, 12, 1)):
        closing.work(closing.begin(Month(2026, 11), actor=Actor.staff(user), user=user))
    row = Invoice.history.get()
    assert (row.history_actor, row.history_user_id, row.history_clause) == ("close_month 2026-11", user.pk, "G30.2")


def test_whoever_comes_while_chunks_are_left_joins_in():
    ContractFactory()
    with on(date(2026, 12, 1)):
        run = closing.begin(Month(2026, 11), actor=BEN)
        assert closing.begin(Month(2026, 11), actor=BEN) == run
        assert BillingRun.objects.get().rounds == 1
        assert closing.work(run) == 1
        assert closing.work(run) == 0


def test_chunks_are_cut_by_weight_and_cover_every_customer_once(monkeypatch):
    monkeypatch.setattr(closing, "WEIGHT", 3)
    for _n in range(5):
        ContractFactory()
    mobile_access(1_000)
    told = close("2026-11", date(2026, 12, 1))
    assert (told.chunks, told.made) == (3, 6)
    assert sorted(run_of("2026-11").chunks.values_list("weight", flat=True)) == [2, 3, 6]


@pytest.mark.clause("G15.1")
def test_a_contract_moved_to_another_unit_is_not_invoiced_twice():
    contract = ContractFactory()
    close("2026-11", date(2026, 12, 1))
    with on(date(2026, 12, 1)), chapter(actor=BEN):
        contract.management_unit = ManagementUnitFactory(customer=contract.customer, name="支社")
        contract.save()
    close("2026-11", date(2026, 12, 1))
    assert sorted(invoice.total for invoice in documents("2026-11")) == [0, 5_500]


def test_a_chunk_takes_few_statements_however_many_lines(django_assert_max_num_queries):
    contract = mobile_access(20)
    for _n in range(10):
        ContractFactory()
    with on(date(2026, 12, 1)):
        run = closing.begin(Month(2026, 11), actor=BEN)
        with django_assert_max_num_queries(15) as counted:
            closing.work(run, at_most=1)
        few = len(counted)
    with on(date(2026, 11, 30)):
        lined(contract, 300, billing_starts_on=DECEMBER)
        for _n in range(30):
            ContractFactory()
    closed_again = closed("2026-11", date(2026, 12, 1))
    assert len(closed_again) == 41
    with on(date(2027, 1, 4)):
        run = closing.begin(Month(2026, 12), actor=BEN)
        with django_assert_max_num_queries(15) as counted:
            closing.work(run, at_most=1)
    assert abs(len(counted) - few) <= 1
