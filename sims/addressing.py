"""Giving addresses to lines and taking them back: the company decides which, each goes to one line at a time (MA5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from contracts.models import Customer
from iijiot.bulk import Computed, bulk_change, bulk_insert
from iijiot.records import citing, locked
from iijiot.rules import refuse
from iijiot.words import said
from sims.models import AddressUse, IpPool

FREE = """
SELECT pool.id AS pool_id, '0.0.0.0'::inet + number AS address, pool.place
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) WITH ORDINALITY
    AS pool(id, first, last, rested, place),
    generate_series(pool.first, pool.last) number
WHERE NOT EXISTS (
    SELECT FROM sims_addressuse used
    WHERE used.address = '0.0.0.0'::inet + number AND (used.until IS NULL OR used.until > pool.rested)
) AND NOT EXISTS (
    SELECT FROM sims_reservation kept WHERE kept.address = '0.0.0.0'::inet + number AND NOT kept.is_over
)
ORDER BY pool.place, number LIMIT %s
"""

GIVEN = f"""
SELECT line.id AS line_id, free.pool_id, free.address
FROM unnest(%s::bigint[]) WITH ORDINALITY AS line(id, place)
JOIN (SELECT *, row_number() OVER (ORDER BY place, address) AS turn FROM ({FREE}) AS free) AS free ON free.turn = line.place
"""


@dataclass(frozen=True)
class Fill:
    """How full a pool is."""

    pool: IpPool
    used: int
    resting: int
    reserved: int

    @property
    def free(self) -> int:
        """Addresses that could be given now."""
        return self.pool.size - self.used - self.resting - self.reserved

    @property
    def percent(self) -> int:
        """How much of it is not free, in whole per cent, rounded up."""
        taken = self.pool.size - self.free
        return -(-taken * 100 // self.pool.size)

    @property
    def is_scarce(self) -> bool:
        """Whether staff are to be told."""
        return self.percent >= self.pool.warn_at


def give(lines: Sequence[int], customer: Customer, *, at: datetime) -> int:
    """Give each of these lines, all of one customer, the next free address, inside the open act (MA5.2).

    Lines that have one keep it. Returns how many were given. Raises RuleViolation, and gives none, where the pools
    hold fewer than are needed. Pools are locked last, in their order, so that two givers never take the same.
    """
    having = set(AddressUse.objects.current().of_lines(list(lines)).values_list("line", flat=True))
    wanting = [line for line in lines if line not in having]
    if not wanting:
        return 0
    giving = list(IpPool.objects.giving(customer))
    with citing("MA5.2"), locked(*giving) as pools:
        of_pools = [
            [pool.pk for pool in pools],
            [pool.first for pool in pools],
            [pool.last for pool in pools],
            [pool.rested_since(at) for pool in pools],
        ]
        given = bulk_insert(
            AddressUse,
            {"line": "line_id", "pool": "pool_id", "address": "address", "since": "moment", "until": "NULL"},
            f"SELECT given.*, %s::timestamptz AS moment FROM ({GIVEN}) given",
            [at, wanting, *of_pools, len(wanting)],
        )
        if given < len(wanting):
            raise refuse(
                "MA5.2",
                said(
                    _("The address pools have {free} free addresses; {asked} are needed. Open a further pool."),
                    free=given,
                    asked=len(wanting),
                ),
            )
    return given


AFTER_ITS_LINE = Computed(
    "GREATEST(since, (SELECT (line.ends_on + 1)::timestamp AT TIME ZONE 'Asia/Tokyo' FROM sims_line line"
    " WHERE line.id = sims_addressuse.line_id))"
)


def release(lines: Sequence[int]) -> int:
    """Take the addresses of lines that have ended back, inside the open act: they had them to the end of their last
    day, and each rests before it is given again (MA5.2, G46.3).
    """
    with citing("MA5.2"):
        return len(bulk_change(AddressUse.objects.current().of_lines(list(lines)), {"until": AFTER_ITS_LINE}))


def fill_of(pool: IpPool, now: datetime) -> Fill:
    """How full a pool is now."""
    uses = AddressUse.objects.of_pool(pool)
    return Fill(pool, uses.current().count(), uses.resting(pool, now).count(), pool.reservations.standing().count())
