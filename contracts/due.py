"""What the clock does here, in order: end what is over, start what has come, send what waits."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from contracts import (
    discontinuing,
    erasing,
    inheriting,
    interrupting,
    notifying,
    proving,
    revising,
    standing,
    starting,
    succeeding,
    suspending,
)
from contracts.models import (
    Contract,
    Death,
    Discontinuation,
    Measure,
    Notice,
    Succession,
    Suspension,
    Termination,
    TermsVersion,
)
from iijiot import clock
from iijiot.actors import Actor
from iijiot.daily import SET_ASIDE, Step, Tally, in_parts, one_by_one, stop_if_cut
from iijiot.records import chapter, locked


def end_contracts(day: date, tally: Tally) -> None:
    """End the contracts whose last day is over, with that day (G29.1, MA12.2 and its like)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("end-contracts")):
            standing.end_over(ids, day)

    in_parts(Contract.objects.over(day), act, tally)


def close_subscriptions(day: date, tally: Tally) -> None:
    """Mark the ends of external subscriptions as carried out."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("close-subscriptions")):
            standing.close_externals(ids, day)

    in_parts(Termination.objects.scheduled().filter(external__isnull=False, effective_on__lt=day), act, tally)


def start_contracts(day: date, tally: Tally) -> None:
    """Start the contracts whose billing start date has come; what cannot start is set aside with the reason (G3).

    One that rests on another which starts the same day waits for it.
    """
    waiting = list(Contract.objects.to_start(day).order_by("billing_starts_on", "pk"))
    while waiting:
        held_back: list[tuple[Contract, Exception]] = []
        for contract in waiting:
            try:
                with chapter(actor=Actor.clock("start-contracts"), clause="G3"), locked(contract) as (held,):
                    if held.state == "accepted":
                        starting.begin(held)
                tally.done += 1
            except SET_ASIDE as violation:
                stop_if_cut(violation)
                held_back.append((contract, violation))
        if len(held_back) == len(waiting):
            for contract, refusal in held_back:
                tally.put_aside(contract, refusal)
            return
        waiting = [contract for contract, _refusal in held_back]


def begin_suspensions(day: date, tally: Tally) -> None:
    """Put into force what was announced for this day; what cannot be is set aside with the reason (G26.1)."""
    begin = partial(suspending.begin, on=day, actor=Actor.clock("begin-suspensions"))
    one_by_one(Suspension.objects.to_begin(day), begin, tally)


def begin_measures(day: date, tally: Tally) -> None:
    """Put into force the restrictions and interruptions announced for this day (G6.2, G24, G25)."""
    begin = partial(interrupting.begin, on=day, actor=Actor.clock("begin-measures"))
    one_by_one(Measure.objects.to_begin(day), begin, tally)


def confirm_terms(day: date, tally: Tally) -> None:
    """Let announced terms take effect whose day has come; while somebody was not told they are set aside (G2.2)."""
    confirm = partial(revising.confirm, actor=Actor.clock("confirm-terms"))
    one_by_one(TermsVersion.objects.to_confirm(day), confirm, tally)


def discontinue(day: date, tally: Tally) -> None:
    """Give every contract of what is discontinued its end, and close what is over (G27, G29.3)."""
    actor = Actor.clock("discontinue")
    for discontinuation in Discontinuation.objects.announced():
        give = partial(discontinuing.schedule_end, discontinuation, today=day, actor=actor)
        one_by_one(discontinuing.without_end(discontinuation), give, tally)
    one_by_one(Discontinuation.objects.over(day), partial(discontinuing.close, actor=actor), tally)


def carry_out_successions(day: date, tally: Tally) -> None:
    """Let contracts pass whose succession takes effect (G17)."""
    carry_out = partial(succeeding.carry_out, on=day, actor=Actor.clock("carry-out-successions"))
    one_by_one(Succession.objects.due(day), carry_out, tally)


def end_without_heirs(day: date, tally: Tally) -> None:
    """End the contracts of those who have died and for whom no heir filed in time (G18.1)."""
    end = partial(inheriting.end_without_heir, today=day, actor=Actor.clock("end-without-heirs"))
    one_by_one(Death.objects.without_heir(day), end, tally)


def send_notices(day: date, tally: Tally) -> None:
    """Send the mails that have not left yet, those that failed before included (G12.2.1).

    Each has its job already; this is the net below, for those whose tries are used up or whose workers stand still.
    """
    for pk in Notice.objects.ids_to_send():
        try:
            delivered = notifying.deliver(pk)
        except notifying.BeingSent:
            continue
        if delivered:
            tally.done += 1
        else:
            tally.put_aside(Notice.objects.get(pk=pk), _("The mail could not be sent; it is tried again."))
    notifying.settle_jobs()


def mails_due(day: date) -> int:
    """How many mails wait to be sent."""
    return Notice.objects.mails_to_send().count()


ORPHANED = timedelta(days=1)
"""How old a file must be to be swept that no record knows of: it may be that of an act which is not done yet."""


def sweep_evidence(day: date, tally: Tally) -> None:
    """Take files away that acts left behind which were taken back."""
    tally.done += proving.sweep(clock.now() - ORPHANED)


def orphans_due(day: date) -> int:
    """How many files no record knows of."""
    return sum(1 for _key in proving.orphans(clock.now() - ORPHANED))


STEPS = [
    Step("end-without-heirs", _("End contracts that no heir has taken over"), end_without_heirs),
    Step("carry-out-successions", _("Carry out successions"), carry_out_successions),
    Step("discontinue", _("Schedule the ends of what is discontinued"), discontinue),
    Step("end-contracts", _("End contracts whose last day is over"), end_contracts),
    Step("close-subscriptions", _("Close external subscriptions"), close_subscriptions),
    Step("start-contracts", _("Start contracts whose day has come"), start_contracts),
    Step("begin-suspensions", _("Put announced suspensions into force"), begin_suspensions),
    Step("begin-measures", _("Put announced measures into force"), begin_measures),
    Step("confirm-terms", _("Let announced terms take effect"), confirm_terms),
    Step("list-erasures", _("List personal data whose retention period is over"), erasing.list_due),
    Step("send-notices", _("Send notices"), send_notices, due=mails_due),
    Step("sweep-evidence", _("Sweep files that belong to nothing"), sweep_evidence, due=orphans_due),
]
