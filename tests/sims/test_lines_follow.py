"""Lines follow their contract and cards their lines, in the same act."""

from datetime import UTC, date, datetime

import pytest

from contracts import suspending
from contracts.models import Contract
from iijiot.records import fresh
from iijiot.rules import RuleViolation
from sims import activating, issuing, pooling
from sims.models import AddressUse, Line, SimCard
from tests.acts import BEN
from tests.factories import ContractFactory
from tests.factories.sims import IpPoolFactory, LineFactory, SimCardFactory

pytestmark = pytest.mark.usefixtures("in_english")

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
DAY = date(2026, 12, 1)


@pytest.mark.clause("MA5.2")
def test_a_line_goes_into_service_with_a_card_and_the_next_free_address(db):
    pool = IpPoolFactory(network="10.64.0.0/29")
    contract = ContractFactory(mobile_access=True)
    LineFactory.create_batch(3, contract=contract, ordered=True)
    SimCardFactory.create_batch(3)
    issuing.assign(contract, form_factor="3ff", quantity=3, on=DAY, actor=BEN)
    issuing.ship(list(SimCard.objects.all()), on=DAY, shipment="伝票1", actor=BEN)
    lines = list(Line.objects.all())
    activating.activate(lines[0], on=DAY, at=NOON, actor=BEN)
    assert activating.activate_all([line.pk for line in lines], on=DAY, at=NOON, actor=BEN) == [
        lines[1].pk,
        lines[2].pk,
    ]
    given = list(AddressUse.objects.current().order_by("line").values_list("address", flat=True))
    assert given == ["10.64.0.1", "10.64.0.2", "10.64.0.3"]
    assert pooling.fill_of(pool, NOON).free == 3


@pytest.mark.clause("MA1")
def test_stock_that_runs_short_gives_nothing_and_says_how_much_is_there(db):
    contract = ContractFactory(mobile_access=True)
    LineFactory.create_batch(3, contract=contract, ordered=True)
    SimCardFactory.create_batch(2)
    with pytest.raises(RuleViolation, match=r": 2; .*: 3"):
        issuing.assign(contract, form_factor="3ff", quantity=3, on=DAY, actor=BEN)
    assert SimCard.objects.in_stock().count() == 2


@pytest.mark.clause("G26.1")
def test_lines_stop_with_their_contract_and_go_back_to_where_they_were(db):
    contract = ContractFactory(mobile_access=True)
    LineFactory(contract=contract)
    LineFactory(contract=contract, paused=True)
    suspension = suspending.announce(
        contract, extent="stop", cause="G26.1.1", reason="不払い", period="お支払いまで", begins_at=NOON, now=NOON,
        urgent_because="緊急", risk_because="不渡り", actor=BEN,
    )  # fmt: skip
    assert set(Line.objects.values_list("state", "returns_to")) == {("stopped", "active"), ("stopped", "paused")}
    suspending.lift(suspension, on=DAY, because="お支払い", actor=BEN)
    assert set(Line.objects.values_list("state", "returns_to")) == {("active", ""), ("paused", "")}
    assert fresh(contract).state == Contract.objects.get().state == "active"
