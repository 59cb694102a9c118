"""Empty tables to fill in: columns whose cells stay text, and a second sheet that says what belongs into each."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from iijiot.export import text_cell
from iijiot.tables.columns import Column

WIDTH, WIDE = 24, 80
SHEET, EXPLAINED = "一覧", "書き方"
HEAD = ("列", "必須", "書き方", "例")
NEEDED = "必須"


def template(columns: Sequence[Column]) -> bytes:
    """A workbook with the header alone. Long digits typed into it stay as they are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for place in range(1, len(columns) + 1):
        shape = sheet.column_dimensions[get_column_letter(place)]
        shape.width, shape.number_format = WIDTH, "@"
    sheet.append([text_cell(sheet, str(column.label), bold=True) for column in columns])
    told = book.create_sheet(EXPLAINED)
    for letter, width in zip("ABCD", (WIDTH, 8, WIDE, WIDTH), strict=True):
        told.column_dimensions[letter].width = width
    told.append([text_cell(told, name, bold=True) for name in HEAD])
    for column in columns:
        said = (str(column.label), NEEDED if column.needed else "", str(column.help), column.example)
        told.append([text_cell(told, value) for value in said])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
