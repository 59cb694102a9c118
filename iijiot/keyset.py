"""Pages of a long list by where the last one ended: the deep end costs as much as the beginning, and nothing is counted.

Rows are in PostgreSQL's order: an ascending key has its empty values last, a descending one first.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy


@dataclass(frozen=True)
class Key:
    """One column of an order."""

    path: str
    descending: bool = False

    @property
    def expression(self) -> OrderBy:
        """As `order_by` takes it."""
        return F(self.path).desc() if self.descending else F(self.path).asc()

    def of(self, record: Any) -> Any:
        """The record's value; a row of `values()` has it under the whole path."""
        if isinstance(record, Mapping):
            return record[self.path]
        for name in self.path.split("__"):
            record = getattr(record, name) if record is not None else None
        return record


@dataclass(frozen=True)
class Slice:
    """The rows of one page, and where the pages before and after it begin."""

    rows: list[Any]
    before: str = ""
    after: str = ""


def keys_of(model: type[models.Model], order: Iterable[Any]) -> list[Key]:
    """The columns of an order, foreign keys by their own order, the primary key last."""
    keys: list[Key] = []
    for part in [*order, "pk"]:
        for key in _expanded(model, part):
            if key.path not in {known.path for known in keys}:
                keys.append(key)
        if keys and keys[-1].path == "pk":
            break
    return keys


def _expanded(model: type[models.Model], part: Any) -> Iterator[Key]:
    if isinstance(part, OrderBy):
        path, descending = getattr(part.expression, "name", ""), part.descending
    elif isinstance(part, F):
        path, descending = getattr(part, "name", ""), False
    else:
        path, descending = str(part).removeprefix("-"), str(part).startswith("-")
    if path in ("pk", model._meta.pk.name if model._meta.pk else "pk"):
        yield Key("pk", descending)
    elif path:
        last = _field(model, path)
        if isinstance(last, models.ForeignKey) and path.split("__")[-1] == last.name:
            for further in _expanded_all(last.related_model):
                yield Key(f"{path}__{further.path}", further.descending != descending)
        else:
            yield Key(path, descending)


def _expanded_all(model: Any) -> list[Key]:
    return [key for part in (model._meta.ordering or ["pk"]) for key in _expanded(model, part)]


def _field(model: Any, path: str) -> Any:
    found = None
    for name in path.split("__"):
        found = model._meta.pk if name == "pk" else model._meta.get_field(name)
        model = found.related_model
    return found


def page(rows: models.QuerySet[Any], keys: Sequence[Key], size: int, *, after: str = "", before: str = "") -> Slice:
    """The page after a cursor, before one, or the first. A cursor of another order, or none at all, is the first page."""
    values = read_cursor(rows.model, keys, after or before)
    back = bool(before) and values is not None
    way = [replace(key, descending=not key.descending) for key in keys] if back else list(keys)
    found = _following(rows, way, values, size + 1)
    further, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if not found:
        return Slice([])
    there_is_before = further if back else values is not None
    there_is_after = True if back else further
    return Slice(
        found,
        cursor(keys, found[0]) if there_is_before else "",
        cursor(keys, found[-1]) if there_is_after else "",
    )


def _following(rows: models.QuerySet[Any], keys: Sequence[Key], values: Sequence[Any] | None, most: int) -> list[Any]:
    ordered = rows.order_by(*(key.expression for key in keys))
    if values is None:
        return list(ordered[:most])
    found: list[Any] = []
    for condition in _segments(keys, values):
        if len(found) < most:
            found += list(ordered.filter(condition)[: most - len(found)])
    return found


def _segments(keys: Sequence[Key], values: Sequence[Any]) -> Iterator[Q]:
    """What comes after these values, in parts that an index serves each by itself: with the first key, then without."""
    first, value = keys[0], values[0]
    if value is None:
        yield Q(**{f"{first.path}__isnull": True}) & _beyond(keys[1:], values[1:])
        if first.descending:
            yield Q(**{f"{first.path}__isnull": False})
        return
    bound = Q(**{f"{first.path}__{'lte' if first.descending else 'gte'}": value})
    step = Q(**{f"{first.path}__{'lt' if first.descending else 'gt'}": value})
    same = Q(**{first.path: value})
    yield bound & (step | (same & _beyond(keys[1:], values[1:])) if len(keys) > 1 else step)
    if not first.descending:
        yield Q(**{f"{first.path}__isnull": True})


def _beyond(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    if not keys:
        return Q(pk__isnull=True)
    key, value = keys[0], values[0]
    if value is None:
        same = Q(**{f"{key.path}__isnull": True})
        step = Q(**{f"{key.path}__isnull": False}) if key.descending else Q(pk__isnull=True)
    else:
        same = Q(**{key.path: value})
        step = Q(**{f"{key.path}__{'lt' if key.descending else 'gt'}": value})
        if not key.descending:
            step |= Q(**{f"{key.path}__isnull": True})
    return step | (same & _beyond(keys[1:], values[1:])) if len(keys) > 1 else step


def cursor(keys: Sequence[Key], record: Any) -> str:
    """Where a record stands in an order, as a link carries it."""
    told = [_order(keys), *(_text(key.of(record)) for key in keys)]
    return base64.urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(model: type[models.Model], keys: Sequence[Key], text: str) -> list[Any] | None:
    """The values of a cursor; None for none, for one of another order, and for nonsense."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(told, list) or told[0] != _order(keys) or len(told) != len(keys) + 1:
            return None
        return [
            None if value is None else _field(model, key.path).to_python(value)
            for key, value in zip(keys, told[1:], strict=True)
        ]
    except (ValueError, TypeError, ValidationError, IndexError, OverflowError):
        return None


def _order(keys: Sequence[Key]) -> str:
    return ",".join(("-" if key.descending else "") + key.path for key in keys)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
