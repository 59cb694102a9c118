"""What staff decide beside the fees: surcharges, damages, credits, adjustment fees."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from billing import charging, deciding
from billing.models import ExtraItem
from billing.months import Kind, Month, Unit
from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import MinimumTerm
from iijiot.rules import RuleViolation
from tests.acts import BEN, again
from tests.factories import ContractFactory
from tests.factories.invoices import InvoiceFactory
from tests.factories.prices import ExtraItemFactory, lined, mobile_access, price_list
from tests.vectors import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

SAID: dict[str, Any] = {"text": "割増金", "reason": "検査の結果", "on": date(2026, 12, 10), "actor": BEN}


@pytest.mark.clause("G34")
@pytest.mark.parametrize("case", cases("legal.surcharge"))
def test_a_surcharge_is_twice_the_fee_that_was_evaded_outside_the_tax(case):
    extra = deciding.claim_surcharge(ContractFactory(), case["evaded_net"], **SAID)
    assert (extra.amount, extra.taxable, extra.clause) == (case["surcharge"], False, "G34")
    assert (extra.month, extra.state) == (date(2026, 12, 1), "pending")


@pytest.mark.clause("G34")
def test_whether_tax_is_on_a_surcharge_is_a_setting(settings):
    settings.TAXED_EXTRAS = ["surcharge"]
    assert deciding.claim_surcharge(ContractFactory(), 100, **SAID).taxable


@pytest.mark.clause("G21")
def test_damages_are_claimed_outside_the_tax_with_the_reason():
    contract = ContractFactory()
    extra = deciding.claim_damages(contract, 100_000, **SAID)
    assert (extra.amount, extra.taxable, extra.clause, extra.reason) == (100_000, False, "G21", "検査の結果")
    assert (extra.customer, extra.management_unit) == (contract.customer, contract.management_unit)
    assert extra.history.get().history_clause == "G21"
    with pytest.raises(RuleViolation, match="above zero"):
        deciding.claim_damages(contract, 0, **SAID)


@pytest.mark.clause("G22", "G32")
@pytest.mark.parametrize("service", SERVICES)
def test_no_service_guarantees_its_quality_so_nothing_is_credited_for_it(service):
    parent = {"parent": ContractFactory()} if SERVICES[service].is_option else {}
    item = {"item": "TypeD"} if service == "mobile-access" else {}
    contract = ContractFactory(service_code=service, **item, **parent)
    assert "no guarantee of quality" in str(deciding.why_no_quality_credit(contract))


def invoiced(contract: Any) -> Any:
    """The line of an issued invoice for the contract's month."""
    return InvoiceFactory(customer=contract.customer, management_unit=contract.management_unit).lines.get()


@pytest.mark.clause("G32")
def test_a_credit_for_quality_is_refused_with_the_reason_where_nothing_is_guaranteed():
    line = InvoiceFactory().lines.get()
    with pytest.raises(RuleViolation, match="no guarantee of quality") as refused:
        deciding.credit_quality(line, 500, requested_on=date(2026, 12, 9), **SAID)
    assert refused.value.unmet[0].clause.id == "G32"


@pytest.mark.clause("G22", "G32")
def test_where_a_quality_is_guaranteed_it_is_credited_on_the_customers_request(monkeypatch):
    line = InvoiceFactory().lines.get()
    service = SERVICES[line.contract.service_code]
    guaranteed = replace(service, guarantee=replace(service.guarantee, is_given=True))
    monkeypatch.setitem(SERVICES, service.code, guaranteed)
    with pytest.raises(RuleViolation, match="request has not come"):
        deciding.credit_quality(line, 500, requested_on=date(2026, 12, 11), **SAID)
    extra = deciding.credit_quality(line, 500, requested_on=date(2026, 12, 9), **SAID)
    assert (extra.kind, extra.amount, extra.clause) == ("credit", -500, "G32")
    assert (extra.month, extra.lessens, extra.taxable) == (line.month, line, True)


@pytest.mark.clause("G30.1")
def test_no_more_is_credited_than_stands_on_the_line():
    line = InvoiceFactory().lines.get()
    deciding.give_goodwill(line, line.amount - 100, **SAID)
    with pytest.raises(RuleViolation, match="from 1 to 100 yen"):
        deciding.give_goodwill(line, 101, **SAID)
    deciding.give_goodwill(line, 100, **SAID)
    assert deciding.rest_of(line) == 0


def test_a_decision_is_taken_back_while_no_invoice_has_it():
    line = InvoiceFactory().lines.get()
    extra = deciding.give_goodwill(line, line.amount, **SAID)
    deciding.withdraw(extra, because="取り違え", actor=BEN)
    assert (again(extra).state, deciding.rest_of(line)) == ("withdrawn", line.amount)
    billed = ExtraItemFactory(state="billed")
    with pytest.raises(RuleViolation):
        deciding.withdraw(billed, because="遅い", actor=BEN)


@pytest.mark.clause("G31", "IOT2", "MA3", "DS2", "PC2", "PMG2", "WPC2", "VPN2", "IOT3.7")
def test_no_service_has_a_minimum_term_so_whoever_leaves_at_once_owes_no_adjustment_fee():
    price_list()
    assert {service.minimum_term.months for service in SERVICES.values()} == {0}
    contract = ContractFactory(ends_on=date(2026, 4, 1))
    charges = charging.of_contracts(Month(2026, 4), [contract.pk]).all_lines()
    assert [line.kind for line in charges] == [Kind.MONTHLY]


@pytest.fixture
def twelve_months(monkeypatch):
    """Mobile Access and data storage with a minimum term of twelve months."""
    for code, yen in (("mobile-access", 2_000), ("data-storage", 30_000)):
        service = SERVICES[code]
        term = MinimumTerm(12, yen).under(service.minimum_term.said_by.id)
        monkeypatch.setitem(SERVICES, code, replace(service, minimum_term=term))


@pytest.mark.clause("G31")
@pytest.mark.parametrize(
    ("ends_on", "owed"),
    [(date(2027, 3, 31), [(Kind.ADJUSTMENT, 30_000)]), (date(2027, 4, 1), [])],
    ids=["on the last day of the term", "after it"],
)
@pytest.mark.usefixtures("twelve_months")
def test_an_end_inside_a_minimum_term_costs_its_adjustment_fee_outside_the_tax(ends_on, owed):
    price_list()
    contract = ContractFactory(data_storage=True, ends_on=ends_on)
    lines = charging.of_contracts(Month.of(ends_on), [contract.pk]).all_lines()
    adjustments = [line for line in lines if line.kind == Kind.ADJUSTMENT]
    assert [(line.kind, line.amount) for line in adjustments] == owed
    assert all((line.taxable, line.clause, line.first) == (False, "G31", ends_on) for line in adjustments)


@pytest.mark.clause("G31")
@pytest.mark.usefixtures("twelve_months")
def test_fewer_lines_inside_a_minimum_term_cost_it_for_each_that_leaves():
    price_list()
    contract = mobile_access(3)
    lined(contract, 2, ends_on=date(2026, 12, 20), ends_under="MA8.1")
    lines = charging.of_contracts(Month(2026, 12), [contract.pk]).all_lines()
    (adjustment,) = [line for line in lines if line.kind == Kind.ADJUSTMENT]
    assert (adjustment.unit, adjustment.quantity, adjustment.amount) == (Unit.LINE, 2, 4_000)
    assert ExtraItem.objects.count() == 0
