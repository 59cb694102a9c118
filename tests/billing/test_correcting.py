"""What becomes known after an invoice was issued: the invoice stays, a credit note or the next invoice corrects it."""

from datetime import date

import pytest

from billing import charging, comparing, crediting, deciding
from billing.drafts import Corrected, compare
from billing.models import Invoice
from billing.months import Month
from contracts.models import Contract
from iijiot.rules import RuleViolation
from tests.acts import BEN, again, end, give_notice
from tests.billing.closed import close, closed, closed_and_paid, documents, on, sums
from tests.factories import CompanyFactory, ContractFactory
from tests.factories.prices import lined, mobile_access, price_list

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G30.1")]

DECEMBER = Month(2026, 12)


@pytest.fixture(autouse=True)
def _prices() -> None:
    price_list()
    CompanyFactory()


@pytest.fixture
def connector() -> Contract:
    """A Private Connector whose November and December were invoiced and paid, December on 2027-01-05."""
    contract: Contract = ContractFactory(private_connector=True)
    closed_and_paid("2026-11", date(2026, 12, 1))
    closed_and_paid("2026-12", date(2027, 1, 5))
    return contract


def differences_of(contract: Contract, month: Month) -> Corrected:
    """How a month by the facts as they are now differs from what was issued."""
    charges = charging.of_contracts(month, [contract.pk])
    stands = comparing.standing({contract.pk: (month, month)})
    return compare(charges.lines.get(contract.pk, ()), stands.get((contract.pk, month), []))


def ended_late(contract: Contract) -> None:
    """On 2027-01-10 it turns out that it had ended on 2026-12-20."""
    with on(date(2027, 1, 10)):
        end(contract, date(2026, 12, 20), "G28.1.2", today=date(2027, 1, 10))


def december() -> Invoice:
    """The invoice of December."""
    return Invoice.objects.get(kind="invoice", month=date(2026, 12, 1))


@pytest.mark.clause("G29.2", "G30.2.2", "G37")
def test_v05_a_notice_told_late_gives_a_credit_note_and_leaves_the_invoice_as_it_is(connector):
    before = december()
    ended_late(connector)
    (note,) = closed("2027-01", date(2027, 2, 1))
    assert (note.kind, note.corrects, note.month) == ("credit-note", before, date(2027, 1, 1))
    assert sums(note) == (-10_646, -1_065, -11_711)
    line = note.lines.get()
    assert (line.month, line.amount, line.tax_percent, line.is_correction) == (date(2026, 12, 1), -10_646, 10, True)
    after = again(before)
    assert (after.number, after.total, after.state) == (before.number, before.total, before.state)
    with on(date(2027, 3, 1)):
        assert close("2027-02", date(2027, 3, 1)).beyond == 0


@pytest.mark.clause("G32")
def test_v06_what_was_credited_by_hand_is_not_credited_again(connector):
    line = december().lines.get()
    with on(date(2027, 1, 7)):
        deciding.give_goodwill(line, 30_000, text="取消", reason="誤請求のため", on=date(2027, 1, 7), actor=BEN)
    ended_late(connector)
    (note,) = closed("2027-01", date(2027, 2, 1))
    assert sums(note) == (-30_000, -3_000, -33_000)
    assert close("2027-02", date(2027, 3, 1)).beyond == 0
    assert Invoice.objects.filter(kind="credit-note").count() == 1


def test_l14_a_month_cancelled_by_credit_stays_so_and_later_ones_are_billed(connector):
    november = Invoice.objects.get(kind="invoice", month=date(2026, 11, 1))
    with on(date(2027, 1, 7)):
        deciding.give_goodwill(
            november.lines.get(), 30_000, text="取消", reason="申出による", on=date(2027, 1, 7), actor=BEN
        )
    issued = closed("2027-01", date(2027, 2, 1))
    assert sorted(invoice.total for invoice in issued) == [-33_000, 33_000]
    assert [sums(invoice) for invoice in closed("2027-02", date(2027, 3, 1))] == [(30_000, 3_000, 33_000)]


def test_more_that_is_found_late_goes_on_the_next_invoice_and_names_its_month():
    contract = mobile_access(10)
    closed_and_paid("2026-11", date(2026, 12, 1))
    with on(date(2026, 12, 10)):
        lined(contract, 2, billing_starts_on=date(2026, 11, 16))
    (invoice,) = closed("2026-12", date(2027, 1, 4))
    lines = [(line.month.month, line.first.day, line.amount) for line in invoice.lines.in_order()]
    assert lines == [(11, 16, 300), (12, 1, 3_600)]
    assert invoice.lines.get(month=date(2026, 11, 1)).is_correction


@pytest.mark.clause("G37")
def test_the_tax_of_credits_by_parts_comes_to_the_tax_of_the_whole():
    """335 yen are credited three times of 3,000, whose tax was 300: 266.5, 233 and 199.5 are cut off."""
    mobile_access(10)
    (invoice,) = closed_and_paid("2026-11", date(2026, 12, 1))
    line = invoice.lines.get()
    taxes = []
    for month, day in (("2026-12", date(2027, 1, 4)), ("2027-01", date(2027, 2, 1)), ("2027-02", date(2027, 3, 1))):
        given_on = Month.parse(month).last
        with on(given_on):
            deciding.give_goodwill(line, 335, text="お詫び", reason="障害", on=given_on, actor=BEN)
        notes = [one for one in closed_and_paid(month, day) if one.kind == "credit-note"]
        taxes += [note.tax for note in notes]
    assert taxes == [-34, -33, -34]


def test_a_correction_of_several_months_gives_a_credit_note_for_each_invoice(connector):
    with on(date(2027, 1, 10)):
        end(connector, date(2026, 11, 15), "G28.1.2", today=date(2027, 1, 10))
    notes = closed("2027-01", date(2027, 2, 1))
    assert sorted((note.corrects.month, note.net) for note in notes) == [
        (date(2026, 11, 1), -15_000),
        (date(2026, 12, 1), -30_000),
    ]


def test_a_past_month_is_recomputed_and_shown_against_what_was_issued(connector):
    assert differences_of(connector, DECEMBER).less == {}
    ended_late(connector)
    found = differences_of(connector, DECEMBER)
    assert [(root, [one.line.amount for one in lines]) for root, lines in found.less.items()] == [
        (december().pk, [-10_646])
    ]


def test_v04_a_price_raised_later_changes_no_month_before(connector):
    from tests.factories.prices import new_price

    new_price(date(2027, 3, 1), 33_000)
    assert differences_of(connector, DECEMBER).less == {}
    assert differences_of(connector, DECEMBER).more == []


def test_t04_a_credit_is_used_for_the_next_invoice_and_the_rest_stays():
    contract = mobile_access(10)
    customer = contract.customer
    assert [invoice.total for invoice in closed_and_paid("2026-11", date(2026, 12, 1))] == [3_300]
    with on(date(2026, 12, 10)):
        end(contract, date(2026, 11, 15), "G28.1.2", today=date(2026, 12, 10))
    (note,) = closed("2026-12", date(2027, 1, 4))
    assert note.total == -1_650
    with on(date(2027, 1, 4)):
        crediting.use_credit(customer, today=date(2027, 1, 4), actor=BEN)
        assert crediting.credit_of(customer) == 1_650


def test_a_notice_in_time_needs_no_correction(connector):
    with on(date(2027, 1, 10)):
        give_notice(connector, date(2027, 1, 10), today=date(2027, 1, 10))
    assert [one.kind for one in closed("2027-01", date(2027, 2, 1))] == ["invoice"]


def test_nothing_can_be_credited_beyond_what_is_left(connector):
    line = december().lines.get()
    with on(date(2027, 1, 7)), pytest.raises(RuleViolation, match="30,000"):
        deciding.give_goodwill(line, 30_001, text="取消", reason="誤", on=date(2027, 1, 7), actor=BEN)
    assert documents("2026-12")
