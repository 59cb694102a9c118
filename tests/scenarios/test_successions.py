"""After a succession nothing of what passed is left with whoever had it before: faults of others, and the right answers."""

from datetime import date
from typing import Any

import pytest

from contracts import admitting, succeeding
from contracts.models import Contract, Customer, Succession
from iijiot import clock
from iijiot.records import RecordedModel
from tests.acts import BEN, WEDNESDAY, again, give_notice, suspended
from tests.factories import AccountFactory, CustomerFactory
from tests.factories.worlds import house
from tests.recorder import recorded_models

pytestmark = pytest.mark.django_db


def merge(predecessor: Customer, successor: Customer, today: date = WEDNESDAY) -> None:
    merger = Succession(
        kind="absorption", predecessor=predecessor, successor=successor, effective_on=today, filed_on=today,
        evidence="登記事項証明書",
    )  # fmt: skip
    succeeding.file(succeeding.plan_succession(merger, today=today), actor=BEN)


def by_contract() -> list[type[RecordedModel]]:
    """The kinds of records that are a customer's because they belong to a contract of it."""
    return [model for model in recorded_models() if model.CUSTOMER.startswith("contract__")]


def records(model: Any) -> Any:
    """The records of a kind, by what people ask of them."""
    return model.objects


@pytest.mark.clause("G17")
def test_s11_what_belongs_to_a_contract_that_passed_is_found_with_the_successor_alone(carols_company):
    world = house()
    give_notice(world.gateway)
    suspended(world.mobile_access, WEDNESDAY)
    before = {model: records(model).of_customer(world.customer).count() for model in by_contract()}
    print(", ".join(f"{model.__name__} {count}" for model, count in before.items()))
    assert sum(count > 0 for count in before.values()) >= 2
    merge(world.customer, carols_company)
    assert not Contract.objects.of_customer(world.customer).exists()
    for model, count in before.items():
        assert not records(model).of_customer(world.customer).exists(), model
        assert records(model).of_customer(carols_company).count() == count, model


@pytest.mark.clause("G17", "G5.2")
def test_l08_an_account_of_the_old_customer_proves_nothing_about_what_passed(carols_company, clerk):
    world = house()
    account = AccountFactory(customer=world.customer)
    merge(world.customer, carols_company)
    holder = again(world.iot).customer
    assert not admitting.prove(holder, account.login_id, at=clock.now(), actor=clerk).matches
    assert again(account).customer == world.customer


@pytest.mark.clause("G17", "G26.1")
def test_h02_a_suspension_passes_with_its_contract_and_holds_until_it_is_lifted():
    world, successor = house(), CustomerFactory(name="株式会社アオイホールディングス")
    stop = suspended(world.vpn, WEDNESDAY)
    merge(world.customer, successor)
    assert (again(world.vpn).customer, again(world.vpn).state) == (successor, "suspended")
    assert (again(stop).state, again(stop).contract.customer) == ("in-force", successor)
