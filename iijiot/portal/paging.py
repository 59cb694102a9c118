"""Lists of the portal in pages: by where the last one ended, so that the end of a long list costs no more than its beginning."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from iijiot.keyset import Slice, keys_of, page

SIZE = 50
CURSORS = ("after", "before")


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the ways to those before and after it."""

    rows: list[Any]
    before: str
    after: str


def paged(request: HttpRequest, rows: Any, *order: str, size: int = SIZE) -> Page:
    """The page that is asked for."""
    keys = keys_of(rows.model, order)
    asked = {name: request.GET.get(name, "") for name in CURSORS}
    found: Slice = page(rows, keys, size, **asked)
    return Page(
        found.rows,
        _with(request.GET, "before", found.before),
        _with(request.GET, "after", found.after),
    )


def _with(asked: QueryDict, name: str, cursor: str) -> str:
    """The page's own address with another cursor; empty where there is no such page."""
    if not cursor:
        return ""
    kept = asked.copy()
    for other in CURSORS:
        kept.pop(other, None)
    kept[name] = cursor
    return f"?{kept.urlencode()}"
