"""State diagrams: where the boxes and arrows of a machine stand; lengths in pixels of an SVG."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from iijiot.machines import Machine

SIGN, PADDING, BOX, COLUMN_GAP, ROW_GAP, LANE, MARGIN = 7.5, 14, 44, 110, 30, 20, 24


@dataclass(frozen=True)
class Box:
    """A state."""

    state: str
    words: str
    x: float
    y: float
    width: float
    is_first: bool
    is_last: bool
    is_present: bool

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """Half-way between left and right."""
        return self.x + self.width / 2

    @property
    def baseline(self) -> float:
        """Where its words stand."""
        return self.y + BOX / 2 + 5


@dataclass(frozen=True)
class Arrow:
    """All acts from one state to another, by their numbers in the list beside the diagram."""

    path: str
    numbers: str
    x: float
    y: float


@dataclass(frozen=True)
class Diagram:
    """A drawing, and the acts by number."""

    width: float
    height: float
    boxes: list[Box]
    arrows: list[Arrow]


def diagram(machine: Machine, present: str = "") -> Diagram:
    """Draw a machine from left to right in the order of life; `present` is the state to mark."""
    columns: dict[int, list[str]] = defaultdict(list)
    rank = ranks(machine)
    for state, column in rank.items():
        columns[column].append(state)
    ways = _numbered(machine)
    over = [way for way in ways if rank[way[1]] > rank[way[0]] + 1]
    back = [way for way in ways if rank[way[1]] <= rank[way[0]]]
    tallest = max(len(states) for states in columns.values())
    top, height = MARGIN + LANE * len(over), tallest * BOX + (tallest - 1) * ROW_GAP
    boxes: dict[str, Box] = {}
    x: float = MARGIN
    for _column, states in sorted(columns.items()):
        widest = max(_length(str(machine.labels[state])) * SIGN + 2 * PADDING for state in states)
        y = top + (height - len(states) * BOX - (len(states) - 1) * ROW_GAP) / 2
        for state in states:
            boxes[state] = Box(
                state, str(machine.labels[state]), x, y, widest,
                state == machine.first, state in machine.last(), state == present,
            )  # fmt: skip
            y += BOX + ROW_GAP
        x += widest + COLUMN_GAP
    lanes: dict[Way, float] = {way: top - LANE * (number + 1) for number, way in enumerate(over)}
    lanes |= {way: top + height + LANE * (number + 1) for number, way in enumerate(back)}
    return Diagram(
        x - COLUMN_GAP + MARGIN,
        top + height + LANE * len(back) + MARGIN,
        list(boxes.values()),
        _arrows(ways, lanes, boxes),
    )


def ranks(machine: Machine) -> dict[str, int]:
    """The column of each state: how many acts lead there at most, ways back left out; states that none leads to last."""
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target in machine.ways:
        onward[source].append(target)
    found: dict[str, int] = {}

    def visit(state: str, rank: int, way: tuple[str, ...]) -> None:
        if state in way or found.get(state, -1) >= rank:
            return
        found[state] = rank
        for following in onward[state]:
            visit(following, rank + 1, (*way, state))

    for first in (machine.first, *onward):
        if first not in found:
            visit(first, 0, ())
    beyond = max(found.values(), default=-1) + 1
    return {state: found.get(state, beyond) for state in machine.labels}


Way = tuple[str, str]


def _numbered(machine: Machine) -> dict[Way, str]:
    """From which state to which other acts lead, with their numbers."""
    numbers: dict[Way, list[str]] = defaultdict(list)
    for number, act in enumerate(machine.moves, 1):
        for source in act.sources:
            if source != act.target:
                numbers[source, str(act.target)].append(str(number))
    return {way: "・".join(of_way) for way, of_way in numbers.items()}


def _arrows(ways: dict[Way, str], lanes: dict[Way, float], boxes: dict[str, Box]) -> list[Arrow]:
    """Each way as a line: straight on to the next column, or along a lane of its own above or below the boxes."""
    leaving: dict[str, int] = defaultdict(int)
    arriving: dict[str, int] = defaultdict(int)
    arrows = []
    for (source, target), numbers in sorted(ways.items(), key=lambda way: boxes[way[0][1]].y):
        start, end = boxes[source], boxes[target]
        out, into = start.y + 8 + 8 * leaving[source], end.y + 8 + 8 * arriving[target]
        leave, arrive = start.right + 14 + 8 * leaving[source], end.x - 22 - 8 * arriving[target]
        leaving[source] += 1
        arriving[target] += 1
        lane = lanes.get((source, target))
        if lane is None:
            half = (start.right + end.x) / 2
            path = (
                f"M{start.right:.0f},{out:.0f} C{half:.0f},{out:.0f} {half:.0f},{into:.0f} {end.x - 4:.0f},{into:.0f}"
            )
            arrows.append(Arrow(path, numbers, half, (out + into) / 2 + 4))
        else:
            path = f"M{start.right:.0f},{out:.0f} H{leave:.0f} V{lane:.0f} H{arrive:.0f} V{into:.0f} H{end.x - 4:.0f}"
            arrows.append(Arrow(path, numbers, (leave + arrive) / 2, lane + 4))
    return arrows


def _length(words: str) -> int:
    """How many half-width signs wide the words are."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in words)
