"""What a run would not bill without a look: set aside with the cause, and tried again in the next round."""

from datetime import date

import pytest

from billing import closing
from billing.models import SetAside
from iijiot.records import chapter, locked
from tests.acts import BEN, again
from tests.billing.closed import close, closed, documents, on, sums
from tests.factories import CompanyFactory, ContractFactory
from tests.factories.prices import (
    FEES,
    AgreedPriceFactory,
    PriceFactory,
    PriceVersionFactory,
    lined,
    mobile_access,
    new_price,
    price_list,
)

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G30.1")
def test_r03_what_has_no_price_is_set_aside_with_the_cause_and_billed_once_it_has_one():
    price_list({service: yen for service, yen in FEES.items() if service[0] != "vpn-gateway"})
    for _n in range(4):
        ContractFactory()
    gateway = ContractFactory(vpn_gateway=True)
    told = close("2026-11", date(2026, 12, 1))
    assert (told.expected, told.made, told.aside) == (5, 4, 1)
    (aside,) = SetAside.objects.open()
    assert (aside.contract, aside.cause, aside.clause) == (gateway, "unpriced", "VPN6")
    assert gateway.number in aside.why
    close("2026-11", date(2026, 12, 1))
    assert SetAside.objects.get() == aside
    PriceFactory(service_code="vpn-gateway", yen=20_000)
    told = close("2026-11", date(2026, 12, 2))
    assert (told.expected, told.made, told.there, told.aside) == (5, 1, 4, 0)
    assert again(aside).state == "settled"
    assert len(documents("2026-11")) == 5


def test_l12_one_contract_with_impossible_days_holds_up_nobody():
    price_list()
    for _n in range(4):
        ContractFactory()
    corrupt = ContractFactory(ends_on=date(2026, 7, 31))
    told = close("2026-11", date(2026, 12, 1))
    assert (told.expected, told.made) == (4, 4)
    (aside,) = SetAside.objects.open()
    assert (aside.contract, aside.cause) == (corrupt, "faulty")
    assert corrupt.number in aside.why


def test_an_outlier_is_set_aside_for_a_look_and_billed_once_it_was_let_through():
    price_list()
    CompanyFactory()
    contract = mobile_access(100)
    assert [sums(invoice)[0] for invoice in closed("2026-11", date(2026, 12, 1))] == [30_000]
    lined(contract, 500, billing_starts_on=date(2026, 12, 1))
    told = close("2026-12", date(2027, 1, 4))
    assert (told.made, told.aside) == (0, 1)
    (aside,) = SetAside.objects.open()
    assert (aside.cause, aside.why) == ("far-more", "前月の30,000円に対し、当月は180,000円です。")
    closing.let_through(aside, reason="500回線の追加を確認済み", actor=BEN)
    told = close("2026-12", date(2027, 1, 5))
    assert (told.made, told.aside) == (1, 0)
    assert again(aside).state == "settled"


def test_many_fees_in_one_month_are_looked_at_first():
    price_list()
    ContractFactory(private_connector=True)
    for day in (5, 10, 15, 20):
        new_price(date(2026, 12, day), 30_000 + day)
    close("2026-12", date(2027, 1, 4))
    assert SetAside.objects.get().cause == "many-fees"


def test_what_was_let_through_is_looked_at_again_once_it_comes_to_more():
    price_list()
    CompanyFactory()
    contract = mobile_access(100)
    closed("2026-11", date(2026, 12, 1))
    lined(contract, 500, billing_starts_on=date(2026, 12, 1))
    close("2026-12", date(2027, 1, 4))
    (aside,) = SetAside.objects.open()
    assert aside.came_to == 180_000
    closing.let_through(aside, reason="増設を確認した", actor=BEN)
    lined(contract, 5_000, billing_starts_on=date(2026, 12, 1))
    assert close("2026-12", date(2027, 1, 4)).aside == 1
    (again,) = SetAside.objects.open()
    assert again.came_to == 1_680_000
    closing.let_through(again, reason="増設を確認した", actor=BEN)
    assert close("2026-12", date(2027, 1, 4)).made == 1


@pytest.mark.clause("G30.1")
def test_a_month_before_without_a_price_sets_the_unit_aside_until_it_has_one():
    price_list({("iot", "contract"): 5_000})
    CompanyFactory()
    first = date(2026, 12, 1)
    PriceFactory(
        service_code="private-connector",
        yen=30_000,
        version=PriceVersionFactory(published=True, new_from=date(2026, 11, 1), existing_from=first),
    )
    ContractFactory()
    contract = ContractFactory(
        private_connector=True, accepted_on=date(2026, 10, 1), billing_starts_on=first, application=None
    )
    closed("2026-11", first)
    with on(date(2026, 12, 10)), chapter(actor=BEN), locked(contract) as (held,):
        held.billing_starts_on = date(2026, 11, 16)
        held.save()
    assert close("2026-12", date(2027, 1, 4)).aside == 1
    (aside,) = SetAside.objects.open()
    assert "2026年11月16日" in aside.why
    AgreedPriceFactory(
        customer=contract.customer,
        contract=contract,
        service_code="private-connector",
        yen=30_000,
        since=date(2026, 11, 16),
    )
    close("2026-12", date(2027, 1, 4))
    (invoice,) = (draft for draft in documents("2026-12") if draft.customer == contract.customer)
    assert [(line.month.month, line.amount) for line in invoice.lines.in_order()] == [(11, 15_000), (12, 30_000)]
