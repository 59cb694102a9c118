"""The closing of a month: planned in chunks, worked off by any number of workers, gone on with after any death (G30.2).

A round plans anew over all customers; what has its invoice is passed over, what was set aside is tried again. While
chunks of a round are left, whoever closes the month joins in.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from billing import claiming, drafting
from billing.drafting import LIVES, Outcome
from billing.models import BillingChunk, BillingRun, Invoice, SetAside
from billing.models.run import BOUNDS
from billing.months import Month
from billing.noticing import told_late
from billing.price_book import PriceBook, price_book
from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk import bulk_add, bulk_change
from iijiot.clauses import Clause
from iijiot.clock import tokyo_day
from iijiot.copying import one_at_a_time
from iijiot.cycles import unsearched
from iijiot.events import untold
from iijiot.jobs import job, later_each
from iijiot.models import User
from iijiot.plans import Stale, fingerprint
from iijiot.records import chapter, locked
from iijiot.rules import RuleViolation, Unmet, refuse
from iijiot.selecting import selected
from iijiot.words import said

log = logging.getLogger(__name__)

CLAUSE = "G30.2"
LOCK = 30_02
"""The advisory lock of whoever plans a round."""
WEIGHT = 1500
"""Of a chunk: contracts, and lines by the hundred twice over; smaller ones cost more than they spread."""
LINES_TO_A_WEIGHT = 200

CUSTOMERS = """
SELECT contract.customer_id, (count(*) + sum(contract.quantity) / %(to_a_weight)s)::int,
       count(DISTINCT contract.management_unit_id) FILTER (WHERE {lives} AND exemption.id IS NULL)
FROM contracts_contract contract LEFT JOIN billing_exemption exemption
     ON exemption.customer_id = contract.customer_id AND exemption.state = 'standing'
     AND exemption.exempt_from = 'invoicing' AND %(on)s BETWEEN exemption.since AND exemption.until
WHERE contract.accepted_on <= %(last)s AND (contract.ends_on IS NULL OR contract.ends_on >= %(first)s)
GROUP BY contract.customer_id ORDER BY contract.customer_id
"""
OTHERS = """
SELECT customer_id FROM billing_extraitem WHERE state = 'pending' AND arose_on <= %s
UNION SELECT contract.customer_id FROM sims_chargeevent event JOIN contracts_contract contract ON contract.id = event.contract_id
      WHERE event.occurred_on BETWEEN %s AND %s
UNION SELECT contract.customer_id FROM contracts_contract contract
      WHERE contract.state IN ('active', 'suspended', 'restricted') AND contract.ends_on < %s
"""

Told = Callable[[BillingChunk, Outcome], None]


def begin(month: Month, *, actor: Actor, user: User | None = None) -> BillingRun:
    """Plan a round of the month's run, or join the one that is not done yet (G30.2).

    Raises RuleViolation for a month that has not begun, and while drafts of an earlier month wait to be issued.
    """
    at = clock.business_moment()
    with chapter(actor=actor, clause=CLAUSE):
        one_at_a_time(LOCK)
        run = BillingRun.objects.of_month(month.first)
        if run is not None and run.chunks.left().exists():
            return run
        _refuse_too_early(month, tokyo_day(at))
        claiming.claim(min(month.last, tokyo_day(at)), actor=actor)
        run = _another_round(run, month, user)
        bulk_add(_chunks(run, month, at))
    return run


@dataclass(frozen=True)
class ClosePlan:
    """What closing a month would do now: compute a round, or go on with the one that is not done."""

    month: Month
    round: int
    chunks: int
    expected: int
    goes_on: bool
    late: tuple[int, int] = (0, 0)
    """On how many invoices late charges are claimed, and how many yen together."""

    @property
    def fingerprint(self) -> str:
        """Of everything that it would do."""
        return fingerprint([self.month, self.round, self.chunks, self.expected, self.goes_on, self.late])


def plan_close(month: Month) -> ClosePlan:
    """What closing a month would do now. Raises RuleViolation where it cannot be closed (see `begin`)."""
    at = clock.business_moment()
    run = BillingRun.objects.of_month(month.first)
    left = list(run.chunks.left()) if run is not None else []
    if run is not None and left:
        return ClosePlan(month, run.rounds, len(left), sum(chunk.expected for chunk in left), goes_on=True)
    _refuse_too_early(month, tokyo_day(at))
    chunks = _chunks(run or BillingRun(month=month.first, facts_as_of=at, rounds=0), month, at)
    close_on = min(month.last, tokyo_day(at))
    new = [one.new for one in claiming.accruals(list(Invoice.objects.to_claim(close_on)), close_on) if one.new]
    expected = sum(chunk.expected for chunk in chunks)
    return ClosePlan(
        month, (run.rounds if run else 0) + 1, len(chunks), expected, goes_on=False, late=(len(new), sum(new))
    )


def close(plan: ClosePlan, *, actor: Actor, user: User | None = None) -> BillingRun:
    """Begin what was planned, and put its jobs down. Raises Stale where it would come to something else by now."""
    with chapter(actor=actor, clause=CLAUSE):
        one_at_a_time(LOCK)
        now = plan_close(plan.month)
        if now.fingerprint != plan.fingerprint:
            raise Stale(now)
        run = begin(plan.month, actor=actor, user=user)
        hand_out(run)
    return run


def why_not_closed(month: Month) -> list[Unmet]:
    """Why a month cannot be closed now; empty where it can, or where a round of it is under way."""
    run = BillingRun.objects.of_month(month.first)
    if run is not None and run.chunks.left().exists():
        return []
    try:
        _refuse_too_early(month, tokyo_day(clock.business_moment()))
    except RuleViolation as violation:
        return list(violation.unmet)
    return []


def _refuse_too_early(month: Month, today: date) -> None:
    if month.first > today:
        raise refuse(CLAUSE, said(_("{month} has not begun yet."), month=str(month)))
    other = BillingRun.objects.under_way().of_other_months(month.first).first()
    if other is not None:
        raise refuse(CLAUSE, said(_("The run of {month} is still at work. Wait until it is done."), month=str(other)))
    waiting = Invoice.objects.drafts().before_month(month.first).order_by("month").first()
    if waiting is not None:
        told = said(
            _("Invoices of {month} are not issued yet. Issue or discard them first."), month=f"{waiting.month:%Y-%m}"
        )
        raise refuse(CLAUSE, told)


def _another_round(run: BillingRun | None, month: Month, user: User | None) -> BillingRun:
    if run is None:
        run = BillingRun(month=month.first, facts_as_of=clock.now(), rounds=1, started_by=user)
        run.save()
        return run
    with locked(run) as (held,):
        held.rounds, held.started_by = held.rounds + 1, user
        held.save()
    taken: BillingRun = held
    return taken


def _chunks(run: BillingRun, month: Month, at: datetime) -> list[BillingChunk]:
    """Ranges of customers of about the same weight, with the contracts of which something was told late."""
    before = BillingRun.objects.latest_before(month.first)
    late = told_late(month, before.facts_as_of, BillingChunk.objects.not_compared(before)) if before is not None else {}
    weights = {customer: (weight, expected) for customer, weight, expected in _customers(month, at)}
    for customer in [*_others(month), *(customer for customer, _first in late.values())]:
        weights.setdefault(customer, (1, 0))
    chunks: list[BillingChunk] = []
    for customer, (weight, expected) in sorted(weights.items()):
        if not chunks or chunks[-1].weight + weight > WEIGHT:
            chunks.append(
                BillingChunk(
                    run=run,
                    round=run.rounds,
                    first_customer=customer,
                    last_customer=customer,
                    weight=0,
                    expected=0,
                    planned_at=at,
                )
            )
        chunks[-1].last_customer = customer
        chunks[-1].weight += weight
        chunks[-1].expected += expected
    for contract, (customer, first) in sorted(late.items()):
        chunk = next(chunk for chunk in chunks if customer <= chunk.last_customer)
        chunk.late[str(contract)] = first.isoformat()
    return chunks


def _customers(month: Month, at: datetime) -> list[tuple[int, int, int]]:
    """Customers with contracts that the month can concern: weight, and management units that get an invoice."""
    given = {"to_a_weight": LINES_TO_A_WEIGHT, "first": month.first, "last": month.last, "on": tokyo_day(at)}
    return selected(CUSTOMERS.format(lives=LIVES), given)


def _others(month: Month) -> list[int]:
    """Customers for whom there may be something though no contract runs."""
    return [customer for (customer,) in selected(OTHERS, [month.last, month.first, month.last, month.first])]


def work(run: BillingRun, *, at_most: int | None = None, told: Told | None = None) -> int:
    """Do chunks of a run, each in a transaction of its own, until none is free; returns how many.

    Any number may work at once. What a killed one had begun is taken back by the database, and free again.
    """
    book, done = price_book(), 0
    actor = Actor.command(f"close_month {run}", run.started_by)
    while at_most is None or done < at_most:
        with unsearched(), untold(), chapter(actor=actor, clause=CLAUSE):
            chunk = BillingChunk.objects.of_run(run).next_free()
            if chunk is None:
                break
            outcome = _do(chunk, book)
        done += 1
        if told:
            told(chunk, outcome)
    return done


def _do(chunk: BillingChunk, book: PriceBook) -> Outcome:
    outcome = drafting.draft(chunk, book)
    counted = {name: getattr(outcome, name) for name in ("made", "there", "aside", "beyond", "not_compared")}
    bulk_change(BillingChunk.objects.all(), {**counted, "done_at": clock.now()}, held=[chunk.pk])
    return outcome


@job(_("Compute invoices"), about="billing.billingrun")
def close_chunk(pk: int) -> None:
    """Do the next free chunk of a run; nothing where none is."""
    work(BillingRun.objects.get(pk=pk), at_most=1)


def hand_out(run: BillingRun) -> int:
    """Put a job down for each chunk that is left; returns how many."""
    left = run.chunks.left().count()
    later_each(close_chunk, [{"pk": run.pk}] * left)
    return left


@dataclass(frozen=True)
class Statement:
    """What the latest round of a run came to, in management units: what was expected, and what became of it."""

    run: BillingRun
    chunks: int
    left: int
    expected: int
    made: int
    there: int
    aside: int
    beyond: int

    @property
    def done(self) -> int:
        """How many chunks are."""
        return self.chunks - self.left

    @property
    def is_done(self) -> bool:
        """Whether every chunk is."""
        return not self.left

    @property
    def missing(self) -> int:
        """So many more or fewer were expected than made, already there or set aside: an error unless it is 0."""
        return self.expected - self.made - self.there - self.aside


def statement(run: BillingRun) -> Statement:
    """The closing statement of the latest round."""
    chunks = run.chunks.of_round(run.rounds)
    sums = chunks.aggregate(*map(Sum, ("expected", "made", "there", "aside", "beyond")))
    counted = {name.partition("__")[0]: many or 0 for name, many in sums.items()}
    return Statement(run=run, chunks=chunks.count(), left=chunks.left().count(), **counted)


def why_not_let_through(aside: SetAside) -> list[Unmet]:
    """Why what was set aside cannot be let through as it is: only its size can be found right by a look."""
    if aside.cause in BOUNDS:
        return []
    return [Unmet(Clause("G30.1"), _("Mend the cause first; the next round of the run then makes the invoice."))]


def let_through(aside: SetAside, *, reason: str, actor: Actor) -> None:
    """Have looked at what was set aside for its size: the next round makes the invoice. Raises RuleViolation else."""
    if reasons := why_not_let_through(aside):
        raise refuse(reasons[0].clause.id, reasons[0].remedy)
    with chapter(actor=actor, reason=reason, clause="G30.1"), locked(aside) as (held,):
        held.let_through()
        held.save()
