"""Workbooks (.xlsx): the rows of the first sheet, as text and as a spreadsheet shows them.

Not more is unpacked than a table needs; a formula is passed on as one, never reckoned and never taken for its last
result; a number of more digits than a spreadsheet keeps is passed on as damaged.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from iijiot.tables.reading import MOST_COLUMNS, XLSX, Form, Row

MOST_PARTS = 500
MOST_UNPACKED = 400 * 1024**2
MOST_TIMES = 200
"""How many times larger a file may become when it is unpacked; a table of digits becomes about ten."""
KEPT_DIGITS = 10**15
"""From here on a spreadsheet has lost the last digits of a number."""
NO_TABLE = _("This is no workbook that can be read. Save it as .xlsx, or as CSV.")
TOO_LARGE = _("The workbook becomes too large when it is unpacked. Send it as CSV.")
PROGRAMS = _("The workbook has programs in it. Save it as .xlsx without macros.")
EMPTY_PARTS = "[Content_Types].xml"


def read(file: BinaryIO) -> tuple[Form, Iterator[Row]]:
    """The rows of the first sheet that is shown. Raises ValidationError for what is no workbook or is made to harm."""
    if reason := why_not(file):
        raise ValidationError(reason, code="invalid")
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    except Exception as error:  # the library fails in many ways
        raise ValidationError(NO_TABLE, code="invalid") from error
    sheet.reset_dimensions()
    return Form(XLSX, "", ""), _rows(sheet)


def why_not(file: BinaryIO) -> Any:
    """What keeps an archive from being unpacked; None where nothing does."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if EMPTY_PARTS not in names or not any(name.startswith("xl/workbook") for name in names):
                return NO_TABLE
            if any(name.endswith("vbaProject.bin") for name in names):
                return PROGRAMS
            unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_TIMES * max(packed, 5000):
                return TOO_LARGE
            if any(_declares(archive, name) for name in names if name.endswith((".xml", ".rels"))):
                return NO_TABLE
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return NO_TABLE
    return None


def _declares(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a part declares entities of its own, which no spreadsheet writes."""
    with archive.open(name) as part:
        return b"<!" in part.read(2000).replace(b"<!--", b"")


def _rows(sheet: Any) -> Iterator[Row]:
    try:
        for line, cells in enumerate(sheet.iter_rows(), 1):
            read = cells[: MOST_COLUMNS + 1]
            formulas = tuple(place for place, cell in enumerate(read) if cell.data_type == "f")
            yield Row(line, [_text(cell) for cell in read], formulas)
    except ValidationError:
        raise
    except Exception as error:
        raise ValidationError(NO_TABLE, code="invalid") from error


def _text(cell: Any) -> str:
    """What a cell shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(value)


def _number(value: float, shown_as: str) -> str:
    if abs(value) >= KEPT_DIGITS:
        return f"{value:.5E}"
    if value == int(value):
        zeros = len(shown_as) if shown_as.strip("0") == "" else 0
        return str(int(value)).zfill(zeros)
    return repr(value)
