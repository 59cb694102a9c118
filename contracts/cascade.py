"""What ends with what, and when: a pure closure over what rests on what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

Key = tuple[str, int]


@dataclass(frozen=True)
class Edge:
    """A contract that ends with what it rests on, and the clause that says so."""

    id: int
    dependent: Key
    base: Key
    clause: str


@dataclass(frozen=True)
class Designation:
    """Another day that the company designates for a contract, for one particular end at the root."""

    on: date
    root: Key
    root_on: date
    reason: str


@dataclass(frozen=True)
class Fall:
    """How something ends: the day, the clause, and, where another end causes it, what and through which edge."""

    on: date
    clause: str
    root: Key
    root_on: date
    base: Key | None = None
    edge: int | None = None
    designated: bool = False
    reason: str = ""

    @classmethod
    def of_its_own(cls, key: Key, on: date, clause: str) -> "Fall":
        """An end that nothing else causes."""
        return cls(on, clause, root=key, root_on=on)


@dataclass(frozen=True)
class World:
    """Ends that have a cause of their own or are past, and what rests on what."""

    own: Mapping[Key, Fall]
    edges: Iterable[Edge]
    designations: Mapping[Key, Sequence[Designation]] = field(default_factory=dict)


def falls(world: World) -> dict[Key, Fall]:
    """How everything ends that ends: by its own end or, if that comes earlier, with what it rests on.

    Each thing appears once, by whichever path its end comes first (MA12.2, DS4.2, PC5.2, PMG5.2, WPC5.2, VPN5.2).
    An own end on the same day as a caused one stands as its own. A designated day replaces the days that come
    from the root it was designated for, as long as that root has not moved. Raises ValueError for a circle.
    """
    resting: dict[Key, list[Edge]] = defaultdict(list)
    dependents: dict[Key, list[Key]] = defaultdict(list)
    for edge in sorted(world.edges, key=lambda edge: edge.id):
        resting[edge.dependent].append(edge)
        dependents[edge.base].append(edge.dependent)
    found: dict[Key, Fall | None] = {}
    under_way: set[Key] = set()

    def fall(key: Key) -> Fall | None:
        if key in found:
            return found[key]
        if key in under_way:
            raise ValueError(f"{key} rests on itself in a circle.")
        under_way.add(key)
        caused = [caught for edge in resting[key] if (caught := _with_base(edge, fall(edge.base), world)) is not None]
        earliest = min(caused, key=lambda end: end.on, default=None)
        own = world.own.get(key)
        found[key] = own if own is not None and (earliest is None or own.on <= earliest.on) else earliest
        return found[key]

    for key in reachable(world.own, dependents):
        fall(key)
    return {key: end for key, end in found.items() if end is not None}


def _with_base(edge: Edge, base: Fall | None, world: World) -> Fall | None:
    if base is None:
        return None
    caused = replace(base, clause=edge.clause, base=edge.base, edge=edge.id, designated=False, reason="")
    for other in world.designations.get(edge.dependent, ()):
        if (other.root, other.root_on) == (base.root, base.root_on):
            return replace(caused, on=other.on, designated=True, reason=other.reason)
    return caused


def reachable(roots: Iterable[Key], dependents: Mapping[Key, list[Key]]) -> list[Key]:
    """Everything that an end of these could reach, roots first."""
    seen: dict[Key, None] = dict.fromkeys(roots)
    queue = list(seen)
    while queue:
        for key in dependents.get(queue.pop(0), []):
            if key not in seen:
                seen[key] = None
                queue.append(key)
    return list(seen)
