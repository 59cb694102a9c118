"""Reading a bank's file: cut into records, each field by its table, the order of the records; nothing is guessed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from billing.zengin.days import Years, day_of
from billing.zengin.fields import Field, Layout, Means, Record, Value, Values
from billing.zengin.layouts import LAYOUTS
from iijiot.words import Words, said

BYTES = re.compile(rb"[\x20-\x7e\xa1-\xdf]*")
EBCDIC_ONE = b"\xf1"
MARKS_OF_THE_END = b"\x1a\x00\r\n"
BYTES_AT_MOST = 20_000_000


class Unreadable(Exception):
    """The file is not what it should be; says in which record, and what stands there."""

    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words)

    def __str__(self) -> str:
        return str(self.words)


@dataclass(frozen=True)
class Row:
    """One record with its place in the file, from 1 on."""

    place: int
    values: Values

    def number(self, name: str) -> int:
        """A count or yen; 0 where it lacks."""
        value = self.values[name]
        return value if isinstance(value, int) else 0

    def text(self, name: str) -> str:
        """A text or code."""
        value = self.values[name]
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        """A day, or that there is none."""
        value = self.values[name]
        return value if isinstance(value, date) else None


@dataclass
class Batch:
    """A header with the data up to its trailer: one account, or one debit day."""

    header: Row
    rows: list[Row] = field(default_factory=list)
    trailer: Row = field(init=False)


@dataclass(frozen=True)
class BankFile:
    """A file as it was read."""

    layout: Layout
    batches: Sequence[Batch]
    end: Row


def read(body: bytes, *, came_on: date, years: Years = Years.ERA) -> BankFile:
    """Read a file of one of the known kinds; years of two digits are those nearest to the day on which it came.

    Raises Unreadable. Totals are compared by `checking`.
    """
    layout = layout_of(body)
    rows = _rows(body, layout, came_on, years)
    batches: list[Batch] = []
    end = None
    opened: Batch | None = None
    for kind, row in rows:
        if end is not None:
            raise Unreadable(said(_("Record {place} comes after the end of the file."), place=row.place))
        if kind == "1" and opened is None:
            opened = Batch(row)
        elif kind == "2" and opened is not None:
            opened.rows.append(row)
        elif kind == "8" and opened is not None:
            opened.trailer = row
            batches.append(opened)
            opened = None
        elif kind == "9" and opened is None and batches:
            end = row
        else:
            raise Unreadable(
                said(_("Record {place} is of kind {kind}, which cannot stand there."), place=row.place, kind=kind)
            )
    if end is None:
        raise Unreadable(_("The file has no end: it was cut off. Fetch it from the bank again."))
    return BankFile(layout, batches, end)


def layout_of(body: bytes) -> Layout:
    """What kind of file it is, by its first record. Raises Unreadable."""
    if len(body) > BYTES_AT_MOST:
        raise Unreadable(_("The file is too large for one of the banks' kinds."))
    if body[:1] == EBCDIC_ONE:
        raise Unreadable(_("The file is written in EBCDIC. Ask the bank for JIS."))
    known = LAYOUTS.get(body[1:3].decode("ascii", "replace"))
    if body[:1] != b"1" or known is None:
        raise Unreadable(
            _("This is no file of the banks' kinds 91, 01, 03: it begins neither with 191 nor with 101 or 103.")
        )
    return known


def _rows(body: bytes, layout: Layout, near: date, years: Years) -> Iterator[tuple[str, Row]]:
    records = {"1": layout.header, "2": layout.data, "8": layout.trailer, "9": layout.end}
    for place, raw in enumerate(_cut(body, layout), 1):
        kind = raw[:1].decode("ascii", "replace")
        record = records.get(kind)
        if record is None:
            raise Unreadable(said(_("Record {place} is of no known kind: “{kind}”."), place=place, kind=kind))
        whole = _filled(raw, record, place)
        yield kind, Row(place, _values(whole, record, place, near, years))


def _cut(body: bytes, layout: Layout) -> Iterator[bytes]:
    """The records: by line ends where there are any, else by length. Marks of the file's end are passed over."""
    body = body.rstrip(MARKS_OF_THE_END)
    if b"\r" in body or b"\n" in body:
        yield from (line for line in re.split(rb"\r\n|\r|\n", body) if line)
        return
    for start in range(0, len(body), layout.length):
        yield body[start : start + layout.length]


def _filled(raw: bytes, record: Record, place: int) -> bytes:
    """A record at its full length: blanks lost or added at its end are put right, anything else is refused."""
    if (wrong := BYTES.match(raw)) is None or wrong.end() != len(raw):
        at = 0 if wrong is None else wrong.end()
        raise Unreadable(
            said(
                _(
                    "Record {place} has at byte {at} a sign that such a file cannot have: only half-width "
                    "signs of JIS X 0201 are written in it."
                ),
                place=place,
                at=at + 1,
            )
        )
    if len(raw) < record.least or raw[record.length :].strip():
        raise Unreadable(
            said(
                _("Record {place} has {found} bytes, not {length}."),
                place=place,
                found=len(raw),
                length=record.length,
            )
        )
    return raw[: record.length].ljust(record.length)


def _values(whole: bytes, record: Record, place: int, near: date, years: Years) -> Values:
    values: dict[str, Value] = {}
    for told, start in record.placed():
        if told.means == Means.NOTHING:
            continue
        raw = whole[start : start + told.length].decode("cp932").replace("\\", "¥")
        try:
            values[told.name] = _value(told, raw, near, years)
        except ValueError:
            raise Unreadable(
                said(
                    _("Record {place}, “{title}” (bytes {first} to {last}): “{raw}” cannot stand there."),
                    place=place,
                    title=told.title,
                    first=start + 1,
                    last=start + told.length,
                    raw=raw,
                )
            ) from None
    return values


def _value(told: Field, raw: str, near: date, years: Years) -> Value:
    if told.only and raw != told.only:
        raise ValueError(raw)
    if told.means == Means.TEXT:
        return raw.strip()
    if told.may_lack and not raw.strip():
        return None
    if not (raw.isascii() and raw.isdigit()):
        raise ValueError(raw)
    if told.means == Means.CODE:
        return raw
    if told.means == Means.NUMBER:
        return int(raw)
    return None if told.may_lack and not int(raw) else day_of(raw, near, years)
