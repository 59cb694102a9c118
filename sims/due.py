"""What the clock does here, in order, after the contracts have turned."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from iijiot import clock
from iijiot.actors import Actor
from iijiot.daily import Step, Tally, in_parts, one_by_one
from iijiot.records import chapter
from sims import equipping, ordering, pooling
from sims.models import Equipment, IpPool, Line


def end_lines(day: date, tally: Tally) -> None:
    """End single lines whose last day is over; their cards fall due (MA8.1, MA9.2)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("end-lines")):
            ordering.end_over(ids, day)

    in_parts(Line.objects.over(day), act, tally)


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


STEPS = [
    Step("end-lines", _("End single lines whose last day is over"), end_lines),
    Step("watch-pools", _("Note which address pools are nearly used up"), watch_pools),
    Step("retire-devices", _("Retire the devices of lines that have ended"), retire_devices),
]
