"""A customer's contracts as trees: each contract once, under the last of what it rests on; big customers page by page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.models import Contract, Customer, Dependency, Termination
from contracts.models.contract_state import TONES
from iijiot.clauses import Clause
from iijiot.console.actions import change_url

TREES = 10
"""Trees on one page."""
BELOW = 4
"""Contracts shown below one; its own page has them all."""


@dataclass
class Node:
    """One contract in a tree, what it rests on, why it ends, and what stands below it."""

    contract: Contract
    rests_on: list[Dependency]
    end: Termination | None
    below: list["Node"] = field(default_factory=list)
    further: int = 0

    @property
    def url(self) -> str:
        """Its page."""
        return change_url(self.contract)

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.contract.state]

    @property
    def clause(self) -> Clause | None:
        """The clause under which it ends."""
        return Clause(self.contract.ends_under) if self.contract.ends_under else None


@dataclass(frozen=True)
class Forest:
    """The trees of one page, by management unit, and what is elsewhere."""

    units: list[tuple[str, list[Node]]]
    trees: int
    page: int
    ended: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.trees // TREES))

    @property
    def following(self) -> int | None:
        """The next page."""
        return self.page + 1 if self.page < self.pages else None

    @property
    def preceding(self) -> int | None:
        """The page before."""
        return self.page - 1 if self.page > 1 else None


def contract_forest(customer: Customer, page: int = 1) -> Forest:
    """The living contracts of a customer, trees by management unit; the same number of statements for any size."""
    living = customer.contracts.in_life()
    order = list(living.tree_order())
    resting = _resting(Dependency.objects.pairs_of(customer), {pk for pk, _unit in order})
    places = _places(order, resting)
    roots = [pk for pk, _unit in order if places[pk] is None]
    page = min(max(page, 1), max(1, -(-len(roots) // TREES)))
    below: dict[int, list[int]] = defaultdict(list)
    for pk, _unit in order:
        above = places[pk]
        if above is not None:
            below[above].append(pk)
    shown = roots[(page - 1) * TREES : page * TREES]
    drawn = _with_below(shown, below)
    contracts = living.with_list_data().in_bulk(drawn)
    dependencies: dict[int, list[Dependency]] = defaultdict(list)
    for dependency in Dependency.objects.standing().of_contracts(drawn):
        dependencies[dependency.contract_id].append(dependency)
    ends = {end.contract_id: end for end in Termination.objects.deciding(drawn)}

    def node(pk: int) -> Node:
        lower = [node(pk) for pk in below[pk][:BELOW]]
        return Node(contracts[pk], dependencies[pk], ends.get(pk), lower, len(below[pk]) - len(lower))

    units: dict[str, list[Node]] = {str(unit): [] for unit in customer.management_units.first_ones()}
    for pk in shown:
        units.setdefault(str(contracts[pk].management_unit), []).append(node(pk))
    ended = customer.contracts.count() - len(order)
    return Forest(list(units.items()), len(roots), page, ended)


def _resting(pairs: Sequence[tuple[int, int]], known: set[int]) -> dict[int, list[int]]:
    resting: dict[int, list[int]] = defaultdict(list)
    for contract, base in pairs:
        if contract in known and base in known:
            resting[contract].append(base)
    return resting


def _places(order: Sequence[tuple[int, int]], resting: dict[int, list[int]]) -> dict[int, int | None]:
    """Under which contract each one stands: the deepest of those it rests on; None for the root of a tree."""
    depth: dict[int, int] = {}

    def deep(pk: int) -> int:
        if pk not in depth:
            depth[pk] = 1 + max((deep(base) for base in resting[pk]), default=-1)
        return depth[pk]

    return {pk: max(resting[pk], key=deep) if resting[pk] else None for pk, _unit in order}


def _with_below(roots: Sequence[int], below: dict[int, list[int]]) -> list[int]:
    found: list[int] = []
    open_ = list(roots)
    while open_:
        pk = open_.pop()
        found.append(pk)
        open_ += below[pk][:BELOW]
    return found
