"""A customer's contracts as a tree: each once, under the last of what it rests on."""

from collections import defaultdict
from dataclasses import dataclass, field

from contracts.models import Contract, Customer, Dependency, ManagementUnit
from contracts.models.contract import TONES
from iijiot.clauses import Clause
from iijiot.console.actions import change_url


@dataclass
class Node:
    """One contract in the tree, and what stands below it."""

    contract: Contract
    rests_on: list[Dependency]
    below: list["Node"] = field(default_factory=list)

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


def contract_tree(customer: Customer) -> list[tuple[ManagementUnit, list[Node]]]:
    """For each management unit its contracts as a forest, in three statements."""
    contracts = {c.pk: c for c in customer.contracts.with_list_data().order_by("state", "pk")}
    resting: dict[int, list[Dependency]] = defaultdict(list)
    for dependency in Dependency.objects.standing().of_contracts(list(contracts)):
        resting[dependency.contract_id].append(dependency)
    nodes = {pk: Node(contract, resting[pk]) for pk, contract in contracts.items()}
    depth: dict[int, int] = {}

    def deep(pk: int) -> int:
        if pk not in depth:
            bases = [d.on_contract_id for d in resting[pk] if d.on_contract_id in contracts]
            depth[pk] = 1 + max((deep(base) for base in bases if base is not None), default=-1)
        return depth[pk]

    roots: dict[ManagementUnit, list[Node]] = {unit: [] for unit in customer.management_units.all()}
    for pk, node in nodes.items():
        bases = [d.on_contract_id for d in resting[pk] if d.on_contract_id in contracts]
        if bases:
            nodes[max((base for base in bases if base is not None), key=deep)].below.append(node)
        else:
            roots[node.contract.management_unit].append(node)
    return list(roots.items())
