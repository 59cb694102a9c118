"""Debts pass with mergers and inheritances, and by split plans (G17, G18)."""

from datetime import date

import pytest

from billing import arrears, booking, collecting, crediting, passing, refunding, reminding
from billing.models import ExtraItem, Invoice, Receipt
from contracts import inheriting, succeeding
from contracts.models import Succession
from iijiot.rules import RuleViolation
from tests.billing.bank_files import credit, notification
from tests.billing.owing import GEN, again, owe, pay, settled
from tests.billing.test_booking import take_in
from tests.billing.test_debiting import answer, owe_by_debit, request
from tests.factories import (
    ContractFactory,
    CustomerFactory,
    DeathFactory,
    HeirFilingFactory,
    ManagementUnitFactory,
    SuccessionFactory,
)
from tests.factories.contracts import of
from tests.factories.payments import (
    BankAccountFactory,
    ExtraLateChargeFactory,
    MandateFactory,
    PayerSignFactory,
    ReceiptFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

EFFECTIVE = date(2026, 12, 1)
FILED = date(2026, 12, 20)
DUE = date(2026, 11, 30)


@pytest.fixture
def old(aois_company):
    ContractFactory(**of(aois_company))
    return aois_company


@pytest.fixture
def new():
    return CustomerFactory(name="合併後株式会社", name_kana="ガッペイゴ")


def merge(old, new, **more) -> Succession:
    made = Succession(
        predecessor=old, successor=new, effective_on=EFFECTIVE, filed_on=FILED, evidence="登記事項証明書",
        **{"kind": "absorption", **more},
    )  # fmt: skip
    return succeeding.file(succeeding.plan_succession(made, today=FILED), actor=GEN)


@pytest.mark.clause("G17")
def test_l08_a_merger_carries_every_debt_and_credit(old, new):
    open_one, overdue = owe(old, 110_000, date(2027, 1, 4)), owe(old, 55_000, DUE, state="overdue")
    paid = owe(old, 7, DUE)
    pay(old, 7, DUE, invoices=[paid])
    ReceiptFactory(of=old, amount=1_000)
    merge(old, new)
    assert {again(invoice).debtor for invoice in (open_one, overdue)} == {new}
    assert again(paid).debtor == new, "a payment of it can be taken back still"
    assert {again(open_one).customer, again(open_one).recipient_name} == {old, old.name}, "the document stays"
    assert (crediting.credit_of(new), crediting.credit_of(old)) == (1_000, 0)
    assert [age.customer for age in arrears.ageing(FILED)] == [new]
    assert reminding.to_remind(FILED) == [new.pk]


@pytest.mark.clause("G17")
def test_the_successor_pays_and_so_does_whoever_still_pays_by_the_old_signs(old, new):
    BankAccountFactory()
    first, second = owe(old, 110_000, DUE, number="O0000001"), owe(old, 55_000, date(2027, 1, 4))
    PayerSignFactory(customer=old, name=True, value="ｱｵｲｾｲｻｸｼﾖ")
    merge(old, new)
    pay(new, 110_000, FILED)
    assert settled(first) == [("paid", 110_000)]
    file = take_in(notification(credit(55_000, "ｶ)ｱｵｲｾｲｻｸｼﾖ")))
    booking.book(booking.plan_booking(file, today=date(2026, 12, 29)), actor=GEN)
    assert settled(second) == [("paid", 55_000)]
    assert Receipt.objects.latest("pk").customer == new


@pytest.mark.clause("G17")
def test_the_successor_is_known_by_the_name_of_whom_it_followed(old, new):
    BankAccountFactory()
    invoice = owe(old, 55_000, date(2027, 1, 4))
    merge(old, new)
    file = take_in(notification(credit(55_000, "ｶ)ｱｵｲｾｲｻｸｼﾖ")))
    booking.book(booking.plan_booking(file, today=date(2026, 12, 29)), actor=GEN)
    assert (settled(invoice), Receipt.objects.get().customer) == ([("paid", 55_000)], new)


@pytest.mark.clause("G17", "G33")
def test_what_was_paid_too_much_before_a_merger_is_the_successors_whatever_is_taken_back(old, new):
    paid, later = owe(old, 110_000, DUE), owe(new, 120_000, date(2027, 1, 4))
    receipt = pay(old, 120_000, DUE)
    merge(old, new)
    assert crediting.credit_of(new) == 10_000
    collecting.undo(again(receipt), because="別の請求書の入金", today=FILED, actor=GEN)
    assert (crediting.credit_of(new), again(paid).debtor) == (120_000, new)
    collecting.use(again(receipt), today=FILED, actor=GEN, invoices=[later])
    assert settled(paid, later) == [("overdue", 0), ("paid", 120_000)]


@pytest.mark.clause("G17", "G33")
def test_a_payment_that_is_reversed_after_a_merger_leaves_a_debt_of_the_successor(old, new):
    invoice = owe(old, 110_000, DUE)
    receipt = pay(old, 110_000, DUE)
    merge(old, new)
    collecting.reverse(again(receipt), because="組戻し", today=FILED, actor=GEN)
    assert (settled(invoice), again(invoice).debtor) == ([("overdue", 0)], new)
    assert reminding.to_remind(FILED) == [new.pk]


@pytest.mark.clause("G17", "G33")
def test_a_refund_that_is_called_off_after_a_merger_is_credit_of_the_successor(old, new):
    ReceiptFactory(of=old, amount=1_000)
    refund = refunding.order(
        old, amount=1_000, reason="過入金", today=DUE, actor=GEN, bank="9999", bank_name="ﾃｽﾄ", branch="001",
        branch_name="ﾎﾝﾃﾝ", account_kind="1", account="1234567", holder="ｱｵｲ",
    )  # fmt: skip
    merge(old, new)
    refunding.call_off(again(refund), because="口座なし", today=FILED, actor=GEN)
    assert (crediting.credit_of(new), crediting.credit_of(old)) == (1_000, 0)


@pytest.mark.clause("G17", "G33")
def test_a_debit_asked_before_a_merger_pays_what_has_passed(old, new):
    account, _mandate = BankAccountFactory(), MandateFactory(customer=old)
    invoice = owe_by_debit(old, 110_000)
    file = request(account)
    merge(old, new)
    answer(file, {})
    assert settled(invoice) == [("paid", 110_000)]
    assert (Receipt.objects.get().customer, crediting.credit_of(new)) == (new, 0)


@pytest.mark.clause("G17", "G33")
def test_a_debit_asked_before_a_split_pays_what_has_passed_by_its_plan(old, new):
    account, _mandate = BankAccountFactory(), MandateFactory(customer=old)
    invoice = owe_by_debit(old, 110_000)
    file = request(account)
    split = SuccessionFactory(predecessor=old, successor=new, kind="split", state="carried-out", debts="11月分")
    passing.pass_debt(invoice, split, actor=GEN, reason="分割計画書 第4条")
    answer(file, {})
    assert settled(invoice) == [("paid", 110_000)]
    assert Receipt.objects.get().customer == old, "whose account was debited"


@pytest.mark.clause("G17", "G18")
def test_who_followed_is_found_over_several_steps(old, new):
    last, other = CustomerFactory(), CustomerFactory()
    merge(old, new)
    merge(new, last)
    assert passing.successors([old.pk, new.pk, last.pk, other.pk]) == {old.pk: last.pk, new.pk: last.pk}
    receipt = ReceiptFactory()
    collecting.match(receipt, old, today=FILED, actor=GEN)
    assert again(receipt).customer == last


@pytest.mark.clause("G17")
def test_what_waits_to_be_invoiced_is_invoiced_to_the_successor(old, new):
    unit = old.management_units.get()
    item = ExtraLateChargeFactory(management_unit=unit)
    merge(old, new)
    now = ExtraItem.objects.get(pk=item.pk)
    assert (now.customer, now.management_unit.customer, now.management_unit.name) == (new, new, unit.name)


@pytest.mark.clause("G17")
def test_a_customer_with_debts_alone_is_merged_too(new):
    old = CustomerFactory()
    unit = ManagementUnitFactory(customer=old, name="旧本社")
    ExtraLateChargeFactory(management_unit=unit)
    owe(old, 110_000, DUE)
    merge(old, new)
    assert Invoice.objects.get().debtor == new
    assert ExtraItem.objects.get().management_unit.name == "旧本社"


@pytest.mark.clause("G18.1")
def test_an_heir_takes_over_the_debts(new):
    father = CustomerFactory(sole_proprietor=True)
    unit = ManagementUnitFactory(customer=father)
    ContractFactory(customer=father, management_unit=unit)
    invoice = owe(father, 110_000, DUE)
    death = DeathFactory(customer=father)
    filing = HeirFilingFactory(death=death, heir=new)
    inheriting.take_over(filing, note="除籍謄本", actor=GEN)
    assert again(invoice).debtor == new
    pay(new, 110_000, FILED)
    assert settled(invoice) == [("paid", 110_000)]


@pytest.mark.clause("G17")
def test_a_split_carries_the_debts_that_its_plan_names(old, new):
    moves, stays = owe(old, 110_000, DUE), owe(old, 55_000, DUE)
    split = SuccessionFactory(
        predecessor=old, successor=new, kind="split", state="carried-out", debts="11月分の請求書のみ"
    )
    passing.pass_debt(moves, split, actor=GEN, reason="分割計画書 第4条")
    assert (again(moves).debtor, again(stays).debtor) == (new, old)
    assert again(moves).history.first().history_change_reason == "分割計画書 第4条"


@pytest.mark.clause("G17")
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"state": "filed"}, "carried out"),
        ({"predecessor": None}, "of this debtor"),
    ],
)
def test_a_debt_passes_by_no_other_split(old, new, given, says):
    invoice = owe(old, 110_000, DUE)
    facts = {"predecessor": old, "successor": new, "kind": "split", "state": "carried-out", "debts": "全部", **given}
    facts["predecessor"] = facts["predecessor"] or CustomerFactory()
    with pytest.raises(RuleViolation, match=says):
        passing.pass_debt(invoice, SuccessionFactory(**facts), actor=GEN, reason="分割計画書")


def test_a_payment_of_the_successor_does_not_pay_what_stayed(old, new):
    stays = owe(old, 55_000, DUE)
    with pytest.raises(RuleViolation, match="not owed by this customer"):
        pay(new, 55_000, FILED, invoices=[stays])
    collecting.match(ReceiptFactory(), new, today=FILED, actor=GEN)
    assert settled(stays) == [("issued", 0)]
