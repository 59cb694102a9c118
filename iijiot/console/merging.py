"""A form that somebody overtook: both versions field by field, and what stands in it when it is saved again (U18)."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.forms import Field, ModelForm
from django.http import QueryDict

from iijiot.console.sentences import in_words
from iijiot.lookups import history_of
from iijiot.records import latest_version
from iijiot.words import Words


@dataclass(frozen=True)
class Differing:
    """A field that somebody else changed while the form was open, in words; `typed` is empty where nothing was typed."""

    label: Words
    opened: str
    now: str
    typed: str


def merge(form: ModelForm, opened_at: int | None) -> list[Differing]:
    """What somebody else changed since a version.

    The form then holds the present version: what the reader had not touched as it is now, the rest as it was typed.
    """
    record = form.instance
    then = history_of(type(record)).filter(id=record.pk, history_id=opened_at).first()
    if then is None:
        return []
    present = form.data = QueryDict.copy(form.data)  # type: ignore[arg-type]
    present["opened_at"] = str(latest_version(record))
    found = []
    for name in form.cleaned_data.keys() & {column.name for column in record._meta.concrete_fields}:
        column = record._meta.get_field(name)
        opened, now = getattr(then, column.attname), getattr(record, column.attname)
        typed = _stored(form.cleaned_data[name])
        if now == opened:
            continue
        touched = typed not in (opened, now)
        if not touched:
            _put(present, name, form.fields[name], now)
        found.append(
            Differing(
                form.fields[name].label or name,
                in_words(column, opened),
                in_words(column, now),
                in_words(column, typed) if touched else "",
            )
        )
    return found


def _stored(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _put(present: QueryDict, name: str, field: Field, value: Any) -> None:
    """As a browser would send it."""
    shown = field.widget.format_value(field.prepare_value(value))
    if isinstance(value, bool):
        present[name] = "on" if value else ""
    else:
        present.setlist(name, shown if isinstance(shown, list) else ["" if shown is None else str(shown)])
