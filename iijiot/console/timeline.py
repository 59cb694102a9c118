"""The history of things, act by act: who, when, why, and for every record what happened to it in a sentence.

An act is a chapter: everything written by one actor in one transaction. Their ids sort in the order of the acts, so
pages are cut between acts, and a page costs the same however long the history is.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iijiot import daily
from iijiot.actors import KIND_LABELS
from iijiot.console.sentences import Pair, Sentence, sentences
from iijiot.lookups import history_of, keys
from iijiot.records import RecordedModel
from iijiot.words import Words

MOST_OF_A_KIND = 12
"""Records of one kind that an act shows one by one; the page of the act has all."""


@dataclass(frozen=True)
class Belonging:
    """The records of one kind whose history rows themselves say that they belong to a customer: found by index."""

    model: type[RecordedModel]
    customer: int


Scope = Iterable["RecordedModel | models.QuerySet[Any] | Belonging"]
"""Records, and querysets of records: what a timeline is about."""


@dataclass
class Group:
    """What an act did to records of one kind in the same way: one sentence, and whom it is about."""

    sentence: Sentence
    subjects: list[Sentence]

    @property
    def is_folded(self) -> bool:
        """Whether several records share the sentence."""
        return len(self.subjects) > 1


@dataclass
class Entry:
    """One act; `more` says how many records of which kind are not shown."""

    id: uuid.UUID
    at: datetime
    actor: str
    reason: str
    sentences: list[Sentence] = field(default_factory=list)
    more: list[str] = field(default_factory=list)

    @property
    def groups(self) -> list[Group]:
        """The sentences, those folded that say the same of records of one kind."""
        return folded(self.sentences)


def folded(told: Iterable[Sentence]) -> list[Group]:
    """Sentences, those put together that say the same of records of one kind."""
    found: dict[Any, Group] = {}
    for said in told:
        key = (said.model, said.words, said.details, said.clause, said.staff_only)
        found.setdefault(key, Group(said, [])).subjects.append(said)
    return list(found.values())


@dataclass(frozen=True)
class Page:
    """Some acts, the latest first; `older` is where the next page begins, if there is one."""

    entries: list[Entry]
    older: str = ""


def timeline(scope: Scope, most: int = 20, *, before: str = "", kind: str = "") -> Page:
    """The latest acts that touched these records, or those before an act; `kind` leaves records of one kind."""
    rows = {model: wanted for model, wanted in _by_model(scope).items() if kind in ("", model._meta.label_lower)}
    touched = _latest(rows, most + 1, _uuid(before))
    chosen: set[uuid.UUID] = set().union(*touched.values())
    acts_shown = sorted(chosen, reverse=True)[:most]
    entries = _entries(
        acts_shown, {model: rows[model] for model, acts_of in touched.items() if acts_of & {*acts_shown}}
    )
    return Page(entries, str(acts_shown[-1]) if len(chosen) > most else "")


def _latest(
    rows: dict[type[RecordedModel], Q], most: int, before: uuid.UUID | None
) -> dict[type[RecordedModel], set[uuid.UUID]]:
    """The latest acts that touched records of each kind, in one statement."""
    found: dict[type[RecordedModel], set[uuid.UUID]] = {model: set() for model in rows}
    parts = []
    for model, wanted in rows.items():
        acts = history_of(model).filter(wanted, **({"history_chapter__lt": before} if before else {}))
        acts = acts.order_by("-history_chapter").annotate(of_kind=models.Value(model._meta.label_lower))
        parts.append(acts.values_list("of_kind", "history_chapter").distinct()[:most])
    if parts:
        by_label = {model._meta.label_lower: model for model in rows}
        for label, id_ in parts[0].union(*parts[1:], all=True):
            found[by_label[label]].add(id_)
    return found


def act(id_: uuid.UUID, models_: Iterable[type[RecordedModel]], most: int = 500) -> Entry | None:
    """One act with everything that it did to records of these kinds; None when there is no such act."""
    return next(iter(_entries([id_], {model: Q() for model in models_}, most)), None)


def kinds(scope: Scope) -> list[tuple[str, Words]]:
    """The kinds of records in a scope, to choose one from."""
    found = dict.fromkeys(_kind(part) for part in scope)
    return [(model._meta.label_lower, model._meta.verbose_name or "") for model in found]


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _kind(part: Any) -> Any:
    return part.model if isinstance(part, (models.QuerySet, Belonging)) else type(part)


def _by_model(scope: Scope) -> dict[type[RecordedModel], Q]:
    """Which history rows of each kind of record belong to a scope."""
    wanted: dict[Any, Q] = {}
    for part in scope:
        kind, condition = _kind(part), _rows_of(part)
        wanted[kind] = wanted[kind] | condition if kind in wanted else condition
    return wanted


def _rows_of(part: Any) -> Q:
    if isinstance(part, Belonging):
        return Q(customer=part.customer)
    return Q(id__any_of=keys(part)) if isinstance(part, models.QuerySet) else Q(id=part.pk)


def _entries(acts: Sequence[uuid.UUID], rows: dict[type[RecordedModel], Q], most: int = MOST_OF_A_KIND) -> list[Entry]:
    pairs: list[Pair] = []
    totals: dict[uuid.UUID, dict[str, tuple[int, int]]] = defaultdict(dict)
    for model, wanted in rows.items():
        of_model = _pairs(model, acts, wanted, most)
        pairs += of_model
        for _model, _before, row in of_model:
            _total, shown = totals[row.history_chapter].get(model._meta.label_lower, (0, 0))
            totals[row.history_chapter][model._meta.label_lower] = (row.total, shown + 1)
    entries: dict[uuid.UUID, Entry] = {}
    by_time = sorted(
        zip(pairs, sentences(pairs), strict=True), key=lambda told: (told[0][2].history_date, told[0][2].history_id)
    )
    for (_model, _before, row), said in by_time:
        key = row.history_chapter
        if key not in entries:
            entries[key] = Entry(key, row.history_date, _actor(row), row.history_change_reason or "")
        entries[key].sentences.append(said)
    for key, entry in entries.items():
        names = {model._meta.label_lower: model._meta.verbose_name for model in rows}
        entry.more = [
            ngettext("%(kind)s: %(n)d more", "%(kind)s: %(n)d more", total - shown)
            % {"kind": names[label], "n": total - shown}
            for label, (total, shown) in totals[key].items()
            if total > shown
        ]
    return [entries[key] for key in acts if key in entries]


def _pairs(model: type[RecordedModel], acts: Sequence[uuid.UUID], wanted: Q, most: int) -> list[Pair]:
    """The first rows of each act, each with the row before it."""
    earlier = history_of(model).filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    of_act = [F("history_chapter")]
    rows = list(
        history_of(model)
        .filter(wanted, history_chapter__in=acts)
        .annotate(
            place=Window(RowNumber(), partition_by=of_act, order_by="history_id"),
            total=Window(Count("*"), partition_by=of_act),
        )
        .filter(place__lte=most)
        .annotate(preceding=Subquery(earlier.values("history_id")[:1]))
        .order_by("history_id")
    )
    before = history_of(model).in_bulk([row.preceding for row in rows if row.preceding])
    return [(model, before.get(row.preceding), row) for row in rows]


def _actor(row: Any) -> str:
    """Who acted; the daily run by the words of its step."""
    steps = {step.name: step.label for step in daily.steps()}
    kind = KIND_LABELS[row.history_actor_kind]
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": steps.get(row.history_actor, row.history_actor)}
