"""What ends with what, and when; pure, without a database."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cascade import Designation, Edge, Fall, World, falls
from contracts.catalogue.services import SERVICES
from tests.vectors import cases, group

LAST_DAY = date(2026, 12, 25)
CODES = {
    "IOT": "iot",
    "MA": "mobile-access",
    "DS": "data-storage",
    "PC": "private-connector",
    "PMG": "private-mobile-gateway",
    "WPC": "wise-paas-connector",
    "VPN": "vpn-gateway",
    "WISE-PaaS option": "wise-paas-option",
    "PBB": "private-backbone",
    "private backbone": "private-backbone",
    "I_CLOSED": "mobile-type-i",
}
ON_MOBILE_ACCESS = {
    "MA": ["IOT"],
    "DS": ["IOT"],
    "PC": ["IOT", "PBB"],
    "PMG": ["IOT", "PBB", "MA"],
    "WPC": ["IOT", "PC", "PBB"],
    "VPN": ["IOT", "PBB"],
    "WISE-PaaS option": ["IOT", "MA"],
}


def key(name: str):
    return ("thing", name)


def world(rests_on: dict[str, list[str]], own: dict[str, date], designations=None) -> World:
    """Things by name; an edge stands only where the dependent's provision says that it ends with the base."""
    pairs = [(dependent, base) for dependent, bases in rests_on.items() for base in bases]
    edges = [
        Edge(number, key(CODES[dependent]), key(CODES[base]), clause.id)
        for number, (dependent, base) in enumerate(pairs)
        if (clause := SERVICES[CODES[dependent]].ends_under(CODES[base]))
    ]
    ends = {key(CODES[name]): Fall.of_its_own(key(CODES[name]), on, "G29.1") for name, on in own.items()}
    return World(ends, edges, {k: [d] for k, d in (designations or {}).items()})


def plain(edges: list[tuple[str, str]], own: dict[str, date], designations=None) -> World:
    ends = {key(name): Fall.of_its_own(key(name), on, "G29.1") for name, on in own.items()}
    return World(
        ends,
        [Edge(n, key(d), key(b), "PC5.2") for n, (d, b) in enumerate(edges)],
        {k: [d] for k, d in (designations or {}).items()},
    )


def days(found) -> dict[str, date]:
    return {name: end.on for (_kind, name), end in found.items()}


@pytest.mark.clause("MA12.2", "DS4.2", "PC5.2", "PMG5.2", "WPC5.2", "VPN5.2")
@pytest.mark.parametrize("case", cases("cascade"))
def test_an_end_takes_down_exactly_what_rests_on_it(case):
    found = falls(world(ON_MOBILE_ACCESS, {case["ends"]: LAST_DAY}))
    assert set(days(found)) == {CODES[name] for name in [case["ends"], *case["also_end"]]}
    assert set(days(found).values()) == {LAST_DAY}


@pytest.mark.clause("PMG5.2", "MA12.2", "DS4.2", "PC5.2", "WPC5.2", "VPN5.2")
@pytest.mark.parametrize("case", cases("legal.cascade"))
def test_a_gateway_on_two_mobile_services_ends_with_either(case):
    found = falls(world(group("legal.cascade.rests_on"), {case["ends"]: LAST_DAY}))
    assert set(days(found)) == {CODES[name] for name in [case["ends"], *case["also_end"]]}


@pytest.mark.clause("WPC5.2")
def test_a_diamond_ends_once_and_names_the_path_by_which_its_end_came_first():
    found = falls(world(ON_MOBILE_ACCESS, {"private backbone": LAST_DAY, "PC": date(2026, 12, 10)}))
    connector = found[key("wise-paas-connector")]
    assert (connector.on, connector.base, connector.clause) == (date(2026, 12, 10), key("private-connector"), "WPC5.2")
    assert connector.root == key("private-connector")


@pytest.mark.clause("PC5.2")
def test_an_own_earlier_end_stays_and_takes_its_dependents_along():
    found = falls(world(ON_MOBILE_ACCESS, {"private backbone": LAST_DAY, "PC": date(2026, 12, 1)}))
    assert found[key("private-connector")] == Fall.of_its_own(key("private-connector"), date(2026, 12, 1), "G29.1")
    assert found[key("wise-paas-connector")].on == date(2026, 12, 1)
    assert found[key("vpn-gateway")].on == LAST_DAY


def test_an_own_end_on_the_same_day_stands_as_its_own():
    found = falls(plain([("b", "a")], {"a": LAST_DAY, "b": LAST_DAY}))
    assert found[key("b")].base is None


def test_an_own_later_end_gives_way_to_the_caused_one():
    found = falls(plain([("b", "a")], {"a": LAST_DAY, "b": date(2027, 1, 31)}))
    assert (found[key("b")].on, found[key("b")].base) == (LAST_DAY, key("a"))


@pytest.mark.clause("PC5.2", "WPC5.2")
def test_a_designated_day_replaces_the_days_from_the_end_it_was_designated_for():
    later = Designation(date(2027, 1, 31), key("a"), LAST_DAY, "移行のため")
    found = falls(plain([("b", "a"), ("c", "b"), ("c", "a")], {"a": LAST_DAY}, {key("b"): later}))
    assert (found[key("b")].on, found[key("b")].designated, found[key("b")].reason) == (
        date(2027, 1, 31),
        True,
        "移行のため",
    )
    assert days(found)["c"] == LAST_DAY


def test_what_rests_only_on_a_thing_with_a_designated_day_follows_that_day():
    later = Designation(date(2027, 1, 31), key("a"), LAST_DAY, "移行のため")
    found = falls(plain([("b", "a"), ("c", "b")], {"a": LAST_DAY}, {key("b"): later}))
    assert (days(found)["c"], found[key("c")].designated) == (date(2027, 1, 31), False)


def test_a_designated_day_is_dropped_when_the_end_it_was_for_moves():
    later = Designation(date(2027, 1, 31), key("a"), LAST_DAY, "移行のため")
    moved = falls(plain([("b", "a")], {"a": date(2026, 12, 20)}, {key("b"): later}))
    assert (days(moved)["b"], moved[key("b")].designated) == (date(2026, 12, 20), False)


def test_a_designated_day_does_not_hold_against_another_base():
    later = Designation(date(2027, 1, 31), key("a"), LAST_DAY, "移行のため")
    found = falls(plain([("c", "a"), ("c", "b")], {"a": LAST_DAY, "b": date(2027, 1, 10)}, {key("c"): later}))
    assert (days(found)["c"], found[key("c")].base) == (date(2027, 1, 10), key("b"))


def test_what_rests_on_itself_in_a_circle_is_refused():
    with pytest.raises(ValueError, match="circle"):
        falls(plain([("a", "b"), ("b", "a")], {"a": LAST_DAY}))


def test_where_nothing_ends_nothing_falls():
    assert falls(plain([("b", "a")], {})) == {}


@st.composite
def worlds(draw) -> World:
    """Things in a line, each resting on some before it; some with an end of their own, some with a designated day."""
    size = draw(st.integers(2, 9))
    edges = [(f"{n}", f"{m}") for n in range(size) for m in range(n) if draw(st.booleans())]
    some_day = st.integers(0, 400).map(lambda n: LAST_DAY + timedelta(n))
    own = draw(st.dictionaries(st.sampled_from([f"{n}" for n in range(size)]), some_day))
    designations = {}
    for name in draw(st.sets(st.sampled_from([f"{n}" for n in range(size)]), max_size=2)):
        if own:
            root = draw(st.sampled_from(sorted(own)))
            designations[key(name)] = Designation(draw(some_day), key(root), own[root], "理由")
    return plain(edges, own, designations)


@given(worlds())
def test_everything_ends_no_later_than_anything_it_rests_on_unless_another_day_was_designated(some_world):
    found = falls(some_world)
    for edge in some_world.edges:
        if edge.base in found:
            assert edge.dependent in found
            if edge.dependent not in some_world.designations:
                assert found[edge.dependent].on <= found[edge.base].on


@given(worlds())
def test_nothing_ends_without_an_end_of_its_own_or_of_something_it_rests_on(some_world):
    found = falls(some_world)
    bases = defaultdict(set)
    for edge in some_world.edges:
        bases[edge.dependent].add(edge.base)
    for ended, end in found.items():
        if end.base is None:
            assert end == some_world.own[ended]
        else:
            assert end.base in bases[ended]
            assert end.designated or end.on == found[end.base].on
            assert ended not in some_world.own or end.on < some_world.own[ended].on


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_edges_are_read_changes_nothing(some_world, order):
    shuffled = list(some_world.edges)
    order.shuffle(shuffled)
    assert falls(World(some_world.own, shuffled, some_world.designations)) == falls(some_world)
