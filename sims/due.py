"""What the clock does here, in order, after the contracts have turned."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor
from iijiot.daily import Step, Tally, one_by_one
from iijiot.records import chapter
from sims import changing
from sims.models import Line, LineChange


def end_lines(day: date, tally: Tally) -> None:
    """End lines whose last day is over, alone or by a reduction, contract by contract (MA8.1, MA9.2)."""

    def act(contract: object) -> None:
        with chapter(actor=Actor.clock("end-lines"), clause="MA8.1"):
            changing.end_over(contract, day)  # type: ignore[arg-type]

    one_by_one(Line.objects.over(day).contracts(), act, tally)


def order_lines(day: date, tally: Tally) -> None:
    """Order the lines of increases whose day has come (MA8.1)."""

    def act(change: LineChange) -> None:
        with chapter(actor=Actor.clock("order-lines"), clause="MA8.1"):
            changing.order_more(change)

    one_by_one(LineChange.objects.more().due(day), act, tally)


STEPS = [
    Step("end-lines", _("End single lines whose last day is over"), end_lines),
    Step("order-lines", _("Order the lines of accepted changes"), order_lines),
]
