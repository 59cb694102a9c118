"""Giving addresses to lines and taking them back: the company decides which, each goes to one line at a time (MA5).

New addresses of a pool go first, then those that came back longest ago. Where new ones begin is the highest address ever
given, and what came back stands in an index of its own: neither is sought by walking the pool.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from contracts.models import Customer
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_change, bulk_insert
from iijiot.records import chapter, citing, locked
from iijiot.rules import RuleViolation, refuse
from iijiot.words import said
from sims import pooling
from sims.models import AddressUse, IpPool, Line

WISH = _("The company decides which address a line gets; a wish for a certain one is not taken (MA5.3).")
"""What is answered to whoever names an address."""

POOLS = """
unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) WITH ORDINALITY AS pool(id, first, last, rested, place)
"""
NOT_RESERVED = "NOT EXISTS (SELECT FROM sims_reservation kept WHERE kept.address = free.address AND NOT kept.is_over)"
WITHIN = "used.address BETWEEN '0.0.0.0'::inet + pool.first AND '0.0.0.0'::inet + pool.last AND NOT used.given_again"

NEW_OR_RESTED = f"""
SELECT pool.id AS pool_id, pool.place, free.* FROM {POOLS}, LATERAL (
    SELECT GREATEST(pool.first, max(used.address) - '0.0.0.0'::inet + 1) AS number
    FROM sims_addressuse used WHERE {WITHIN}
) AS new, LATERAL (
    (SELECT free.address, NULL::timestamptz AS until FROM (
        SELECT '0.0.0.0'::inet + generate_series(new.number, LEAST(pool.last, new.number - 1 + %s + (
            SELECT count(*) FROM sims_reservation kept WHERE kept.pool_id = pool.id AND NOT kept.is_over
        ))) AS address
    ) AS free WHERE {NOT_RESERVED} LIMIT %s)
    UNION ALL
    (SELECT free.address, free.until FROM sims_addressuse free
    WHERE free.pool_id = pool.id AND NOT free.given_again AND free.until < pool.rested AND {NOT_RESERVED}
    ORDER BY free.until, free.address LIMIT %s)
) AS free ORDER BY pool.place, free.until NULLS FIRST, free.address LIMIT %s
"""
"""The next free addresses, so many at most: it reads no more of a pool than it gives."""

PASSED_OVER = f"""
SELECT pool.id AS pool_id, pool.place, free.address, NULL::timestamptz AS until FROM {POOLS}, LATERAL (
    SELECT free.address FROM (
        SELECT gap.before + generate_series(1, gap.after - gap.before - 1) AS address FROM (
            SELECT used.address AS after, lag(used.address, 1, '0.0.0.0'::inet + (pool.first - 1)) OVER (ORDER BY used.address)
                AS before FROM sims_addressuse used WHERE {WITHIN}
        ) AS gap WHERE gap.after - gap.before > 1
    ) AS free WHERE {NOT_RESERVED} LIMIT %s
) AS free ORDER BY pool.place, free.address LIMIT %s
"""
"""Addresses below the highest that were never given, such as those reserved once: sought only where nothing else is left."""


def give(lines: Sequence[int], customer: Customer, *, at: datetime) -> int:
    """Give each of these lines, all of one customer, the next free address, inside the open act (MA5.2).

    Lines that have one keep it. Returns how many were given. Raises RuleViolation, and gives none, where the pools
    hold fewer than are needed. Pools are locked last, in their order, so that two givers never take the same.
    """
    return give_each({customer: lines}, at=at)


def give_each(lines: Mapping[Customer, Sequence[int]], *, at: datetime) -> int:
    """The same for lines of several customers: all their pools are locked before the first address is given."""
    wanting = {customer: _without(theirs) for customer, theirs in lines.items()}
    wanting = {customer: theirs for customer, theirs in wanting.items() if theirs}
    pools = {customer: list(IpPool.objects.giving(customer)) for customer in wanting}
    with citing("MA5.2"), locked(*{pool for theirs in pools.values() for pool in theirs}) as held:
        fresh = {pool.pk: pool for pool in held if pool.is_open}
        for customer, theirs in wanting.items():
            _give(theirs, [fresh[pool.pk] for pool in pools[customer] if pool.pk in fresh], at)
        for pool in fresh.values():
            if not pool.scarce_since:
                pooling.watch(pool, at)
    return sum(map(len, wanting.values()))


def _without(lines: Sequence[int]) -> list[int]:
    """Those that have no address."""
    having = set(AddressUse.objects.current().of_lines(list(lines)).values_list("line", flat=True))
    return [line for line in lines if line not in having]


def _give(lines: list[int], pools: Sequence[IpPool], at: datetime) -> None:
    given = 0
    for source in (NEW_OR_RESTED, PASSED_OVER):
        given += _give_from(source, lines[given:], pools, at)
    if given < len(lines):
        raise exhausted(given, len(lines))
    bulk_change(AddressUse.objects.replaced(lines), {"given_again": True})


def _give_from(source: str, lines: list[int], pools: Sequence[IpPool], at: datetime) -> int:
    """Give the first of these lines what this source holds; returns how many."""
    if not lines or not pools:
        return 0
    many = len(lines)
    of_pools = [
        [pool.pk for pool in pools],
        [pool.first for pool in pools],
        [pool.last for pool in pools],
        [pool.rested_since(at) for pool in pools],
    ]
    return bulk_insert(
        AddressUse,
        {
            "line": "line_id",
            "pool": "pool_id",
            "address": "address",
            "since": "moment",
            "until": "NULL",
            "given_again": "false",
        },
        f"""
        SELECT line.id AS line_id, free.pool_id, free.address, %s::timestamptz AS moment
        FROM unnest(%s::bigint[]) WITH ORDINALITY AS line(id, place)
        JOIN (SELECT *, row_number() OVER (ORDER BY place, until NULLS FIRST, address) AS turn FROM ({source}) AS free) AS free
            ON free.turn = line.place
        """,
        [at, lines, *of_pools, *[many] * (source.count("%s") - len(of_pools))],
    )


def exhausted(free: int, asked: int) -> RuleViolation:
    """The refusal where pools hold fewer than are asked for (M09)."""
    return refuse(
        "MA5.2",
        said(
            _("The address pools have {free} free addresses; {asked} are needed. Open a further pool."),
            free=free,
            asked=asked,
        ),
    )


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


def change(line: Line, *, at: datetime, actor: Actor, reason: str) -> AddressUse:
    """Give a line another address, the next free one; the old one rests (MA5.2).

    Raises RuleViolation where it has none, and where no other is free.
    """
    with chapter(actor=actor, reason=reason, clause="MA5.2"), locked(line.contract, line) as (contract, held):
        if not bulk_change(AddressUse.objects.current().of_lines([held.pk]), {"until": at}):
            raise refuse("MA5.2", _("The line has no address; it gets one when it goes into service."))
        give([held.pk], contract.customer, at=at)
        return AddressUse.objects.current().of_lines([held.pk]).get()
