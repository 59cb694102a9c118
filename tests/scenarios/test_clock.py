"""The business day: Tokyo's, turning at midnight there, and asked anew each time."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from iijiot import clock
from iijiot.clock import business_day
from tests.acts import advance, again, give_notice
from tests.factories import ContractFactory
from tests.factories.contracts import of
from tests.house.console import enter

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G29.1", "IOT4")
@pytest.mark.parametrize(
    ("instant", "arrived", "last_day"),
    [
        (datetime(2026, 11, 1, 15, 30, tzinfo=UTC), date(2026, 11, 2), date(2026, 12, 2)),
        (datetime(2026, 11, 30, 15, 30, tzinfo=UTC), date(2026, 12, 1), date(2026, 12, 31)),
    ],
    ids=["Z02", "M21"],
)
def test_z02_m21_a_notice_after_midnight_in_tokyo_has_arrived_on_the_new_day(aois_company, instant, arrived, last_day):
    contract = ContractFactory(**of(aois_company))
    with time_machine.travel(instant, tick=False):
        assert business_day() == arrived
        assert give_notice(contract, clock.tokyo_day(instant), today=business_day()).effective_on == last_day


@pytest.mark.clause("G29.1")
def test_m21_a_later_day_named_wins_over_the_thirtieth(aois_company):
    arrived = clock.tokyo_day(datetime(2026, 11, 30, 15, 30, tzinfo=UTC))
    contract = ContractFactory(**of(aois_company))
    assert give_notice(contract, arrived, date(2027, 1, 31)).effective_on == date(2027, 1, 31)


def test_the_business_day_turns_at_midnight_in_tokyo():
    with time_machine.travel(datetime(2026, 12, 24, 14, 59, 59, tzinfo=UTC), tick=False):
        assert business_day() == date(2026, 12, 24)
    with time_machine.travel(datetime(2026, 12, 24, 15, 0, tzinfo=UTC), tick=False):
        assert business_day() == date(2026, 12, 25)


def test_z04_the_notice_dialog_offers_today_however_long_the_server_runs(client, ben, aois_company):
    contract = ContractFactory(**of(aois_company))
    url = reverse("admin:contracts_contract_do", args=[contract.pk, "terminate"])
    for instant, today in [
        (datetime(2026, 11, 25, 1, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 28, 1, 0, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 11, 28, 16, 0, tzinfo=UTC), date(2026, 11, 29)),
    ]:
        with time_machine.travel(instant, tick=False):
            enter(client, ben)
            page = client.get(url)
            assert page.context["form"]["arrived_on"].value() == today


def test_an_office_moved_ahead_stays_on_its_day_until_the_calendar_catches_up():
    with time_machine.travel(datetime(2026, 11, 25, 1, 0, tzinfo=UTC), tick=False):
        advance(date(2026, 12, 26))
        assert business_day() == date(2026, 12, 26)
    with time_machine.travel(datetime(2027, 1, 10, 1, 0, tzinfo=UTC), tick=False):
        assert business_day() == date(2027, 1, 10)


@pytest.mark.clause("G29.1")
def test_ends_are_carried_out_on_their_own_days_when_the_run_comes_late(aois_company, carols_company):
    first, second = ContractFactory(**of(aois_company)), ContractFactory(**of(carols_company))
    give_notice(first)
    give_notice(second, named_on=date(2026, 12, 31))
    advance(date(2026, 11, 26))
    rows = advance(date(2027, 1, 5))
    done = {row.day: row.done for row in rows if row.step == "end-contracts" and row.done}
    assert done == {date(2026, 12, 26): 1, date(2027, 1, 1): 1}
    assert (again(first).ends_on, again(second).ends_on) == (date(2026, 12, 25), date(2026, 12, 31))
