"""U02: everything of one customer on one page, the contracts as trees with ends and causes; the same cost for any size."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.admin.tree import TREES, contract_forest
from contracts.models import Contract
from iijiot.bulk import bulk_add
from iijiot.records import chapter
from tests import acts
from tests.factories import ContractFactory, CustomerFactory, DependencyFactory, ManagementUnitFactory
from tests.factories.base import MAKER
from tests.factories.worlds import house
from tests.house.console import page


def numbers(nodes):
    """The tree as numbers, each with those below it."""
    return {node.contract.number: numbers(node.below) for node in nodes}


def many(customer, count):
    """This many contracts of a customer, set-based."""
    unit = ManagementUnitFactory(customer=customer)
    with chapter(actor=MAKER):
        bulk_add(
            [
                Contract(
                    customer=customer, management_unit=unit, service_code="data-storage", accepted_on=date(2026, 4, 1),
                    billing_starts_on=date(2026, 4, 1), state="active",
                )
                for _n in range(count)
            ]
        )  # fmt: skip


def test_each_contract_stands_once_under_the_last_of_what_it_rests_on(db):
    world = house()
    forest = contract_forest(world.customer)
    trees = {name: tree for _unit, nodes in forest.units for name, tree in numbers(nodes).items()}
    assert world.connector.number in trees[world.iot.number]
    flat = str(trees)
    for contract in world.customer.contracts.all():
        assert flat.count(contract.number) == 1


def test_an_end_is_drawn_with_its_day_its_clause_and_what_causes_it(desk):
    world = house()
    acts.end(world.backbone, date(2026, 12, 31))
    shown = desk.get(page(world.customer, "change")).content.decode()
    assert "2026年12月31日" in shown
    nodes = [node for _unit, trees in contract_forest(world.customer).units for node in trees]

    def found(nodes):
        return {n.contract.pk: n for node in nodes for n in [node, *found(node.below).values()]}

    connector = found(nodes)[world.connector.pk]
    assert connector.end.cause.subject == world.backbone
    assert connector.clause.id == "PC5.2"


def test_what_rests_on_two_things_shows_both(desk):
    base, other = ContractFactory(), None
    other = ContractFactory(customer=base.customer, data_storage=True)
    top = ContractFactory(customer=base.customer, private_connector=True)
    for below in (base, other):
        DependencyFactory(contract=top, on_contract=below, clause="PC5.2")
    shown = desk.get(page(base.customer, "change")).content.decode()
    tree = shown[shown.index("console-tree") :]
    assert base.number in tree
    assert other.number in tree


def test_a_note_for_staff_stands_at_the_head_and_is_marked(desk):
    customer = CustomerFactory(note="支払いの相談あり")
    head = desk.get(page(customer, "change")).content.decode()
    assert "社内限り" in head
    assert "支払いの相談あり" in head


def test_big_customers_are_shown_page_by_page_with_every_contract_once(db):
    customer = CustomerFactory()
    many(customer, TREES * 2 + 5)
    seen = []
    for number in (1, 2, 3):
        forest = contract_forest(customer, number)
        seen += [node.contract.pk for _unit, nodes in forest.units for node in nodes]
    assert sorted(seen) == sorted(customer.contracts.values_list("pk", flat=True))
    assert (forest.pages, forest.following, forest.preceding) == (3, None, 2)
    assert contract_forest(customer, 99).page == 3


def test_ended_contracts_are_counted_and_listed_elsewhere(desk):
    contract = ContractFactory(ended=True)
    shown = desk.get(page(contract.customer, "change")).content.decode()
    link = f"{reverse('admin:contracts_contract_changelist')}?customer__id__exact={contract.customer.pk}&amp;state__exact=ended"
    assert link in shown
    assert contract.number in desk.get(link.replace("&amp;", "&")).content.decode()


@pytest.mark.parametrize("asked", ["0", "-1", "²", "1e9", "99999999999999999999", "x"])
def test_nonsense_for_a_page_shows_a_page(desk, asked):
    assert desk.get(page(CustomerFactory(), "change") + f"?trees={asked}").status_code == 200


def test_the_page_costs_the_same_for_three_contracts_and_for_three_hundred(desk):
    small, big = CustomerFactory(), CustomerFactory()
    many(small, 3)
    many(big, 300)

    def cost(customer):
        desk.get(page(customer, "change"))
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page(customer, "change")).status_code == 200
        return len(captured)

    assert cost(big) <= cost(small)
