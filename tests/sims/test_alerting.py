"""Alerts at 50, 75, 90 and 100 per cent, each once per period; customers hear of them only where they wish to."""

from datetime import date, timedelta

import pytest

from contracts.models import Notice
from iijiot.daily import Tally
from sims import throttling
from sims.models import UsageAlert
from tests.factories import ContractFactory
from tests.factories.sims import LineFactory
from tests.factories.usage import AlertWishFactory, ThrottlePolicyFactory, used

DAYS = [date(2026, 12, 1) + timedelta(days=n) for n in range(12)]


def run(day: date) -> None:
    """The step of one day."""
    throttling.set_and_lift(day, Tally())


def told() -> list[tuple[int, date, date]]:
    """All alerts in their order: per cent, day, first day of the period."""
    return list(UsageAlert.objects.order_by("pk").values_list("percent", "reached_on", "period_first"))


def block(first: date) -> None:
    """A policy whose periods begin on a day."""
    ThrottlePolicyFactory(effective_on=first, window_days=5)


@pytest.mark.clause("MA15.2")
def test_each_part_is_told_once_per_period_and_again_in_the_next(db):
    block(DAYS[0])
    line = LineFactory()
    used([(line, day, size) for day, size in zip(DAYS[:5], (1.5, 0.1, 0.7, 0.5, 0.3), strict=True)])
    for day in DAYS[1:6]:
        run(day)
    assert told() == [(50, DAYS[0], DAYS[0]), (75, DAYS[2], DAYS[0]), (90, DAYS[3], DAYS[0]), (100, DAYS[4], DAYS[0])]
    run(DAYS[6])
    assert told()[4:] == [(50, DAYS[5], DAYS[5])]
    assert UsageAlert.objects.at_threshold(DAYS[4]).count() == 1
    assert UsageAlert.objects.at_threshold(DAYS[5]).count() == 0


@pytest.mark.clause("MA15.2")
def test_a_leap_over_several_parts_is_told_once_as_the_highest(db):
    block(DAYS[0])
    used([(LineFactory(), DAYS[0], 2.8)])
    run(DAYS[1])
    run(DAYS[1])
    assert told() == [(90, DAYS[0], DAYS[0])]


@pytest.mark.clause("MA15.2")
def test_a_contract_counted_as_a_whole_has_alerts_of_its_own(db):
    ThrottlePolicyFactory(per_contract=True, effective_on=DAYS[0])
    contract = ContractFactory(mobile_access=True)
    used([(line, DAYS[0], 1) for line in LineFactory.create_batch(2, contract=contract)])
    run(DAYS[1])
    (alert,) = UsageAlert.objects.all()
    assert (alert.contract, alert.line, alert.percent) == (contract, None, 50)


@pytest.mark.clause("MA15.2")
def test_only_a_customer_who_wishes_it_is_told_in_one_letter_from_the_part_wished_on(db):
    block(DAYS[0])
    contract, other = ContractFactory.create_batch(2, mobile_access=True)
    AlertWishFactory(customer=contract.customer, from_percent=75)
    lines = LineFactory.create_batch(3, contract=contract)
    used([(line, DAYS[0], size) for line, size in zip(lines, (1.6, 2.4, 2.8), strict=True)])
    used([(LineFactory(contract=other), DAYS[0], 2.8)])
    run(DAYS[1])
    run(DAYS[1])
    (letter,) = Notice.objects.all()
    assert (letter.customer, letter.kind, letter.clause) == (contract.customer, "usage-alert", "MA15.2")
    assert f"しきい値の90%　1件　{lines[2]}" in letter.body
    assert f"しきい値の75%　1件　{lines[1]}" in letter.body
    assert "50%" not in letter.body


@pytest.mark.clause("MA15.2")
def test_who_no_longer_wishes_it_is_not_told(db):
    block(DAYS[0])
    line = LineFactory()
    AlertWishFactory(customer=line.contract.customer, is_wanted=False)
    used([(line, DAYS[0], 2.8)])
    run(DAYS[1])
    assert UsageAlert.objects.count() == 1
    assert not Notice.objects.exists()
