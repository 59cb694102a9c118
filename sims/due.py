"""What the clock does here, in order, after the contracts have turned."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from contracts.models import Customer
from iijiot import clock
from iijiot.actors import Actor
from iijiot.daily import Step, Tally, in_parts, one_by_one
from iijiot.records import chapter
from sims import changing, equipping, measuring, pooling, reminding, throttling
from sims.models import Equipment, IpPool, Line, LineChange, SimCard, policy


def end_lines(day: date, tally: Tally) -> None:
    """End lines whose last day is over, alone or by a reduction, contract by contract (MA8.1, MA9.2)."""

    def act(contract: object) -> None:
        with chapter(actor=Actor.clock("end-lines"), clause="MA8.1"):
            changing.end_over(contract, day)  # type: ignore[arg-type]

    one_by_one(Line.objects.over(day).contracts(), act, tally)


def watch_pools(day: date, tally: Tally) -> None:
    """Note which address pools are nearly used up, and which are no more since addresses have rested (MA5.2)."""

    def act(pool: IpPool) -> None:
        pooling.watch_again(pool, now=clock.midnight(day), actor=Actor.clock("watch-pools"))

    one_by_one([pool for pool in IpPool.objects.open() if pooling.has_crossed(pool, clock.midnight(day))], act, tally)


def retire_devices(day: date, tally: Tally) -> None:
    """Retire the devices of lines that have ended (MA7)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("retire-devices")):
            equipping.retire_left_behind(ids)

    in_parts(Equipment.objects.left_behind(), act, tally)


def mark_overdue(day: date, tally: Tally) -> None:
    """Mark cards that did not come back in time; a due day on a holiday is over with the next working day (MA9.2)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("mark-cards-overdue"), clause="MA9.2"):
            reminding.mark_overdue(ids, day)

    in_parts(SimCard.objects.late(reminding.last_due_day_over(day)), act, tally)


def remind_of_cards(day: date, tally: Tally) -> None:
    """Remind customers of cards due in as many days as staff have set: one letter for each customer (MA9.2)."""
    remind = partial(reminding.remind, on=day, actor=Actor.clock("remind-of-cards"))
    due = SimCard.objects.to_remind(day, policy.in_force().reminded_days_before)
    one_by_one(Customer.objects.among(due.customers()), remind, tally)


def dun_for_cards(day: date, tally: Tally) -> None:
    """Dun customers for overdue cards, as often as staff have set: one letter for each customer (MA9.2)."""
    rules = policy.in_force()
    dun = partial(reminding.dun, on=day, actor=Actor.clock("dun-for-cards"))
    overdue = SimCard.objects.to_dun(day, rules.most_times, rules.gap)
    one_by_one(Customer.objects.among(overdue.customers()), dun, tally)


def order_lines(day: date, tally: Tally) -> None:
    """Order the lines of increases whose day has come (MA8.1)."""

    def act(change: LineChange) -> None:
        with chapter(actor=Actor.clock("order-lines"), clause="MA8.1"):
            changing.order_more(change)

    one_by_one(LineChange.objects.more().due(day), act, tally)


STEPS = [
    Step("end-lines", _("End single lines whose last day is over"), end_lines),
    Step("order-lines", _("Order the lines of accepted changes"), order_lines),
    Step("watch-pools", _("Note which address pools are nearly used up"), watch_pools),
    Step("retire-devices", _("Retire the devices of lines that have ended"), retire_devices),
    Step("mark-cards-overdue", _("Mark cards that did not come back in time"), mark_overdue),
    Step("remind-of-cards", _("Remind of cards that are due back"), remind_of_cards),
    Step("dun-for-cards", _("Dun for overdue cards"), dun_for_cards),
    Step("throttle", _("Set and lift throttles, give usage alerts"), throttling.set_and_lift),
    Step("forget-usage", _("Let usage go whose time is over"), measuring.forget_old),
]
