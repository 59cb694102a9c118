"""Loading what the network has counted: a row per line and day, any number at once, again whenever it is corrected.

Rows come checked, from a file that somebody sent (`sims.rows.usage_rows`); what would become of them and what has become
of them is reckoned by the same statement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from iijiot.copying import Staging, one_at_a_time, staged
from iijiot.daily import Tally
from iijiot.jobs import later
from iijiot.measured import MeasuredModel, forget
from iijiot.periods import latest_notice_months
from sims import throttling
from sims.models import ContractUsage, DailyUsage

Row = tuple[int, date, int, int]
"""Key of the line, day, bytes up, bytes down."""

COLUMNS = {"line_id": "bigint", "day": "date", "up": "bigint", "down": "bigint"}
MOST_BYTES = 20 * 10**12
"""More than a line can move in a day, and few enough that the sum of 100,000 lines is a number of the database's."""
LOADS = 0x75736167
"""Any number that only those use who load usage: they come one after another."""

BESIDE = """
FROM {staged} staged LEFT JOIN sims_line line ON line.id = staged.line_id
LEFT JOIN sims_dailyusage kept
ON kept.day = staged.day AND kept.contract_id = line.contract_id AND kept.line_id = staged.line_id
"""
COMPARE = f"""
WITH beside AS MATERIALIZED (
    SELECT staged.line_id, staged.day, line.contract_id, kept.line_id IS NULL AS is_new,
           kept.up <> staged.up OR kept.down <> staged.down AS is_corrected
    {BESIDE}
), corrected AS MATERIALIZED (
    SELECT line_id, day, contract_id FROM beside WHERE is_corrected
)
SELECT
    min(day), max(day), count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_corrected),
    (SELECT count(DISTINCT told.id) FROM corrected JOIN sims_networkpolicy told
     ON told.line_id = corrected.line_id AND corrected.day BETWEEN told.window_first AND told.window_last)
    + (SELECT count(DISTINCT told.id) FROM corrected JOIN sims_usagealert told
       ON told.contract_id = corrected.contract_id AND (told.line_id IS NULL OR told.line_id = corrected.line_id)
       JOIN sims_throttlepolicy policy ON policy.id = told.policy_id
       AND corrected.day BETWEEN told.reached_on - policy.window_days + 1 AND told.reached_on)
FROM beside
"""
ADD = f"""
INSERT INTO sims_dailyusage (day, contract_id, line_id, up, down)
SELECT staged.day, line.contract_id, staged.line_id, staged.up, staged.down
{BESIDE} WHERE kept.line_id IS NULL ORDER BY 1, 2, 3
"""
CORRECT = f"""
UPDATE sims_dailyusage old SET up = staged.up, down = staged.down
{BESIDE} WHERE old.day = kept.day AND old.contract_id = kept.contract_id AND old.line_id = kept.line_id
AND (kept.up <> staged.up OR kept.down <> staged.down)
"""
SUM = """
INSERT INTO sims_contractusage AS kept (contract_id, day, lines, up, down)
SELECT usage.contract_id, usage.day, count(*), sum(usage.up), sum(usage.down)
FROM (
    SELECT DISTINCT line.contract_id, staged.day FROM {staged} staged JOIN sims_line line ON line.id = staged.line_id
) touched
JOIN sims_dailyusage usage ON usage.day = touched.day AND usage.contract_id = touched.contract_id
GROUP BY usage.contract_id, usage.day ORDER BY usage.contract_id, usage.day
ON CONFLICT (contract_id, day) DO UPDATE SET lines = EXCLUDED.lines, up = EXCLUDED.up, down = EXCLUDED.down
"""


@dataclass(frozen=True)
class Change:
    """What rows change in what is stored: their days, how many are new, how many correct what was loaded before.

    Throttles and alerts of corrected days stay as they were told; `told_before` says how many there are.
    """

    first_day: date | None
    last_day: date | None
    added: int
    corrected: int
    told_before: int


def foresee(rows: Iterable[Row]) -> Change:
    """What loading them would change; nothing is written."""
    with staged(COLUMNS, rows) as staging:
        return _change(staging)


def load(rows: Iterable[Row]) -> Change:
    """Take daily usage in, inside the open act, and have it judged; loaded again, the same rows change nothing (MA15.2).

    The last load of a line and day holds. The caller has checked each row, and that none is there twice; the database
    checks once more.
    """
    with staged(COLUMNS, rows) as staging:
        return take_over(staging)


def take_over(staging: Staging) -> Change:
    """Load what stands in a staging of `COLUMNS`, inside the open act (MA15.2)."""
    one_at_a_time(LOADS)
    change = _change(staging)
    if change.added:
        staging.ask(ADD)
    if change.corrected:
        staging.ask(CORRECT)
    if change.added or change.corrected:
        staging.ask(SUM)
        later(throttling.judge_loaded)
    return change


def _change(staging: Staging) -> Change:
    (found,) = staging.ask(COMPARE)
    return Change(*found)


def kept_from(day: date) -> date:
    """The first day of which usage is kept (setting USAGE_MONTHS; G40.2.1)."""
    return latest_notice_months(day, settings.USAGE_MONTHS) + timedelta(days=1)


def forget_old(day: date, tally: Tally) -> None:
    """Let usage go whose time is over, a day of figures at a time, each its own transaction (G40.2.1)."""
    kinds: list[type[MeasuredModel]] = [DailyUsage, ContractUsage]
    for kind in kinds:
        while gone := forget(kind, kept_from(day)):
            tally.done += gone
