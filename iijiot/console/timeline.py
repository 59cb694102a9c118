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
from iijiot.records import RecordedModel
from iijiot.words import Words

MOST_OF_A_KIND = 12
"""Records of one kind that an act shows one by one; the page of the act has all."""

Scope = Iterable["RecordedModel | models.QuerySet[Any]"]
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
    touched: dict[type[RecordedModel], set[uuid.UUID]] = {}
    for model, wanted in rows.items():
        acts = model.history.filter(wanted)
        if earlier_than := _uuid(before):
            acts = acts.filter(history_chapter__lt=earlier_than)
        latest = acts.order_by("-history_chapter").values_list("history_chapter", flat=True).distinct()
        touched[model] = set(latest[: most + 1])
    chosen: set[uuid.UUID] = set().union(*touched.values())
    acts_shown = sorted(chosen, reverse=True)[:most]
    entries = _entries(
        acts_shown, {model: rows[model] for model, acts_of in touched.items() if acts_of & {*acts_shown}}
    )
    return Page(entries, str(acts_shown[-1]) if len(chosen) > most else "")


def act(id_: uuid.UUID, models_: Iterable[type[RecordedModel]], most: int = 500) -> Entry | None:
    """One act with everything that it did to records of these kinds; None when there is no such act."""
    return next(iter(_entries([id_], {model: Q() for model in models_}, most)), None)


def kinds(scope: Scope) -> list[tuple[str, Words]]:
    """The kinds of records in a scope, to choose one from."""
    return [(model._meta.label_lower, model._meta.verbose_name or "") for model in _by_model(scope)]


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _by_model(scope: Scope) -> dict[type[RecordedModel], Q]:
    """Which history rows of each kind of record belong to a scope."""
    wanted: dict[Any, Q] = {}
    for part in scope:
        if isinstance(part, models.QuerySet):
            found, condition = part.model, Q(id__in=part.order_by().values("pk"))
        else:
            found, condition = type(part), Q(id=part.pk)
        wanted[found] = wanted[found] | condition if found in wanted else condition
    return wanted


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
    earlier = model.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    of_act = [F("history_chapter")]
    rows = list(
        model.history.filter(wanted, history_chapter__in=acts)
        .annotate(
            place=Window(RowNumber(), partition_by=of_act, order_by="history_id"),
            total=Window(Count("*"), partition_by=of_act),
        )
        .filter(place__lte=most)
        .annotate(preceding=Subquery(earlier.values("history_id")[:1]))
        .order_by("history_id")
    )
    before = model.history.in_bulk([row.preceding for row in rows if row.preceding])
    return [(model, before.get(row.preceding), row) for row in rows]


def _actor(row: Any) -> str:
    """Who acted; the daily run by the words of its step."""
    steps = {step.name: step.label for step in daily.steps()}
    kind = KIND_LABELS[row.history_actor_kind]
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": steps.get(row.history_actor, row.history_actor)}
