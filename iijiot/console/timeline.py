"""The history of things in sentences: who, when, what from which to which, why, under which clause."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import django_fsm
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from iijiot import daily
from iijiot.actors import KIND_LABELS
from iijiot.clauses import Clause
from iijiot.days import fullday
from iijiot.records import RecordedModel

HIDDEN = {"id", "number", "password", "last_login", "clause", "ends_under"}
MOST_ROWS = 400


@dataclass(frozen=True)
class Sentence:
    """What happened to one thing."""

    subject: str
    words: str
    details: tuple[str, ...]
    clause: Clause | None


@dataclass
class Entry:
    """One act: everything that was written in one chapter."""

    at: datetime
    actor: str
    reason: str
    sentences: list[Sentence] = field(default_factory=list)


def timeline(records: Iterable[RecordedModel], most: int = 40) -> list[Entry]:
    """The acts that touched these records, the latest first, each with a sentence for every record."""
    by_model: dict[type[RecordedModel], list[Any]] = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record.pk)
    rows = [told for model, ids in by_model.items() for told in _told(model, ids)]
    rows.sort(key=lambda told: (told[0].history_date, told[0].history_id), reverse=True)
    entries: dict[uuid.UUID, Entry] = {}
    for row, sentence in rows:
        if row.history_chapter not in entries:
            if len(entries) >= most:
                break
            entries[row.history_chapter] = Entry(row.history_date, _actor(row), row.history_change_reason or "")
        entries[row.history_chapter].sentences.append(sentence)
    return list(entries.values())


def _actor(row: Any) -> str:
    """Who acted; the daily run by the words of its step."""
    steps = {step.name: step.label for step in daily.steps()}
    kind = KIND_LABELS[row.history_actor_kind]
    return _("%(kind)s “%(name)s”") % {"kind": kind, "name": steps.get(row.history_actor, row.history_actor)}


def _told(model: type[RecordedModel], ids: Sequence[Any]) -> list[tuple[Any, Sentence]]:
    history = model.history.filter(id__in=ids).order_by("-history_date", "-history_id")[:MOST_ROWS]
    by_id: dict[Any, list[Any]] = defaultdict(list)
    for row in reversed(history):
        by_id[row.id].append(row)
    told = []
    for rows in by_id.values():
        for before, row in zip([None, *rows], rows, strict=False):
            told.append((row, _sentence(model, before, row)))
    return told


def _sentence(model: type[RecordedModel], before: Any, row: Any) -> Sentence:
    meta = model._meta
    subject = f"{meta.verbose_name} {getattr(row, 'number', '') or row.instance}"
    clause = Clause(row.history_clause) if row.history_clause else None
    if before is None:
        return Sentence(subject, _("recorded") if row.history_type == "+" else _("changed"), (), clause)
    states, changes = [], []
    for stored in meta.concrete_fields:
        if stored.name in HIDDEN:
            continue
        old, new = getattr(before, stored.attname), getattr(row, stored.attname)
        if old == new:
            continue
        if isinstance(stored, django_fsm.FSMFieldMixin):
            states.append(_act(model, stored, old, new))
        else:
            changes.append(
                _("%(field)s: %(old)s → %(new)s")
                % {"field": stored.verbose_name, "old": _shown(stored, old), "new": _shown(stored, new)}
            )
    words = "、".join(states) or (_("changed") if changes else _("confirmed"))
    return Sentence(subject, words, tuple(changes), clause)


def _act(model: type[RecordedModel], stored: Any, old: str, new: str) -> str:
    """The label of the transition that leads from one state to the other, with both states."""
    labels = dict(stored.flatchoices)
    states = _("%(old)s → %(new)s") % {"old": labels.get(old, old), "new": labels.get(new, new)}
    for act in getattr(model(), f"get_all_{stored.name}_transitions")():
        if act.source == old and act.target == new:
            return _("%(act)s (%(states)s)") % {"act": act.custom["label"], "states": states}
    return states


def _shown(stored: Any, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if isinstance(stored, models.ForeignKey):
        return str(stored.related_model._base_manager.filter(pk=value).first() or f"#{value}")
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return str(fullday(value))
    if isinstance(stored, models.BooleanField):
        return _("yes") if value else _("no")
    return str(dict(stored.flatchoices).get(value, value))
