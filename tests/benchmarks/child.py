"""One measurement in a process of its own, so that its peak memory is its own: prints one line of JSON."""

import json
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iijiot.settings")
django.setup()

from django.db import connection  # noqa: E402

from billing import closing  # noqa: E402
from billing.months import Month  # noqa: E402
from iijiot import daily  # noqa: E402
from iijiot.actors import Actor  # noqa: E402
from tests.benchmarks import world  # noqa: E402
from tests.benchmarks.figures import at_work  # noqa: E402


def main(what: str, database: str) -> None:
    """Measure `what` ("bare", "advance" or "close") on a database."""
    world.use(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql[:40])
        return execute(sql, *rest)

    done = 0
    if what == "close":
        print("ready", flush=True)
        sys.stdin.readline()
    began, worked = time.perf_counter(), at_work()
    if what == "advance":
        with connection.execute_wrapper(count):
            rows = daily.advance(world.DAY_AFTER)
        done = next(row.done for row in rows if row.step == "end-contracts")
        aside = [entry for row in rows for entry in row.set_aside]
        if aside:
            raise SystemExit(f"Set aside: {aside[:3]}")
    if what == "close":
        run = closing.begin(Month(2026, 11), actor=Actor.command("bench"))
        with connection.execute_wrapper(count):
            done = closing.work(run)
    seconds = time.perf_counter() - began
    told = {"seconds": seconds, "worked": at_work() - worked, "peak": peak_memory()}
    print(json.dumps({**told, "statements": len(statements), "done": done}), flush=True)


def peak_memory() -> float:
    """The most memory that this process ever held, in MiB.

    From /proc where there is one: what getrusage tells starts with the memory of the process that forked this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
