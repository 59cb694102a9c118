"""What was wrong, as a file to correct and to send again: the same rows, written as the sender wrote them."""

import codecs
import csv
import io
import tempfile
from collections.abc import Sequence
from typing import IO, Any

from openpyxl import Workbook

from iijiot.export import MISSING, csv_text, text_cell
from iijiot.tables.reading import XLSX, Form

LINE, LEVEL, WHY = "元の行番号", "判定", "直すところ"
ADDED = (LINE, LEVEL, WHY)
"""Columns that stand before the sender's own; passed over when the file comes back."""
IN_MEMORY = 4 * 1024**2


def _kept(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - it is asked for while encoding alone
    return MISSING * (error.end - error.start), error.end


codecs.register_error("as_missing", _kept)


class Corrections:
    """Rows to correct, written one by one."""

    def __init__(self, form: Form, header: Sequence[str]) -> None:
        self.form = form
        self.header = header
        self.many = 0
        self._file: IO[bytes] | None = None
        self._book: Any = None

    def add(self, line: int, level: str, why: str, cells: Sequence[str]) -> None:
        """One row with the line on which it stood and what is wrong with it."""
        if not self.many:
            self._begin()
        self.many += 1
        self._write([str(line), level, why, *cells])

    def body(self) -> bytes:
        """The whole file, empty where nothing is to correct; nothing can be added afterwards."""
        if self._file is None:
            return b""
        if self._book is not None:
            self._book.save(self._file)
        else:
            self._text.flush()
            self._text.detach()
        self._file.seek(0)
        body = self._file.read()
        self._file.close()
        return body

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed in body, or with the object
        if self.form.kind == XLSX:
            self._book = Workbook(write_only=True)
            self._sheet = self._book.create_sheet("Sheet1")
            self._sheet.freeze_panes = "A2"
        else:
            self._text = io.TextIOWrapper(self._file, self.form.encoding, errors="as_missing", newline="")
            self._writer = csv.writer(self._text, delimiter=self.form.separator, lineterminator="\r\n")
        self._write([*ADDED, *self.header])

    def _write(self, cells: Sequence[str]) -> None:
        if self._book is not None:
            self._sheet.append([text_cell(self._sheet, cell) for cell in cells])
        else:
            self._writer.writerow([csv_text(cell) for cell in cells])
