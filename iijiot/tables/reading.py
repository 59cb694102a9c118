"""A file that somebody sent, as rows of text with the numbers of their lines; read as a stream, so memory stays flat.

What it is and how it is written is found out from its bytes; its name decides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot.words import Words, said

MOST_COLUMNS = 60
LONGEST_CELL = 500
"""Signs of a cell that are taken; nothing that is read from tables is longer."""

CSV, XLSX = "csv", "xlsx"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Form:
    """How a file is written, so that an answer can be written the same way."""

    kind: str = CSV
    encoding: str = "utf-8-sig"
    separator: str = ","

    def __str__(self) -> str:
        return XLSX if self.kind == XLSX else f"{CSV} {self.encoding} {NAMES[self.separator]}"

    @property
    def words(self) -> Words:
        """The same for people."""
        if self.kind == XLSX:
            return "Excel (XLSX)"
        return said(
            _("CSV ({encoding}, {separator})"), encoding=ENCODINGS[self.encoding], separator=SEPARATORS[self.separator]
        )

    @classmethod
    def of(cls, told: str) -> Self:
        """The same from its words."""
        kind, _blank, rest = told.partition(" ")
        encoding, _blank, name = rest.partition(" ")
        signs = {name: sign for sign, name in NAMES.items()}
        return cls(XLSX, "", "") if kind == XLSX else cls(CSV, encoding, signs[name])


NAMES = {",": "comma", "\t": "tab", ";": "semicolon"}
"""Signs between cells, each with its name."""
SEPARATORS = {",": _("parted by commas"), "\t": _("parted by tabs"), ";": _("parted by semicolons")}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": _("UTF-8 with its mark"),
    "utf-16": "UTF-16",
    "cp932": "Shift_JIS / CP932",
}


class Row(NamedTuple):
    """One row: the line on which it begins, its cells as text, and which of them are formulas."""

    line: int
    cells: list[str]
    formulas: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A table: how it is written, its header, and its rows, which can be read once."""

    form: Form
    header: list[str]
    header_line: int
    rows: Iterator[Row] = field(repr=False)


def opened(file: BinaryIO) -> Sheet:
    """The table in a file. Raises ValidationError where it is none, is damaged, or has no row."""
    from iijiot.tables import csv_files, workbooks

    start = file.read(8)
    file.seek(0)
    if not start:
        raise ValidationError(_("The file is empty."), code="invalid")
    if start.startswith(OLE):
        raise ValidationError(
            _("This is an old workbook (.xls), or one with a password. Save it as .xlsx without one, or as CSV."),
            code="invalid",
        )
    form, rows = workbooks.read(file) if start.startswith(ZIP) else csv_files.read(file)
    filled = (row for row in rows if "".join(row.cells).strip())
    head = next(filled, None)
    if head is None:
        raise ValidationError(_("The file has no row that is not empty."), code="invalid")
    header = [cell.strip() for cell in head.cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise ValidationError(
            _("The table has more than %(most)d columns."), code="invalid", params={"most": MOST_COLUMNS}
        )
    return Sheet(form, header, head.line, filled)
