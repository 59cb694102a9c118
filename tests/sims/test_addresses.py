"""Addresses of lines: given by the company alone, each on one line at a time, resting before they are given again (MA5)."""

import inspect
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from iijiot.records import chapter
from iijiot.rules import RuleViolation
from sims import addressing, ordering
from sims.models import AddressUse, Line
from tests.acts import BEN, again
from tests.factories import ContractFactory
from tests.factories.sims import AddressUseFactory, IpPoolFactory, LineFactory
from tests.sims.test_pools import NOON, give, lines

pytestmark = pytest.mark.usefixtures("in_english")


def ended(line: Line, on: date) -> Line:
    """The line after its last day, its address released."""
    with chapter(actor=BEN):
        line.ends_on, line.ends_under = on, "MA8.1"
        line.save()
        ordering.end_over([line.pk], on + timedelta(days=1))
    return again(line)


@pytest.mark.clause("MA5.2")
def test_an_address_that_came_back_rests_before_it_is_given_again(db):
    pool = IpPoolFactory(network="10.64.0.7/32", quarantine_days=30)
    first = lines(1)
    assert give(first) == ["10.64.0.7"]
    ended(first[0], date(2026, 12, 1))
    with pytest.raises(RuleViolation, match="0 free"):
        give(lines(1), at=datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    assert give(lines(1), at=datetime(2026, 12, 31, 15, 1, tzinfo=UTC)) == ["10.64.0.7"]
    old, new = AddressUse.objects.of_address("10.64.0.7").order_by("pk")
    assert (old.given_again, new.given_again) == (True, False)
    assert old.until == datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert AddressUse.objects.of_pool(pool).get() == new


@pytest.mark.clause("MA5.2")
def test_new_addresses_go_first_then_those_that_came_back_longest_ago(db):
    IpPoolFactory(network="10.64.0.0/29", quarantine_days=10)
    one, two, three = theirs = lines(3)
    give(theirs, at=datetime(2026, 10, 1, tzinfo=UTC))
    for line, day in ((two, 5), (one, 6), (three, 7)):
        ended(line, date(2026, 10, day))
    assert give(lines(5)) == ["10.64.0.4", "10.64.0.5", "10.64.0.6", "10.64.0.2", "10.64.0.1"]


@pytest.mark.clause("MA5.2")
def test_an_address_goes_round_for_years_and_every_turn_is_known(db):
    IpPoolFactory(network="10.64.0.7/32", quarantine_days=0)
    for month in range(1, 6):
        theirs = lines(1)
        assert give(theirs, at=datetime(2026, month, 10, tzinfo=UTC)) == ["10.64.0.7"]
        ended(theirs[0], date(2026, month, 20))
    assert AddressUse.objects.of_address("10.64.0.7").count() == 5
    assert AddressUse.objects.replaced(Line.objects.all()).count() == 0
    assert AddressUse.objects.filter(given_again=False).count() == 1


@pytest.mark.clause("MA5.2")
def test_addresses_left_out_below_the_highest_are_found_when_nothing_else_is_left(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    AddressUseFactory(pool=pool, address="10.64.0.3")
    assert give(lines(4)) == ["10.64.0.4", "10.64.0.5", "10.64.0.6", "10.64.0.1"]
    with pytest.raises(RuleViolation, match="1 free addresses; 2 are needed"):
        give(lines(2))
    assert give(lines(1)) == ["10.64.0.2"]


@pytest.mark.clause("MA5.2")
def test_a_line_that_has_an_address_keeps_it(db):
    IpPoolFactory(network="10.64.0.0/29")
    theirs = lines(2)
    give(theirs[:1])
    assert give(theirs) == ["10.64.0.1", "10.64.0.2"]
    assert give(theirs) == ["10.64.0.1", "10.64.0.2"]


@pytest.mark.clause("MA5.2")
def test_lines_of_several_customers_get_their_addresses_in_one_act(db):
    IpPoolFactory(network="10.64.0.0/29")
    one, other = lines(1), lines(2)
    owner = other[0].contract.customer
    IpPoolFactory(network="10.65.0.0/29", customer=owner)
    wanted = {theirs[0].contract.customer: [line.pk for line in theirs] for theirs in (one, other)}
    with chapter(actor=BEN):
        assert addressing.give_each(wanted, at=NOON) == 3
    assert set(AddressUse.objects.values_list("line", "address")) == {
        (one[0].pk, "10.64.0.1"),
        (other[0].pk, "10.65.0.1"),
        (other[1].pk, "10.65.0.2"),
    }


@pytest.mark.clause("MA5.3")
def test_one_address_is_on_one_line_at_a_time_whatever_is_written(db):
    use = AddressUseFactory(address="10.64.0.2", pool__network="10.64.0.0/29")
    with pytest.raises(ValidationError, match="Another line has this address"):
        AddressUseFactory(pool=use.pool, address="10.64.0.2")
    with pytest.raises(ValidationError, match="The line has an address already"):
        AddressUseFactory(pool=use.pool, line=use.line, address="10.64.0.3")


@pytest.mark.clause("G46.3")
def test_two_lines_never_had_an_address_in_the_same_time(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    had = {"pool": pool, "address": "10.64.0.2"}
    AddressUseFactory(**had, since=datetime(2026, 4, 1, tzinfo=UTC), until=NOON)
    with pytest.raises(ValidationError, match="Another line has this address, or had it"):
        AddressUseFactory(**had, since=NOON - timedelta(seconds=1))
    assert AddressUseFactory(**had, since=NOON).pk


@pytest.mark.clause("G46.3")
def test_until_when_a_line_had_an_address_stays_once_another_has_it(db):
    IpPoolFactory(network="10.64.0.7/32", quarantine_days=0)
    theirs = lines(1)
    give(theirs, at=datetime(2026, 1, 10, tzinfo=UTC))
    ended(theirs[0], date(2026, 1, 20))
    give(lines(1))
    old = AddressUse.objects.of_address("10.64.0.7").last()
    old.until = NOON + timedelta(days=1)
    with chapter(actor=BEN), pytest.raises(RuleViolation, match="cannot be changed"):
        old.save()


@pytest.mark.clause("MA5.1")
@pytest.mark.parametrize("address", ["2001:db8::1", "::ffff:10.64.0.2"])
def test_no_line_has_an_ipv6_address_by_form_or_by_database(db, address):
    with pytest.raises(ValidationError):
        AddressUseFactory(address=address)
    use = AddressUseFactory()
    with pytest.raises(IntegrityError, match="address_is_ipv4"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sims_addressuse SET address = %s WHERE id = %s", [address, use.pk])


@pytest.mark.clause("MA5.3")
@pytest.mark.parametrize("doing", [addressing.give, addressing.give_each, addressing.change])
def test_nobody_can_ask_for_a_certain_address(doing):
    assert not {name for name in inspect.signature(doing).parameters if "address" in name}


@pytest.mark.clause("MA5.2")
def test_a_line_gets_another_address_and_the_old_one_rests(db):
    IpPoolFactory(network="10.64.0.0/29")
    theirs = lines(1)
    give(theirs)
    later = NOON + timedelta(hours=2)
    new = addressing.change(theirs[0], at=later, actor=BEN, reason="攻撃の標的となったため")
    assert new.address == "10.64.0.2"
    old = AddressUse.objects.of_address("10.64.0.1").get()
    assert (old.until, new.since) == (later, later)
    assert new.history.latest().history_change_reason == "攻撃の標的となったため"


@pytest.mark.clause("MA5.2")
def test_where_no_other_address_is_free_the_line_keeps_the_one_it_has(db):
    IpPoolFactory(network="10.64.0.7/32", quarantine_days=0)
    theirs = lines(1)
    give(theirs)
    with pytest.raises(RuleViolation, match="0 free"):
        addressing.change(theirs[0], at=NOON + timedelta(hours=2), actor=BEN, reason="x")
    assert AddressUse.objects.current().get().address == "10.64.0.7"


@pytest.mark.clause("MA5.2")
def test_a_line_without_an_address_has_none_to_change(db):
    line = LineFactory(ordered=True, contract=ContractFactory(mobile_access=True))
    with pytest.raises(RuleViolation, match="when it goes into service"):
        addressing.change(line, at=NOON, actor=BEN, reason="x")
