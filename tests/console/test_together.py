"""Records of many kinds in one statement are the same as each kind's own."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Contract, Customer
from iijiot import clock
from iijiot.console.panels import queues
from iijiot.models import User
from iijiot.together import fetched_together
from tests.factories import ContractFactory, CustomerFactory
from tests.factories.worlds import house_at_work
from tests.house.console import admins, made


def told(record: Any) -> dict[str, Any]:
    """All that a record holds, and those it was selected with."""
    held = {name: (type(value), value) for name, value in vars(record).items() if name != "_state"}
    selected = {name: told(other) for name, other in record._state.fields_cache.items() if other is not None}
    return {**held, "database": record._state.db, "is new": record._state.adding, **selected}


def test_every_queue_has_the_same_records_beside_others_as_by_itself(db):
    house_at_work()
    for admin in admins():
        made(admin.model)
    day = clock.business_day()
    asked = [queue.waiting(day) for queue in queues()]
    with CaptureQueriesContext(connection) as captured:
        found = fetched_together(asked)
    assert len(captured) == 1
    for queue, alone, together in zip(queues(), asked, found, strict=True):
        assert [told(record) for record in together] == [told(record) for record in alone], queue.name
    print(f"{sum(map(len, found))} records of {sum(map(bool, found))} queues")
    assert sum(map(bool, found)) >= 18


def test_every_kind_of_record_comes_back_as_it_is(db):
    for admin in admins():
        made(admin.model)
    kinds = [admin.model._base_manager.order_by("pk") for admin in admins()]
    found = fetched_together(kinds)
    assert [[told(record) for record in together] for together in found] == [
        [told(record) for record in alone] for alone in kinds
    ]
    assert all(found)


def test_each_keeps_its_order_and_its_number(db):
    customers = [CustomerFactory(name=name) for name in ("A 50%", "B", "C")]
    contract = ContractFactory(customer=customers[0])
    found = fetched_together([Customer.objects.order_by("-name")[:2], Contract.objects.all(), User.objects.none()])
    assert found == [[customers[2], customers[1]], [contract], []]
    assert fetched_together([Customer.objects.filter(name="A 50%"), Contract.objects.none()]) == [[customers[0]], []]


def test_nothing_is_asked_where_nothing_can_be(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert fetched_together([]) == []
        assert fetched_together([Customer.objects.none(), ContentType.objects.none()]) == [[], []]
