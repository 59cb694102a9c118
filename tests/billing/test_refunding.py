"""Paying back what was paid too much or credited (G33)."""

from datetime import date

import pytest

from billing import banking, collecting, crediting, ledger, refunding
from billing.models import Refund
from billing.zengin import checking
from billing.zengin.reading import read
from iijiot import roles
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.billing.owing import GEN, again, owe, pay
from tests.factories import UserFactory
from tests.factories.invoices import InvoiceFactory
from tests.factories.payments import BankAccountFactory, ReceiptFactory
from tests.house.console import logged_in, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TODAY = date(2026, 12, 28)
TO = {"bank": "9999", "bank_name": "ﾃｽﾄ", "branch": "001", "branch_name": "ﾋｶﾞｼ", "account_kind": "1",
      "account": "0000001", "holder": "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ"}  # fmt: skip


@pytest.fixture(autouse=True)
def account():
    yield BankAccountFactory()
    assert list(ledger.check()) == []
    assert ledger.statement().difference == 0


def order(customer, amount) -> Refund:
    return refunding.order(customer, amount=amount, reason="過払い", today=TODAY, actor=GEN, **TO)


@pytest.mark.clause("G33")
def test_a_refund_is_taken_out_of_the_credit_and_no_more(aois_company):
    pay(aois_company, 6_000, TODAY)
    pay(aois_company, 6_000, TODAY)
    with pytest.raises(RuleViolation, match="12,000"):
        order(aois_company, 12_001)
    refund = order(aois_company, 10_000)
    assert (refund.state, crediting.credit_of(aois_company)) == ("ordered", 2_000)
    assert sorted(refund.allocations.values_list("amount", flat=True)) == [4_000, 6_000]


@pytest.mark.clause("G33")
def test_a_credit_note_is_paid_back(aois_company):
    corrected = owe(aois_company, 1_000, TODAY, state="written-off")
    note = InvoiceFactory(
        customer=aois_company, management_unit=corrected.management_unit, credit_note=True, corrects=corrected,
        net=0, tax=0, untaxed=-1_000,
    )  # fmt: skip
    refund = order(aois_company, 1_000)
    assert (again(note).state, again(note).settled) == ("paid", -1_000)
    refunding.call_off(refund, because="口座の誤り", today=TODAY, actor=GEN)
    assert (again(note).state, again(note).settled, again(refund).state) == ("issued", 0, "called-off")


@pytest.mark.clause("G33")
def test_refunds_go_to_the_bank_in_a_file_and_are_paid(aois_company, account):
    pay(aois_company, 10_000, TODAY)
    refund = order(aois_company, 10_000)
    file = refunding.make_transfers(refunding.plan_transfers(account, TODAY, today=TODAY), actor=GEN)
    assert (again(refund).state, again(refund).file, file.state, file.amount) == ("with-bank", file, "made", 10_000)
    with banking.opened(file) as stored:
        written = read(stored.read(), came_on=TODAY)
    checking.check(written)
    (row,) = written.batches[0].rows
    assert (row.number("amount"), row.text("customer"), row.text("account")) == (10_000, refund.number, "0000001")
    banking.was_sent(file, actor=GEN)
    refunding.were_paid([again(refund)], on=TODAY, today=date(2026, 12, 29), actor=GEN)
    assert (again(refund).state, again(refund).paid_on, again(file).state) == ("paid", TODAY, "answered")


def test_a_file_called_off_lets_its_refunds_wait_again(aois_company, account):
    pay(aois_company, 10_000, TODAY)
    refund = order(aois_company, 10_000)
    file = refunding.make_transfers(refunding.plan_transfers(account, TODAY, today=TODAY), actor=GEN)
    banking.call_off(file, because="銀行の障害", actor=GEN)
    assert (again(refund).state, again(refund).file, again(file).state) == ("ordered", None, "called-off")


@pytest.mark.clause("G33")
def test_a_refund_that_comes_back_is_the_customers_credit_again(aois_company):
    pay(aois_company, 10_000, TODAY)
    refund = order(aois_company, 10_000)
    refunding.were_paid([refund], on=TODAY, today=TODAY, actor=GEN)
    with pytest.raises(RuleViolation):
        refunding.call_off(again(refund), because="口座なし", today=TODAY, actor=GEN)
    refunding.come_back(again(refund), because="口座なし", today=TODAY, actor=GEN)
    assert (again(refund).state, again(refund).why, crediting.credit_of(aois_company)) == (
        "called-off", "口座なし", 10_000,
    )  # fmt: skip


@pytest.mark.clause("G33")
def test_what_a_file_for_the_bank_holds_is_no_credit_before_the_file_is_called_off_or_answered(aois_company, account):
    pay(aois_company, 10_000, TODAY)
    refund = order(aois_company, 10_000)
    file = refunding.make_transfers(refunding.plan_transfers(account, TODAY, today=TODAY), actor=GEN)
    with pytest.raises(RuleViolation):
        refunding.call_off(again(refund), because="誤り", today=TODAY, actor=GEN)
    with pytest.raises(RuleViolation, match="Call off the file first"):
        refunding.come_back(again(refund), because="誤り", today=TODAY, actor=GEN)
    assert crediting.credit_of(aois_company) == 0
    banking.was_sent(file, actor=GEN)
    refunding.come_back(again(refund), because="口座なし", today=TODAY, actor=GEN)
    assert (again(refund).state, crediting.credit_of(aois_company)) == ("called-off", 10_000)


@pytest.mark.parametrize(("group", "may"), [(roles.BILLING, False), (roles.APPROVER, True)])
def test_that_money_came_back_is_recorded_by_the_lead(aois_company, group, may):
    pay(aois_company, 10_000, TODAY)
    refund = order(aois_company, 10_000)
    refunding.were_paid([refund], on=TODAY, today=TODAY, actor=GEN)
    dialog = page(refund, "do", "refund-came-back")
    assert logged_in(UserFactory(groups=[group])).get(dialog).status_code == (200 if may else 403)


def test_a_payment_of_which_something_was_paid_back_cannot_be_reversed(aois_company):
    receipt = pay(aois_company, 10_000, TODAY)
    order(aois_company, 10_000)
    with pytest.raises(RuleViolation, match="Call the refund off first"):
        collecting.reverse(again(receipt), because="取消し", today=TODAY, actor=GEN)


@pytest.mark.parametrize(
    ("on", "says"), [(date(2026, 12, 27), "do not transfer"), (date(2026, 12, 31), "do not transfer")]
)
def test_banks_transfer_on_working_days_to_come(account, on, says):
    with pytest.raises(RuleViolation, match=says):
        refunding.plan_transfers(account, on, today=TODAY)


def test_without_refunds_there_is_no_file(account):
    with pytest.raises(RuleViolation, match="No refund waits"):
        refunding.make_transfers(refunding.plan_transfers(account, TODAY, today=TODAY), actor=GEN)


def test_what_goes_to_the_bank_is_what_was_shown(aois_company, account):
    pay(aois_company, 10_000, TODAY)
    order(aois_company, 4_000)
    plan = refunding.plan_transfers(account, TODAY, today=TODAY)
    order(aois_company, 4_000)
    with pytest.raises(Stale):
        refunding.make_transfers(plan, actor=GEN)


def test_a_day_to_come_is_no_day_of_payment(aois_company):
    ReceiptFactory(of=aois_company)
    refund = order(aois_company, 1_000)
    with pytest.raises(RuleViolation, match="not come yet"):
        refunding.were_paid([refund], on=date(2026, 12, 30), today=TODAY, actor=GEN)
