"""The parameters of the operations: filters, orders and pages of lists; keys and versions of acts."""

from typing import Any

import django_filters
from django.utils.encoding import force_str

from iijiot import answers
from iijiot.api.doing import DRY_RUN, KEY, MATCH
from iijiot.api.filters import DayFilter, IdFilter
from iijiot.api.middleware import CORRELATOR
from iijiot.api.paging import CURSOR, EXPAND, LIMIT, LONGEST_VALUE, MOST, ORDER, SIZE, TEXT
from iijiot.api.schemas import DAY, STRING, Schema, id_of, text
from iijiot.api.shapes import Shape
from iijiot.api.views import MOST_EXPANDED

ANY_VALUE = text(minLength=1, maxLength=LONGEST_VALUE, pattern=TEXT)


def parameter(name: str, schema: Schema, words: str, *, within: str = "query", **more: Any) -> Schema:
    """One parameter."""
    return {"name": name, "in": within, "description": words, "schema": schema, **more}


def correlator() -> Schema:
    """What every operation takes."""
    words = (
        "Of your own making; it comes back and stands in our log. Letters, digits and - _ : ; . / < > { }, at most 256."
    )
    return parameter(CORRELATOR, STRING, words, within="header")


def of_path(view: Any, path: str) -> list[Schema]:
    """What the address names."""
    found = [correlator()]
    if "{" in path:
        ids = getattr(getattr(view, "SHAPE", None), "ids", None)
        schema = id_of(ids) if ids else text(view.EXAMPLE_ID, minLength=1)
        found.append(parameter(view.lookup_field, schema, "The public id.", within="path", required=True))
    return found


def has_versions(view: Any) -> bool:
    """Whether an operation is of one record whose changes are kept."""
    records = getattr(view, "RECORDS", None)
    return bool(view.detail) and records is not None and hasattr(records.model, "history")


def acting(view: Any) -> list[Schema]:
    """What goes with an act."""
    key = text("0d9f7a8e-1b1c-4c0e-9d57-0f6f1f6a2b11", pattern="^[!-~]+$", minLength=1, maxLength=answers.LONGEST_KEY)
    found = [
        parameter(DRY_RUN, {"type": "boolean"}, "Give the answer and change nothing; no key is needed."),
        parameter(KEY, key, "A key of your own, such as a UUID. Required, but for a dry run.", within="header"),
    ]
    if has_versions(view):
        words = "The ETag of the record as you have seen it, or * for any. Required, but for a dry run."
        found.append(parameter(MATCH, text('"contract-12"'), words, within="header"))
    return found


def expanding(view: Any) -> list[Schema]:
    """What can be asked for whole."""
    shape: Shape | None = getattr(view, "SHAPE", None)
    names = shape.expandable if shape is not None and EXPAND in view.PARAMETERS else []
    if not names:
        return []
    schema = {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1, "maxItems": MOST_EXPANDED}
    return [parameter(EXPAND, schema, "Show these whole instead of by their ids.", style="form", explode=False)]


def listing(view: Any) -> list[Schema]:
    """How a list is narrowed, ordered and cut into pages."""
    if CURSOR not in view.PARAMETERS:
        return []
    orders = [sign + name for name in view.ORDERS for sign in ("", "-")]
    found = [
        parameter(CURSOR, {**ANY_VALUE, "minLength": 0}, "Where the page begins: from the address in `next`."),
        parameter(LIMIT, {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE}, "How many at most."),
    ]
    if ORDER in view.PARAMETERS:
        found.append(parameter(ORDER, {"type": "string", "enum": orders}, "The order; a minus turns it round."))
    filters = view.FILTERS.base_filters if view.FILTERS is not None else {}
    return [*found, *(of_filter(name, one) for name, one in filters.items()), *expanding(view)]


def of_filter(name: str, one: Any) -> Schema:
    """One filter."""
    match one:
        case DayFilter():
            return parameter(name, DAY, "A day.")
        case IdFilter():
            ids = one.extra["ids"]
            return parameter(name, {**ANY_VALUE, "examples": [f"{ids.prefix}_{ids.example}"]}, "A public id.")
        case django_filters.ChoiceFilter():
            choices = [(str(value), force_str(label)) for value, label in one.extra["choices"] if value]
            words = "\n".join(f"- `{value}`: {label}" for value, label in choices)
            return parameter(name, {"type": "string", "enum": [value for value, _label in choices]}, words)
    return parameter(name, ANY_VALUE, "Exactly this.")
