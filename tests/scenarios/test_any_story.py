"""Whatever happens in whatever order, the world stays lawful: stories made up by hypothesis.

`STORIES=200 pytest -s tests/scenarios/test_any_story.py` tells more of them, other ones each time.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories import CustomerFactory, ExternalSubscriptionFactory
from tests.factories.contracts import ContractFactory, of
from tests.factories.sims import SimCardFactory
from tests.factories.worlds import house
from tests.scenarios.misdeeds import Story
from tests.scenarios.story import COUNTED
from tests.sims.lined import add_lines

MANY = int(os.environ.get("STORIES", "0"))
TELLING = settings(
    max_examples=MANY or 6,
    stateful_step_count=40 if MANY else 25,
    derandomize=not MANY,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[Phase.generate, *([Phase.shrink] if MANY else [])],
)


def make_world() -> None:
    """A company with every service, lines and cards in stock, one that has little, two persons in business, one with contracts."""
    customer = CustomerFactory()
    world = house(customer, gateway_also_on=(ExternalSubscriptionFactory(customer=customer, type_k=True),))
    add_lines(world.mobile_access, world.mobile_access.quantity)
    SimCardFactory.create_batch(30)
    second = CustomerFactory(name="株式会社カロル物流", name_kana="カロルブツリュウ")
    ContractFactory(**of(second), data_storage=True, rests_on=[ContractFactory(**of(second))])
    person = CustomerFactory(sole_proprietor=True)
    iot = ContractFactory(**of(person))
    backbone = ExternalSubscriptionFactory(customer=person)
    ContractFactory(**of(person), vpn_gateway=True, rests_on=[iot, backbone])
    CustomerFactory(sole_proprietor=True, name="青井 花子", name_kana="アオイ ハナコ")


@pytest.mark.long
@pytest.mark.clause("G9.1", "G9.2", "G10", "G29.1", "MA6", "MA8.1", "MA9.2", "PC3", "PMG3", "WPC3", "VPN3")
def test_whatever_happens_in_whatever_order_the_world_stays_lawful(db):
    make_world()
    COUNTED.clear()
    run_state_machine_as_test(Story, settings=TELLING)
    for act, times in sorted(COUNTED.items()):
        print(f"{times:5} {act}")
    assert sum(times for act, times in COUNTED.items() if act.endswith("done")) >= 30, "the stories tell too little"
