"""Reminders of debts: each invoice once at each step, one letter to a customer (G33)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import claiming, reminding
from billing.models import Reminded, Reminder
from contracts.models import Notice
from iijiot import clock
from tests.acts import advance
from tests.billing.owing import GEN, again, owe, pay
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.invoices import ExemptionFactory
from tests.factories.payments import PaymentPolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DUE = date(2026, 11, 30)


def after(days: int) -> date:
    return DUE + timedelta(days)


@pytest.mark.long
@pytest.mark.clause("G33")
def test_a_customer_is_reminded_at_each_step_once(aois_company):
    invoice = owe(aois_company, 1_000_000, DUE)
    advance(DUE)
    advance(after(70))
    steps = Reminded.objects.order_by("pk").values_list("invoice", "step", "reminder__on")
    assert list(steps) == [(invoice.pk, step, after(step)) for step in (3, 11, 31, 60)]
    assert Notice.objects.filter(kind="payment-overdue", customer=aois_company).count() == 4


@pytest.mark.clause("G33", "G35.2", "G26.1.1")
def test_the_letter_names_every_debt_what_has_accrued_and_in_the_end_the_suspension(aois_company):
    first = owe(aois_company, 1_000_000, DUE, state="overdue")
    second = owe(aois_company, 5_500, after(-3), state="overdue")
    for days in (3, 11):
        reminding.remind([aois_company.pk], on=after(days), actor=GEN)
    early, late = [notice.body for notice in Notice.objects.order_by("pk")]
    for body in (early, late):
        assert f"請求書番号　{first.number}　お支払期限　2026年11月30日（月）　未払額　1,000,000円" in body
        assert second.number in body
        assert "1,005,500円" in body
    assert "遅延損害金" not in early
    assert "停止" not in early
    assert "遅延損害金20,110円" in late
    assert "ご利用を停止" in late


@pytest.mark.clause("G33")
def test_late_steps_of_days_on_which_nothing_ran_are_one_letter(aois_company):
    owe(aois_company, 1_000_000, DUE, state="overdue")
    reminding.remind([aois_company.pk], on=after(40), actor=GEN)
    assert list(Reminded.objects.values_list("step", flat=True)) == [31]
    assert reminding.remind([aois_company.pk], on=after(41), actor=GEN) == []


@pytest.mark.clause("G33")
def test_what_is_paid_is_reminded_of_no_more(aois_company):
    owe(aois_company, 1_000_000, DUE)
    advance(DUE)
    advance(after(4))
    pay(aois_company, 1_000_000, after(5))
    advance(after(40))
    assert Reminder.objects.count() == 1


@pytest.mark.clause("G33")
def test_a_customer_exempt_from_dunning_is_not_reminded(aois_company):
    owe(aois_company, 1_000_000, DUE, state="overdue")
    ExemptionFactory(customer=aois_company, since=after(1), until=after(15))
    assert reminding.to_remind(after(11)) == []
    assert reminding.to_remind(after(16)) == [aois_company.pk]


@pytest.mark.clause("G33")
def test_staff_set_the_steps_or_none(aois_company):
    owe(aois_company, 1_000_000, DUE, state="overdue")
    PaymentPolicyFactory(reminder_days="20、 5")
    assert reminding.to_remind(after(4)) == []
    assert reminding.to_remind(after(5)) == [aois_company.pk]


def test_without_steps_nobody_is_reminded(aois_company):
    owe(aois_company, 1_000_000, DUE, state="overdue")
    PaymentPolicyFactory(reminder_days="")
    assert reminding.to_remind(after(60)) == []


@pytest.mark.clause("G33", "G35.2")
def test_l16_after_the_end_of_the_contract_the_last_invoice_is_chased(aois_company):
    contract = ContractFactory(**of(aois_company), ends_on=date(2026, 11, 30), state="ended")
    due_on = date(2026, 12, 31)
    invoice = owe(aois_company, 1_000_000, due_on, contract=contract)
    advance(due_on)
    advance(date(2027, 1, 15))
    assert (again(invoice).state, Reminder.objects.count()) == ("overdue", 2)
    pay(aois_company, 1_000_000, date(2027, 1, 31))
    assert [claimed.amount for claimed in claiming.claim(date(2027, 1, 31), actor=GEN)] == [20_000]


@pytest.mark.clause("G33")
def test_many_customers_are_reminded_by_the_statements_of_one(django_assert_num_queries):
    customers = [CustomerFactory() for _n in range(4)]
    for customer in customers:
        owe(customer, 5_500, DUE, state="overdue")
    with clock.working_on(after(3)), CaptureQueriesContext(connection) as asked:
        reminding.remind([customers[0].pk], on=after(3), actor=GEN)
    with clock.working_on(after(3)), django_assert_num_queries(len(asked)):
        made = reminding.remind([customer.pk for customer in customers], on=after(3), actor=GEN)
    assert [reminder.customer for reminder in made] == customers[1:]
    bodies = [reminder.notice.body for reminder in made]
    assert all(customer.name in body for customer, body in zip(customers[1:], bodies, strict=True))
