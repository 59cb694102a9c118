"""CSV: in which encoding it is written and with which separator, and its rows."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot.export import read_back
from iijiot.tables.reading import CSV, NAMES, Form, Row

PART = 1024**2
UTF8_MARK, UTF16_MARKS, UTF32_MARK = codecs.BOM_UTF8, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), codecs.BOM_UTF32_LE


def read(file: BinaryIO) -> tuple[Form, Iterator[Row]]:
    """The rows of a CSV file. Raises ValidationError where it is no text in an encoding that is known."""
    encoding = encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    separator = _separator(text.readline(100_000))
    file.seek(0)
    text.detach()
    return Form(CSV, encoding, separator), _rows(file, encoding, separator)


def encoding_of(file: BinaryIO) -> str:
    """UTF-8 with its mark or without, UTF-16 with its mark, or CP932: whichever fits the file from end to end.

    Raises ValidationError where none does, and for UTF-16 without a mark, which could be anything.
    """
    file.seek(0)
    start = file.read(PART)
    if start.startswith(UTF32_MARK) or (b"\0" in start and not start.startswith(UTF16_MARKS)):
        raise ValidationError(
            _("The file seems to be UTF-16 or UTF-32 without its mark. Save it as “CSV UTF-8”, or as Unicode text."),
            code="invalid",
        )
    if start.startswith(UTF16_MARKS):
        likely = ["utf-16"]
    elif start.startswith(UTF8_MARK):
        likely = ["utf-8-sig"]
    else:
        likely = ["ascii", "utf-8", "cp932"]
    found = next((encoding for encoding in likely if _is_in(file, encoding)), None)
    if found is None:
        raise ValidationError(
            _("The file is neither UTF-8 nor Shift_JIS (CP932) throughout. Save it anew as “CSV UTF-8”."),
            code="invalid",
        )
    # What has no sign beyond ASCII is answered with a mark, by which a spreadsheet knows the Japanese in the answer.
    return "utf-8-sig" if found == "ascii" else found


def _is_in(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while part := file.read(PART):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(line: str) -> str:
    """The sign that parts the first line into the most cells."""
    parted = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in NAMES}
    return max(parted, key=lambda sign: parted[sign])


def _rows(file: BinaryIO, encoding: str, separator: str) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield from _cells(text, separator)
    finally:
        with suppress(ValueError):  # closed already, by whoever opened it
            text.detach()


def _cells(text: io.TextIOWrapper, separator: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValidationError(
                _("Line %(line)d cannot be read: a quotation mark is missing or a cell is too long (%(error)s)."),
                code="invalid",
                params={"line": line, "error": error},
            ) from error
        yield Row(line, [read_back(cell) if cell[:1] == "'" else cell for cell in cells])
        line = reader.line_num + 1
