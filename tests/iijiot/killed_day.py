"""The daily run in a process of its own, killed at one point: ``python -m tests.iijiot.killed_day NAME TO OUTBOX POINT``.

POINT is ``step:3`` (before the fourth step that runs) or ``statement:17`` (before the seventeenth statement, wherever
that is). Nothing in the product knows of it.
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import date
from typing import Any


def die(*_args: Any) -> None:
    """As a power cut does it: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(name: str, to: str, outbox: str, point: str) -> None:
    """Run until the point."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = name
    settings.EMAIL_FILE_PATH = outbox
    django.setup()

    from django.db import connection

    from iijiot import daily

    kind, at = point.split(":")
    seen = {"step": 0, "statement": 0}

    def count(what: str) -> None:
        if kind == what and seen[what] == int(at):
            die()
        seen[what] += 1

    def counted(step: daily.Step) -> daily.Step:
        def run(day: date, tally: daily.Tally) -> None:
            count("step")
            step.run(day, tally)

        return replace(step, run=run)

    def counting(execute: Any, *args: Any) -> Any:
        count("statement")
        return execute(*args)

    daily._steps[:] = [counted(step) for step in daily._steps]
    with connection.execute_wrapper(counting):
        daily.advance(date.fromisoformat(to))
    die()


if __name__ == "__main__":
    main(*sys.argv[1:])
