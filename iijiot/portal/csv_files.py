"""Lists of the portal as files for spreadsheets, each noted in the access log."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

from iijiot import access_log, export
from iijiot.attachments import as_file
from iijiot.keyset import keys_of, page
from iijiot.models import AccessEvent
from iijiot.words import Words

SLICE = 2000


def csv_file(
    request: HttpRequest, name: str, header: Sequence[Words], rows: Iterator[list[export.Value]], *, told: str
) -> StreamingHttpResponse:
    """The file in UTF-8, or with `form=cp932` in what older programs read; that it was taken is in the access log."""
    old = request.GET.get("form") == "cp932"
    columns = [str(column) for column in header]
    if request.method == "GET":
        access_log.note(AccessEvent.Kind.EXPORTED, request, detail=told)
    body = export.as_cp932(columns, rows) if old else export.as_utf8(export.csv_lines(columns, rows))
    kind = f"text/csv; charset={'Shift_JIS' if old else 'utf-8'}"
    answer: StreamingHttpResponse = as_file(StreamingHttpResponse(body, content_type=kind), name)
    return answer


def in_language(rows: Iterator[Any], row: Callable[[Any], list[export.Value]]) -> Iterator[list[export.Value]]:
    """Each record cell by cell in the language of now: the file is sent when the page's own has gone."""
    language = translation.get_language() or "ja"

    def told() -> Iterator[list[export.Value]]:
        for record in rows:
            with translation.override(language):
                cells = row(record)
            yield cells

    return told()


def in_slices(rows: Any, *order: str) -> Iterator[Any]:
    """Every record of a list that may be long, read slice by slice."""
    keys, after = keys_of(rows.model, order), ""
    while True:
        found = page(rows, keys, SLICE, after=after)
        yield from found.rows
        after = found.after
        if not after:
            return
