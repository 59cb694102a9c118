"""Customers long gone, and the erasure of what is personal of them."""

from datetime import UTC, date, datetime

import factory
import time_machine

from contracts.models import Contract, Customer, Erasure
from contracts.models.contract import State
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory
from tests.factories.users import UserFactory

LAST_DAY = date(2017, 10, 31)
"""The rest can be erased from 2020-11-01, the name in the books from 2025-06-01."""


class ErasureFactory(Recorded):
    """The rest of a customer gone since 2017-10-31, listed."""

    class Meta:
        model = Erasure

    class Params:
        proposed = factory.Trait(state="proposed", proposed_by=factory.SubFactory(UserFactory))
        decided = factory.Trait(
            proposed=True,
            state="decided",
            decided_by=factory.SubFactory(UserFactory),
            decided_at=datetime(2026, 11, 25, 1, tzinfo=UTC),
        )
        kept = factory.Trait(state="withdrawn", because="係争中")

    customer = factory.SubFactory(CustomerFactory)
    keeping = "rest"
    gone_since = LAST_DAY
    years = 3
    due_on = date(2020, 11, 1)


def in_2016() -> time_machine.travel:
    """While records of somebody long gone are made."""
    return time_machine.travel("2016-04-01 01:00+00:00", tick=False)


def long_gone(**customer: object) -> Customer:
    """A customer whose only contract ended on 2017-10-31."""
    with in_2016():
        gone: Customer = CustomerFactory(**customer)
        ended(gone)
    return gone


def ended(customer: Customer, on: date = LAST_DAY) -> Contract:
    """A contract of a customer that has ended on a day."""
    made: Contract = ContractFactory(
        customer=customer,
        accepted_on=date(2016, 3, 25),
        billing_starts_on=date(2016, 4, 1),
        state=State.ENDED,
        ends_on=on,
    )
    return made
