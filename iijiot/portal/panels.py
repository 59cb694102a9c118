"""What apps put on the portal's home and into its navigation; the page knows none of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from iijiot.clauses import Clause
from iijiot.portal.members import Member, Right
from iijiot.words import Words


@dataclass(frozen=True)
class Todo:
    """One thing that needs the customer's attention: what, why, by when, and where to do it."""

    what: Words
    url: str
    why: Words = ""
    due: date | None = None
    clause: Clause | None = None
    tone: str = "info"
    """"danger" where it is late, "warning" where it soon will be."""
    right: Right = Right.LOOK
    """Who can do it; whoever cannot is told of it without the way there."""


@dataclass(frozen=True)
class Section:
    """A part of a page: a title, a template, what it shows of the page's record, and where it stands."""

    title: Words
    template: str
    context: Callable[[Member, Any, date], dict[str, Any]]
    """What it shows; nothing where it is left out."""
    anchor: str
    place: int = 50


@dataclass(frozen=True)
class Entry:
    """A part of the portal in the navigation, by the name of its first page."""

    name: str
    label: Words
    place: int
    right: Right = Right.LOOK


Attention = Callable[[Member, date], Iterable[Todo]]

_attention: list[Attention] = []
_sections: dict[str, list[Section]] = defaultdict(list)
_entries: list[Entry] = []


def needs_attention(told: Attention) -> Attention:
    """Have the home tell what of one kind waits for the customer."""
    _attention.append(told)
    return told


HOME = "home"


def show_on(page: str, section: Section) -> None:
    """Put a part on the home, or on the page of each record of a kind ("contracts.contract")."""
    _sections[page].append(section)


def navigate(entry: Entry) -> None:
    """Put a part of the portal into the navigation."""
    _entries.append(entry)


def todos(member: Member, day: date) -> list[Todo]:
    """Everything that waits, what is due first first."""
    told = [todo for tell in _attention for todo in tell(member, day)]
    found = [todo if member.may(todo.right) else replace(todo, url="") for todo in told]
    return sorted(found, key=lambda todo: todo.due or day)


def sections(page: str, member: Member, record: Any, day: date) -> list[tuple[Section, dict[str, Any]]]:
    """The parts of a page with what they show, in their order."""
    shown = [(section, section.context(member, record, day)) for section in _sections[page]]
    return sorted(((section, found) for section, found in shown if found), key=lambda part: part[0].place)


def entries(member: Member) -> Sequence[Entry]:
    """The navigation of somebody."""
    return sorted((entry for entry in _entries if member.may(entry.right)), key=lambda entry: entry.place)
