"""A payment that is short by the bank's fee that we bear pays the whole: the rest is a reduction of the price (G33, G37)."""

from datetime import date

import pytest

from billing import arrears, claiming, collecting, crediting, deciding
from billing.models import Allocation, ExtraItem, Invoice
from tests.billing.bank_files import credit, notification
from tests.billing.closed import closed, on
from tests.billing.owing import GEN, again, owe, pay, settled
from tests.billing.test_booking import AOI, book
from tests.factories import CompanyFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.payments import BankAccountFactory, PaymentTermsFactory, ReceiptFactory
from tests.factories.prices import price_list

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G33", "G37")]

DUE = date(2026, 12, 28)
TODAY = date(2026, 12, 29)


@pytest.fixture
def aoi(aois_company):
    """We bear up to 880 yen for it."""
    BankAccountFactory()
    PaymentTermsFactory(customer=aois_company)
    return aois_company


def invoiced(customer) -> Invoice:
    """November's invoice of an IoT contract and a private connector: 35,000 yen and 3,500 of tax, due on 2027-01-04."""
    CompanyFactory()
    price_list()
    ContractFactory(**of(customer))
    ContractFactory(**of(customer), private_connector=True)
    (invoice,) = closed("2026-11", date(2026, 12, 1))
    assert (invoice.net, invoice.tax, invoice.total) == (35_000, 3_500, 38_500)
    return invoice


def test_a_transfer_short_by_the_fee_pays_the_whole_by_a_credit_note_at_the_original_rate(aoi):
    invoice = invoiced(aoi)
    with on(TODAY):
        book(notification(credit(38_060, AOI)))
    note = Invoice.objects.credit_notes().get()
    assert settled(invoice, note) == [("paid", 38_500), ("paid", -440)]
    assert (note.number, note.corrects, note.customer, note.issued_on) == ("O0000002", invoice, aoi, TODAY)
    assert (note.net, note.tax, note.untaxed, note.total) == (-400, -40, 0, -440)
    (line,) = note.lines.all()
    assert (line.amount, line.tax_percent, line.extra.lessens.amount) == (-400, 10, 30_000)
    assert (line.extra.state, line.extra.kind, line.extra.contract) == ("billed", "goodwill", line.contract)
    assert set(Allocation.objects.values_list("amount", "value_on")) == {(38_060, DUE), (440, DUE)}
    assert again(invoice).paid_on == DUE


@pytest.mark.parametrize("short", range(1, 41))
def test_every_yen_of_it_is_taken_off_whatever_the_tax_rounds_to(aoi, short):
    invoice = invoiced(aoi)
    with on(TODAY):
        book(notification(credit(38_500 - short, AOI)))
    note = Invoice.objects.credit_notes().get()
    assert (settled(invoice), note.total) == ([("paid", 38_500)], -short)


def test_nothing_falls_overdue_or_draws_late_charges_meanwhile(aoi):
    contract = ContractFactory(**of(aoi))
    invoice = owe(aoi, 110_000, DUE, contract=contract, state="overdue")
    with on(date(2027, 1, 5)):
        book(notification(credit(109_560, AOI)), today=date(2027, 1, 5))
    assert settled(invoice) == [("paid", 110_000)]
    assert arrears.of_contract(contract) == []
    assert claiming.claim(date(2027, 1, 31), actor=GEN) == []


def test_a_payment_that_a_person_matches_is_forgiven_as_much(aoi):
    first, second = owe(aoi, 110_000, DUE), owe(aoi, 55_000, date(2027, 1, 4))
    with on(TODAY):
        collecting.match(ReceiptFactory(amount=54_560, payer="ﾀﾞﾚｶ"), aoi, today=TODAY, actor=GEN, invoices=[second])
        collecting.match(ReceiptFactory(amount=109_000, payer="ﾀﾞﾚｶ"), aoi, today=TODAY, actor=GEN)
    assert settled(first, second) == [("partly-paid", 109_000), ("paid", 55_000)]


def test_without_an_agreement_the_rest_stays_open(aois_company):
    invoice = owe(aois_company, 110_000, DUE)
    pay(aois_company, 109_560, DUE)
    assert settled(invoice) == [("partly-paid", 109_560)]
    assert not ExtraItem.objects.exists()


def test_what_is_paid_in_cash_bears_no_fee_of_a_bank(aoi):
    invoice = owe(aoi, 110_000, DUE)
    collecting.enter(
        aoi, amount=109_560, value_on=DUE, source="other", payer="窓口", remark="現金", today=TODAY, actor=GEN
    )
    assert settled(invoice) == [("partly-paid", 109_560)]


def test_a_payment_that_is_taken_back_is_owed_without_the_fee(aoi):
    invoice = invoiced(aoi)
    with on(TODAY):
        book(notification(credit(38_060, AOI)))
        book(notification(credit(38_060, AOI, reversal="1"), first=9))
    assert settled(invoice) == [("partly-paid", 440)]
    pay(aoi, 38_060, date(2027, 1, 4))
    assert (settled(invoice), crediting.credit_of(aoi)) == ([("paid", 38_500)], 0)


def test_no_more_of_the_fee_is_credited_later_than_is_left(aoi):
    invoice = invoiced(aoi)
    with on(TODAY):
        book(notification(credit(38_060, AOI)))
    assert deciding.rest_of(invoice.lines.get(amount=30_000)) == 29_600
