"""The sandbox's clock: partners move its day on, and everything that falls due until then happens (SANDBOX=1).

There it is the same site on a data set of its own, from which no mail leaves. The day is that of everybody who tries
something there, and it never goes back.
"""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from iijiot import answers, clock, daily
from iijiot.api.doing import is_dry_run, once_for, sent
from iijiot.api.inputs import Day, Input
from iijiot.api.paging import parameters, wrong
from iijiot.api.refusing import Problem
from iijiot.api.scopes import LOOKING, READ, WRITE
from iijiot.models import DayStep
from iijiot.words import said

FARTHEST = timedelta(days=92)
SECONDS_TO_TRY_AGAIN = 5


class ClockInput(Input):
    """The day to go to."""

    day = Day()


class ClockResource(ViewSet):
    """The day on which the sandbox works."""

    def scope_for(self, request: Request) -> str:
        """One for looking, one for moving it."""
        return f"sandbox:{READ if request.method in LOOKING else WRITE}"

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Hold what is sent as it is: it is part of what makes two requests the same."""
        if request.method not in LOOKING:
            _held = request.body
        return super().initialize_request(request, *args, **kwargs)

    def show(self, request: Request) -> Response:
        """The day."""
        parameters(request.query_params, [])
        return Response({"day": clock.business_day()})

    def move(self, request: Request) -> HttpResponse:
        """Do everything that falls due up to a day, and be there. A dry run says how much that would be."""
        day = later_day(ClockInput.read(request)["day"], clock.business_day())
        try:
            if is_dry_run(request):
                return sent(reply(day, daily.rehearse(day)))
            return sent(once_for(request, lambda: reply(day, daily.advance(day))))
        except daily.AnotherRun:
            raise Problem("request-in-progress", headers={"Retry-After": str(SECONDS_TO_TRY_AGAIN)}) from None


def later_day(day: date, now: date) -> date:
    """A day to which the clock can be moved. Raises a sentence for any other."""
    if day < now:
        raise wrong("day", said(_("The clock stands at {day}, and days do not come back."), day=now.isoformat()))
    if day - now > FARTHEST:
        raise wrong("day", said(_("Go on by at most {days} days at a time."), days=FARTHEST.days))
    return day


def reply(day: date, steps: list[DayStep]) -> answers.Reply:
    """What was done until then."""
    told = {
        "day": day,
        "carried_out": sum(step.done for step in steps),
        "set_aside": [aside for step in steps for aside in step.set_aside],
    }
    return answers.Reply(200, JSONRenderer().render(told).decode())
