"""A file looked at from its first row to its last: how many rows are good, doubtful, wrong, and what is wrong with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot.actors import Actor
from iijiot.progress import Told
from iijiot.tables import columns, reading
from iijiot.tables.correcting import Corrections
from iijiot.tables.reading import Row, Sheet
from sims.rows.card_rows import CardRows
from sims.rows.checking import Finding, Judged, Rows
from sims.rows.lender_rows import LenderRows
from sims.rows.usage_rows import UsageRows

SLICE = 20_000
SHOWN = 100
"""Findings that a page shows; all of them stand in the file to correct."""

READERS: dict[str, type[Rows]] = {"cards": CardRows, "usage": UsageRows, "lender": LenderRows}
WRONG, DOUBTFUL = gettext_lazy("wrong"), gettext_lazy("to compare")


@dataclass(frozen=True)
class Given:
    """What was said for the whole file."""

    kind: str
    today: date
    product_id: int | None = None
    form_factor: str = ""
    received_on: date | None = None
    delivery: str = ""
    lender: str = ""
    grace: int = 0
    file: Any = None


@dataclass(frozen=True)
class Taken:
    """Which rows are written as they are read: doubtful ones too or not, and whether one that is not spoils all."""

    doubtful: bool
    all_or_nothing: bool
    is_damaged: bool = False
    """Whether the file is known to have been through a spreadsheet that rounds."""


@dataclass
class Survey:
    """What a file came to."""

    sheet: Sheet
    unknown: tuple[str, ...]
    corrections: Corrections
    rows: int = 0
    good: int = 0
    doubtful: int = 0
    bad: int = 0
    loaded: int = 0
    damaged: int = 0
    perhaps_damaged: int = 0
    first: list[Finding] = field(default_factory=list)
    change: dict[str, Any] = field(default_factory=dict)
    """What loading it changes elsewhere, as fields of the file's record."""

    @property
    def counts(self) -> dict[str, Any]:
        """The fields of the file's record that tell it."""
        turned = self.perhaps_damaged if self.damaged else 0
        return {
            "form": str(self.sheet.form),
            "rows": self.rows,
            "good": self.good,
            "doubtful": self.doubtful - turned,
            "bad": self.bad + turned,
            "is_damaged": bool(self.damaged),
            "unknown": list(self.unknown)[:20],
            "findings": [
                {"line": f.line, "column": f.column, "value": f.value, "why": f.why, "is_doubt": f.is_doubt}
                for f in self.first
            ],
            **self.change,
        }

    @property
    def leaves_out(self) -> bool:
        """Whether some row is not written."""
        return self.loaded < self.rows

    def note(self, judged: Judged) -> None:
        """A row with findings: counted, told, and put into the file to correct."""
        if judged.is_bad or judged.values is None:
            self.bad += 1
        else:
            self.doubtful += 1
            self.perhaps_damaged += any(finding.is_damage for finding in judged.findings)
        self.damaged += any(finding.is_damage and not finding.is_doubt for finding in judged.findings)
        self.first += judged.findings[: SHOWN - len(self.first)]
        level = str(WRONG if judged.is_bad else DOUBTFUL)
        self.corrections.add(judged.row.line, level, "／".join(map(str, judged.findings)), judged.row.cells)


def first_look(file: BinaryIO, kind: str) -> None:
    """See whether a file is a table with the columns that are needed. Raises ValidationError with all that is missing."""
    _columns(reading.opened(file), READERS[kind])


def survey(
    file: BinaryIO,
    given: Given,
    *,
    actor: Actor,
    told: Told,
    takes: Taken | None = None,
    goes_on: Callable[[], bool] = lambda: True,
    total: int = 0,
) -> Survey:
    """Look at all rows of a file, and write those that are to be taken, if any are.

    Raises ValidationError where it is no table, and Stopped once it is not to go on.
    """
    sheet = reading.opened(file)
    found = _columns(sheet, READERS[given.kind])
    reader = READERS[given.kind](given, found, actor)
    result = Survey(sheet, found.unknown, Corrections(sheet.form, sheet.header))
    width = len(sheet.header)
    for part in _slices(sheet.rows):
        if not goes_on():
            raise Stopped
        if result.rows + len(part) > reader.most:
            raise ValidationError(
                _("The file has more than %(most)d rows. Send it in parts."),
                code="invalid",
                params={"most": reader.most},
            )
        slice_ = reader.check(part, width)
        result.rows += len(part)
        result.good += len(slice_.good)
        for judged in slice_.judged:
            result.note(judged)
        if takes is not None:
            values = [*slice_.good, *(_taken(slice_.judged, takes) if takes.doubtful else ())]
            if not (takes.all_or_nothing and result.loaded + len(values) < result.rows):
                result.loaded += reader.write(values) if values else 0
        told(result.rows if total else file.tell(), total or _size(file))
    is_taken = takes is not None and not (takes.all_or_nothing and result.leaves_out)
    result.change = reader.finish() if is_taken else reader.foresee()
    return result


class Stopped(Exception):
    """Somebody has called it off meanwhile."""


def _taken(judged: list[Judged], takes: Taken) -> Iterator[tuple[Any, ...]]:
    """The values of doubtful rows; not of those that a spreadsheet has rounded, as it did others of the file."""
    for row in judged:
        rounded = takes.is_damaged and any(finding.is_damage for finding in row.findings)
        if row.values is not None and not row.is_bad and not rounded:
            yield row.values


def _columns(sheet: Sheet, reader: type[Rows]) -> columns.Found:
    found = columns.find(sheet.header, reader.columns)
    if reader.any_of and not set(reader.any_of) & set(found.places):
        labels = "、".join(str(column.label) for column in reader.columns if column.name in reader.any_of)
        raise ValidationError(
            _("One of these columns is needed: %(columns)s."), code="invalid", params={"columns": labels}
        )
    return found


def _slices(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, SLICE)):
        yield part


def _size(file: BinaryIO) -> int:
    place = file.tell()
    size = file.seek(0, 2)
    file.seek(place)
    return size
