"""Loading what the network has counted: a row per line and day, any number at once, again whenever it is corrected."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.clauses import Clause
from iijiot.daily import Tally
from iijiot.jobs import later
from iijiot.measured import MeasuredModel, Staging, forget, one_at_a_time, staged
from iijiot.periods import latest_notice_months
from iijiot.records import chapter
from iijiot.rules import RuleViolation, Unmet
from iijiot.words import Words, said
from sims import throttling
from sims.models import ContractUsage, DailyUsage, UsageLoad

Row = tuple[int, date, int, int]
"""Key of the line, day, bytes up, bytes down."""

COLUMNS = {"place": "bigint", "line_id": "bigint", "day": "date", "up": "bigint", "down": "bigint"}
MOST_BYTES = 2**53
"""More than any line can move in a day, and few enough for sums of a million of them."""
MOST_TOLD = 1000
"""Rows that a refusal names."""
MOST_SAID = 20
"""Rows that its sentence names."""
SUMS = 0x75736167
"""Any number that only those use who reckon sums anew."""

UNKNOWN = """
SELECT staged.place FROM {staged} staged
WHERE NOT EXISTS (SELECT FROM sims_line line WHERE line.id = staged.line_id) ORDER BY 1 LIMIT %s
"""
TWICE = "SELECT max(place), min(place) FROM {staged} GROUP BY line_id, day HAVING count(*) > 1 ORDER BY 1 LIMIT %s"
WRITE = """
WITH written AS (
    INSERT INTO sims_dailyusage AS kept (day, line_id, contract_id, up, down)
    SELECT staged.day, staged.line_id, line.contract_id, staged.up, staged.down
    FROM {staged} staged JOIN sims_line line ON line.id = staged.line_id
    ORDER BY staged.day, staged.line_id
    ON CONFLICT (day, line_id) DO UPDATE SET up = EXCLUDED.up, down = EXCLUDED.down
    WHERE kept.up <> EXCLUDED.up OR kept.down <> EXCLUDED.down
    RETURNING kept.day, kept.line_id, kept.contract_id, kept.xmax = 0 AS is_new
), corrected AS MATERIALIZED (
    SELECT day, line_id, contract_id FROM written WHERE NOT is_new
)
SELECT
    (SELECT count(*) FROM written WHERE is_new),
    (SELECT count(*) FROM corrected),
    (SELECT count(DISTINCT told.id) FROM corrected JOIN sims_networkpolicy told
     ON told.line_id = corrected.line_id AND corrected.day BETWEEN told.window_first AND told.window_last)
    + (SELECT count(DISTINCT told.id) FROM corrected JOIN sims_usagealert told
       ON told.contract_id = corrected.contract_id AND (told.line_id IS NULL OR told.line_id = corrected.line_id)
       JOIN sims_throttlepolicy policy ON policy.id = told.policy_id
       AND corrected.day BETWEEN told.reached_on - policy.window_days + 1 AND told.reached_on),
    (SELECT min(day) FROM {staged}), (SELECT max(day) FROM {staged}), (SELECT count(*) FROM {staged})
"""
REFRESH = """
INSERT INTO sims_contractusage AS kept (contract_id, day, lines, up, down)
SELECT usage.contract_id, usage.day, count(*), sum(usage.up), sum(usage.down)
FROM (
    SELECT DISTINCT line.contract_id, staged.day FROM {staged} staged JOIN sims_line line ON line.id = staged.line_id
) touched
JOIN sims_dailyusage usage ON usage.day = touched.day AND usage.contract_id = touched.contract_id
GROUP BY usage.contract_id, usage.day ORDER BY usage.contract_id, usage.day
ON CONFLICT (contract_id, day) DO UPDATE SET lines = EXCLUDED.lines, up = EXCLUDED.up, down = EXCLUDED.down
"""


class RowsRefused(RuleViolation):
    """Rows that are no usage: each by its place, counted from 1, with the reason; the first thousand of them."""

    def __init__(self, places: dict[int, Words]) -> None:
        self.places = dict(sorted(places.items())[:MOST_TOLD])
        clause, first_ones = Clause("MA15.2"), list(self.places.items())[:MOST_SAID]
        reasons = [Unmet(clause, said(_("Row {place}: {why}"), place=place, why=why)) for place, why in first_ones]
        if more := len(self.places) - len(first_ones):
            reasons.append(Unmet(clause, said(_("{more} further rows are refused too."), more=more)))
        super().__init__(*reasons)


def load(rows: Iterable[Row], *, source: str, on: date, actor: Actor) -> UsageLoad:
    """Take daily usage in, all rows or none, and have it judged; loaded again, the same rows change nothing (MA15.2).

    The last load of a line and day holds. Throttles and alerts of a day that is corrected stay as they were told; the
    load says how many there are. Raises RowsRefused.
    """
    refused: dict[int, Words] = {}
    with chapter(actor=actor, reason=source, clause="MA15.2"), staged(COLUMNS, _sound(rows, on, refused)) as staging:
        refused |= _strange(staging)
        if refused:
            raise RowsRefused(refused)
        ((added, corrected, told_before, first, last, many),) = staging.ask(WRITE)
        if not many:
            raise RowsRefused({1: _("There is none. Give at least one row.")})
        one_at_a_time(SUMS)
        staging.ask(REFRESH)
        loaded = UsageLoad(
            source=source, loaded_on=on, first_day=first, last_day=last, rows=many, added=added, corrected=corrected,
            told_before=told_before,
        )  # fmt: skip
        loaded.save()
        later(throttling.judge_loaded)
    return loaded


def _sound(rows: Iterable[Row], on: date, refused: dict[int, Words]) -> Iterator[tuple[int, int, date, int, int]]:
    """The rows that can be usage, each with its place; the others are told apart."""
    kept = kept_from(on)
    for place, (line, day, up, down) in enumerate(rows, 1):
        if kept <= day <= on and 0 <= up <= MOST_BYTES and 0 <= down <= MOST_BYTES:
            yield place, line, day, up, down
        elif len(refused) < MOST_TOLD:
            refused[place] = _why(day, up, down, kept, on)


def _why(day: date, up: int, down: int, kept: date, on: date) -> Words:
    """Why a row is no usage."""
    if day > on:
        return said(_("{day} has not come yet. Check the day."), day=day)
    if day < kept:
        return said(_("{day} is too long ago; usage is kept from {kept} on."), day=day, kept=kept)
    if up < 0 or down < 0:
        return _("Bytes are fewer than none. Check the figures.")
    return _("So many bytes fit into no day. Check the figures.")


def _strange(staging: Staging) -> dict[int, Words]:
    """Rows of lines that there are not, and rows that say something of a line and day of which another row spoke."""
    found: dict[int, Words] = {
        place: said(_("Row {first} tells the same line and day already."), first=first)
        for place, first in staging.ask(TWICE, [MOST_TOLD])
    }
    return found | {place: _("There is no such line.") for (place,) in staging.ask(UNKNOWN, [MOST_TOLD])}


def kept_from(day: date) -> date:
    """The first day of which usage is kept (setting USAGE_MONTHS; G40.2.1)."""
    return latest_notice_months(day, settings.USAGE_MONTHS) + timedelta(days=1)


def forget_old(day: date, tally: Tally) -> None:
    """Let usage go whose time is over, a day of figures at a time, each its own transaction (G40.2.1)."""
    kinds: list[type[MeasuredModel]] = [DailyUsage, ContractUsage]
    for kind in kinds:
        while gone := forget(kind, kept_from(day)):
            tally.done += gone
