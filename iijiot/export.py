"""Tables for other programs: CSV and workbooks that Excel in Japan opens as they are meant. Typed cells in, bytes out."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Value = str | int | float | bool | date | datetime | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MISSING = "〓"
WIDEST, NARROWEST = 60, 8
MOST_LOST = 1000
MEASURED = 200
"""Rows by which the widths of columns are measured."""


@dataclass(frozen=True)
class Lost:
    """A sign that CP932 cannot hold: where it stood, and what it was."""

    row: int
    column: str
    sign: str


def csv_text(value: Value) -> str:
    """A value as a cell of a CSV file.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, which `read_back` takes away.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool | int | float | date):
        return str(value)
    return f"'{value}" if value.lstrip("'").startswith(FORMULA_STARTS) else value


def read_back(cell: str) -> str:
    """The text that `csv_text` wrote into a cell of a CSV file."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The lines of a CSV file, one for each row."""
    for row in _with_header(header, rows):
        yield _line(row)


def _line(row: Sequence[Value]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([csv_text(value) for value in row])
    return buffer.getvalue()


def as_utf8(lines: Iterable[str]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, by which Excel knows it."""
    yield b"\xef\xbb\xbf"
    for line in lines:
        yield line.encode("utf-8")


def as_cp932(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """CP932; what it cannot hold stands as 〓, and a list below the table says where each was and what."""
    lost: list[Lost] = []
    for number, row in enumerate(_with_header(header, rows), 1):
        cells = []
        for place, value in enumerate(row):
            text = csv_text(value)
            cells.append("".join(_kept(sign, number, header[place], lost) for sign in text))
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerow(cells)
        yield buffer.getvalue().encode("cp932")
    if lost:
        yield _line([]).encode("cp932")
        for told in lost[:MOST_LOST]:
            code = " ".join(f"U+{ord(sign):04X}" for sign in told.sign)
            yield _line([MISSING, told.row, told.column, code]).encode("cp932")
        if len(lost) > MOST_LOST:
            yield _line([MISSING, f"+{len(lost) - MOST_LOST}"]).encode("cp932")


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    yield header
    yield from rows


def _kept(sign: str, row: int, column: str, lost: list[Lost]) -> str:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        lost.append(Lost(row, column, sign))
        return MISSING
    return sign


def workbook(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Value]], about: Sequence[tuple[str, Value]]
) -> bytes:
    """A workbook: the table with a frozen header and typed cells, and a sheet that says what it is of, when and by whom.

    Text is always text, never a formula.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    source = iter(rows)
    ahead = list(islice(source, MEASURED))
    for place, name in enumerate(header):
        widest = max([_width(name), *(_width(csv_text(row[place])) for row in ahead)])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(WIDEST, max(NARROWEST, widest + 2))
    sheet.append([text_cell(sheet, name, bold=True) for name in header])
    for row in chain(ahead, source):
        sheet.append([text_cell(sheet, value) for value in row])
    second = book.create_sheet(_sheet_name("出力条件"))
    for name, value in about:
        second.append([text_cell(second, name, bold=True), text_cell(second, value)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def text_cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    """A cell of a workbook that is being written; text is text, whatever it begins with."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = "".join(sign for sign in value if sign in "\t\n" or ord(sign) >= 32)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _width(text: str) -> int:
    return sum(1 if ord(sign) < 0x1100 else 2 for sign in text.partition("\n")[0])


def _sheet_name(title: str) -> str:
    return "".join(sign for sign in title if sign not in "[]:*?/\\")[:31]
