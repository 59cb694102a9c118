"""X45: a worker killed while it sends a webhook loses none; what comes twice has the same id, by which receivers drop it."""

import os
import signal
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from contracts import delivering, hooking
from contracts.models import Contract, Delivery
from iijiot import clock, events, job_queue
from iijiot.models import Event
from iijiot.records import chapter, locked
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.base import MAKER
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory
from tests.receivers import Receiver, receiving
from tests.workers import SECONDS, process, take_up, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(tmp_path, settings, monkeypatch) -> Iterator[Receiver]:
    """A receiver that the workers of this process may call, too."""
    with receiving(tmp_path) as there:
        settings.CALLED_PORTS, settings.CALLED_NETWORKS = [there.port], ["127.0.0.0/8"]
        monkeypatch.setenv("SSL_CERT_FILE", str(there.trusted))
        yield there


@pytest.fixture
def contracts(receiver: Receiver) -> list[Contract]:
    """Contracts of a customer that a partner sees, which is told of them."""
    customer, partner = CustomerFactory(), PartnerFactory()
    GrantFactory(partner=partner, customer=customer)
    made: list[Any] = [ContractFactory(**of(customer)) for _n in range(8)]
    hooking.open_webhook(
        partner, url=receiver.url, types=["contract.*"], contact="api@dan.example.co.jp", kinds=events.kinds(),
        at=clock.now(), actor=MAKER,
    )  # fmt: skip
    return made


def protect(contract: Contract) -> None:
    """An act of its own on each."""
    with chapter(actor=MAKER), locked(contract) as (held,):
        held.protect()
        held.save()


def worker(receiver: Receiver) -> Any:
    """A real worker in a process of its own."""
    return process("worker", CALLED_PORTS=str(receiver.port), CALLED_NETWORKS="127.0.0.0/8")


def killed_when_it_has_sent(receiver: Receiver, many: int) -> None:
    """Let a worker run into a death, as a power cut does it, while the receiver has its request in hand."""
    dead, before = threading.Event(), len(receiver.heard)
    with worker(receiver) as first:

        def die() -> None:
            if len(receiver.heard) >= before + many and not dead.is_set():
                dead.set()
                os.kill(first.pid, signal.SIGKILL)

        receiver.at_each = die
        assert dead.wait(SECONDS), "the worker never sent anything"
        first.wait()
    receiver.at_each = lambda: None


def test_killed_before_it_knows_the_answer_it_sends_again_under_the_same_id(receiver, contracts):
    protect(contracts[0])
    killed_when_it_has_sent(receiver, 1)
    assert [(one.state, one.made) for one in Delivery.objects.all()] == [("waiting", 0)]
    take_up()
    assert [(one.state, one.made) for one in Delivery.objects.all()] == [("delivered", 1)]
    assert len(receiver.ids) == 2
    assert set(receiver.ids) == {Event.objects.of_types(["contract.changed"]).get().key}


def test_killed_again_and_again_amid_many_none_is_lost(receiver, contracts):
    for contract in contracts:
        protect(contract)
    for _death in range(2):
        killed_when_it_has_sent(receiver, 2)
    take_up()
    wait_until(partial(receiver.holds, len(contracts)), "everything has come")
    assert set(receiver.ids) == set(Event.objects.of_types(["contract.changed"]).values_list("key", flat=True))
    assert {one.state for one in Delivery.objects.all()} == {"delivered"}
    assert Delivery.objects.count() == len(contracts)
    assert set(job_queue.jobs().of_kind(delivering.send).values_list("status", flat=True)) == {"succeeded"}
