"""What every kind of file shares: a finding, what a slice of rows came to, and how a row's cells are read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot.actors import Actor
from iijiot.tables.columns import Column, Found
from iijiot.tables.reading import LONGEST_CELL, Row
from iijiot.typed_days import read_date
from iijiot.words import Words

WHOLE_ROW = gettext_lazy("the whole row")


@dataclass(frozen=True)
class Finding:
    """What is wrong with one cell, or doubtful: where, what stands there, why, what to do."""

    line: int
    column: str
    value: str
    why: str
    is_doubt: bool = False
    is_damage: bool = False

    def __str__(self) -> str:
        return f"{self.column}: {self.why}"


@dataclass(frozen=True)
class Judged:
    """A row with what is wrong or doubtful about it; its values where it can be loaded."""

    row: Row
    values: tuple[Any, ...] | None
    findings: list[Finding]

    @property
    def is_bad(self) -> bool:
        """Whether anything is plainly wrong."""
        return any(not finding.is_doubt for finding in self.findings)


@dataclass
class Slice:
    """What some rows came to: the values that can be loaded, and the rows with findings."""

    good: list[tuple[Any, ...]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)


class Rows:
    """How the rows of one kind of file are read and written. One object for one reading of one file."""

    columns: ClassVar[Sequence[Column]] = ()
    any_of: ClassVar[Sequence[str]] = ()
    """Columns of which one must be there."""
    most: ClassVar[int] = 100_000
    clause: ClassVar[str] = "MA1"

    def __init__(self, given: Any, found: Found, actor: Actor) -> None:
        self.given, self.actor = given, actor
        self.places = found.places
        self.width = 1 + max(self.places.values(), default=0)
        self.labels = {column.name: str(column.label) for column in self.columns}

    def check(self, rows: Sequence[Row], width: int) -> Slice:
        """Look at some rows, beside each other, beside those before them and beside what is stored."""
        raise NotImplementedError

    def write(self, values: Sequence[tuple[Any, ...]]) -> int:
        """Write what was found good; returns how many rows."""
        raise NotImplementedError

    def foresee(self) -> dict[str, Any]:
        """What loading the good rows would change, as fields of the file's record."""
        return {}

    def finish(self) -> dict[str, Any]:
        """What is to be done once everything is written; what it has changed, as fields of the file's record."""
        return {}

    def finding(self, row: Row, name: str, why: Words | ValidationError, *, is_doubt: bool = False) -> Finding:
        """A finding about one cell of a row."""
        damage = isinstance(why, ValidationError) and (why.params or {}).get("damaged", False)
        told = " ".join(why.messages) if isinstance(why, ValidationError) else str(why)
        return Finding(row.line, self.labels[name], self.cell(row, name)[:60], told, is_doubt, bool(damage))

    def cell(self, row: Row, name: str) -> str:
        """What stands in a column of a row; nothing where it has no such column."""
        place = self.places.get(name)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def read(self, row: Row, name: str, clean: Callable[[str], Any], wrong: list[Finding]) -> Any:
        """The cleaned value of a cell; what refuses it is put with the findings."""
        try:
            return clean(self.cell(row, name))
        except ValidationError as error:
            wrong.append(self.finding(row, name, error))
            return None

    def of_the_row(self, row: Row, width: int) -> Iterable[Finding]:
        """What is wrong with the row as such: cells too many or too long, formulas in columns that are read."""
        if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
            yield Finding(
                row.line,
                str(WHOLE_ROW),
                "",
                _("The row has more cells than the header. Put cells with commas into quotes."),
            )
        for name, place in self.places.items():
            if place in row.formulas:
                yield self.finding(
                    row, name, _("This cell is a formula. Copy the column and paste it as values, then send it again.")
                )
            elif place < len(row.cells) and len(row.cells[place]) > LONGEST_CELL:
                yield self.finding(row, name, _("This is too long."))


def a_day(today: date, *, earliest: date) -> Callable[[str], date]:
    """Reads a day that has come."""

    def read(text: str) -> date:
        day = read_date(text)
        if day > today:
            raise ValidationError(_("This day has not come yet. Check it."))
        if day < earliest:
            raise ValidationError(_("This day lies far back. Check the year."))
        return day

    return read
