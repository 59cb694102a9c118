"""Direct debits: mandates, requests, and what the bank answers (G33)."""

from datetime import date

import pytest

from billing import banking, booking, claiming, debiting, ledger, mandating
from billing.models import BankFile, Debit, Mandate, Receipt
from billing.zengin import checking
from billing.zengin.debits import Outcome, outcomes
from billing.zengin.layouts import DIRECT_DEBIT
from billing.zengin.reading import read
from billing.zengin.writing import written
from iijiot.plans import Stale
from iijiot.rules import RuleViolation
from tests.billing.owing import GEN, again, owe, pay, settled
from tests.factories import CustomerFactory
from tests.factories.payments import BankAccountFactory, MandateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DEBIT_ON = date(2026, 12, 28)
IN_TIME = date(2026, 12, 17)
AFTER = date(2027, 1, 5)


@pytest.fixture(autouse=True)
def account():
    yield BankAccountFactory()
    assert list(ledger.check()) == []
    assert ledger.statement().difference == 0


@pytest.fixture
def mandate(aois_company):
    return MandateFactory(customer=aois_company)


def owe_by_debit(customer, yen, due_on=DEBIT_ON, **more):
    return owe(customer, yen, due_on, method="direct-debit", **more)


def request(account, today=IN_TIME, debit_on=DEBIT_ON) -> BankFile:
    """Make the request for a day."""
    return debiting.make_request(debiting.plan_request(account, debit_on, today=today), actor=GEN)


def answer(file: BankFile, codes: dict[int, str], today=AFTER, times=1) -> BankFile:
    """Book the bank's answer to a request: a code for each mandate, else paid; each row so many times."""
    with banking.opened(file) as stored:
        (batch,) = read(stored.read(), came_on=file.came_on).batches
    rows = [{**row.values, "result": codes.get(int(row.text("payer")), "0")} for row in batch.rows] * times
    paid = [row["amount"] for row in rows if row["result"] == "0"]
    failed = [row["amount"] for row in rows if row["result"] != "0"]
    trailer = {
        **batch.trailer.values, "count": len(rows), "amount": sum(paid) + sum(failed), "paid_count": len(paid),
        "paid_amount": sum(paid), "failed_count": len(failed), "failed_amount": sum(failed),
    }  # fmt: skip
    body = written(DIRECT_DEBIT, batch.header.values, rows, trailer)
    result = banking.take_in("kekka.txt", body, today=today, actor=GEN)
    return booking.book(booking.plan_booking(result, today=today), actor=GEN)


@pytest.mark.clause("G33")
def test_what_is_due_by_the_day_is_asked_for_once_per_account(account, mandate):
    first = owe_by_debit(mandate.customer, 110_000)
    second = owe_by_debit(mandate.customer, 11_000, date(2026, 11, 30), state="overdue")
    owe_by_debit(mandate.customer, 1, date(2027, 1, 29))
    owe(mandate.customer, 2, DEBIT_ON)
    file = request(account)
    debit = Debit.objects.get()
    assert (file.state, file.count, file.amount, file.debit_on) == ("made", 1, 121_000, DEBIT_ON)
    assert (debit.amount, debit.newness, debit.state) == (121_000, "1", "asked")
    assert set(debit.parts.values_list("invoice", "amount")) == {(first.pk, 110_000), (second.pk, 11_000)}
    with banking.opened(file) as stored:
        sent = read(stored.read(), came_on=IN_TIME)
    checking.check(sent)
    (row,) = sent.batches[0].rows
    assert (row.text("payer"), row.number("amount"), row.text("holder")) == (
        f"{mandate.pk:020d}", 121_000, "ｶ)ｱｵｲｾｲｻｸｼﾞﾖ",
    )  # fmt: skip
    assert list(outcomes(sent, IN_TIME)) == []


@pytest.mark.clause("G33", "G35.1")
def test_the_day_of_the_debit_is_the_day_of_payment(account, mandate):
    invoice = owe_by_debit(mandate.customer, 110_000)
    file = request(account)
    result = answer(file, {})
    receipt = Receipt.objects.get()
    assert settled(invoice) == [("paid", 110_000)]
    assert (again(invoice).paid_on, receipt.value_on, receipt.entered_on) == (DEBIT_ON, DEBIT_ON, AFTER)
    assert (receipt.source, receipt.customer, receipt.file) == ("direct-debit", mandate.customer, result)
    assert (again(file).state, Debit.objects.get().state, Debit.objects.get().receipt) == ("answered", "paid", receipt)
    assert claiming.claim(date(2027, 1, 31), actor=GEN) == []


@pytest.mark.clause("G33", "G35.2")
def test_without_funds_it_stays_owed_and_late_days_run_from_the_due_day(account, mandate):
    invoice = owe_by_debit(mandate.customer, 1_000_000)
    answer(request(account), {mandate.pk: "1"})
    assert (settled(invoice), Debit.objects.get().state, again(mandate).state) == (
        [("issued", 0)], "failed", "active",
    )  # fmt: skip
    again_asked = request(account, today=date(2027, 1, 5), debit_on=date(2027, 1, 28))
    assert (again_asked.amount, Debit.objects.latest("pk").newness) == (1_000_000, "0")
    answer(again_asked, {}, today=date(2027, 2, 2))
    assert settled(invoice) == [("paid", 1_000_000)]
    (claimed,) = claiming.claim(date(2027, 1, 31), actor=GEN)
    assert (claimed.amount, claimed.days) == (20_000, 31)


@pytest.mark.clause("G33")
@pytest.mark.parametrize(("code", "why"), [("2", "No such account"), ("3", "depositor"), ("4", "No mandate")])
def test_an_account_that_the_bank_refuses_is_not_debited_again(account, mandate, code, why):
    owe_by_debit(mandate.customer, 110_000)
    answer(request(account), {mandate.pk: code})
    assert (again(mandate).state, again(mandate).over_on) == ("broken", AFTER)
    assert Mandate.objects.to_look_after().get() == mandate
    plan = debiting.plan_request(account, date(2027, 1, 28), today=AFTER)
    assert (plan.asked, len(plan.without_mandate)) == ((), 1)
    with pytest.raises(RuleViolation, match="nothing to debit"):
        debiting.make_request(plan, actor=GEN)


@pytest.mark.clause("G33")
@pytest.mark.parametrize("code", ["8", "9"])
def test_other_answers_leave_the_mandate_in_force(account, mandate, code):
    owe_by_debit(mandate.customer, 110_000)
    answer(request(account), {mandate.pk: code})
    assert (again(mandate).state, Debit.objects.get().result) == ("active", code)


@pytest.mark.clause("G33")
def test_what_is_with_the_bank_is_not_asked_for_twice(account, mandate):
    owe_by_debit(mandate.customer, 110_000)
    request(account)
    plan = debiting.plan_request(account, DEBIT_ON, today=IN_TIME)
    assert plan.asked == ()


@pytest.mark.clause("G33")
def test_an_invoice_paid_meanwhile_by_transfer_leaves_a_credit(account, mandate):
    invoice = owe_by_debit(mandate.customer, 110_000)
    file = request(account)
    pay(mandate.customer, 110_000, date(2026, 12, 25))
    answer(file, {})
    assert settled(invoice) == [("paid", 110_000)]
    assert Receipt.objects.with_credit().get().rest == 110_000


@pytest.mark.clause("G33")
def test_equal_sums_of_two_requests_for_one_day_are_answered_one_by_one(account, mandate):
    one = owe_by_debit(mandate.customer, 5_500)
    first = request(account)
    two = owe_by_debit(mandate.customer, 5_500)
    second = request(account)
    answer(first, {})
    assert settled(one, two) == [("paid", 5_500), ("issued", 0)]
    result = answer(second, {}, today=date(2027, 1, 6))
    assert settled(one, two) == [("paid", 5_500), ("paid", 5_500)]
    assert (result.booked, result.there_before, again(first).state, again(second).state) == (
        1,
        0,
        "answered",
        "answered",
    )


@pytest.mark.clause("G33")
def test_one_result_answers_equal_sums_of_two_requests_and_leaves_out_what_is_beyond(account, mandate):
    one = owe_by_debit(mandate.customer, 5_500)
    file = request(account)
    two = owe_by_debit(mandate.customer, 5_500)
    request(account)
    result = answer(file, {}, times=3)
    assert settled(one, two) == [("paid", 5_500), ("paid", 5_500)]
    assert (result.booked, [left["amount"] for left in result.left_out]) == (2, [5_500])


@pytest.mark.clause("G33")
def test_the_result_booked_twice_changes_nothing(account, mandate):
    owe_by_debit(mandate.customer, 110_000)
    file = request(account)
    result = answer(file, {})
    plan = debiting.plan_result(result, banking.read_again(result), today=AFTER)
    assert (len(plan.new), len(plan.there)) == (0, 1)
    with pytest.raises(RuleViolation):
        booking.plan_booking(result, today=AFTER)


@pytest.mark.clause("G33")
def test_an_answer_to_what_nobody_asked_is_left_out_and_named(account, mandate):
    owe_by_debit(mandate.customer, 110_000)
    file = request(account)
    debit = Debit.objects.get()
    banking.call_off(file, because="金額の誤り", actor=GEN)
    assert (again(file).state, again(debit).state) == ("called-off", "called-off")
    result = answer(file, {})
    assert (result.booked, [left["amount"] for left in result.left_out]) == (0, [110_000])
    assert not Receipt.objects.exists()
    assert request(account).amount == 110_000, "what was called off is asked for again"


@pytest.mark.clause("G33")
def test_two_customers_one_paid_and_one_not(account, mandate):
    other = MandateFactory(customer=CustomerFactory(), account="0000022")
    paid, failed = owe_by_debit(mandate.customer, 33_000), owe_by_debit(other.customer, 11_711)
    answer(request(account), {other.pk: "1"})
    assert settled(paid, failed) == [("paid", 33_000), ("issued", 0)]


@pytest.mark.clause("G33")
@pytest.mark.parametrize(
    ("today", "debit_on", "says"),
    [
        (date(2026, 12, 18), DEBIT_ON, "wants the file by"),
        (IN_TIME, date(2026, 12, 27), "do not debit on that day"),
        (IN_TIME, date(2026, 12, 31), "do not debit on that day"),
    ],
)
def test_the_bank_takes_files_in_time_and_debits_on_working_days(account, mandate, today, debit_on, says):
    with pytest.raises(RuleViolation, match=says):
        debiting.plan_request(account, debit_on, today=today)


def test_what_is_asked_for_is_what_was_shown(account, mandate):
    invoice = owe_by_debit(mandate.customer, 110_000)
    plan = debiting.plan_request(account, DEBIT_ON, today=IN_TIME)
    pay(mandate.customer, 10_000, IN_TIME, invoices=[invoice])
    with pytest.raises(Stale) as moved:
        debiting.make_request(plan, actor=GEN)
    assert moved.value.now.amount == 100_000


@pytest.mark.clause("G33")
def test_until_the_bank_accepts_the_mandate_nothing_is_debited(account, aois_company):
    mandate = mandating.request_mandate(
        aois_company, account, actor=GEN, bank="9999", bank_name="ﾃｽﾄ", branch="001", branch_name="ﾋｶﾞｼ",
        account_kind="1", account="0000001", holder="ｶ)ｱｵｲ", requested_on=date(2026, 11, 2),
    )  # fmt: skip
    owe_by_debit(aois_company, 110_000)
    assert debiting.plan_request(account, DEBIT_ON, today=IN_TIME).asked == ()
    mandating.activate(mandate, since=date(2026, 12, 10), actor=GEN)
    assert debiting.plan_request(account, DEBIT_ON, today=IN_TIME).amount == 110_000
    with pytest.raises(RuleViolation, match="not with the bank yet"):
        mandating.activate(MandateFactory(requested=True), since=date(2026, 4, 30), actor=GEN)


@pytest.mark.clause("G33")
def test_a_changed_account_is_told_to_the_bank_and_ends_the_old_mandate(account, mandate):
    owe_by_debit(mandate.customer, 110_000)
    answer(request(account), {mandate.pk: "1"})
    new = MandateFactory(customer=mandate.customer, requested=True, account="0000002")
    mandating.activate(new, since=AFTER, actor=GEN)
    assert (again(mandate).state, again(new).state) == ("stopped", "active")
    (asked,) = debiting.plan_request(account, date(2027, 1, 28), today=AFTER).asked
    assert (asked.mandate, asked.newness) == (new, "2")


@pytest.mark.clause("G33")
def test_until_the_new_mandate_begins_the_old_account_is_debited(account, mandate):
    owe_by_debit(mandate.customer, 110_000)
    new = MandateFactory(customer=mandate.customer, requested=True, account="0000002")
    mandating.activate(new, since=date(2027, 1, 15), actor=GEN)
    (asked,) = debiting.plan_request(account, DEBIT_ON, today=IN_TIME).asked
    assert (asked.mandate, asked.newness) == (mandate, "1")
    assert list(Mandate.objects.in_force_on(date(2027, 1, 14))) == [mandate]
    assert list(Mandate.objects.in_force_on(date(2027, 1, 15))) == [new]
    (asked,) = debiting.plan_request(account, date(2027, 1, 28), today=AFTER).asked
    assert asked.mandate == new


@pytest.mark.clause("G33")
def test_a_new_mandate_that_is_stopped_before_it_begins_leaves_none_in_force(account, mandate):
    new = MandateFactory(customer=mandate.customer, requested=True, account="0000002")
    mandating.activate(new, since=date(2027, 1, 15), actor=GEN)
    mandating.stop(again(new), on=IN_TIME, because="お客様のお申し出", actor=GEN)
    assert not Mandate.objects.in_force_on(DEBIT_ON).exists()


def test_a_mandate_is_sent_back_or_stopped_for_a_reason(mandate):
    requested = MandateFactory(customer=CustomerFactory(), requested=True)
    mandating.give_back(requested, on=date(2026, 6, 1), because="印鑑相違", actor=GEN)
    mandating.stop(mandate, on=date(2026, 6, 1), because="お客様のお申し出", actor=GEN)
    assert (again(requested).state, again(requested).why) == ("returned", "印鑑相違")
    assert (again(mandate).state, again(mandate).why) == ("stopped", "お客様のお申し出")


def test_the_number_of_a_payer_is_never_used_again(mandate):
    other = MandateFactory(customer=CustomerFactory())
    assert mandate.payer_number != other.payer_number
    assert (len(mandate.payer_number), int(mandate.payer_number)) == (20, mandate.pk)


def test_an_outcome_says_whether_it_was_paid():
    assert Outcome("1", 5, "0", DEBIT_ON, 2).is_paid
    assert not Outcome("1", 5, "1", DEBIT_ON, 2).is_paid
