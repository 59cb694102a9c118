"""Pages that show several apps: each app registers its panels and queues, and the page knows none of them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import DateField, Value
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.text import format_lazy

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
    place: int = 50
    """Where it stands on the page; panels of one place in the order of registration."""
    fits: Callable[[Any], bool] = lambda record: True
    """Whether such a record has it at all."""


@dataclass(frozen=True)
class Row:
    """One thing to do: whose it is, what it is about, by when, under which clause, and the dialog that comes next."""

    what: Words
    url: str
    record: Any = None
    customer: Any = None
    due: date | None = None
    clause: Clause | None = None
    note: Words = ""
    next: str = ""
    """The dialog, by its name, of `record` or of `acts_on`."""
    acts_on: Any = None


@dataclass(frozen=True)
class Narrowed:
    """What of a queue is asked for: one customer's, or what somebody has on the desk."""

    customer: Any = None
    ids: Mapping[type, Collection[Any]] | None = None


EVERYTHING = Narrowed()


@dataclass(frozen=True)
class Queue:
    """Things of one kind that wait for staff: as a queryset in the order of urgency, and each as a row."""

    name: str
    title: Words
    clause: Clause
    permission: str
    url: str
    waiting: Callable[[date], Any]
    row: Callable[[Any, date], Row]
    of_customer: Callable[[Any, Any], Any] | None = None
    """Narrows the queryset to a customer; None where the things belong to no customer."""
    empty: Words = field(default="")
    due: Any = field(default_factory=lambda: Value(None, DateField()))
    """The day of each row's `due` as the database knows it; by default none."""
    place: int = 50
    """Where it stands among the kinds of work; those of one place in the order of registration."""
    rows: Callable[[Sequence[Any], date], list[Row]] | None = None
    """Makes the rows of several things, where more is read for each than the queryset has."""
    among_others: int | None = None
    """How many are shown beside other kinds of work, where there can be thousands; all are shown by themselves."""

    def told(self, things: Sequence[Any], day: date) -> list[Row]:
        """These things, each as a row."""
        return self.rows(things, day) if self.rows else [self.row(thing, day) for thing in things]

    def on(self, day: date) -> "Queue":
        """The same with what waits on a day put together once, to be counted, ranked and read from that."""
        waiting = self.waiting(day)
        return replace(self, waiting=lambda _day: waiting)

    def narrowed(self, day: date, narrowed: Narrowed = EVERYTHING) -> Any:
        """What waits, or that part of it."""
        waiting = self.waiting(day)
        if narrowed.customer is not None:
            waiting = self.of_customer(waiting, narrowed.customer) if self.of_customer else waiting.none()
        if narrowed.ids is not None:
            waiting = waiting.among(narrowed.ids.get(waiting.model, ()))
        return waiting


def listed(model: str, queue: str) -> Any:
    """The list of a model ("contracts_termination"), narrowed to a queue of it: where a kind of work leads."""
    return format_lazy("{}?queue={}", reverse_lazy(f"admin:{model}_changelist"), queue)


_panels: dict[str, list[Panel]] = defaultdict(list)
_queues: list[Queue] = []


def show_on(model_label: str, panel: Panel) -> None:
    """Show a panel on the page of each object of a model ("contracts.customer")."""
    _panels[model_label].append(panel)


def panels_of(record: Any) -> Sequence[Panel]:
    """The panels of a record's page, in their order."""
    fitting = [panel for panel in _panels[record._meta.label_lower] if panel.fits(record)]
    return sorted(fitting, key=lambda panel: panel.place)


def show_at_home(queue: Queue) -> None:
    """Show a queue on the console's home page."""
    _queues.append(queue)


def queues() -> Sequence[Queue]:
    """The home page's queues, in their order."""
    return sorted(_queues, key=lambda queue: queue.place)
