"""Rows of daily traffic: the line is found by its number or its card, the rest is loaded idempotently (MA15.2)."""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from iijiot.actors import Actor
from iijiot.tables.columns import Column, Found
from iijiot.tables.reading import Row
from sims.identifiers import NumberClass, clean_iccid, clean_imei, clean_imsi, clean_msisdn, is_msisdn
from sims.models import Line, SimCard
from sims.rows.checking import Finding, Judged, Rows, Slice, a_day

DAYS_BACK = timedelta(days=400)
MOST_BYTES = 10**15
BYTES = re.compile(r"[0-9]{1,15}")

Sighted = Callable[..., Any]
"""Called with pairs of lines and IMEIs, and `on` the day."""
_SIGHTED: list[Sighted] = []


def on_sightings(told: Sighted) -> None:
    """Be told which devices (IMEI) were seen on which lines, when usage is loaded: `told(pairs, on=day)` (MA15.1)."""
    _SIGHTED.append(told)


COLUMNS = (
    Column(
        "msisdn",
        gettext_lazy("number"),
        ("電話番号", "回線番号", "番号", "phone number"),
        help=gettext_lazy("The line by its number; or give ICCID or IMSI."),
        example="02012345678",
    ),
    Column(
        "iccid",
        "ICCID",
        ("SIM番号", "SIMカード番号", "カード番号"),
        help=gettext_lazy("The line by its card."),
        example="8981100000123456784",
    ),
    Column("imsi", "IMSI", ("加入者識別番号",), help=gettext_lazy("The line by its card."), example="440101234567890"),
    Column(
        "day",
        gettext_lazy("Day"),
        ("日付", "利用日", "対象日", "date", "年月日"),
        needed=True,
        help=gettext_lazy("A day such as 2026-12-01."),
        example="2026-12-01",
    ),
    Column(
        "up",
        gettext_lazy("bytes up"),
        ("上り", "送信", "上り通信量", "送信バイト", "upload", "uplink", "tx", "bytes up"),
        needed=True,
        help=gettext_lazy("Bytes as a whole number, without a unit."),
        example="123456",
    ),
    Column(
        "down",
        gettext_lazy("bytes down"),
        ("下り", "受信", "下り通信量", "受信バイト", "download", "downlink", "rx", "bytes down"),
        needed=True,
        help=gettext_lazy("Bytes as a whole number, without a unit."),
        example="654321",
    ),
    Column(
        "imei",
        "IMEI",
        ("端末識別番号", "端末番号"),
        help=gettext_lazy("The device that was used, where it is known."),
        example="354178036859789",
    ),
)
KEYS = ("msisdn", "iccid", "imsi")


class UsageRows(Rows):
    """Traffic of many lines on some days."""

    columns = COLUMNS
    any_of = KEYS
    most = 1_000_000
    clause = "MA15.2"

    def __init__(self, given: Any, found: Found, actor: Actor) -> None:
        super().__init__(given, found, actor)
        self.seen: set[tuple[int, int]] = set()
        self.days: dict[str, date] = {}
        self.a_day = a_day(given.today, earliest=given.today - DAYS_BACK)
        self.packed = array("q")
        self.sightings: dict[date, set[tuple[int, str]]] = defaultdict(set)

    def check(self, rows: Sequence[Row], width: int) -> Slice:
        """Each row by itself; then the lines of all of them in three queries."""
        told, read = Slice(), []
        for row in rows:
            wrong: list[Finding] = list(self.of_the_row(row, width))
            keys = {name: self.read(row, name, CLEAN[name], wrong) for name in KEYS}
            day = self.read(row, "day", self._day, wrong)
            up, down = (self.read(row, name, _bytes, wrong) for name in ("up", "down"))
            imei = self.read(row, "imei", lambda text: clean_imei(text) if text else "", wrong)
            if not any(keys.values()) and not wrong:
                wrong.append(self.finding(row, self._first_key, _("Say which line: by number, ICCID or IMSI.")))
            if wrong:
                told.judged.append(Judged(row, None, wrong))
            else:
                read.append((row, keys, day, up, down, imei))
        self._find_lines(read, told)
        return told

    def _find_lines(self, read: Sequence[tuple[Any, ...]], told: Slice) -> None:
        by_number = Line.objects.spans_by_number([keys["msisdn"] for _row, keys, *_rest in read if keys["msisdn"]])
        by_card = {
            name: SimCard.objects.lines_by(name, [keys[name] for _row, keys, *_rest in read if keys[name]])
            for name in ("iccid", "imsi")
        }
        for row, keys, day, up, down, imei in read:
            lines = {name: _line_of(by_number, by_card, name, keys[name], day) for name in KEYS if keys[name]}
            wrong = [
                self.finding(row, name, _("No line has it on this day. Compare it with the register of lines."))
                for name, line in lines.items()
                if line is None
            ]
            if not wrong and len(set(lines.values())) > 1:
                wrong.append(self.finding(row, self._first_key, _("These numbers are of different lines.")))
            line = next(iter(lines.values()), None)
            if not wrong and line is not None:
                key = (line, day.toordinal())
                if key in self.seen:
                    wrong.append(self.finding(row, "day", _("The same line and day stand in the file already.")))
                self.seen.add(key)
            if wrong:
                told.judged.append(Judged(row, None, wrong))
            else:
                told.good.append((line, day, up, down, imei))

    def write(self, values: Sequence[tuple[Any, ...]]) -> int:
        """Put them aside, packed: the file is measured as one load."""
        for line, day, up, down, imei in values:
            self.packed.extend((line, day.toordinal(), up, down))
            if imei:
                self.sightings[day].add((line, imei))
        return len(values)

    def finish(self) -> None:
        """Hand all on to where traffic is measured, and tell who wants to know which devices were seen.

        What was loaded for a line and day before is replaced.
        """
        if self.packed:
            measuring = import_module("sims.measuring")
            measuring.load(self._unpacked(), source=self.given.source, on=self.given.today, actor=self.actor)
        for day, pairs in sorted(self.sightings.items()):
            for told in _SIGHTED:
                told(sorted(pairs), on=day)

    def _unpacked(self) -> Iterator[tuple[int, date, int, int]]:
        for at in range(0, len(self.packed), 4):
            line, day, up, down = self.packed[at : at + 4]
            yield line, date.fromordinal(day), up, down

    @property
    def _first_key(self) -> str:
        return next((name for name in KEYS if name in self.places), "msisdn")

    def _day(self, text: str) -> date:
        if text not in self.days:
            self.days[text] = self.a_day(text)
        return self.days[text]


def _line_of(by_number: Any, by_card: Any, name: str, value: str, day: date) -> int | None:
    if name != "msisdn":
        found: int | None = by_card[name].get(value)
        return found
    spans = [pk for pk, begins, ends in by_number.get(value, ()) if begins <= day <= ends]
    return spans[-1] if spans else None


def _bytes(text: str) -> int:
    plain = text.replace(",", "")
    if not BYTES.fullmatch(plain) or int(plain) > MOST_BYTES:
        raise ValidationError(_("Bytes are a whole number from 0 on, without a unit."))
    return int(plain)


def _number(text: str) -> str:
    if not text:
        return ""
    if is_msisdn(text):
        return text
    try:
        return clean_msisdn(text, NumberClass.VOICE)
    except ValidationError:
        return clean_msisdn(text)


CLEAN: dict[str, Callable[[str], str]] = {
    "msisdn": _number,
    "iccid": lambda text: clean_iccid(text) if text else "",
    "imsi": lambda text: clean_imsi(text) if text else "",
}
