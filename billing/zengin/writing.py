"""Writing a bank's file: each record by its table, filled with zeros and blanks."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from billing.zengin.days import Years, era_day
from billing.zengin.fields import Field, Layout, Record, Value, Values
from billing.zengin.kana import ALLOWED


class LineEnd(StrEnum):
    """What stands between two records."""

    CRLF = "crlf"
    NONE = "none"


ENDS = {LineEnd.CRLF: b"\r\n", LineEnd.NONE: b""}


def written(
    layout: Layout,
    header: Values,
    rows: Iterable[Values],
    trailer: Values,
    *,
    line_end: str = LineEnd.CRLF,
    years: Years = Years.ERA,
) -> bytes:
    """A file of one batch. What is not given is zeros or blanks. Raises ValueError for what does not fit its field."""
    records = [
        _record(layout.header, header, years),
        *(_record(layout.data, row, years) for row in rows),
        _record(layout.trailer, trailer, years),
        _record(layout.end, {}, years),
    ]
    end = ENDS[LineEnd(line_end)]
    return b"".join(record + end for record in records)


def _record(record: Record, values: Values, years: Years) -> bytes:
    if unknown := set(values) - {told.name for told in record.fields}:
        raise ValueError(f"There are no such fields: {', '.join(sorted(unknown))}.")
    return "".join(_field(told, values.get(told.name), years) for told in record.fields).encode("cp932")


def _field(told: Field, value: Value, years: Years) -> str:
    plain = told.only or _plain(value, years)
    fits = plain.rjust(told.length, "0") if told.is_digits else plain.ljust(told.length)
    if len(fits) != told.length or (told.is_digits and not fits.isdigit()) or not ALLOWED.fullmatch(fits):
        raise ValueError(f"{told.title}: “{plain}” does not fit into {told.length} signs of kind {told.form}.")
    return fits.replace("¥", "\\")


def _plain(value: Value, years: Years) -> str:
    if value is None:
        return ""
    return era_day(value, years) if isinstance(value, date) else str(value)
