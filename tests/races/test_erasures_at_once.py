"""X10: an erasure carried out by two at once, put off meanwhile, or met by a new application."""

from typing import Any

import pytest

from contracts import erasing
from contracts.models import Customer, Erasure
from iijiot import clock, roles
from iijiot.actors import Actor
from iijiot.models import User
from tests.contracts.test_erasing import TODAY
from tests.factories import ApplicationFactory, UserFactory
from tests.factories.contracts import of
from tests.factories.erasures import long_gone
from tests.races.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G40.2.1")]


def approver() -> User:
    user: User = UserFactory(groups=[roles.APPROVER])
    return user


def proposed() -> Erasure:
    return erasing.propose(erasing.plan_erasure(long_gone(), TODAY), by=approver())


def carrying_out(erasure: Erasure) -> Any:
    plan, user = erasing.plan_of(erasure, TODAY), approver()
    return lambda: erasing.carry_out(plan, erasure, by=user, at=clock.now())


def test_two_carry_it_out_and_one_wins():
    erasure = proposed()
    outcomes = at_once(carrying_out(erasure), carrying_out(erasure))
    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert Erasure.objects.get(pk=erasure.pk).state == "done"
    assert Erasure.history.filter(id=erasure.pk).count() == 4


def test_carried_out_and_put_off_at_once_one_wins():
    erasure = proposed()
    keeper = Actor.staff(approver())
    outcomes = at_once(carrying_out(erasure), lambda: erasing.keep(erasure, because="係争中", actor=keeper))
    assert [outcome.won for outcome in outcomes].count(True) == 1
    name = Customer.objects.get(pk=erasure.customer_id).name
    done = Erasure.objects.get(pk=erasure.pk).state == "done"
    assert name.startswith("消去済み") is done


def test_an_application_that_comes_first_keeps_the_data_and_one_that_comes_later_waits():
    erasure = proposed()
    customer = erasure.customer
    theirs = of(customer)
    erased, _applied = at_once(carrying_out(erasure), lambda: ApplicationFactory(**theirs))
    stored = Customer.objects.get(pk=customer.pk)
    assert stored.name.startswith("消去済み") is erased.won
    assert stored.applications.count() == 1
