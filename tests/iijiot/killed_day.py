"""The daily run in a process of its own, killed at one point. Nothing in the product knows of it.

A point is ``step:3`` (before the fourth step that runs) or ``statement:17`` (before the seventeenth statement, wherever
that is).
"""

import os
import signal
import traceback
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.db import connection

from iijiot import daily


def killed_at(point: str, to: date, outbox: Path) -> int:
    """Run until the point in a fork of this process; the signal that ended it, 0 where none did."""
    if not (child := os.fork()):
        try:
            connection.connection = None  # that one is spoken through by this process's parent
            settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
            settings.EMAIL_FILE_PATH = outbox
            run_until(point, to)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    _child, ended = os.waitpid(child, 0)
    return os.WTERMSIG(ended)


def die() -> NoReturn:
    """As a power cut does it: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("lives on")


def run_until(point: str, to: date) -> NoReturn:
    """The run, which does not get past the point."""
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
        daily.advance(to)
    die()
