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

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from iijiot import daily
from iijiot.actors import KIND_LABELS
from iijiot.console.sentences import Pair, Sentence, sentences
from iijiot.lookups import history_of
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
        acts_shown, {model: rows[model] for model, of_kind in touched.items() if of_kind & {*acts_shown}}
    )
    return Page(entries, str(acts_shown[-1]) if len(chosen) > most else "")


@dataclass(frozen=True)
class Wanted:
    """Which history rows of a kind of record: a condition in SQL, with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()

    def __or__(self, other: "Wanted") -> "Wanted":
        return Wanted(f"{self.sql} OR {other.sql}", self.params + other.params)


ALL_ROWS = Wanted("TRUE")

LATEST = """(
SELECT DISTINCT %s::integer, history_chapter FROM {history} WHERE ({wanted}) AND history_chapter < %s
ORDER BY history_chapter DESC LIMIT %s)"""

AFTER_EVERY_ACT = uuid.UUID(int=2**128 - 1)


def _latest(
    rows: dict[type[RecordedModel], Wanted], most: int, before: uuid.UUID | None
) -> dict[type[RecordedModel], set[uuid.UUID]]:
    """The latest acts that touched records of each kind, in one statement."""
    found: dict[type[RecordedModel], set[uuid.UUID]] = {model: set() for model in rows}
    kinds_, parts, params = list(rows), [], []
    for place, (model, wanted) in enumerate(rows.items()):
        parts.append(LATEST.format(history=_table(model), wanted=wanted.sql))
        params += [place, *wanted.params, before or AFTER_EVERY_ACT, most]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for place, id_ in cursor.fetchall():
                found[kinds_[place]].add(id_)
    return found


def act(id_: uuid.UUID, models_: Iterable[type[RecordedModel]], most: int = 500) -> Entry | None:
    """One act with everything that it did to records of these kinds; None when there is no such act."""
    return next(iter(_entries([id_], dict.fromkeys(models_, ALL_ROWS), most)), None)


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


def _table(model: type[RecordedModel]) -> str:
    return connection.ops.quote_name(history_of(model).model._meta.db_table)


def _by_model(scope: Scope) -> dict[type[RecordedModel], Wanted]:
    """Which history rows of each kind of record belong to a scope."""
    found: dict[Any, Wanted] = {}
    for part in scope:
        kind, wanted = _kind(part), _rows_of(part)
        found[kind] = found[kind] | wanted if kind in found else wanted
    return found


def _rows_of(part: Any) -> Wanted:
    if isinstance(part, Belonging):
        return Wanted("customer_id = %s", (part.customer,))
    if not isinstance(part, models.QuerySet):
        return Wanted("id = %s", (part.pk,))
    try:
        statement, params = part.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Wanted("FALSE")
    # The keys are gathered first, and each is then looked up by index.
    return Wanted(f"id = ANY (ARRAY ({statement}))", params)


def _entries(
    acts: Sequence[uuid.UUID], rows: dict[type[RecordedModel], Wanted], most: int = MOST_OF_A_KIND
) -> list[Entry]:
    pairs: list[Pair] = []
    totals: dict[uuid.UUID, dict[str, tuple[int, int]]] = defaultdict(dict)
    for model, wanted in rows.items():
        of_model = _pairs(model, acts, wanted, most)
        pairs += of_model
        for _model, _before, row in of_model:
            _total, shown = totals[row.history_chapter].get(model._meta.label_lower, (0, 0))
            totals[row.history_chapter][model._meta.label_lower] = (row.rows_of_act, shown + 1)
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


FIRST_OF_EACH_ACT = """
WITH numbered AS (
    SELECT history_id, id, row_number() OVER of_act AS place, count(*) OVER (PARTITION BY history_chapter) AS rows_of_act
    FROM {history} WHERE ({wanted}) AND history_chapter = ANY (%s)
    WINDOW of_act AS (PARTITION BY history_chapter ORDER BY history_id)
), shown AS (
    SELECT history_id, rows_of_act, (
        SELECT max(earlier.history_id) FROM {history} earlier
        WHERE earlier.id = numbered.id AND earlier.history_id < numbered.history_id
    ) AS preceding
    FROM numbered WHERE place <= %s
)
SELECT rows.*, shown.rows_of_act, shown.preceding FROM {history} rows LEFT JOIN shown USING (history_id)
WHERE rows.history_id = ANY (ARRAY (SELECT history_id FROM shown UNION SELECT preceding FROM shown))
ORDER BY rows.history_id
"""


def _pairs(model: type[RecordedModel], acts: Sequence[uuid.UUID], wanted: Wanted, most: int) -> list[Pair]:
    """The first rows of each act, each with the row before it."""
    statement = FIRST_OF_EACH_ACT.format(history=_table(model), wanted=wanted.sql)
    read = history_of(model).raw(statement, [*wanted.params, list(acts), most])
    rows = {row.history_id: row for row in read}
    return [(model, rows.get(row.preceding), row) for row in rows.values() if row.rows_of_act]


def _actor(row: Any) -> str:
    """Who acted; the daily run by the words of its step."""
    steps = {step.name: step.label for step in daily.steps()}
    kind = KIND_LABELS[row.history_actor_kind]
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": steps.get(row.history_actor, row.history_actor)}
