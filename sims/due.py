"""What the clock does here, in order, after the contracts have turned."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.daily import Step, Tally, in_parts
from iijiot.records import chapter
from sims import measuring, ordering, throttling
from sims.models import Line


def end_lines(day: date, tally: Tally) -> None:
    """End single lines whose last day is over; their cards fall due (MA8.1, MA9.2)."""

    def act(ids: Sequence[int]) -> None:
        with chapter(actor=Actor.clock("end-lines")):
            ordering.end_over(ids, day)

    in_parts(Line.objects.over(day), act, tally)


STEPS = [
    Step("end-lines", _("End single lines whose last day is over"), end_lines),
    Step("throttle", _("Set and lift throttles, give usage alerts"), throttling.set_and_lift),
    Step("forget-usage", _("Let usage go whose time is over"), measuring.forget_old),
]
