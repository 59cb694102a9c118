"""``python -m tests.benchmarks``: a database of its own, the big days, a table, bench.json."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure, say, show, timed, write_down

BASES = int(os.environ.get("BENCH_BASES", "10000"))
RUNS = 3


def main() -> int:
    """Measure everything, print it and write it down."""
    folder = tempfile.mkdtemp(prefix="bench-")
    # Registered before the server is started, so that it is done after the server has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(DEBUG="1", PGDATA_DIR=folder, DJANGO_SETTINGS_MODULE="iijiot.settings")
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    figures: list[Figure] = []
    for figure in everything():
        figures.append(figure)
        say(f"  {figure}")
        write_down(figures, Path("bench.json"))
    show(figures)
    return 0


def everything() -> Iterator[Figure]:
    """Every figure, as it is measured; those that are noisiest beside a big database come before it."""
    from tests.benchmarks import files, invoices, lines, pages, portal

    yield this_machine()
    yield from big_day()
    yield from big_plan()
    yield from files.loading()
    yield from lines.figures()
    yield from invoices.figures()
    yield from pages.big_world()
    yield from pages.page_times()
    yield from portal.figures()
    yield from lines.million()
    yield from portal.among_a_million()


def this_machine() -> Figure:
    """What every other figure depends on: how fast this machine runs Python."""
    return Figure("a million additions in Python", round(min(timed(additions) for _run in range(RUNS)) * 1000, 1), "ms")


def additions() -> float:
    """A million additions."""
    total = 0
    for number in range(1_000_000):
        total += number
    return total


def big_day() -> list[Figure]:
    """One day on which many contracts end with their dependents (performance.md, 15 and 7 to 8)."""
    from iijiot.daily import PART
    from tests.benchmarks import floor, world

    say(f"Setting up {BASES:,} contracts with three dependents each …")
    for name, bases in (("bench_big", BASES), ("bench_small", BASES // 10)):
        world.create(name)
        world.ending_on_one_day(bases)
        world.settle()
    say("Measuring …")
    runs: list[dict[str, Any]] = []
    floors: list[float] = []
    for _run in range(RUNS):
        with world.copy_of("bench_big"):
            floors.append(floor.end_all())
        with world.copy_of("bench_big") as copy:
            runs.append(child("advance", copy))
    with world.copy_of("bench_small") as copy:
        small = child("advance", copy)
    big, bare = min(runs, key=lambda run: run["seconds"]), child("bare", "bench_small")
    contracts = BASES * 4
    if any(run["done"] != contracts for run in runs):
        raise SystemExit(f"Not every contract was ended: {runs}")
    per_chunk = [run["statements"] / -(-run["done"] // PART) for run in (big, small)]
    return [
        Figure.against(f"advance_day, {contracts:,} contracts end", big["seconds"], "s", min(floors), limit=5),
        Figure.against("its peak memory, to a bare process", big["peak"], "MiB", bare["peak"], limit=3),
        Figure.against("its statements per chunk, to a day of a tenth", per_chunk[0], "", per_chunk[1], limit=1),
        Figure.against("its seconds per contract, to a day of a tenth", *per_contract(big, small), limit=1.4),
    ]


def per_contract(big: dict[str, Any], small: dict[str, Any]) -> tuple[float, str, float]:
    """Microseconds for each contract on the big and the small day, with their unit between them."""
    first, second = (run["seconds"] / run["done"] * 1_000_000 for run in (big, small))
    return first, "µs", second


def big_plan() -> list[Figure]:
    """The plan of an end that takes a thousand contracts along."""
    from contracts.ending import plan_ending
    from tests.benchmarks import floor, world

    world.create("bench_plan")
    base = world.resting_on_one(1000)
    world.settle()
    base = type(base).objects.get(pk=base.pk)

    def plan() -> float:
        changes = plan_ending(base, effective_on=world.LAST_DAY, clause="G28.1.2").changes
        return len(changes)

    seconds = min(timed(plan) for _run in range(RUNS))
    least = min(floor.read_everything(base.customer_id) for _run in range(RUNS))
    return [Figure.against("plan of an end with 1,000 dependents", seconds, "s", least, limit=60)]


def child(what: str, database: str) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.child", what, database]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    if printed.returncode:
        raise SystemExit(printed.stderr)
    return dict(json.loads(printed.stdout))


if __name__ == "__main__":
    sys.exit(main())
