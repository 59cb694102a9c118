"""Proration, suspension and price versions: faults of others, and the right answers."""

from datetime import date, datetime, time

import pytest

from billing import charging, publishing
from billing.differences import difference
from billing.months import ChargeLine, Month
from contracts import suspending
from contracts.models import Contract, Notice
from iijiot import clock
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation
from tests.acts import BEN, advance, again, announce, end, give_notice, suspended
from tests.factories import ContractFactory, CustomerFactory, ExternalSubscriptionFactory, ViolationFactory
from tests.factories.contracts import of
from tests.factories.prices import PriceFactory, PriceVersionFactory, lined, mobile_access, new_price, price_list

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER, JANUARY = Month(2026, 11), Month(2026, 12), Month(2027, 1)


def lines(contract: Contract, month: Month) -> list[ChargeLine]:
    charges = charging.of_contracts(month, [contract.pk])
    assert charges.unpriced == {}
    return charges.all_lines()


def amounts(contract: Contract, month: Month) -> list[int]:
    return [line.amount for line in lines(contract, month)]


def months(first: Month, many: int) -> list[Month]:
    found = [first]
    while len(found) < many:
        found.append(found[-1].next)
    return found


@pytest.mark.clause("G30.2.1")
def test_p01_a_billing_start_on_the_31st_is_billed_every_month():
    price_list({("iot", "contract"): 3_100})
    contract = ContractFactory(billing_starts_on=date(2027, 1, 31))
    year = [amounts(contract, month) for month in months(JANUARY, 12)]
    assert year == [[100], *[[3_100]] * 11]
    assert sum(amount for (amount,) in year) == 34_200
    assert amounts(contract, Month(2028, 1)) == [3_100]


@pytest.mark.clause("G30.2.1", "G30.2.2")
@pytest.mark.parametrize(
    ("first", "last", "owed"),
    [
        (date(2028, 1, 30), date(2028, 2, 29), [187, 2_900]),
        (date(2028, 1, 30), date(2028, 2, 28), [187, 2_800]),
        (date(2027, 1, 30), date(2027, 2, 28), [187, 2_900]),
    ],
)
def test_p02_the_billed_days_tile_the_life_of_a_contract(first, last, owed):
    price_list({("iot", "contract"): 2_900})
    contract = ContractFactory(billing_starts_on=first, ends_on=last)
    billed = [line for month in months(Month.of(first), 3) for line in lines(contract, month)]
    assert [line.amount for line in billed] == owed
    assert billed[0].first == first
    assert billed[-1].last == last
    assert billed[1].first == Month.of(last).first
    assert sum(line.days for line in billed) == (last - first).days + 1


@pytest.mark.clause("G30.2.1")
def test_p04_a_whole_month_is_the_whole_fee():
    price_list({("iot", "contract"): 99_999})
    assert amounts(ContractFactory(), DECEMBER) == [99_999]


@pytest.mark.clause("G30.2.1", "G30.2.3")
def test_p05_the_divisor_is_the_month_and_not_its_rest():
    price_list()
    contract = ContractFactory(private_mobile_gateway=True, billing_starts_on=date(2026, 11, 20))
    assert amounts(contract, NOVEMBER) == [18_333]
    new_price(date(2026, 11, 25), 60_000, "private-mobile-gateway")
    assert amounts(contract, NOVEMBER) == [8_333, 12_000]


@pytest.mark.clause("G30.2.1")
def test_p06_nothing_is_owed_before_the_billing_start():
    price_list()
    contract = ContractFactory(private_connector=True, billing_starts_on=date(2026, 12, 5))
    assert amounts(contract, NOVEMBER) == []
    assert amounts(contract, DECEMBER) == [26_129]


@pytest.mark.clause("G30.2.2", "MA12.1")
def test_p07_a_contract_cancelled_in_mid_month_owes_its_days_and_nothing_more():
    price_list()
    contract = mobile_access(10)
    give_notice(contract, date(2026, 11, 5))
    assert again(contract).ends_on == date(2026, 12, 5)
    assert amounts(contract, NOVEMBER) == [3_000]
    assert amounts(contract, DECEMBER) == [480]
    assert amounts(contract, JANUARY) == []


@pytest.mark.clause("G30.2.1", "MA8.1")
def test_p09_every_change_of_quantity_is_an_itemised_stretch():
    price_list()
    contract = mobile_access(10)
    for first in (date(2026, 12, 5), date(2026, 12, 12)):
        days = {"ordered_on": first, "billing_starts_on": first, "activated_on": first}
        lined(contract, 1, **days, ends_on=date(2026, 12, 20), ends_under="MA8.1")
    assert amounts(contract, DECEMBER) == [3_000, 154, 87]


@pytest.mark.clause("G30.2.3")
def test_p10_a_fee_of_zero_is_charged_as_zero():
    price_list({("iot", "contract"): 0})
    new_price(date(2026, 12, 10), 500, "iot")
    contract = ContractFactory()
    assert amounts(contract, NOVEMBER) == [0]
    assert amounts(contract, DECEMBER) == [0, 354]


@pytest.mark.clause("G30.3")
def test_h01_a_suspension_charges_each_month_once_and_resuming_charges_nothing():
    price_list()
    contract = ContractFactory(private_connector=True)
    measure = suspended(contract, date(2026, 11, 10))
    assert again(contract).state == "suspended"
    assert amounts(contract, NOVEMBER) == [30_000]
    suspending.lift(measure, on=date(2026, 12, 20), actor=BEN, because="お支払いを確認")
    assert again(contract).state == "active"
    assert amounts(contract, NOVEMBER) == amounts(contract, DECEMBER) == amounts(contract, JANUARY) == [30_000]


@pytest.mark.clause("G30.3", "G26.1")
def test_h02_overlapping_and_repeated_suspensions_change_no_charge():
    price_list()
    contract = ContractFactory(private_connector=True)
    arrears = suspended(contract, date(2026, 11, 10))
    breach = ViolationFactory(customer=contract.customer, breach="G20.1")
    violation = suspended(contract, date(2026, 11, 15), cause="G26.1.3", violation=breach)
    suspending.lift(violation, on=date(2026, 12, 1), actor=BEN, because="是正を確認")
    assert again(contract).state == "suspended"
    suspending.lift(arrears, on=date(2026, 12, 20), actor=BEN, because="お支払いを確認")
    assert again(contract).state == "active"
    for day in (22, 25, 28):
        again_stopped = suspended(contract, date(2026, 12, day))
        suspending.lift(again_stopped, on=date(2026, 12, day + 1), actor=BEN, because="お支払いを確認")
    assert amounts(contract, NOVEMBER) == [30_000]
    assert amounts(contract, DECEMBER) == [30_000]


@pytest.mark.clause("G30.2.3", "G30.4")
def test_v01_two_price_changes_inside_one_month_all_apply_in_order():
    price_list({("iot", "contract"): 1_000})
    new_price(date(2026, 12, 20), 1_050, "iot")
    new_price(date(2026, 12, 10), 1_100, "iot")
    contract = ContractFactory()
    assert amounts(contract, DECEMBER) == [290, 354, 406]
    assert amounts(contract, JANUARY) == [1_050]


def rise(existing_from: date, yen: int, service: str, **version):
    """An announced change of one fee."""
    made = PriceVersionFactory(new_from=existing_from, existing_from=existing_from, changes="料金の改定", **version)
    PriceFactory(draft=True, version=made, service_code=service, yen=yen)
    return made


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.TOKYO)


@pytest.mark.clause("G30.4")
def test_v03_whoever_was_told_pays_the_new_price_and_nobody_does_while_one_was_not_reached():
    price_list({("iot", "contract"): 1_000})
    told, unreached = ContractFactory(), ContractFactory(customer=CustomerFactory(name="株式会社未達"))
    version = rise(date(2027, 1, 1), 1_200, "iot")
    announce(version, at(date(2026, 12, 15)))
    notice = Notice.objects.get(customer=told.customer)
    with chapter(actor=BEN), locked(notice) as (held,):
        held.was_sent(at(date(2026, 12, 15)))
        held.save()
    with pytest.raises(RuleViolation, match="株式会社未達"):
        publishing.publish(version, on=date(2026, 12, 20), actor=BEN)
    assert amounts(told, JANUARY) == [1_000]
    late = Notice.objects.get(customer=unreached.customer)
    with chapter(actor=BEN), locked(late) as (held,):
        held.was_sent(at(date(2026, 12, 21)))
        held.save()
    publishing.publish(version, on=date(2026, 12, 22), actor=BEN)
    assert (amounts(told, DECEMBER), amounts(told, JANUARY)) == ([1_000], [1_200])


@pytest.mark.clause("G30.4")
def test_v04_a_contract_that_has_ended_keeps_its_price_and_gets_no_notice():
    price_list()
    ended = ContractFactory(private_connector=True, ended=True)
    before = lines(ended, Month(2026, 10))
    version = rise(date(2026, 12, 1), 33_000, "private-connector")
    announce(version, at(date(2026, 11, 20)))
    assert not Notice.objects.of_customer(ended.customer).exists()
    publishing.publish(version, on=date(2026, 11, 25), actor=BEN)
    assert lines(ended, Month(2026, 10)) == before
    assert [line.amount for line in before] == [30_000]


@pytest.mark.clause("G29.2", "G30.2.2")
def test_v05_what_turns_out_after_the_invoice_is_one_correction_of_the_days_that_fell_away():
    price_list()
    contract = ContractFactory(private_connector=True)
    issued = lines(contract, DECEMBER)
    end(contract, date(2026, 12, 20), "G28.1.2", today=date(2027, 1, 10))
    (found,) = difference(issued, lines(contract, DECEMBER))
    assert [line.amount for line in issued] == [30_000]
    assert found.amount == -10_646
    assert (found.was + found.amount) // 10 == 1_935


@pytest.mark.clause("G29.2", "G30.2.2")
def test_v06_what_was_credited_by_hand_is_not_credited_again():
    price_list()
    contract = ContractFactory(private_connector=True)
    issued = lines(contract, DECEMBER)
    credit = issued[0]._replace(amount=-30_000, unit_amount=-30_000, extra_id=1)
    end(contract, date(2026, 12, 20), "G28.1.2", today=date(2027, 1, 10))
    assert again(contract).ends_on == date(2026, 12, 20)
    assert difference([*issued, credit], lines(contract, DECEMBER), {credit.item: 30_000}) == []


@pytest.mark.clause("MA8.1", "G30.4")
def test_l03_a_change_of_lines_and_a_change_of_price_both_stand():
    price_list()
    contract = mobile_access(10)
    version = PriceVersionFactory(
        new_from=date(2027, 2, 1), existing_from=date(2027, 2, 1), published=True, published_on=date(2027, 1, 5)
    )
    PriceFactory(version=version, per_line=True, yen=320)
    days = {"ordered_on": date(2027, 1, 10), "billing_starts_on": date(2027, 1, 10), "activated_on": date(2027, 1, 10)}
    lined(contract, 2, **days)
    assert amounts(contract, JANUARY) == [3_000, 212 * 2]
    assert amounts(contract, Month(2027, 2)) == [12 * 320]


@pytest.mark.clause("IOT4", "MA12.2", "PC5.2", "PMG5.2", "G30.2.2")
def test_l04_the_last_month_of_a_base_and_all_that_rests_on_it(aois_company):
    price_list()
    backbone = ExternalSubscriptionFactory(customer=aois_company)
    iot = ContractFactory(**of(aois_company))
    mobile = mobile_access(10, **of(aois_company), rests_on=[iot])
    connector = ContractFactory(**of(aois_company), private_connector=True, rests_on=[iot, backbone])
    gateway = ContractFactory(**of(aois_company), private_mobile_gateway=True, rests_on=[iot, backbone, mobile])
    give_notice(iot, date(2026, 12, 15))
    advance(date(2027, 1, 15))
    owed = [amounts(contract, JANUARY) for contract in (iot, mobile, connector, gateway)]
    assert owed == [[2_258], [1_350], [13_548], [22_580]]
    assert sum(amount for (amount,) in owed) == 39_736
    assert amounts(iot, Month(2027, 2)) == []
