"""Doing bulk runs: freezing a selection, seeing what would happen, beginning, going on slice by slice, stopping."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.actors import Actor
from iijiot.bulk import bulk_note
from iijiot.bulk_acts import REFUSALS, BulkAct, told
from iijiot.bulk_runs import MOST, BulkRefusal, BulkRun, BulkSelection, BulkSlice, State
from iijiot.clauses import Clause
from iijiot.failures import held_up
from iijiot.jobs import job, later, why
from iijiot.plans import fingerprint
from iijiot.records import chapter, fresh, locked
from iijiot.rules import Unmet, refuse, refuse_for
from iijiot.words import said

log = logging.getLogger(__name__)

SHOWN = 50
"""Refusals on one page."""
FIRST = 20
"""Records of a selection that a page names."""
TRIES = 5
"""How often a slice is begun anew where others held it up."""
WITH_THE_OTHERS = _("It was to be done to all of the selection or to none, and others of it refused.")

Refusal = tuple[int, Sequence[Unmet]]


def select(act: BulkAct, ids: Sequence[int], *, title: str, user: Any, on: date, actor: Actor) -> BulkRun:
    """Freeze a selection for an act. Raises RuleViolation where it is empty or too big."""
    if not ids:
        raise refuse("G5.3", _("Nothing is selected. Tick rows, or choose all that match."))
    if len(ids) > MOST:
        raise refuse(
            "G5.3", _("More than 100,000 records match. Narrow the list, by a filter or search, and do it in parts.")
        )
    run = BulkRun(
        act=act.slug,
        act_words=str(act.label)[:100],
        register=act.model._meta.label_lower,
        permission=act.permission,
        clause=act.clause,
        title=title[:300],
        count=len(ids),
        selected_by=user,
        selected_on=on,
    )
    with chapter(actor=actor, clause="G5.3"):
        run.save()
        bulk_note([BulkSelection(run=run, ids=sorted(ids))])
    return run


def select_again(run: BulkRun, *, user: Any, on: date, actor: Actor) -> BulkRun:
    """Freeze what a run that is over did nothing to: what was refused, and what it did not come to."""
    title = said(_("not done by {run}: {count}"), run=run.number, count=f"{run.reached.not_done:,}")
    return select(run.bulk_act, run.not_done(), title=str(title), user=user, on=on, actor=actor)


def why_not_again(run: BulkRun) -> list[Unmet]:
    """Why what a run did nothing to cannot be selected again; empty where it can."""
    if run.state not in (State.DONE, State.CANCELLED):
        return [Unmet(Clause(run.clause), _("The bulk run is not over yet. Let it end, or stop it."))]
    if not run.reached.not_done:
        return [Unmet(Clause(run.clause), _("It was done to all of the selection."))]
    return []


@dataclass(frozen=True)
class Foreseen:
    """What a run would do now: how many it can be done to, and who is refused and why, page by page."""

    run: BulkRun
    can: int
    refused: Sequence[int]
    page: Sequence[tuple[Any, Sequence[Unmet]]]
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_whole: bool = False
    first: Sequence[Any] = ()
    letters: Sequence[Any] = ()

    @property
    def blocked(self) -> bool:
        """Whether nothing would be done."""
        return bool(self.refused) and (self.is_whole or not self.can)

    @property
    def fingerprint(self) -> str:
        """Of what is confirmed: the selection and what was typed. Who is refused can change until it is done (M15)."""
        decides = {name: values for name, values in self.typed.items() if name != "reason" and any(values)}
        return fingerprint([self.run.pk, self.run.count, sorted(decides.items())])

    @property
    def next(self) -> int | None:
        """The record behind which the next page of refusals begins."""
        last = self.page[-1][0].pk if self.page else None
        return last if last is not None and self.refused[-1] > last else None


def foresee(run: BulkRun, data: Mapping[str, Any], typed: Mapping[str, Sequence[str]], after: int = 0) -> Foreseen:
    """The dry run, with a page of the refusals."""
    act, ids = run.bulk_act, run.ids()
    refused = cannot(act, ids, data)
    page = act.reasons([pk for pk in refused if pk > after][:SHOWN], data)
    first = list(act.chosen(ids[:FIRST]).order_by("pk"))
    return Foreseen(run, len(ids) - len(refused), refused, page, typed, act.is_whole(data), first)


def cannot(act: BulkAct, ids: Sequence[int], data: Mapping[str, Any]) -> list[int]:
    """Those to which the act cannot be done now."""
    can = set(act.ready(act.chosen(ids), data).values_list("pk", flat=True))
    return [pk for pk in ids if pk not in can]


def start(
    run: BulkRun, *, typed: Mapping[str, Sequence[str]], reason: str, could: int, by: Any, at: datetime, actor: Actor
) -> None:
    """Begin it: a worker does the rest. Raises RuleViolation where somebody has begun it, or this user may not."""
    with chapter(actor=actor, reason=reason, clause=run.clause), locked(run) as (held,):
        refuse_for(held.why_not_by(by))
        held.start(by, actor, at)
        held.data, held.reason, held.could = dict(typed), reason[:300], could
        held.save()
        later(carry_on, pk=run.pk)


def cancel(run: BulkRun, *, by: Any, at: datetime, actor: Actor) -> None:
    """Begin no further slice of it."""
    with chapter(actor=actor, clause="G5.3"), locked(run) as (held,):
        refuse_for(held.why_not_by(by))
        held.cancel(at)
        held.save()


def go_on(run: BulkRun, *, by: Any, actor: Actor) -> None:
    """Go on where it failed."""
    with chapter(actor=actor, clause="G5.3"), locked(run) as (held,):
        refuse_for(held.why_not_by(by))
        held.go_on()
        held.save()
        later(carry_on, pk=run.pk)


@job(_("Act on many records at once"), about="iijiot.bulkrun", gaps=())
def carry_on(*, pk: int) -> None:
    """Do what is left of a run, slice by slice; a slice that a dead worker had begun was never written."""
    run = BulkRun.objects.get(pk=pk)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            act, ids = run.bulk_act, run.ids()
            data = act.cleaned(run.data)
            while step(run, act, ids, data):
                pass
        except Exception as failure:
            _fail(run, failure)
            raise


def step(run: BulkRun, act: BulkAct, ids: Sequence[int], data: Mapping[str, Any]) -> bool:
    """One slice; whether there is more to do."""
    for _try in range(TRIES):
        try:
            return _slice(run, act, ids, data)
        except OperationalError as error:
            if not held_up(error):
                raise
            log.info("Bulk run %s: a slice was held up and is begun anew", run.pk)
    raise refuse("G5.3", _("Others worked on the same records for too long. Let the bulk run go on later."))


def _slice(run: BulkRun, act: BulkAct, ids: Sequence[int], data: Mapping[str, Any]) -> bool:
    told_of = fresh(run)
    if told_of.state != State.RUNNING:
        return False
    actor = told_of.actor
    with (
        chapter(actor=actor, reason=told_of.reason, clause=run.clause, act=told_of.chapter),
        locked(run) as (held,),
    ):
        if held.state != State.RUNNING:
            return False
        reached = held.reached
        whole = act.is_whole(data)
        part = ids if whole else ids[reached.tried : reached.tried + act.slice]
        if part:
            done, refused = (do_whole if whole else do)(act, part, data, actor)
            bulk_note(_notes(run, refused))
            bulk_note([BulkSlice(run=run, place=reached.slices, done=done, refused=len(refused), at=clock.now())])
        more = reached.tried + len(part) < len(ids)
        if not more:
            held.finish(clock.now())
            held.save()
    return more


def do(act: BulkAct, part: Sequence[int], data: Mapping[str, Any], actor: Actor) -> tuple[int, list[Refusal]]:
    """Do it to these; how many were done, and why the others were not.

    What refuses them together, such as a pool that is empty, is looked for by halves, until it is known of each.
    """
    try:
        with transaction.atomic():
            done = set(act.carry_out(part, data, actor))
    except REFUSALS as refusal:
        if len(part) == 1:
            return 0, [(part[0], told(refusal, Clause(act.clause)))]
        half = len(part) // 2
        first, refused = do(act, part[:half], data, actor)
        second, refused_too = do(act, part[half:], data, actor)
        return first + second, refused + refused_too
    left = [pk for pk in part if pk not in done]
    reasons = act.reasons(left, data) if left else []
    return len(done), [(record.pk, unmet) for record, unmet in reasons]


def do_whole(act: BulkAct, part: Sequence[int], data: Mapping[str, Any], actor: Actor) -> tuple[int, list[Refusal]]:
    """Do it to all of these, or to none (M13): where some are refused, the others are left alone with them."""
    with transaction.atomic():
        done, refused = do(act, part, data, actor)
        if not refused:
            return done, refused
        transaction.set_rollback(True)
    others = set(part) - {pk for pk, _reasons in refused}
    refused += [(pk, [Unmet(Clause(act.clause), WITH_THE_OTHERS)]) for pk in others]
    return 0, sorted(refused, key=lambda refusal: refusal[0])


def _notes(run: BulkRun, refused: Sequence[Refusal]) -> list[BulkRefusal]:
    return [
        BulkRefusal(run=run, record_id=pk, clause=reason.clause.id, why=str(reason.remedy)[:300])
        for pk, reasons in refused
        for reason in reasons
    ]


def _fail(run: BulkRun, failure: Exception) -> None:
    """Somebody has to look at it; what is done stays done."""
    words = str(failure) if isinstance(failure, REFUSALS) else why(failure)
    with chapter(actor=Actor.command("worker"), clause="G5.3"), locked(run) as (held,):
        if held.state == State.RUNNING:
            held.fail(words[:300])
            held.save()


def in_words(register: Any, filters: str, count: int) -> str:
    """A selection as people call it."""
    return str(
        said(_("{register}, {filters}: {count}"), register=register, filters=filters or _("all"), count=f"{count:,}")
    )
