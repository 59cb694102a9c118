"""What is measured: a value beside what it is compared with, printed and written down."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

TIMES = 7


@dataclass(frozen=True)
class Figure:
    """One thing measured: a value, what it is compared with, and the ratio (or value, without a floor) not to exceed."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    limit: float | None = None

    @classmethod
    def against(cls, name: str, value: float, unit: str, floor: float, limit: float) -> "Figure":
        """A figure with its ratio to a floor."""
        return cls(name, round(value, 4), unit, round(floor, 4), round(value / floor, 2), limit)

    def __str__(self) -> str:
        """The figure on a line: what was measured, against what, and how much of it is allowed."""
        told = f"{self.name}: {self.value:,.4g} {self.unit}"
        told += "" if self.floor is None else f" to {self.floor:,.4g} {self.unit}"
        told += "" if self.ratio is None else f", {self.ratio:.2f} times"
        return told if self.limit is None else f"{told} (at most {self.limit:g}{'; over' if self.over else ''})"

    @property
    def over(self) -> bool:
        """Whether it is over its limit."""
        measured = self.value if self.ratio is None else self.ratio
        return self.limit is not None and measured > self.limit


def timed(act: Callable[[], float]) -> float:
    """Seconds that an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def at_work() -> float:
    """Seconds that the processor has worked for this process and for its session of the database, on this machine.

    What others do at the same time disturbs it far less than it does a clock.
    """
    session = psutil.Process(connection.cursor().connection.info.backend_pid).cpu_times()
    return time.process_time() + session.user + session.system


def worked(act: Callable[[], Any], times: int = 1) -> float:
    """Seconds of the processor for an act, done so many times; the database counts in hundredths."""
    began = at_work()
    for _time in range(times):
        act()
    return (at_work() - began) / times


def answer_times(name: str, ask: Callable[[], Any]) -> list[float]:
    """Milliseconds of some requests. Raises SystemExit for an answer that is no page; one hit of a search leads to it."""
    spent = []
    for _n in range(TIMES):
        began = time.perf_counter()
        status = ask().status_code
        spent.append((time.perf_counter() - began) * 1000)
        if status not in (200, 302):
            raise SystemExit(f"{name}: answers {status}")
    return spent


def say(words: str) -> None:
    """A line of progress."""
    print(words, flush=True)


def show(figures: list[Figure]) -> None:
    """The table, and how many are over their limits."""
    from rich.console import Console
    from rich.table import Table

    table = Table("what", "value", "floor", "ratio", "limit", "")
    table.columns[0].no_wrap = True
    for figure in figures:
        floor = "" if figure.floor is None else f"{figure.floor:,.4g} {figure.unit}"
        table.add_row(
            figure.name,
            f"{figure.value:,.4g} {figure.unit}",
            floor,
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            "" if figure.limit is None else f"{figure.limit:g}",
            "[red]over[/red]" if figure.over else "[green]ok[/green]",
        )
    Console(width=130).print(table)
    over = [figure.name for figure in figures if figure.over]
    say(f"{len(figures)} figures, {len(over)} over their limits{': ' + '; '.join(over) if over else ''}")


def write_down(figures: list[Figure], path: Path) -> None:
    """The figures as JSON."""
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")
