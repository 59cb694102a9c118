"""An act in a process of its own, killed at one point. Nothing in the product knows of it.

A point is a kind and a number: before the seventeenth statement, wherever that is; before the third piece that COPY
writes; before the second commit, or right after it.
"""

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any, cast

import psycopg
from django.db import connection

from tests.iijiot.killed_day import die

Point = tuple[str, int]
KINDS = ("statement", "copy", "commit", "committed")


def killed_at(point: Point, act: Callable[[], Any]) -> int:
    """Do it until the point in a fork of this process; the signal that ended it, 0 where it came to its end."""
    if not (child := os.fork()):
        code = 1
        try:
            connection.connection = None  # that one is spoken through by this process's parent
            _watch(point)
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _child, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), "it failed by itself"
    return os.WTERMSIG(ended)


def _watch(point: Point) -> None:
    seen = dict.fromkeys(KINDS, 0)

    def count(kind: str) -> None:
        if point == (kind, seen[kind]):
            die()
        seen[kind] += 1

    def statement(execute: Any, *args: Any) -> Any:
        count("statement")
        return execute(*args)

    base, here = cast("Any", psycopg.Copy), cast("Any", connection)
    write, commit = base.write, here._commit

    def copied(copy: Any, piece: Any) -> None:
        count("copy")
        write(copy, piece)

    def committed() -> None:
        count("commit")
        commit()
        count("committed")

    connection.execute_wrappers.append(statement)
    base.write, here._commit = copied, committed
