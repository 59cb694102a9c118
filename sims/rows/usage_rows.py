"""Rows of daily traffic: the line is found by its number or its card, the rest is loaded idempotently (MA15.2)."""

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from iijiot.actors import Actor
from iijiot.tables.columns import Found
from iijiot.tables.reading import Row
from iijiot.words import said
from sims import equipping, measuring
from sims.identifiers import NumberClass, clean_iccid, clean_imei, clean_imsi, clean_msisdn, is_msisdn, whole_imei
from sims.measuring import MOST_BYTES
from sims.models import Line, SimCard
from sims.models.line_set import Span
from sims.rows.checking import Finding, Judged, Rows, Slice, a_day
from sims.rows.usage_columns import COLUMNS

KEYS = ("msisdn", "iccid", "imsi")
BYTES = re.compile(r"[0-9]{1,20}|[0-9]{1,3}(?:,[0-9]{3})+")
WIDTH = 5
"""Numbers that are kept of a row: line, day, bytes up, bytes down, device."""
SIGHTINGS = 20_000
"""Devices whose sightings are told at a time."""


class Traffic(NamedTuple):
    """A row that says everything, its line still to be found."""

    row: Row
    keys: Mapping[str, str]
    day: date
    up: int
    down: int
    imei: str


class UsageRows(Rows):
    """Traffic of many lines on some days."""

    columns = COLUMNS
    any_of = KEYS
    most = 1_000_000
    clause = "MA15.2"

    def __init__(self, given: Any, found: Found, actor: Actor) -> None:
        super().__init__(given, found, actor)
        self.seen: set[int] = set()
        self.days: dict[str, date] = {}
        self.a_day = a_day(given.today, earliest=measuring.kept_from(given.today))
        self.packed = array("q")
        self.first_key = next((name for name in KEYS if name in self.places), "msisdn")

    def check(self, rows: Sequence[Row], width: int) -> Slice:
        """Each row by itself; then the lines of all of them in three queries."""
        told = Slice()
        read: list[Traffic] = []
        for row in rows:
            wrong: list[Finding] = list(self.of_the_row(row, width))
            keys = {name: self.read(row, name, CLEAN[name], wrong) for name in KEYS if self.cell(row, name)}
            day = self.read(row, "day", self._day, wrong)
            up, down = (self.read(row, name, _bytes, wrong) for name in ("up", "down"))
            imei = self.read(row, "imei", _device, wrong)
            if not keys and not wrong:
                wrong.append(self.finding(row, self.first_key, _("Say which line: by number, ICCID or IMSI.")))
            if wrong:
                told.judged.append(Judged(row, None, wrong))
            else:
                read.append(Traffic(row, keys, day, up, down, imei))
        self._find_lines(read, told)
        return told

    def spans(self, read: Sequence[Traffic]) -> dict[str, Mapping[str, Sequence[Span]]]:
        """Which line had each number and card, from when until when."""
        return {
            "msisdn": Line.objects.spans_by_number(_given(read, "msisdn")),
            **{name: SimCard.objects.spans_by(name, _given(read, name)) for name in ("iccid", "imsi")},
        }

    def _find_lines(self, read: Sequence[Traffic], told: Slice) -> None:
        spans = self.spans(read)
        for traffic in read:
            lines = {name: _line_on(spans[name].get(key, ()), traffic.day) for name, key in traffic.keys.items()}
            if wrong := self._doubts(traffic, lines):
                told.judged.append(Judged(traffic.row, None, wrong))
            else:
                line, day = next(iter(lines.values())), traffic.day.toordinal()
                self.packed.extend((line, day, traffic.up, traffic.down, int(traffic.imei or 0)))
                told.good.append((line, day))

    def _doubts(self, traffic: Traffic, lines: Mapping[str, int]) -> list[Finding]:
        """What is wrong with the line of a row: none, more than one, or one of which a row spoke already."""
        unknown = [name for name, line in lines.items() if not line]
        if unknown:
            why = _("No line has it on this day. Compare it with the register of lines.")
            return [self.finding(traffic.row, name, why) for name in unknown]
        if len(set(lines.values())) > 1:
            return [self.finding(traffic.row, self.first_key, _("These numbers are of different lines."))]
        key = next(iter(lines.values())) * date.max.toordinal() + traffic.day.toordinal()
        if key in self.seen:
            return [self.finding(traffic.row, "day", _("The same line and day stand in the file already."))]
        self.seen.add(key)
        return []

    def write(self, values: Sequence[tuple[Any, ...]]) -> int:
        """Nothing yet: the file is loaded as one, once all of it is read."""
        return len(values)

    def foresee(self) -> dict[str, Any]:
        """How many figures would be new, how many would replace others."""
        return asdict(measuring.foresee(self._figures()))

    def finish(self) -> dict[str, Any]:
        """Load the figures, and take in which devices were seen: what was loaded for a line and day before is replaced."""
        change = measuring.load(self._figures())
        for day, seen in groupby(sorted(self._seen()), key=lambda one: one[0]):
            while some := [(line, f"{imei:015d}") for _day, line, imei in islice(seen, SIGHTINGS)]:
                equipping.sighted(some, on=date.fromordinal(day))
        return asdict(change)

    def _figures(self) -> Iterator[measuring.Row]:
        for at in range(0, len(self.packed), WIDTH):
            line, day, up, down = self.packed[at : at + 4]
            yield line, date.fromordinal(day), up, down

    def _seen(self) -> Iterator[tuple[int, int, int]]:
        for at in range(0, len(self.packed), WIDTH):
            line, day, _up, _down, imei = self.packed[at : at + WIDTH]
            if imei:
                yield day, line, imei

    def _day(self, text: str) -> date:
        if text not in self.days:
            self.days[text] = self.a_day(text)
        return self.days[text]


def _given(read: Sequence[Traffic], name: str) -> list[str]:
    return [traffic.keys[name] for traffic in read if name in traffic.keys]


def _line_on(spans: Sequence[Span], day: date) -> int:
    """The key of the line on a day, the latest of several; 0 where there is none."""
    return next((span.line for span in reversed(spans) if span.first <= day <= span.last), 0)


def _bytes(text: str) -> int:
    if not BYTES.fullmatch(text):
        raise ValidationError(_("Bytes are a whole number from 0 on, without a unit."))
    many = int(text.replace(",", ""))
    if many > MOST_BYTES:
        raise ValidationError(
            said(_("No line moves more than {most} bytes in a day. Check the unit."), most=f"{MOST_BYTES:,}")
        )
    return many


def _device(text: str) -> str:
    """The IMEI as networks report it, with its check digit or without; nothing where none is told."""
    return text and (whole_imei(text) or clean_imei(text))


def _number(text: str) -> str:
    if is_msisdn(text):
        return text
    try:
        return clean_msisdn(text, NumberClass.VOICE)
    except ValidationError:
        return clean_msisdn(text)


CLEAN: dict[str, Callable[[str], str]] = {"msisdn": _number, "iccid": clean_iccid, "imsi": clean_imsi}
