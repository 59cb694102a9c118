"""X12, M08: the last addresses of a pool, asked for by many at once, each on a connection of its own."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from iijiot.records import chapter
from iijiot.rules import RuleViolation
from sims import activating, addressing, pooling
from sims.models import AddressUse, Line
from tests.acts import BEN
from tests.factories import ContractFactory
from tests.factories.sims import IpPoolFactory, LineFactory, SimCardFactory
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
DAY = date(2026, 12, 1)
ROUNDS = 10


def ready(contract=None) -> Line:
    """A line that can go into service."""
    line: Line = LineFactory(ordered=True, contract=contract or ContractFactory(mobile_access=True))
    SimCardFactory(lent=True, line=line)
    return line


@pytest.mark.clause("MA5.2")
def test_m08_x12_sixteen_activations_on_fourteen_addresses_are_fourteen_and_two_clean_refusals():
    contracts = [ContractFactory(mobile_access=True) for _each in range(4)]
    for turn in range(ROUNDS):
        pool = IpPoolFactory(network=f"10.64.{turn}.0/28")
        lines = [ready(contracts[n % 4]) for n in range(16)]
        outcomes = at_once(*[partial(activating.activate, line, on=DAY, at=NOON, actor=BEN) for line in lines])
        refusals = [outcome.refusal for outcome in outcomes if isinstance(outcome.refusal, RuleViolation)]
        assert [refusal.unmet[0].clause.id for refusal in refusals] == ["MA5.2", "MA5.2"]
        assert [outcome.won for outcome in outcomes].count(True) == 14
        given = AddressUse.objects.current().of_pool(pool).values_list("address", flat=True)
        assert sorted(given) == sorted(f"10.64.{turn}.{n}" for n in range(1, 15))
        states = Line.objects.among([line.pk for line in lines]).values_list("state", flat=True)
        assert sorted(states) == ["active"] * 14 + ["ordered"] * 2


@pytest.mark.clause("MA5.2")
def test_two_jobs_that_give_from_one_pool_give_nothing_twice():
    for turn in range(ROUNDS):
        pool = IpPoolFactory(network=f"10.65.{turn}.0/27", quarantine_days=0)
        used = LineFactory.create_batch(10, contract=ContractFactory(mobile_access=True))
        _give(used)
        with chapter(actor=BEN):
            for line in used:
                line.ends_on, line.ends_under = date(2026, 11, 1), "MA8.1"
                line.save()
            addressing.release([line.pk for line in used])
        jobs = [LineFactory.create_batch(15, contract=ContractFactory(mobile_access=True)) for _job in range(2)]
        outcomes = at_once(*[partial(_give, theirs, datetime(2026, 12, 2, tzinfo=UTC)) for theirs in jobs])
        assert [outcome.won for outcome in outcomes] == [True, True]
        given = list(AddressUse.objects.current().of_pool(pool).values_list("address", flat=True))
        assert len(given) == len(set(given)) == 30
        pooling.close(pool, now=NOON, actor=BEN)


def _give(lines, at: datetime = NOON) -> None:
    with chapter(actor=BEN):
        addressing.give([line.pk for line in lines], lines[0].contract.customer, at=at)


@pytest.mark.clause("MA5.2")
def test_an_address_that_is_reserved_while_it_is_given_is_either_never_both():
    won = set()
    for turn in range(ROUNDS):
        pool = IpPoolFactory(network=f"10.66.0.{turn}/32")
        lines = LineFactory.create_batch(1, contract=ContractFactory(mobile_access=True))
        reserve = partial(pooling.reserve, pool, f"10.66.0.{turn}", because="ルータ", now=NOON, actor=BEN)
        outcomes = at_once(partial(_give, lines), reserve)
        assert [outcome.won for outcome in outcomes].count(True) == 1
        assert AddressUse.objects.of_pool(pool).count() + pool.reservations.count() == 1
        won.add(outcomes[0].won)
    print("given" if True in won else "", "reserved" if False in won else "")
