"""Pages that show several apps: each app registers its panels and queues, and the page knows none of them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest

from iijiot.clauses import Clause
from iijiot.words import Words


@dataclass(frozen=True)
class Panel:
    """A part of an object's page: a template, and what it shows."""

    title: Words
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any]]
    anchor: str = ""
    """How links on the page call it; by default by its number."""


@dataclass(frozen=True)
class Row:
    """One thing to do: for whom, what, by when, and where."""

    customer: str
    what: Words
    url: str
    due: date | None = None
    note: Words = ""


@dataclass(frozen=True)
class Queue:
    """Things of one kind that wait for staff, the most urgent first."""

    title: Words
    clause: Clause
    permission: str
    url: str
    rows: Callable[[date], Sequence[Row]]
    count: Callable[[date], int]
    empty: Words = field(default="")


_panels: dict[str, list[Panel]] = defaultdict(list)
_queues: list[Queue] = []


def show_on(model_label: str, panel: Panel) -> None:
    """Show a panel on the page of each object of a model ("contracts.customer")."""
    _panels[model_label].append(panel)


def panels_of(model_label: str) -> Sequence[Panel]:
    """The panels of a model's pages, in the order of registration."""
    return tuple(_panels[model_label])


def show_at_home(queue: Queue) -> None:
    """Show a queue on the console's home page."""
    _queues.append(queue)


def queues() -> Sequence[Queue]:
    """The home page's queues, in the order of registration."""
    return tuple(_queues)
