"""Faults that people met in systems like this one, at the door for other systems: each by the id under which it is told."""

import pytest
import time_machine

from contracts.models import Contract
from tests.api.conftest import system_of
from tests.api.test_reading import MAKERS, number_of
from tests.factories import ContractFactory
from tests.factories.contracts import of
from tests.factories.partners import GrantFactory, PartnerFactory
from tests.factories.worlds import house
from tests.scenarios.test_successions import merge

KEY = {"HTTP_IDEMPOTENCY_KEY": "scenario-1"}


@pytest.fixture(autouse=True)
def in_november():
    """A Wednesday in November 2026."""
    with time_machine.travel("2026-11-25 03:00+00:00", tick=False):
        yield


@pytest.mark.clause("G17")
def test_s11_after_a_contract_has_passed_the_old_sides_token_finds_nothing_of_it_with_the_next_request(carols_company):
    world = house()
    partner, successors = PartnerFactory(), PartnerFactory()
    GrantFactory(partner=partner, customer=world.customer)
    GrantFactory(partner=successors, customer=carols_company)
    old, new = system_of(partner), system_of(successors)
    address = f"contracts/ctr_{world.iot.number}"
    assert (old.get(address).status_code, new.get(address).status_code) == (200, 404)
    merge(world.customer, carols_company)
    assert (old.get(address).status_code, new.get(address).status_code) == (404, 200)
    assert old.get("contracts").json()["data"] == []
    for act in ("termination-notices", "termination-notices?dry_run=true", "conditions"):
        body = {} if "notices" in act else {"code": "x", "answer": "x"}
        assert old.send("POST", f"{address}/{act}", body, **KEY).status_code == 404


@pytest.mark.parametrize("name", MAKERS)
def test_s04_no_state_is_set_by_writing_to_a_record(system, aois_company, name):
    make, prefix = MAKERS[name]
    record = make(aois_company)
    state = getattr(record, "state", None)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = system.send(method, f"{name}/{prefix}_{number_of(record)}", {"state": "ended"}, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert type(record).objects.filter(pk=record.pk).exists()
    assert getattr(type(record).objects.get(pk=record.pk), "state", None) == state


def test_s04_no_state_is_set_beside_an_act(system, aois_company):
    contract = ContractFactory(**of(aois_company))
    answer = system.send("POST", f"contracts/ctr_{contract.number}/termination-notices", {"state": "ended"}, **KEY)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "state")
    assert Contract.objects.get(pk=contract.pk).state == "active"


def test_x_correlator_comes_back_and_what_could_break_a_header_does_not(system):
    assert system.get("services", HTTP_X_CORRELATOR="order-7/1").headers["x-correlator"] == "order-7/1"
    assert "x-correlator" not in system.get("services", HTTP_X_CORRELATOR="a b").headers
