"""G14.3: a cap on the monthly fees of a customer."""

from datetime import date

import pytest
from django.utils.translation import override

from contracts import accepting
from iijiot.rules import RuleViolation
from tests.acts import WEDNESDAY, accept, screened
from tests.factories import ApplicationFactory, CapFactory, ContractFactory
from tests.factories.contracts import of
from tests.factories.prices import AgreedPriceFactory, mobile_access, price_list
from tests.vectors import group

pytestmark = pytest.mark.django_db


def fee_cap(customer, most: int):
    return CapFactory(customer=customer, service="", counts="fees", most=most)


@pytest.mark.clause("G14.3")
def test_only_the_excess_over_a_cap_on_fees_is_refused(aois_company):
    (case,) = [case for case in group("legal.caps") if "monthly_fee" in case["cap"]]
    price_list({("iot", "contract"): case["have_fee"], ("mobile-access", "line"): case["fee_each"]})
    fee_cap(aois_company, case["cap"]["monthly_fee"])
    ContractFactory(**of(aois_company))
    application = screened(ApplicationFactory(**of(aois_company), mobile_access=True, quantity=case["asked"]))
    plan = accepting.plan_acceptance(application, on=WEDNESDAY)
    assert (plan.quantity, plan.refused_quantity) == (case["accepted"], case["refused"])
    assert accept(application).quantity == case["accepted"]


@pytest.mark.clause("G14.3", "MA8.1")
def test_more_lines_of_a_contract_count_at_what_it_pays(aois_company):
    price_list()
    contract = mobile_access(10, **of(aois_company))
    AgreedPriceFactory(
        customer=aois_company, contract=contract, service_code="mobile-access", item="TypeD", unit="line", yen=200
    )
    fee_cap(aois_company, 2_500)
    application = ApplicationFactory(
        **of(aois_company), mobile_access=True, changes=contract, quantity=5, start_wished_on=date(2026, 12, 1)
    )
    assert application.room() == 2


@pytest.mark.clause("G14.3")
def test_a_service_that_costs_more_than_is_left_is_refused(aois_company):
    price_list()
    ContractFactory(**of(aois_company))
    fee_cap(aois_company, 5_999)
    application = screened(ApplicationFactory(**of(aois_company), service_code="data-storage"))
    with override("en"), pytest.raises(RuleViolation) as refused:
        accept(application, reason="急ぎ")
    assert refused.value.unmet[0].clause.id == "G14.3"
    fee_cap_of_all = CapFactory(customer=None, service="", counts="fees", most=1)
    assert str(fee_cap_of_all)


@pytest.mark.clause("G14.3")
def test_what_has_ended_before_the_day_costs_nothing_any_more(aois_company):
    price_list()
    ContractFactory(**of(aois_company), ends_on=date(2026, 12, 10))
    fee_cap(aois_company, 5_000)
    asked = {**of(aois_company), "service_code": "data-storage"}
    assert ApplicationFactory(**asked, start_wished_on=date(2026, 12, 10)).room() == 0
    assert ApplicationFactory(**asked, start_wished_on=date(2026, 12, 11)).room() == 1


@pytest.mark.clause("G14.3")
def test_what_is_accepted_and_not_started_counts(aois_company):
    price_list()
    ContractFactory(**of(aois_company), starting=True)
    fee_cap(aois_company, 5_500)
    assert ApplicationFactory(**of(aois_company), service_code="data-storage").room() == 0
