"""Clauses of the terms as values, checked against the index when they are made."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from django.utils.functional import lazy
from django.utils.translation import get_language

from iijiot.clause_index import BEHAVIOUR, CITED_OTHERWISE, INDEX, ITEMS_WITHOUT_PARAGRAPH, PROVISIONS, Entry

ID = re.compile(
    r"(?P<provision>[A-Z]+)(?:(?P<article>\d+)(?:\.(?P<second>\d+))?(?:\.(?P<item>\d+))?|\.S(?P<suppl>\d*))"
)


class UnknownClause(LookupError):
    """The terms have no clause of this id."""

    def __init__(self, wrong: str) -> None:
        near = get_close_matches(wrong, INDEX, n=3, cutoff=0.5)
        hint = f" Near it: {', '.join(near)}." if near else " An id looks like G14.1.3 or MA.S2."
        super().__init__(f"The terms have no clause “{wrong}”.{hint}")


@dataclass(frozen=True)
class Clause:
    """A clause by its id: ``Clause("PMG5.2")``. Raises UnknownClause for an id that is not in the index.

    As text it is its id, which is what rows store; people are shown the citation.
    """

    id: str

    def __post_init__(self) -> None:
        if self.id not in INDEX:
            raise UnknownClause(self.id)

    def __str__(self) -> str:
        return self.id

    @property
    def provision(self) -> str:
        """The provision it stands in: G, IOT, MA, DS, PC, PMG, WPC or VPN."""
        return self._parts["provision"]

    @property
    def kind(self) -> str:
        """B for behaviour, R for what is shown or recorded, - for nothing to do."""
        return self._entry.kind

    @property
    def title(self) -> str:
        """What it is about, in a few words of ours, in the active language."""
        return self._entry.english if _english() else self._entry.japanese

    @property
    def citation(self) -> str:
        """How people cite it, in the active language: 一般規程 第14条第1項第3号."""
        return self._cited_in_english() if _english() else self._cited_in_japanese()

    @property
    def _entry(self) -> Entry:
        return INDEX[self.id]

    @property
    def _parts(self) -> dict[str, str]:
        match = ID.fullmatch(self.id)
        if match is None:
            raise UnknownClause(self.id)
        return match.groupdict(default="")

    def _cited_in_japanese(self) -> str:
        name, parts = PROVISIONS[self.provision][0], self._parts
        if self.id in CITED_OTHERWISE:
            return f"{name} {CITED_OTHERWISE[self.id][0]}"
        if not parts["article"]:
            return f"{name} 附則" + (f"第{parts['suppl']}項" if parts["suppl"] else "")
        paragraph, item = self._paragraph_and_item()
        words = f"{name} 第{parts['article']}条"
        return words + (f"第{paragraph}項" if paragraph else "") + (f"第{item}号" if item else "")

    def _cited_in_english(self) -> str:
        name, parts = PROVISIONS[self.provision][1], self._parts
        if self.id in CITED_OTHERWISE:
            return f"{name}, {CITED_OTHERWISE[self.id][1]}"
        if not parts["article"]:
            return f"{name}, suppl." + (f" ({parts['suppl']})" if parts["suppl"] else "")
        paragraph, item = self._paragraph_and_item()
        words = f"{name}, art. {parts['article']}"
        return words + (f"({paragraph})" if paragraph else "") + (f" item {item}" if item else "")

    def _paragraph_and_item(self) -> tuple[str, str]:
        parts = self._parts
        if parts["provision"] + parts["article"] in ITEMS_WITHOUT_PARAGRAPH:
            return "", parts["second"]
        return parts["second"], parts["item"]


@cache
def all_clauses() -> tuple[Clause, ...]:
    """Every clause of the index, in the order of the terms."""
    return tuple(Clause(name) for name in INDEX)


@cache
def behavioural() -> tuple[Clause, ...]:
    """The clauses that make the software do something; each needs a test."""
    return tuple(clause for clause in all_clauses() if clause.kind == BEHAVIOUR)


def _english() -> bool:
    return (get_language() or "ja").startswith("en")


def _provision_name(code: str) -> str:
    return PROVISIONS[code][1 if _english() else 0]


provision_name = lazy(_provision_name, str)
"""The name of a provision, in the language of whoever reads it."""
