"""Arrears: for screening, for suspension contract by contract, and gone with the payment (G14.1.3, G26.1.1)."""

from datetime import date

import pytest

from billing import arrears, collecting
from billing.models import Invoice
from contracts import screening, suspending
from contracts.models import Customer, Notice
from contracts.models.finding import Ground
from iijiot.rules import RuleViolation
from tests.acts import BEN, advance, only_on, suspend, suspended
from tests.billing.owing import GEN, again, owe, pay
from tests.factories import ApplicationFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.invoices import InvoiceLineFactory
from tests.factories.payments import PaymentPolicyFactory, ReceiptFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DUE = date(2026, 11, 20)
LATER = date(2026, 12, 1)


@pytest.fixture
def company(aois_company) -> Customer:
    return aois_company


@pytest.fixture
def iot(company):
    return ContractFactory(**of(company))


def finding_of(company: Customer):
    """What screening an application finds on payment."""
    application = ApplicationFactory(**of(company))
    screening.begin(application, actor=BEN)
    return application.findings.get(ground=Ground.PAYMENT)


@pytest.mark.clause("G14.1.3")
def test_an_invoice_unpaid_after_its_due_day_proposes_the_ground(company, iot):
    owe(company, 110_000, DUE, contract=iot)
    only_on(date(2026, 11, 25))
    found = finding_of(company)
    assert (found.result, found.by_rule) == ("found", True)
    assert "110,000" in found.text


@pytest.mark.clause("G14.1.3")
def test_an_invoice_paid_by_then_does_not(company, iot):
    owe(company, 110_000, DUE, contract=iot)
    only_on(date(2026, 11, 21))
    pay(company, 110_000, date(2026, 11, 24))
    only_on(date(2026, 11, 25))
    assert finding_of(company).result == "clear"


@pytest.mark.clause("G14.1.3")
def test_an_invoice_on_its_due_day_does_not(company, iot):
    owe(company, 110_000, DUE, contract=iot)
    only_on(DUE)
    assert Invoice.objects.get().state == "issued"
    assert finding_of(company).result == "clear"


@pytest.mark.clause("G35.1")
def test_the_clock_marks_what_is_past_its_effective_due_day(company, iot):
    part = owe(company, 110_000, DUE, contract=iot)
    pay(company, 10_000, DUE)
    advance(DUE)
    assert again(part).state == "partly-paid"
    advance(date(2026, 11, 21))
    assert again(part).state == "overdue"
    assert part.history.first().history_actor == "mark-invoices-overdue"


@pytest.mark.clause("G26.1.1")
def test_a_suspension_for_payment_needs_something_overdue_or_a_risk_written_down(iot):
    with pytest.raises(RuleViolation, match="Nothing of this contract is overdue"):
        suspend(iot, LATER, risk_because="")
    assert suspend(iot, LATER, risk_because="手形の不渡り").risk_because == "手形の不渡り"


@pytest.mark.clause("G26.1.1")
def test_f06_only_the_contract_with_overdue_charges_can_be_suspended_for_them(company, iot):
    storage = ContractFactory(**of(company), data_storage=True, rests_on=[iot])
    owe(company, 110_000, DUE, contract=storage, state="overdue")
    assert [arrear.amount for arrear in arrears.of_contract(storage)] == [110_000]
    assert arrears.of_contract(iot) == []
    assert list(arrears.to_suspend(date(2026, 12, 25))) == [storage]
    assert suspend(storage, LATER, risk_because="").cause == "G26.1.1"
    assert list(arrears.to_suspend(date(2026, 12, 25))) == [], "it is announced already"
    with pytest.raises(RuleViolation, match="Nothing of this contract is overdue"):
        suspend(iot, LATER, risk_because="")


@pytest.mark.clause("G26.1.1")
def test_a_suspension_is_proposed_after_so_many_days_as_staff_have_set(company, iot):
    PaymentPolicyFactory(suspension_days=20)
    owe(company, 110_000, DUE, contract=iot, state="overdue")
    assert list(arrears.to_suspend(date(2026, 12, 9))) == []
    assert list(arrears.to_suspend(date(2026, 12, 10))) == [iot]


@pytest.mark.clause("G26.1.1")
def test_a_part_payment_counts_for_all_contracts_of_the_invoice_pro_rata(company, iot):
    storage = ContractFactory(**of(company), data_storage=True, rests_on=[iot])
    invoice = owe(company, 400_000, DUE, contract=iot, of_contract=100_000, state="overdue")
    InvoiceLineFactory(invoice=invoice, contract=storage, amount=300_000, tax_percent=None)
    pay(company, 350_000, LATER)
    assert [arrear.amount for arrear in arrears.of_contract(iot)] == [12_500]
    assert [arrear.amount for arrear in arrears.of_contract(storage)] == [37_500]


@pytest.mark.clause("G26.2")
def test_h04_a_payment_valued_before_withdraws_the_suspension_that_was_announced(company, iot):
    owe(company, 110_000, DUE, contract=iot, state="overdue")
    made = suspend(iot, LATER, risk_because="", now=suspending.clock.midnight(date(2026, 11, 24)))
    receipt = ReceiptFactory(value_on=date(2026, 11, 25), booked_on=date(2026, 11, 25))
    collecting.match(receipt, company, today=date(2026, 11, 28), actor=GEN)
    assert (again(made).state, again(made).over_on) == ("withdrawn", date(2026, 11, 28))
    assert Notice.objects.filter(kind="suspension-withdrawn").exists()
    only_on(LATER)
    assert (again(made).state, again(iot).state) == ("withdrawn", "active")


@pytest.mark.clause("G28.1.1")
def test_a_payment_is_the_cure_of_a_suspension_in_force_from_its_value_date(company, iot):
    owe(company, 110_000, DUE, contract=iot, state="overdue")
    made = suspended(iot, LATER, risk_because="")
    pay(company, 110_000, date(2026, 12, 10), today=date(2026, 12, 15))
    assert (again(made).state, again(made).cured_on, again(made).terminable_from()) == (
        "in-force",
        date(2026, 12, 10),
        None,
    )
    assert again(iot).state == "suspended", "the use is given back by people"


@pytest.mark.clause("G28.1.1")
def test_a_payment_valued_before_the_suspension_began_cures_it_from_its_first_day(company, iot):
    owe(company, 110_000, DUE, contract=iot, state="overdue")
    made = suspended(iot, LATER, risk_because="")
    pay(company, 110_000, date(2026, 11, 28), today=date(2026, 12, 3))
    assert again(made).cured_on == LATER


@pytest.mark.clause("G26.1.1")
def test_a_part_payment_or_another_cause_leaves_the_measure(company, iot):
    owe(company, 110_000, DUE, contract=iot, state="overdue")
    risk = suspend(ContractFactory(**of(company), data_storage=True, rests_on=[iot]), LATER)
    made = suspend(iot, LATER, risk_because="")
    pay(company, 100_000, date(2026, 11, 28))
    assert (again(made).state, again(risk).state) == ("announced", "announced")
    pay(company, 10_000, date(2026, 11, 29))
    assert (again(made).state, again(risk).state) == ("withdrawn", "announced")


@pytest.mark.clause("G33")
def test_what_is_owed_is_shown_by_age(company, iot):
    for due_on, yen in [(date(2027, 1, 31), 1), (date(2026, 12, 31), 10), (DUE, 100), (date(2026, 11, 1), 1_000),
                        (date(2026, 10, 1), 10_000)]:  # fmt: skip
        owe(company, yen, due_on, contract=iot)
    (age,) = arrears.ageing(date(2027, 1, 4))
    assert (age.customer, age.sums, age.total) == (company, (1, 10, 100, 1_000, 10_000), 11_111)
