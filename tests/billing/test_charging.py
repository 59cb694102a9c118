"""What contracts owe, from the facts as they are stored."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from billing import charging
from billing.models import Price
from billing.months import Kind, Month, Unit
from contracts.models import Contract
from iijiot.bulk import bulk_change
from iijiot.records import chapter
from sims.models import ChargeEvent
from tests.acts import BEN, again, end, give_notice
from tests.factories import ApplicationFactory, ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.prices import (
    AgreedPriceFactory,
    PriceFactory,
    lined,
    mobile_access,
    new_price,
    price_list,
)
from tests.factories.sims import ChargeEventFactory

pytestmark = pytest.mark.django_db
DECEMBER = Month(2026, 12)


def owed(contract: Contract, month: Month = DECEMBER) -> list[tuple[str, int]]:
    """Kind and amount of what a contract owes for a month."""
    charges = charging.of_contracts(month, [contract.pk])
    assert charges.unpriced == {}
    return [(line.kind.value, line.amount) for line in charges.lines.get(contract.pk, [])]


@pytest.mark.clause("IOT5", "DS5", "PC6", "PMG6", "WPC6", "VPN6")
@pytest.mark.parametrize(
    ("service", "clause", "yen"),
    [
        ("iot", "IOT5", 5_000),
        ("data-storage", "DS5", 1_000),
        ("private-connector", "PC6", 30_000),
        ("private-mobile-gateway", "PMG6", 50_000),
        ("wise-paas-connector", "WPC6", 10_000),
        ("vpn-gateway", "VPN6", 20_000),
    ],
)
def test_each_service_owes_initial_fee_at_acceptance_and_monthly_from_its_start(service, clause, yen):
    version = price_list()
    PriceFactory(version=version, service_code=service, kind="initial", yen=10_000)
    contract = ContractFactory(
        service_code=service, accepted_on=date(2026, 11, 25), billing_starts_on=date(2026, 12, 10)
    )
    assert owed(contract, Month(2026, 11)) == []
    first, monthly = charging.of_contracts(DECEMBER, [contract.pk]).lines[contract.pk]
    assert (first.kind, first.amount, first.supplied_on) == (Kind.INITIAL, 10_000, date(2026, 11, 25))
    assert (monthly.kind, monthly.first, monthly.days) == (Kind.MONTHLY, date(2026, 12, 10), 22)
    assert monthly.amount == yen * 22 // 31
    assert {first.clause, monthly.clause} == {clause}
    assert monthly.price_id is not None
    assert Price.objects.get(pk=monthly.price_id).yen == monthly.fee == yen
    assert owed(contract, Month(2027, 1)) == [("monthly", yen)]


@pytest.mark.clause("MA13.1")
def test_mobile_access_owes_for_each_line_and_once_for_the_contract():
    version = price_list()
    PriceFactory(version=version, per_line=True, kind="initial", yen=500)
    PriceFactory(version=version, service_code="mobile-access", item="TypeD", kind="initial", yen=8_000)
    contract = mobile_access(10, accepted_on=date(2026, 11, 25), billing_starts_on=date(2026, 12, 10))
    lines = charging.of_contracts(DECEMBER, [contract.pk]).lines[contract.pk]
    assert [(line.kind, line.unit, line.quantity, line.amount) for line in lines] == [
        (Kind.INITIAL, Unit.CONTRACT, 1, 8_000),
        (Kind.INITIAL, Unit.LINE, 10, 5_000),
        (Kind.MONTHLY, Unit.LINE, 10, 2_120),
    ]
    lined(contract, 2, ordered_on=date(2027, 1, 5), billing_starts_on=date(2027, 1, 10), activated_on=date(2027, 1, 10))
    assert owed(contract, Month(2027, 1)) == [("initial", 1_000), ("monthly", 3_000), ("monthly", 424)]
    assert owed(contract, Month(2027, 2)) == [("monthly", 3_600)]


@pytest.mark.clause("IOT5")
def test_a_contract_that_ended_before_its_start_owes_the_initial_fee_alone():
    version = price_list()
    PriceFactory(version=version, kind="initial", yen=10_000)
    contract = ContractFactory(accepted_on=date(2026, 11, 25), billing_starts_on=date(2026, 12, 10), not_started=False)
    with chapter(actor=BEN):
        bulk_change(Contract.objects.among([contract.pk]), {"ends_on": date(2026, 12, 5), "ends_under": "IOT4"})
    assert owed(contract) == [("initial", 10_000)]
    assert owed(contract, Month(2026, 11)) == owed(contract, Month(2027, 1)) == []


@pytest.mark.clause("MA13.1", "G30.1")
def test_a_one_time_charge_without_a_price_is_refused_with_its_cause():
    price_list()
    event = ChargeEventFactory()
    charges = charging.of_contracts(DECEMBER, [event.contract.pk])
    assert charges.lines == {}
    reason = charges.unpriced[event.contract.pk]
    assert reason.clause.id == "MA13.1"
    assert "2026" in str(reason)


@pytest.mark.clause("MA13.1", "G30.1")
def test_a_one_time_charge_is_owed_at_the_price_that_was_shown():
    version = price_list()
    PriceFactory(version=version, one_time=True)
    event = ChargeEventFactory()
    assert ("one-time", 3_000) in owed(event.contract)
    AgreedPriceFactory(
        customer=event.contract.customer,
        contract=event.contract,
        service_code="mobile-access",
        item="TypeD",
        kind="one-time",
        unit="case",
        cause="not-returned",
        yen=2_000,
    )
    assert ("one-time", 2_000) in owed(event.contract)
    with chapter(actor=BEN):
        bulk_change(ChargeEvent.objects.among([event.pk]), {"taken_back_on": date(2027, 1, 10)})
    assert "one-time" not in dict(owed(event.contract))


@pytest.mark.clause("MA13.1")
def test_a_card_that_is_not_returned_after_the_end_is_charged_on_an_ended_contract():
    version = price_list()
    PriceFactory(version=version, one_time=True)
    event = ChargeEventFactory()
    with chapter(actor=BEN):
        ended = {"ends_on": date(2026, 10, 31), "ends_under": "MA12.1"}
        bulk_change(Contract.objects.among([event.contract.pk]), ended)
    customer = event.contract.customer_id
    charges = charging.of_customers(DECEMBER, customer, customer)
    assert [(line.kind, line.amount) for line in charges.all_lines()] == [(Kind.ONE_TIME, 3_000)]
    assert charging.of_customers(Month(2027, 1), customer, customer).contracts == {}


@pytest.mark.clause("G30.1")
def test_the_fee_is_that_of_the_list_on_the_day_of_the_application():
    price_list()
    price_list({("iot", "contract"): 6_000}, new_from=date(2026, 11, 26), published_on=date(2026, 11, 20))
    company = CustomerFactory()
    before = ApplicationFactory(**of(company), received_at=datetime(2026, 11, 25, 14, 59, tzinfo=UTC))
    after = ApplicationFactory(**of(company), received_at=datetime(2026, 11, 25, 15, 0, tzinfo=UTC))
    days = {"accepted_on": date(2026, 11, 28), "billing_starts_on": date(2026, 12, 1)}
    old = ContractFactory(**of(company), application=before, **days)
    new = ContractFactory(**of(company), application=after, **days)
    assert (owed(old), owed(new)) == ([("monthly", 5_000)], [("monthly", 6_000)])


@pytest.mark.clause("G30.1")
def test_what_was_quoted_in_an_application_counts_for_its_contracts_alone():
    price_list()
    application = ApplicationFactory()
    quoted = ContractFactory(**of(application.customer), application=application)
    other = ContractFactory(**of(application.customer))
    AgreedPriceFactory(customer=application.customer, application=application, basis="quoted", yen=3_500)
    assert (owed(quoted), owed(other)) == ([("monthly", 3_500)], [("monthly", 5_000)])


@pytest.mark.clause("G30.1", "G30.2.3")
def test_an_agreed_price_with_its_own_term_counts_for_its_days():
    price_list()
    contract = ContractFactory()
    agreed = AgreedPriceFactory(customer=contract.customer, until=date(2026, 12, 15))
    charges = charging.of_contracts(DECEMBER, [contract.pk]).lines[contract.pk]
    assert [(line.days, line.fee, line.amount) for line in charges] == [(15, 4_000, 1_935), (16, 5_000, 2_580)]
    assert [line.agreed_id for line in charges] == [agreed.pk, None]


def test_an_agreed_price_stands_where_the_list_has_none():
    contract = ContractFactory()
    assert contract.pk in charging.of_contracts(DECEMBER, [contract.pk]).unpriced
    AgreedPriceFactory(customer=contract.customer)
    assert owed(contract) == [("monthly", 4_000)]


def test_a_price_that_is_not_published_counts_for_nobody():
    PriceFactory(draft=True)
    contract = ContractFactory()
    assert contract.pk in charging.of_contracts(DECEMBER, [contract.pk]).unpriced


@pytest.mark.clause("G30.2.2", "IOT4", "MA12.2")
def test_an_end_that_is_not_stored_can_be_asked_for():
    price_list()
    contract = mobile_access(10)
    told = charging.of_contracts(DECEMBER, [contract.pk], ends={contract.pk: date(2026, 12, 20)})
    assert [line.amount for line in told.lines[contract.pk]] == [193 * 10]
    assert owed(contract) == [("monthly", 3_000)]


@pytest.mark.clause("G30.2.2")
def test_a_line_ends_with_its_contract_or_before_it():
    price_list()
    contract = mobile_access(0, ends_on=date(2026, 12, 20))
    lined(contract, 3)
    lined(contract, 2, ends_on=date(2026, 12, 9), ends_under="MA8.1", state="ended")
    lined(contract, 1, ends_on=date(2026, 12, 28), ends_under="MA8.1")
    lined(contract, 4, ends_on=date(2026, 11, 30), ends_under="MA8.1", state="ended")
    charges = charging.of_contracts(DECEMBER, [contract.pk]).lines[contract.pk]
    assert [(line.quantity, line.days, line.amount) for line in charges] == [(4, 20, 193 * 4), (2, 9, 87 * 2)]


def test_lines_that_are_not_charged_yet_and_contracts_not_started_owe_nothing():
    price_list()
    contract = ContractFactory(mobile_access=True, quantity=3, not_started=True)
    lined(contract, 3, ordered=True, billing_starts_on=None)
    assert owed(contract) == []


def test_many_contracts_take_as_many_statements_as_one(django_assert_num_queries):
    price_list()
    contracts = [mobile_access(2) for _place in range(3)] + [ContractFactory() for _place in range(3)]
    for contract in contracts:
        AgreedPriceFactory(customer=contract.customer, yen=4_444)
    ids = [contract.pk for contract in contracts]
    for asked in (ids[:1], ids):
        with django_assert_num_queries(4):
            charges = charging.of_contracts(DECEMBER, asked)
    assert sorted(line.amount for line in charges.all_lines()) == [600, 600, 600, 4_444, 4_444, 4_444]
    customers = [contract.customer_id for contract in contracts]
    assert charging.of_customers(DECEMBER, min(customers), max(customers)).lines == charges.lines


@pytest.mark.clause("G30.2.2", "PC5.2")
def test_ends_by_notice_and_by_the_company_are_charged_to_their_last_day():
    price_list()
    noticed, stopped = ContractFactory(), ContractFactory()
    give_notice(noticed, date(2026, 12, 15))
    end(stopped, date(2026, 12, 10), "G28.1.2")
    assert again(noticed).ends_on == date(2027, 1, 14)
    assert owed(noticed, Month(2027, 1)) == [("monthly", 2_258)]
    assert owed(stopped) == [("monthly", 5_000 * 10 // 31)]


@pytest.mark.clause("G30.4", "G30.2.3")
def test_a_noticed_change_inside_a_month_is_charged_by_days():
    price_list()
    new_price(date(2026, 12, 16), 6_000, "iot")
    contract = ContractFactory()
    lines = charging.of_contracts(DECEMBER, [contract.pk]).lines[contract.pk]
    assert [(line.first, line.last, line.amount) for line in lines] == [
        (date(2026, 12, 1), date(2026, 12, 15), 5_000 * 15 // 31),
        (date(2026, 12, 16), date(2026, 12, 31), 6_000 * 16 // 31),
    ]


@pytest.mark.clause("G30.1")
def test_two_versions_do_not_change_one_fee_on_one_day():
    price_list()
    new_price(date(2027, 1, 1), 6_000, "iot")
    with pytest.raises(ValidationError) as refused:
        new_price(date(2027, 1, 1), 7_000, "iot")
    assert {error.code for error in refused.value.error_dict["__all__"]} == {"G30.1", "G30.4"}
