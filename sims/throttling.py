"""Throttling and blocking: what the network does with a line beside its service, set and lifted by the clock or by staff.

The customer is told nothing beforehand (MA15.2); it is shown everywhere instead, with its policy and what was measured.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk import Computed, bulk_insert, bulk_transition
from iijiot.copying import Staging, gathered, one_at_a_time
from iijiot.daily import Tally, in_parts
from iijiot.jobs import job
from iijiot.records import chapter, citing, locked
from iijiot.rules import refuse
from sims import alerting
from sims.models import Line, NetworkPolicy, ThrottlePolicy
from sims.models.network_policy import Kind
from sims.models.throttle_policy import SERVICE, Counts

LATE = 2
"""So many days after the next one the figures of a day may come in and still throttle."""
JUDGING = 0x6A756467
"""Any number that only those use who judge."""

SCOPE = "SELECT id FROM contracts_contract WHERE service_code = %s AND {narrowed}"

HEAVY_LINES = """
SELECT usage.line_id, usage.contract_id, sum(usage.up + usage.down)::bigint AS bytes
FROM sims_dailyusage usage
WHERE usage.day BETWEEN %s AND %s AND usage.contract_id {within}
GROUP BY usage.line_id, usage.contract_id
HAVING sum(usage.up + usage.down) * 100 >= %s::numeric * %s
"""
HEAVY_CONTRACTS = """
SELECT NULL::bigint AS line_id, usage.contract_id, sum(usage.up + usage.down)::bigint AS bytes
FROM sims_contractusage usage
WHERE usage.day BETWEEN %s AND %s AND usage.contract_id {within}
GROUP BY usage.contract_id
HAVING sum(usage.up + usage.down) * 100 >= %s::numeric * %s
"""

OVER = """
SELECT heavy.line_id, heavy.contract_id, since.first, fresh.bytes
FROM {staged} heavy
LEFT JOIN LATERAL (
    SELECT max(told.window_last) AS last FROM sims_networkpolicy told WHERE {same}
) told ON true
CROSS JOIN LATERAL (SELECT GREATEST(%s::date, told.last + 1) AS first) since
CROSS JOIN LATERAL (
    SELECT CASE WHEN since.first = %s THEN heavy.bytes ELSE (
        SELECT sum(usage.up + usage.down)::bigint FROM {usage} usage
        WHERE usage.day BETWEEN since.first AND %s AND {mine}
    ) END AS bytes
) fresh
WHERE heavy.bytes > %s AND fresh.bytes > %s
"""
"""What was counted once for a throttle is not counted for another one."""

LINES_OWN = {
    "{usage}": "sims_dailyusage",
    "{mine}": "usage.contract_id = heavy.contract_id AND usage.line_id = heavy.line_id",
    "{same}": "told.line_id = heavy.line_id AND told.kind = 'throttled'",
}
CONTRACTS_OWN = {
    "{usage}": "sims_contractusage",
    "{mine}": "usage.contract_id = heavy.contract_id",
    "{same}": "told.contract_id = heavy.contract_id"
    " AND told.policy_id IN (SELECT id FROM sims_throttlepolicy WHERE counts = 'contract')",
}

THROTTLED = """
SELECT line.id AS line_id, line.contract_id, over.first, over.bytes
FROM ({over}) over JOIN sims_line line ON {lines}
WHERE line.state <> 'ended' AND NOT EXISTS (
    SELECT FROM sims_networkpolicy told
    WHERE told.line_id = line.id AND told.kind = 'throttled' AND told.state = 'in-force'
)
"""


def set_and_lift(day: date, tally: Tally) -> None:
    """End the throttles and blocks whose time is over, then judge the days up to yesterday (MA15.2)."""
    expire(day, tally)
    tally.done += judge(day, actor=Actor.clock("throttle"))


def expire(day: date, tally: Tally) -> None:
    """End what had its last day before this one (MA15.2)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("throttle")):
            over = NetworkPolicy.objects.expired(day).among(ids)
            bulk_transition(over, "expire", {"over_on": Computed("until_day")})

    in_parts(NetworkPolicy.objects.expired(day), act, tally)


@job(_("Judge usage that was loaded"))
def judge_loaded() -> None:
    """Judge what a load has brought: figures of yesterday come in during the day (MA15.2). Begun twice, it finds all done."""
    judge(clock.business_day(), actor=Actor.clock("throttle"))


def judge(day: date, *, actor: Actor) -> int:
    """Throttle from this day on what is over the threshold of its policy, and give the alerts; returns how many of both.

    Each policy is the version in force on the last day counted. Days whose figures came late are judged with it.
    """
    done = 0
    for late in range(LATE, -1, -1):
        last = day - timedelta(days=1 + late)
        policies = ThrottlePolicy.objects.in_force(last)
        for policy in policies:
            with chapter(actor=actor, clause="MA15.2"):
                one_at_a_time(JUDGING)
                done += _judge_by(policy, policies, last, day)
    return done


def _judge_by(policy: ThrottlePolicy, policies: Sequence[ThrottlePolicy], last: date, day: date) -> int:
    """Judge the days up to the last one by one version, whose scope leaves out what others have a narrower one for."""
    first, _last = policy.window(last)
    within, scoped = _scope(policy, policies)
    heavy = HEAVY_LINES if policy.counts == Counts.LINE else HEAVY_CONTRACTS
    asked = [first, last, *scoped, policy.threshold_bytes, alerting.LOWEST]
    with gathered(heavy.replace("{within}", within), asked) as found:
        return alerting.give(policy, found, last) + _throttle(policy, found, (first, last), day)


def _scope(policy: ThrottlePolicy, policies: Sequence[ThrottlePolicy]) -> tuple[str, list[object]]:
    """The SQL of the contracts for which a version holds: looked up for one customer, else those that others leave."""
    if policy.customer_id:
        return f"= ANY(ARRAY({SCOPE.format(narrowed='customer_id = %s')}))", [SERVICE, policy.customer_id]
    customers = [other.customer_id for other in policies if other.customer_id]
    items = [other.item for other in policies if other.item] if not policy.item else []
    narrowed = "customer_id <> ALL(%s::bigint[]) AND item <> ALL(%s::varchar[]) AND (%s = '' OR item = %s)"
    return f"IN ({SCOPE.format(narrowed=narrowed)})", [SERVICE, customers, items, policy.item, policy.item]


def _throttle(policy: ThrottlePolicy, found: Staging, window: tuple[date, date], day: date) -> int:
    """Throttle the lines that are over, those of a contract together, set-based."""
    first, last = window
    per_line = policy.counts == Counts.LINE
    over = OVER
    for mark, own in (LINES_OWN if per_line else CONTRACTS_OWN).items():
        over = over.replace(mark, own)
    lines = "line.id = over.line_id" if per_line else "line.contract_id = over.contract_id AND line.state <> 'ordered'"
    values = {
        "line": "line_id",
        "contract": "contract_id",
        "kind": "'throttled'",
        "ground": "'MA15.2'",
        "policy": "policy_id",
        "measured": "bytes",
        "window_first": "first",
        "window_last": "last",
        "because": "''",
        "from_day": "from_day",
        "until_day": "until_day",
        "over_on": "NULL",
        "over_because": "''",
        "state": "'in-force'",
    }
    source = THROTTLED.replace("{over}", over).replace("{lines}", lines).replace("{staged}", found.name)
    return bulk_insert(
        NetworkPolicy,
        values,
        "SELECT throttled.*, %s::bigint AS policy_id, %s::date AS last, %s::date AS from_day, %s::date AS until_day"
        f" FROM ({source}) throttled",
        [policy.pk, last, day, policy.until(day), first, first, last, policy.threshold_bytes, policy.threshold_bytes],
    )


def lift(policy: NetworkPolicy, *, on: date, because: str, actor: Actor) -> None:
    """Give a line its full use back before the time (MA15.2)."""
    with chapter(actor=actor, reason=because, clause="MA15.2"), locked(policy) as (held,):
        held.lift(on, because)
        held.save()


def block(line: Line, *, ground: str, because: str, on: date, until: date | None, actor: Actor) -> NetworkPolicy:
    """Block one line in the network, until a day or until it is let in again (MA10.1, MA15.1, MA8.2). Fees go on."""
    with chapter(actor=actor, reason=because, clause=ground), locked(line) as (held,):
        if held.state == "ended":
            raise refuse(ground, _("The line has ended already."))
        if held.network_policies.blocks().in_force().exists():
            raise refuse(ground, _("The line is blocked already."))
        blocked = NetworkPolicy(
            line=held, contract_id=held.contract_id, kind=Kind.BLOCKED, ground=ground, because=because, from_day=on,
            until_day=until,
        )  # fmt: skip
        blocked.save()
    return blocked


def unblock(line: Line, *, on: date, because: str, actor: Actor) -> None:
    """Let a blocked line in again. Raises RuleViolation where it is not blocked."""
    blocked = line.network_policies.blocks().in_force().first()
    if blocked is None:
        raise refuse("MA15.2", _("The line is not blocked."))
    lift(blocked, on=on, because=because, actor=actor)


def withdraw(policy: ThrottlePolicy, *, on: date, because: str, actor: Actor) -> None:
    """Take a version back before its day (MA15.2)."""
    with chapter(actor=actor, reason=because, clause="MA15.2"), locked(policy) as (held,):
        held.withdraw(because, on)
        held.save()


OVER_WITH_ITS_LINE = Computed(
    "GREATEST(from_day, (SELECT line.ends_on FROM sims_line line WHERE line.id = sims_networkpolicy.line_id))"
)


def let_go(lines: Sequence[int]) -> None:
    """What the network does with lines that have ended is over with their last day, inside the open act (MA15.2)."""
    with citing("MA15.2"):
        bulk_transition(NetworkPolicy.objects.of_lines(lines), "fall_away", {"over_on": OVER_WITH_ITS_LINE})
