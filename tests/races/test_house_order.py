"""X13: everybody does everything at once on the same few customers; nobody waits in a circle, nothing is lost."""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from contracts import due as contracts_due
from contracts import ending, suspending
from contracts.models import Contract, Suspension, Termination
from iijiot import clock
from iijiot.actors import Actor
from iijiot.daily import Tally
from iijiot.failures import held_up
from sims import activating, addressing, issuing, pooling, returning
from sims import due as sims_due
from sims.models import AddressUse, IpPool, Line, SimCard
from tests.factories import ContractFactory, DependencyFactory, ManagementUnitFactory
from tests.factories.sims import IpPoolFactory, LineFactory, SimCardFactory
from tests.races.together import REFUSALS

pytestmark = pytest.mark.django_db(transaction=True)
ACTS_OF_EACH = int(os.environ.get("X13_ACTS", "40"))
CONNECTIONS = 8
DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)
CLERK = Actor.command("clerk")

Chance = random.Random
Act = Callable[[Chance], Any]


def some(rows: Any, chance: Chance) -> Any:
    """Any of these rows."""
    return chance.choice(list(rows.order_by("pk")[:40]))


def take_notice(chance: Chance) -> Any:
    contract = some(Contract.objects.in_life(), chance)
    plan = ending.plan_ending_by_notice(contract, arrived_on=DAY, named_on=None, how="form", today=DAY)
    return ending.carry_out(plan, actor=CLERK, reason="", today=DAY)


def take_back_notice(chance: Chance) -> Any:
    plan = ending.plan_taking_back(some(Termination.objects.scheduled(), chance), today=DAY)
    return ending.carry_out(plan, actor=CLERK, reason="合意", today=DAY)


def suspend(chance: Chance) -> Any:
    return suspending.announce(
        some(Contract.objects.in_life(), chance), extent="stop", cause="G26.1.1", reason="不払い", period="お支払いまで",
        begins_at=NOW, now=NOW, urgent_because="緊急", risk_because="不渡り", actor=CLERK,
    )  # fmt: skip


def lift(chance: Chance) -> Any:
    return suspending.lift(some(Suspension.objects.in_force(), chance), on=DAY, because="お支払い", actor=CLERK)


def assign(chance: Chance) -> Any:
    contract = some(Contract.objects.in_life(), chance)
    return issuing.assign(contract, form_factor="3ff", quantity=chance.randint(1, 2), on=DAY, actor=CLERK)


def ship(chance: Chance) -> Any:
    cards = SimCard.objects.filter(state="assigned").order_by("?")[: chance.randint(1, 3)]
    return issuing.ship([card.pk for card in cards], on=DAY, shipment="伝票", actor=CLERK)


def put_back(chance: Chance) -> Any:
    return issuing.put_back([some(SimCard.objects.filter(state="assigned"), chance)], actor=CLERK)


def activate(chance: Chance) -> Any:
    return activating.activate(some(Line.objects.to_activate(), chance), on=DAY, at=NOW, actor=CLERK)


def activate_all(chance: Chance) -> Any:
    lines = list(Line.objects.living().order_by("?").values_list("pk", flat=True)[:6])
    return activating.activate_all(lines, on=DAY, at=NOW, actor=CLERK)


def pause(chance: Chance) -> Any:
    return activating.pause(some(Line.objects.living(), chance), actor=CLERK)


def resume(chance: Chance) -> Any:
    return activating.resume(some(Line.objects.living(), chance), actor=CLERK)


def take_card_back(chance: Chance) -> Any:
    return returning.take_back(some(SimCard.objects.lent(), chance), on=DAY, actor=CLERK)


def change_address(chance: Chance) -> Any:
    return addressing.change(some(Line.objects.living(), chance), at=NOW, actor=CLERK, reason="攻撃")


def reserve_address(chance: Chance) -> Any:
    pool, address = IpPool.objects.get(), f"10.64.0.{chance.randint(1, 30)}"
    kept = pooling.reserve(pool, address, because="ルータ", now=NOW, actor=CLERK)
    return pooling.give_back(kept, now=NOW, actor=CLERK)


def the_clock(chance: Chance) -> Any:
    later = date(2027, 1, chance.randint(1, 28))
    with clock.working_on(later):
        for step in (contracts_due.end_contracts, sims_due.end_lines):
            step(later, Tally())


ACTS: list[Act] = [
    take_notice,
    take_back_notice,
    suspend,
    lift,
    assign,
    ship,
    put_back,
    activate,
    activate_all,
    pause,
    resume,
    take_card_back,
    change_address,
    reserve_address,
    the_clock,
]


def work(seed: int, done: Counter[str], accidents: list[BaseException]) -> None:
    """One of them: takes acts at random."""
    chance = random.Random(seed)
    try:
        for _act in range(ACTS_OF_EACH):
            act = chance.choices(ACTS, [1 if each is the_clock else 12 for each in ACTS])[0]
            try:
                act(chance)
                done[act.__name__] += 1
            except (*REFUSALS, IndexError):
                done["refused"] += 1
            except Exception as error:
                if not held_up(error):
                    raise
                done["held up"] += 1
    except BaseException as accident:
        accidents.append(accident)
    finally:
        connection.close()


def test_x13_locks_are_taken_in_the_house_order_whatever_is_done_at_once():
    IpPoolFactory(network="10.64.0.0/27")
    for _customer in range(3):
        iot = ContractFactory()
        for _contract in range(4):
            unit = ManagementUnitFactory(customer=iot.customer)
            contract = ContractFactory(customer=iot.customer, management_unit=unit, mobile_access=True, quantity=6)
            DependencyFactory.between(contract, iot)
            LineFactory.create_batch(6, contract=contract, ordered=True)
    SimCardFactory.create_batch(60)
    done: Counter[str] = Counter()
    accidents: list[BaseException] = []
    threads = [threading.Thread(target=work, args=(seed, done, accidents)) for seed in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(dict(done.most_common()))
    assert not accidents, accidents[0]
    assert sum(done.values()) == CONNECTIONS * ACTS_OF_EACH
    assert sum(done.values()) - done["refused"] - done["held up"] > 50
    assert not SimCard.objects.live().filter(line__state="ended").exists(), "a card that nobody awaits"
    assert not AddressUse.objects.current().filter(line__state="ended").exists(), "an address that nobody has"
    assert not Line.objects.filter(state="active").exclude(address_uses__until=None).exists(), "no address"
