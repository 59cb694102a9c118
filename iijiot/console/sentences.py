"""What a history row says, in a sentence: which act, from what to what, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import django_fsm
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from iijiot.clauses import Clause
from iijiot.days import fullday
from iijiot.records import RecordedModel

UNTOLD = {"id", "password", "last_login", "search_name", "search_kana", "phone_digits", "stored_as", "sha256", "corrections_as",
          "corrections_sha256", "findings", "form"}  # fmt: skip
"""What no version tells: keys, secrets, and forms for searching."""
HIDDEN = UNTOLD | {"number", "clause", "ends_under"}
"""What a sentence says otherwise or not at all."""


@dataclass(frozen=True)
class Sentence:
    """What happened to one record; `staff_only` where nobody outside the company may read it."""

    model: str
    subject: str
    words: str
    details: tuple[str, ...]
    clause: Clause | None
    staff_only: bool = False
    id: Any = None


Pair = tuple[type[RecordedModel], Any, Any]
"""A kind of record, a history row of it, and the row before it (None for the first)."""


def sentence(model: type[RecordedModel], before: Any, row: Any) -> Sentence:
    """The sentence of one history row and the one before it."""
    return sentences([(model, before, row)])[0]


def sentences(pairs: Sequence[Pair]) -> list[Sentence]:
    """The sentences of many history rows; names of other records are read in one query for each kind."""
    told = [(model, row, _differences(model, before, row)) for model, before, row in pairs]
    names = _names(told)
    return [
        _said(model, row, before, differing, names)
        for (model, before, _row), (_m, row, differing) in zip(pairs, told, strict=True)
    ]


def described(model: type[RecordedModel], row: Any, *, hidden: Collection[str]) -> list[tuple[Any, str]]:
    """Every field of a version but those for searching, secrets and hidden ones: what it is called, its value in words."""
    fields = [field for field in model._meta.concrete_fields if field.name not in UNTOLD and field.name not in hidden]
    differing = [(field, None, getattr(row, field.attname)) for field in fields]
    names = _names([(model, row, differing)])
    return [(field.verbose_name, _shown(field, value, names)) for field, _none, value in differing]


Difference = tuple[Any, Any, Any]
Names = dict[tuple[type, Any], str]


def _differences(model: type[RecordedModel], before: Any, row: Any) -> list[Difference]:
    """Fields with their old and new value; for a record just made those that say the essential."""
    stored = [field for field in model._meta.concrete_fields if field.name not in HIDDEN]
    if before is None:
        told = [field for field in stored if field.name in model.TOLD]
        told.sort(key=lambda field: list(model.TOLD).index(field.name))
        return [
            (field, None, getattr(row, field.attname))
            for field in told
            if getattr(row, field.attname) not in (None, "")
        ]
    pairs = [(field, getattr(before, field.attname), getattr(row, field.attname)) for field in stored]
    return [(field, old, new) for field, old, new in pairs if old != new]


def _names(told: Iterable[tuple[type[RecordedModel], Any, list[Difference]]]) -> Names:
    """What the records are called to which these rows point, and those rows' own records where they have no number."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for model, row, differing in told:
        if not hasattr(row, "number"):
            wanted[model].add(row.id)
        for field, old, new in differing:
            if isinstance(field, models.ForeignKey):
                wanted[field.related_model] |= {old, new} - {None}
    names: Names = {}
    for kind, ids in wanted.items():
        related = [field.name for field in kind._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        rows = kind._base_manager.select_related(*related) if related else kind._base_manager.all()
        names |= {(kind, pk): str(row) for pk, row in rows.in_bulk(list(ids)).items()}
    return names


def _said(model: type[RecordedModel], row: Any, before: Any, differing: list[Difference], names: Names) -> Sentence:
    own = getattr(row, "number", "") or names.get((model, row.id)) or str(row.instance)
    states = [_act(model, field, old, new) for field, old, new in differing if _is_state(field) and before is not None]
    changes = [
        _change(field, old, new, before, names) for field, old, new in differing if not (_is_state(field) and before)
    ]
    if before is None:
        words = _("recorded") if row.history_type == "+" else _("changed")
    else:
        words = "、".join(states) or (_("changed") if changes else _("confirmed"))
    secret = {"*"} & model.STAFF_ONLY or (bool(differing) and {f.name for f, _o, _n in differing} <= model.STAFF_ONLY)
    clause = Clause(row.history_clause) if row.history_clause else None
    kind = str(model._meta.verbose_name)
    name = own if own.startswith(kind) else f"{kind} {own}"
    return Sentence(model._meta.label_lower, name, words, tuple(changes), clause, bool(secret), row.id)


def _is_state(field: Any) -> bool:
    return isinstance(field, django_fsm.FSMFieldMixin)


def _change(field: Any, old: Any, new: Any, before: Any, names: Names) -> str:
    if before is None:
        return _("%(field)s: %(new)s") % {"field": field.verbose_name, "new": _shown(field, new, names)}
    parts = {"field": field.verbose_name, "old": _shown(field, old, names), "new": _shown(field, new, names)}
    return _("%(field)s: %(old)s → %(new)s") % parts


@cache
def _transitions(model: type[RecordedModel], name: str) -> Sequence[Any]:
    return tuple(getattr(model(), f"get_all_{name}_transitions")())


def _act(model: type[RecordedModel], field: Any, old: str, new: str) -> str:
    """The label of the transition that leads from one state to the other, with both states."""
    labels = dict(field.flatchoices)
    states = _("%(old)s → %(new)s") % {"old": labels.get(old, old), "new": labels.get(new, new)}
    for act in _transitions(model, field.name):
        if act.source == old and act.target == new:
            return _("%(act)s (%(states)s)") % {"act": act.custom["label"], "states": states}
    return states


def in_words(field: Any, value: Any) -> str:
    """A stored value of a field as people read it."""
    if value is None or not isinstance(field, models.ForeignKey):
        return _shown(field, value, {})
    found = field.related_model._base_manager.in_bulk([value])
    return _shown(field, value, {(field.related_model, pk): str(record) for pk, record in found.items()})


def _shown(field: Any, value: Any, names: Names) -> str:
    if value in (None, ""):
        return "—"
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), f"#{value}")
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return str(fullday(value))
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, models.JSONField) or isinstance(value, list):
        return "、".join(_leaves(value)) or "—"
    if isinstance(value, int):
        return f"{value:,}"
    return str(dict(field.flatchoices).get(value, value))


def _leaves(value: Any) -> Iterator[str]:
    """What is said at the ends of something with parts."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if parts is None:
        yield str(value)
        return
    for part in parts:
        yield from _leaves(part)
