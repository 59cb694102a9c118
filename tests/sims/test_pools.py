"""Address pools: IPv4 alone, edges and reserved addresses kept back, how full they are and whom that tells (MA5)."""

from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from iijiot import health, metrics
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from sims import addressing, pooling
from sims.models import AddressUse, IpPool
from tests.acts import BEN, again, only_on
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.sims import AddressUseFactory, IpPoolFactory, LineFactory, ReservationFactory

pytestmark = pytest.mark.usefixtures("in_english")

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)


def lines(many: int, customer=None):
    """So many lines in service that have no address yet, all of one contract."""
    owner = {"customer": customer} if customer else {}
    return LineFactory.create_batch(many, contract=ContractFactory(mobile_access=True, **owner))


def give(theirs, at: datetime = NOON) -> list[str]:
    """Give each of these lines an address, and tell which, in the lines' order."""
    with chapter(actor=BEN):
        addressing.give([line.pk for line in theirs], theirs[0].contract.customer, at=at)
    uses = AddressUse.objects.current().of_lines([line.pk for line in theirs])
    return list(uses.order_by("line").values_list("address", flat=True))


@pytest.mark.clause("MA5.1")
@pytest.mark.parametrize("network", ["2001:db8::/64", "::ffff:10.64.0.0/120", "10.64.0.1/29", "10.64.0.0/33", "line 1"])
def test_a_pool_is_an_ipv4_network_and_nothing_else(db, network):
    with pytest.raises(ValidationError) as refused:
        IpPoolFactory(network=network)
    assert "MA5.1" in {error.code for error in refused.value.error_dict["network"]}


@pytest.mark.clause("MA5.2")
@pytest.mark.parametrize("network", ["127.0.0.0/8", "224.0.0.0/8", "169.254.0.0/16", "0.0.0.0/0"])
def test_a_pool_has_no_addresses_that_no_host_can_have(db, network):
    with pytest.raises(ValidationError, match="No line can have"):
        IpPoolFactory(network=network)


@pytest.mark.clause("MA5.2")
def test_what_was_typed_in_full_width_is_the_same_network(db):
    assert IpPoolFactory(network="１０．６４．０．０／２９").network == "10.64.0.0/29"


@pytest.mark.clause("MA5.2")
@pytest.mark.parametrize(
    ("network", "hosts"),
    [
        ("10.64.0.0/29", [f"10.64.0.{n}" for n in range(1, 7)]),
        ("10.64.0.0/30", ["10.64.0.1", "10.64.0.2"]),
        ("10.64.0.0/31", ["10.64.0.0", "10.64.0.1"]),
        ("10.64.0.7/32", ["10.64.0.7"]),
    ],
)
def test_every_host_is_given_and_neither_network_nor_broadcast_address(db, network, hosts):
    pool = IpPoolFactory(network=network)
    assert give(lines(len(hosts))) == hosts
    assert pool.size == len(hosts)
    with pytest.raises(RuleViolation, match="0 free addresses; 1 are needed"):
        give(lines(1))


@pytest.mark.clause("MA5.2")
def test_a_pool_lies_beside_others_never_in_them(db):
    IpPoolFactory(network="10.64.0.0/16")
    with pytest.raises(ValidationError, match="Another pool has some"):
        IpPoolFactory(network="10.64.8.0/29")
    assert IpPoolFactory(network="10.65.0.0/29").size == 6


@pytest.mark.clause("MA5.2")
def test_a_reserved_address_is_passed_over_and_given_once_it_is_given_back(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    kept = pooling.reserve(pool, "10.64.0.2", because="ルータ", now=NOON, actor=BEN)
    assert give(lines(2)) == ["10.64.0.1", "10.64.0.3"]
    pooling.give_back(kept, now=NOON, actor=BEN)
    assert give(lines(4)) == ["10.64.0.4", "10.64.0.5", "10.64.0.6", "10.64.0.2"]


@pytest.mark.clause("MA5.2")
def test_an_address_in_use_is_not_reserved_and_the_line_is_named(db):
    use = AddressUseFactory(pool__network="10.64.0.0/29", address="10.64.0.2")
    with pytest.raises(RuleViolation, match=use.line.number):
        pooling.reserve(use.pool, "10.64.0.2", because="ルータ", now=NOON, actor=BEN)
    assert not use.pool.reservations.exists()


@pytest.mark.clause("MA5.2")
def test_only_an_address_of_the_pool_is_reserved_and_each_once(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    for outside in ("10.64.0.0", "10.64.0.7", "10.65.0.1"):
        with pytest.raises(ValidationError, match="does not lie in the pool"):
            pooling.reserve(pool, outside, because="ルータ", now=NOON, actor=BEN)
    first = pooling.reserve(pool, "10.64.0.1", because="ルータ", now=NOON, actor=BEN)
    with pytest.raises(ValidationError, match="reserved already"):
        pooling.reserve(pool, "10.64.0.1", because="DNS", now=NOON, actor=BEN)
    pooling.give_back(first, now=NOON, actor=BEN)
    with pytest.raises(RuleViolation, match="given back already"):
        pooling.give_back(first, now=NOON, actor=BEN)
    assert pooling.reserve(pool, "10.64.0.1", because="DNS", now=NOON, actor=BEN).because == "DNS"


@pytest.mark.clause("MA5.2")
def test_a_customers_own_pools_come_first_then_those_for_everybody_never_anothers(db):
    aoi, carol = CustomerFactory(), CustomerFactory()
    IpPoolFactory(network="10.1.0.0/30")
    IpPoolFactory(network="10.2.0.0/30", customer=aoi)
    IpPoolFactory(network="10.3.0.0/30", customer=carol)
    assert give(lines(3, aoi)) == ["10.2.0.1", "10.2.0.2", "10.1.0.1"]
    assert give(lines(3, carol)) == ["10.3.0.1", "10.3.0.2", "10.1.0.2"]
    with pytest.raises(RuleViolation, match="0 free"):
        give(lines(1, aoi))


@pytest.mark.clause("MA5.2")
def test_m09_ten_asked_where_three_are_free_gives_none_and_says_how_many_there_are(db):
    IpPoolFactory(network="10.64.0.0/29")
    give(lines(3))
    theirs = lines(10)
    with pytest.raises(RuleViolation) as refused:
        give(theirs)
    with translation.override("ja"):
        assert "空きアドレスは3個です。必要な数は10個です" in str(refused.value)
    assert AddressUse.objects.count() == 3
    assert give(theirs[:3]) == ["10.64.0.4", "10.64.0.5", "10.64.0.6"]


@pytest.mark.clause("MA5.2")
def test_a_closed_pool_gives_nothing_more_and_its_lines_keep_their_addresses(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    assert give(lines(1)) == ["10.64.0.1"]
    pooling.close(pool, now=NOON, actor=BEN, reason="更改")
    with pytest.raises(RuleViolation, match="0 free"):
        give(lines(1))
    assert AddressUse.objects.current().get().address == "10.64.0.1"
    with pytest.raises(RuleViolation, match="already"):
        pooling.close(pool, now=NOON, actor=BEN)
    pooling.reopen(pool, now=NOON, actor=BEN)
    with pytest.raises(RuleViolation, match="already"):
        pooling.reopen(pool, now=NOON, actor=BEN)
    assert give(lines(1)) == ["10.64.0.2"]


@pytest.mark.clause("MA5.2")
def test_how_full_a_pool_is_counts_each_address_once(db):
    pool = IpPoolFactory(network="10.64.0.0/28", quarantine_days=30)
    contract = ContractFactory(mobile_access=True)
    lately, long_ago = NOON - timedelta(days=3), NOON - timedelta(days=31)
    for n, until in enumerate([None, None, lately, lately, long_ago], 1):
        AddressUseFactory(pool=pool, address=f"10.64.0.{n}", until=until, line=LineFactory(contract=contract))
    ReservationFactory(pool=pool, address="10.64.0.4")
    ReservationFactory(pool=pool, address="10.64.0.9")
    ReservationFactory(pool=pool, address="10.64.0.10", is_over=True)
    fill = pooling.fill_of(pool, NOON)
    assert (fill.used, fill.resting, fill.reserved, fill.free) == (2, 1, 2, 9)
    assert fill.percent == 36


def test_percent_is_rounded_up_so_that_nearly_is_not_below(db):
    pool = IpPoolFactory(network="10.64.0.0/28")
    assert [pooling.Fill(pool, used, 0, 0).percent for used in (0, 1, 11, 12, 14)] == [0, 8, 79, 86, 100]


@pytest.mark.clause("MA5.2")
def test_staff_are_told_once_when_a_pool_crosses_its_threshold(db):
    pool = IpPoolFactory(network="10.64.0.0/28", warn_at=80)
    give(lines(11))
    assert again(pool).scarce_since is None
    assert list(IpPool.objects.scarce()) == []
    give(lines(1), at=NOON)
    give(lines(1), at=NOON + timedelta(hours=1))
    assert again(pool).scarce_since == NOON
    assert list(IpPool.objects.scarce()) == [pool]
    assert pool.history.filter(scarce_since__isnull=False).count() == 1
    assert pool.history.latest().history_clause == "MA5.2"


@pytest.mark.clause("MA5.2")
def test_a_pool_is_no_longer_told_of_once_addresses_have_rested(db):
    pool = IpPoolFactory(network="10.64.0.0/29", warn_at=50, quarantine_days=30)
    theirs = lines(3)
    give(theirs)
    assert again(pool).scarce_since is not None
    with chapter(actor=BEN):
        for line in theirs:
            line.ends_on, line.ends_under = date(2026, 12, 10), "MA8.1"
            line.save()
        addressing.release([line.pk for line in theirs])
    only_on(date(2027, 1, 9))
    assert again(pool).scarce_since is not None
    only_on(date(2027, 1, 11))
    assert again(pool).scarce_since is None
    give(lines(3), at=datetime(2027, 1, 12, tzinfo=UTC))
    assert pool.history.filter(scarce_since__isnull=False).values("scarce_since").distinct().count() == 2


@pytest.mark.clause("MA5.2")
def test_reserving_and_closing_count_for_the_threshold_too(db):
    pool = IpPoolFactory(network="10.64.0.0/30", warn_at=50)
    kept = pooling.reserve(pool, "10.64.0.1", because="ルータ", now=NOON, actor=BEN)
    assert again(pool).scarce_since == NOON
    pooling.close(pool, now=NOON, actor=BEN)
    assert again(pool).scarce_since is None
    pooling.reopen(pool, now=NOON, actor=BEN)
    assert again(pool).scarce_since == NOON
    pooling.give_back(kept, now=NOON, actor=BEN)
    assert again(pool).scarce_since is None


@pytest.mark.clause("MA5.2")
def test_operators_read_how_full_each_pool_is_and_are_warned(db):
    pool = IpPoolFactory(name="共用", network="10.64.0.0/29", warn_at=50)
    give(lines(4), at=NOON)
    assert "address-pools" in {finding.name for finding in health.findings(NOON)}
    told = metrics.exposition(NOON)
    assert 'backoffice_addresses{pool="共用",state="used"} 4' in told
    assert 'backoffice_addresses{pool="共用",state="free"} 2' in told
    assert 'backoffice_in_order{check="address-pools"} 0' in told
    pooling.close(pool, now=NOON, actor=BEN)
    assert "address-pools" not in {finding.name for finding in health.findings(NOON)}


def test_the_first_and_the_last_address_are_those_of_hosts(db):
    pool = IpPoolFactory(network="10.64.0.0/12")
    assert (pool.first_address, pool.last_address) == ("10.64.0.1", "10.79.255.254")
    assert pool.size == int(IPv4Address("10.79.255.254")) - int(IPv4Address("10.64.0.1")) + 1
