"""Payments: whose they are, what they pay, taken back; the ledger adds up whatever happens (G33)."""

from datetime import date

import pytest

from billing import collecting, crediting, ledger
from billing.models import Allocation, PayerSign, Receipt
from contracts.models import Customer
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.billing.owing import GEN, again, owe, pay, settled
from tests.factories import CustomerFactory
from tests.factories.invoices import InvoiceFactory
from tests.factories.payments import AllocationFactory, ReceiptFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 28)
TODAY = date(2026, 12, 29)


@pytest.fixture(autouse=True)
def _adds_up():
    """X05: receipts = allocations + credit, after every test."""
    yield
    assert list(ledger.check()) == []
    assert ledger.statement().difference == 0


@pytest.fixture
def company(aois_company) -> Customer:
    return aois_company


@pytest.mark.clause("G33")
def test_a_payment_pays_the_oldest_due_first(company):
    old, new = owe(company, 110_000, NOVEMBER), owe(company, 110_000, DECEMBER)
    receipt = pay(company, 165_000, DECEMBER)
    assert settled(old, new) == [("paid", 110_000), ("partly-paid", 55_000)]
    assert (receipt.state, receipt.allocated, receipt.customer) == ("matched", 165_000, company)
    assert again(old).paid_on == DECEMBER


@pytest.mark.clause("G33")
def test_the_invoice_that_is_named_comes_first(company):
    old, new = owe(company, 110_000, NOVEMBER), owe(company, 110_000, DECEMBER)
    pay(company, 110_000, DECEMBER, invoices=[new])
    assert settled(old, new) == [("issued", 0), ("paid", 110_000)]


@pytest.mark.clause("G33")
def test_f07_what_is_paid_too_much_stays_as_credit(company):
    invoice = owe(company, 110_000, NOVEMBER)
    receipt = pay(company, 120_000, DECEMBER)
    assert settled(invoice) == [("paid", 110_000)]
    assert (receipt.rest, crediting.credit_of(company)) == (10_000, 10_000)


@pytest.mark.clause("G33")
def test_f07_the_same_money_is_not_used_from_two_tabs(company):
    receipt = pay(company, 110_000, DECEMBER)
    first, second = owe(company, 110_000, NOVEMBER), owe(company, 110_000, NOVEMBER)
    collecting.use(receipt, today=TODAY, actor=GEN, invoices=[first])
    with pytest.raises(Stale):
        collecting.use(receipt, today=TODAY, actor=GEN, invoices=[second])
    assert settled(first, second) == [("paid", 110_000), ("issued", 0)]
    with pytest.raises(RuleViolation, match="Nothing is left"):
        collecting.use(again(receipt), today=TODAY, actor=GEN)


@pytest.mark.clause("G33")
def test_a_payment_is_not_matched_twice(company):
    receipt = ReceiptFactory()
    collecting.match(receipt, company, today=TODAY, actor=GEN)
    with pytest.raises(RuleViolation, match="Customer not known"):
        collecting.match(receipt, CustomerFactory(), today=TODAY, actor=GEN)


def test_another_customers_invoice_is_not_paid(company):
    other = owe(CustomerFactory(), 110_000, NOVEMBER)
    with pytest.raises(RuleViolation, match="not owed by this customer"):
        pay(company, 110_000, DECEMBER, invoices=[other])
    assert settled(other) == [("issued", 0)]


@pytest.mark.clause("G33")
def test_credit_is_used_for_the_next_invoice(company):
    pay(company, 10_000, NOVEMBER)
    invoice = owe(company, 110_000, DECEMBER)
    assert crediting.use_credit(company, today=TODAY, actor=GEN) == 10_000
    assert settled(invoice) == [("partly-paid", 10_000)]
    assert crediting.credit_of(company) == 0
    assert crediting.use_credit(company, today=TODAY, actor=GEN) == 0


@pytest.mark.clause("G33")
def test_t04_a_credit_note_pays_what_it_corrects_and_the_rest_is_left(company):
    corrected = owe(company, 1_098, NOVEMBER)
    note = InvoiceFactory(
        customer=company,
        management_unit=corrected.management_unit,
        credit_note=True,
        corrects=corrected,
        net=0,
        tax=0,
        untaxed=-1_500,
    )
    crediting.use_credit(company, today=date(2027, 1, 5), actor=GEN)
    assert settled(corrected, note) == [("paid", 1_098), ("partly-paid", -1_098)]
    assert crediting.credit_of(company) == 402
    (use,) = Allocation.objects.all()
    assert use.value_on == NOVEMBER, "what was never owed was never late"


@pytest.mark.clause("G33")
def test_a_credit_note_pays_other_invoices_from_its_issue_on(company):
    corrected = owe(company, 1_000, NOVEMBER, state="paid", settled=1_000, paid_on=NOVEMBER)
    receipt = ReceiptFactory(of=company, amount=1_000, allocated=1_000)
    AllocationFactory(invoice=corrected, receipt=receipt, amount=1_000)
    other = owe(company, 5_000, NOVEMBER)
    InvoiceFactory(
        customer=company, management_unit=corrected.management_unit, credit_note=True, corrects=corrected,
        net=0, tax=0, untaxed=-1_000,
    )  # fmt: skip
    crediting.use_credit(company, today=date(2027, 1, 5), actor=GEN)
    (use,) = Allocation.objects.filter(credit_note__isnull=False)
    assert (use.invoice, use.amount, use.value_on) == (other, 1_000, date(2027, 1, 4))


@pytest.mark.clause("G33")
def test_what_a_payment_pays_is_taken_back_and_is_credit_again(company):
    old, new = owe(company, 110_000, NOVEMBER), owe(company, 110_000, date(2027, 1, 4))
    receipt = pay(company, 165_000, DECEMBER)
    collecting.undo(receipt, because="別のお客様の入金", today=TODAY, actor=GEN)
    assert settled(old, new) == [("overdue", 0), ("issued", 0)]
    assert (again(receipt).allocated, again(old).paid_on) == (0, None)
    collecting.unmatch(again(receipt), because="別のお客様の入金", actor=GEN)
    assert again(receipt).customer is None
    assert set(Allocation.objects.values_list("state", "undone_on")) == {("undone", TODAY)}


def test_whose_a_payment_is_stays_while_it_pays_something(company):
    owe(company, 110_000, NOVEMBER)
    receipt = pay(company, 110_000, DECEMBER)
    with pytest.raises(RuleViolation, match="Invoices are paid with it"):
        collecting.unmatch(receipt, because="誤り", actor=GEN)


@pytest.mark.clause("G33")
def test_two_payments_pay_one_invoice_and_one_is_taken_back(company):
    invoice = owe(company, 110_000, date(2027, 1, 4))
    first, second = pay(company, 60_000, NOVEMBER), pay(company, 50_000, DECEMBER)
    assert settled(invoice) == [("paid", 110_000)]
    collecting.reverse(second, because="銀行による取消し", today=TODAY, actor=GEN)
    assert settled(invoice) == [("partly-paid", 60_000)]
    assert (again(first).allocated, again(second).state) == (60_000, "reversed")


@pytest.mark.clause("G33", "G35.1")
def test_a_payment_that_the_bank_takes_back_leaves_the_invoice_overdue_from_its_first_due_day(company):
    invoice = owe(company, 110_000, NOVEMBER)
    receipt = pay(company, 110_000, NOVEMBER)
    collecting.reverse(receipt, because="銀行による取消し", today=TODAY, actor=GEN)
    assert settled(invoice) == [("overdue", 0)]
    assert (again(invoice).due_on, again(receipt).state, again(receipt).allocated) == (NOVEMBER, "reversed", 0)


@pytest.mark.clause("G33")
def test_an_overdue_invoice_stays_overdue_until_it_is_paid_in_full(company):
    invoice = owe(company, 110_000, NOVEMBER, state="overdue")
    pay(company, 60_000, DECEMBER)
    assert settled(invoice) == [("overdue", 60_000)]
    pay(company, 50_000, TODAY)
    assert settled(invoice) == [("paid", 110_000)]
    assert again(invoice).paid_on == TODAY


@pytest.mark.clause("G33")
def test_a_payment_is_entered_by_hand_with_its_value_date(company):
    invoice = owe(company, 110_000, NOVEMBER)
    receipt = collecting.enter(
        company, amount=110_000, value_on=DECEMBER, source="other", payer="窓口", remark="現金", today=TODAY, actor=GEN
    )
    assert (again(receipt).state, receipt.entered_on, settled(invoice)) == ("matched", TODAY, [("paid", 110_000)])
    with pytest.raises(RuleViolation, match="not come yet"):
        collecting.enter(
            None, amount=1, value_on=date(2026, 12, 30), source="other", payer="", remark="", today=TODAY, actor=GEN
        )


def test_what_is_no_customers_payment_is_put_aside_and_taken_up_again():
    receipt = ReceiptFactory()
    collecting.dismiss([receipt], because="口座振替の入金", actor=GEN)
    assert (again(receipt).state, again(receipt).why) == ("dismissed", "口座振替の入金")
    collecting.take_up(again(receipt), because="お客様の入金だった", actor=GEN)
    assert (again(receipt).state, again(receipt).why) == ("unmatched", "")


@pytest.mark.clause("G33")
def test_the_payers_name_and_code_are_known_from_then_on(company):
    receipt = ReceiptFactory(payer="ｱｵｲｼﾖｳｼﾞ(ｶ", payer_code="0000012345")
    collecting.match(receipt, company, today=TODAY, actor=GEN, learns=True)
    signs = PayerSign.objects.values_list("kind", "value", "is_learned")
    assert set(signs) == {("name", "ｱｵｲｼﾖｳｼﾞ", True), ("code", "0000012345", True)}
    other = ReceiptFactory(payer="ｱｵｲｼﾖｳｼﾞ(ｶ", payer_code="0000012345")
    collecting.match(other, CustomerFactory(), today=TODAY, actor=GEN, learns=True)
    assert PayerSign.objects.filter(kind="code").count() == 1, "a code is one customer's"
    assert PayerSign.objects.filter(kind="name").count() == 2, "a name can be several customers'"


def test_a_sign_is_withdrawn_once(company):
    receipt = ReceiptFactory(payer="ｱｵｲｼﾖｳｼﾞ(ｶ")
    collecting.match(receipt, company, today=TODAY, actor=GEN, learns=True)
    sign = PayerSign.objects.get()
    collecting.withdraw_sign(sign, because="名義の変更", today=TODAY, actor=GEN)
    assert not PayerSign.objects.standing().exists()
    with pytest.raises(RuleViolation, match="already"):
        collecting.withdraw_sign(sign, because="名義の変更", today=TODAY, actor=GEN)


@pytest.mark.clause("G33")
def test_an_invoice_is_written_off_for_a_reason_and_taken_up_again(company):
    invoice = owe(company, 110_000, NOVEMBER, state="overdue")
    pay(company, 10_000, DECEMBER)
    collecting.write_off(again(invoice), because="破産手続の終了", actor=GEN)
    assert settled(invoice) == [("written-off", 10_000)]
    assert again(invoice).history.first().history_change_reason == "破産手続の終了"
    pay(company, 5_000, TODAY)
    assert settled(invoice) == [("written-off", 10_000)]
    collecting.take_up_again(again(invoice), because="配当", today=TODAY, actor=GEN)
    assert settled(invoice) == [("overdue", 10_000)]
    assert crediting.use_credit(company, today=TODAY, actor=GEN) == 5_000
    assert settled(invoice) == [("overdue", 15_000)]


@pytest.mark.clause("G33")
def test_a_payment_on_an_invoice_that_was_written_off_later_is_taken_back(company):
    """What the bank takes back cannot be refused: more of the invoice is given up, and nobody insists on it anew."""
    invoice = owe(company, 110_000, NOVEMBER, state="overdue")
    receipt = pay(company, 50_000, DECEMBER)
    collecting.write_off(again(invoice), because="破産手続の終了", actor=GEN)
    collecting.reverse(again(receipt), because="組戻し", today=TODAY, actor=GEN)
    assert settled(invoice) == [("written-off", 0)]
    assert again(receipt).state == "reversed"


def test_each_step_is_in_the_history_with_actor_and_reason(company):
    invoice = owe(company, 110_000, NOVEMBER)
    receipt = pay(company, 110_000, DECEMBER)
    collecting.undo(receipt, because="誤り", today=TODAY, actor=GEN)
    rows = list(invoice.history.order_by("history_id").values_list("state", "history_actor", "history_change_reason"))
    assert rows == [
        ("issued", "factory", "made by a factory"),
        ("paid", "Gen", ""),
        ("issued", "Gen", "誤り"),
        ("overdue", "Gen", "誤り"),
    ]


def test_nothing_of_a_reversed_payment_can_be_used(company):
    receipt = ReceiptFactory(reversed=True)
    with pytest.raises(RuleViolation):
        collecting.use(receipt, today=TODAY, actor=GEN)
    assert Receipt.objects.with_credit().count() == 0
