"""Who had an address at a moment: one look-up for a warning, or for a list of them, and a line in the access log (G46.3)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import AddressValueError, IPv4Address

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from iijiot import access_log
from iijiot.actors import Actor
from iijiot.clock import TOKYO
from iijiot.models import AccessEvent
from iijiot.rules import refuse
from iijiot.words import Words
from sims.models import AddressUse

MOST = 1000
"""Lines of one look-up."""

ADDRESS = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
MOMENT = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:T|[ ,;\t\"]+)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?"
    r"\s*(Z|UTC|JST|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True)
class Asked:
    """One line of what was pasted: the address and the moment in it, or why there are none."""

    place: int
    typed: str
    address: str = ""
    moment: datetime | None = None
    wrong: Words = ""


@dataclass(frozen=True)
class Found:
    """Which line had the address then; none where nobody of ours had it."""

    asked: Asked
    use: AddressUse | None = None


def read(text: str) -> list[Asked]:
    """The lines of a warning as they were sent: an address, a moment, whatever else stands between (G46.3).

    A moment without a zone is in Tokyo. Raises ValidationError where there are too many lines, or none.
    """
    rows = [(place, row.strip()) for place, row in enumerate(text.splitlines(), 1) if row.strip()]
    if not rows:
        raise ValidationError(_("Paste at least one line with an address and a moment."), code="G46.3")
    if len(rows) > MOST:
        raise ValidationError(
            _("These are %(many)d lines; look up %(most)d at a time."),
            code="G46.3",
            params={"many": len(rows), "most": MOST},
        )
    return [_asked(place, row) for place, row in rows]


def _asked(place: int, typed: str) -> Asked:
    plain = unicodedata.normalize("NFKC", typed)
    found = ADDRESS.search(plain)
    try:
        address = str(IPv4Address(found[0])) if found else ""
    except AddressValueError:
        address = ""
    if not address:
        return Asked(place, typed[:100], wrong=_("There is no IPv4 address in it."))
    moment = _moment(plain)
    if moment is None:
        return Asked(place, typed[:100], address, wrong=_("There is no moment in it, such as 2026-12-01 09:30:00."))
    return Asked(place, typed[:100], address, moment)


def _moment(plain: str) -> datetime | None:
    found = MOMENT.search(plain)
    if found is None:
        return None
    *numbers, zone = found.groups()
    told = {"Z": "+0000", "UTC": "+0000", "JST": "+0900", None: "+0900"}.get(zone, str(zone).replace(":", ""))
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    written = f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d} {told}"
    try:
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S %z").astimezone(TOKYO)
    except ValueError:
        return None


def who_had(asked: Sequence[Asked], *, purpose: str, actor: Actor) -> list[Found]:
    """Which lines had these addresses at these moments, in one look at the uses of all of them (G46.3).

    The look is written down before it is taken. Raises RuleViolation where nobody says what for.
    """
    if not purpose.strip():
        raise refuse("G38.2", _("Say what you need to know it for, such as the number of the warning."))
    access_log.note(
        AccessEvent.Kind.LOOKED, None, actor=actor, detail=f"G46.3 {purpose.strip()} {', '.join(_addresses(asked))}"
    )
    moments = [one.moment for one in asked if one.moment is not None]
    if not moments:
        return [Found(one) for one in asked]
    uses: dict[str, list[AddressUse]] = {}
    for use in AddressUse.objects.of_addresses(list(_addresses(asked)), min(moments), max(moments)):
        uses.setdefault(str(use.address), []).append(use)
    return [Found(one, _of(uses.get(one.address, ()), one.moment)) for one in asked]


def _addresses(asked: Sequence[Asked]) -> Iterator[str]:
    return iter(dict.fromkeys(one.address for one in asked if one.moment is not None))


def _of(uses: Sequence[AddressUse], moment: datetime | None) -> AddressUse | None:
    """The use that holds a moment; the moment at which it ends is the next one's."""
    if moment is None:
        return None
    later = datetime.max.replace(tzinfo=UTC)
    return next((use for use in uses if use.since <= moment < (use.until or later)), None)
