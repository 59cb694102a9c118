"""Lists: filtered, ordered, cut into pages by where the last one ended, so that the deep end costs what the beginning does."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from iijiot.keyset import Key, Slice, keys_of, page, read_cursor
from iijiot.keyset import cursor as cursor_at
from iijiot.words import Words, said

SIZE, MOST = 50, 200
LONGEST_VALUE = 500
TEXT = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
"""What a parameter may hold: no control characters."""
CURSOR, LIMIT, ORDER, EXPAND = "cursor", "limit", "order", "expand"
OWN = (CURSOR, LIMIT, ORDER, EXPAND)


def wrong(field: str, sentence: Words, code: str = "invalid") -> ValidationError:
    """A refusal of one parameter."""
    return ValidationError({field: [ErrorDetail(str(sentence), code=code)]})


def parameters(query: Any, known: Sequence[str]) -> dict[str, str]:
    """The parameters of a request, each once and each known. Raises a sentence for every other."""
    errors: dict[str, list[ErrorDetail]] = {}
    found: dict[str, str] = {}
    for name, values in query.lists():
        sentence: Words = ""
        if name not in known:
            sentence = said(_("There is no such parameter. Known: {known}."), known="、".join(known))
        elif len(values) != 1:
            sentence = _("Give this parameter once.")
        elif len(values[0]) > LONGEST_VALUE or not re.fullmatch(TEXT, values[0]) or not (values[0] or name == CURSOR):
            sentence = _("This value cannot be read.")
        if sentence:
            errors[str(name)[:50]] = [ErrorDetail(str(sentence), code="unknown" if name not in known else "invalid")]
        else:
            found[name] = values[0]
    if errors:
        raise ValidationError(errors)
    return found


def size_of(given: Mapping[str, str]) -> int:
    """How many records a page has."""
    text = given.get(LIMIT, str(SIZE))
    if not (re.fullmatch("[1-9][0-9]{0,3}", text) and int(text) <= MOST):
        raise wrong(LIMIT, said(_("Give a number from 1 to {most}."), most=MOST))
    return int(text)


def order_of(given: Mapping[str, str], orders: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The columns of the order that is asked for; with a minus in front, the other way round."""
    default = next(iter(orders))
    text = given.get(ORDER, default)
    name = text.removeprefix("-")
    if name not in orders:
        raise wrong(ORDER, said(_("Choose one of: {orders}."), orders="、".join(orders)))
    columns = orders[name]
    if text == name:
        return columns
    return [column.removeprefix("-") if column.startswith("-") else f"-{column}" for column in columns]


def paged(
    records: Any, given: Mapping[str, str], orders: Mapping[str, Sequence[str]], columns: Sequence[str], url: str
) -> tuple[list[Any], str | None]:
    """The rows of one page by their columns, and the address of the next; None where this is the last.

    Every order ends in the primary key: two records never stand in the same place.
    """
    found, _keys = _page(records, given, order_of(given, orders), columns)
    if not found.after:
        return found.rows, None
    return found.rows, f"{url}?{urlencode({**given, CURSOR: found.after})}"


def rows_after(
    records: Any, given: Mapping[str, str], order: Sequence[str], columns: Sequence[str]
) -> tuple[list[Any], str]:
    """The rows of one page of a list that grows at its end, and the cursor to go on from, also where this is the last."""
    found, keys = _page(records, given, order, columns)
    return found.rows, cursor_at(keys, found.rows[-1]) if found.rows else given.get(CURSOR, "")


def _page(
    records: Any, given: Mapping[str, str], order: Sequence[str], columns: Sequence[str]
) -> tuple[Slice, list[Key]]:
    keys = keys_of(records.model, order)
    cursor = given.get(CURSOR, "")
    if cursor and read_cursor(records.model, keys, cursor) is None:
        raise wrong(CURSOR, _("This cursor is of another list, or of none. Begin without one."), "not-found")
    rows = records.values(*dict.fromkeys(["pk", *(key.path for key in keys), *columns]))
    return page(rows, keys, size_of(given), after=cursor), keys
