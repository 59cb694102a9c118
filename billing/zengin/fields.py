"""What a file of fixed length consists of: layouts of records, records of fields, each field with what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Value = str | int | date | None
Values = Mapping[str, Value]


class Means(StrEnum):
    """What a field holds, beyond its form."""

    CODE = "code"
    """Digits that stay as they are."""
    NUMBER = "number"
    """A count, or yen."""
    DAY = "day"
    """Six digits: a day with the year of the era."""
    TEXT = "text"
    NOTHING = "nothing"
    """Filler."""


@dataclass(frozen=True)
class Field:
    """One field, by the name that the code calls it by, and as the banks' tables have it."""

    name: str
    title: str
    form: str
    """N: digits, to the right, filled with zeros; C: text, to the left, filled with blanks; N/C: either."""
    length: int
    means: Means
    only: str = ""
    """The one thing that can stand there."""
    may_lack: bool = False
    """Whether a bank may leave it blank."""

    @property
    def is_digits(self) -> bool:
        """Whether only digits can stand there."""
        return self.form == "N"


def kind_of_record(only: str) -> Field:
    """The first sign of each record: 1 header, 2 data, 8 trailer, 9 end."""
    return Field("record", "データ区分", "N", 1, Means.CODE, only)


def code(name: str, title: str, length: int, *, only: str = "", may_lack: bool = False) -> Field:
    """Digits that are kept as they are."""
    return Field(name, title, "N", length, Means.CODE, only, may_lack)


def number(name: str, title: str, length: int, *, may_lack: bool = False) -> Field:
    """A count, or yen."""
    return Field(name, title, "N", length, Means.NUMBER, may_lack=may_lack)


def day(name: str, title: str, *, may_lack: bool = False) -> Field:
    """A day of six digits."""
    return Field(name, title, "N", 6, Means.DAY, may_lack=may_lack)


def text(name: str, title: str, length: int, *, either: bool = False) -> Field:
    """A text, or digits or text."""
    return Field(name, title, "N/C" if either else "C", length, Means.TEXT)


def filler(length: int, *, form: str = "C") -> Field:
    """What means nothing."""
    return Field("", "ダミー", form, length, Means.NOTHING)


@dataclass(frozen=True)
class Record:
    """The fields of one kind of record, in order."""

    fields: tuple[Field, ...]

    @property
    def length(self) -> int:
        """How many bytes."""
        return sum(field.length for field in self.fields)

    @property
    def least(self) -> int:
        """How many bytes at least are there where blanks at the end were cut off: up to the last field of digits."""
        return max(start + field.length for field, start in self.placed() if field.form != "C")

    def placed(self) -> Iterator[tuple[Field, int]]:
        """Each field with the byte at which it begins."""
        start = 0
        for field in self.fields:
            yield field, start
            start += field.length


@dataclass(frozen=True)
class Layout:
    """A kind of file: its records, and how long each is."""

    code: str
    """種別コード"""
    title: str
    length: int
    header: Record
    data: Record
    trailer: Record
    end: Record

    def __post_init__(self) -> None:
        for record in (self.header, self.data, self.trailer, self.end):
            if record.length != self.length:
                raise ValueError(f"A record of {self.title} has {record.length} bytes, not {self.length}.")
