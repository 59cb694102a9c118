"""Nothing is missed by whoever reads events on and on: not even what an older act commits after a newer one."""

import threading

import pytest
from django.db import connection

from contracts.models import Contract
from iijiot.records import chapter, locked
from tests.acts import BEN
from tests.api.conftest import system_of
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory
from tests.races.together import SECONDS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def protect(contract: Contract) -> None:
    """An act that changes a contract."""
    with chapter(actor=BEN), locked(contract) as (held,):
        held.protect()
        held.save()


@pytest.fixture
def world():
    """A partner's system and two contracts of a customer that it sees."""
    customer, partner = CustomerFactory(), PartnerFactory()
    GrantFactory(partner=partner, customer=customer)
    return system_of(partner), ContractFactory(**of(customer)), ContractFactory(**of(customer))


def test_an_older_act_that_commits_later_comes_after_what_was_read(world):
    system, slow, quick = world
    cursor = system.get("events").json()["cursor"]
    begun, read = threading.Event(), threading.Event()

    def slowly() -> None:
        with chapter(actor=BEN):
            protect(slow)
            begun.set()
            assert read.wait(SECONDS)
        connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert begun.wait(SECONDS)
    protect(quick)
    first = system.get(f"events?cursor={cursor}").json()
    assert [event["object"] for event in first["data"]] == [f"ctr_{quick.number}"]
    read.set()
    thread.join(SECONDS)
    then = system.get(f"events?cursor={first['cursor']}").json()
    assert [event["object"] for event in then["data"]] == [f"ctr_{slow.number}"]


def test_many_who_read_and_many_who_write_at_once_make_one_log(world):
    system, *contracts = world
    cursor = system.get("events").json()["cursor"]
    more = [ContractFactory(**of(contracts[0].customer)) for _n in range(6)]
    acts = [lambda contract=contract: protect(contract) for contract in [*contracts, *more]]
    reads = [lambda: system.get(f"events?cursor={cursor}").json() for _n in range(4)]
    at_once(*acts, *reads)
    seen = [event["id"] for event in system.get(f"events?cursor={cursor}&limit=200").json()["data"]]
    assert len(seen) == len(set(seen)) == 6 + 8
