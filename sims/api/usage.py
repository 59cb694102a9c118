"""Usage: loaded in bulk by the carrier that counts it, read line by line (MA15.2)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from contracts.api.scoped import PartnerScoped
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import DayField
from iijiot.api.paging import wrong
from iijiot.api.schemas import WHOLE, Answer, Record, array, text
from sims import metering
from sims.api import inputs, shown
from sims.models import DailyUsage, Line

FROM, UNTIL = DAYS = ("from", "until")
MOST_DAYS = 400
LOADED = Answer(
    "UsageLoaded",
    {
        "added": WHOLE,
        "corrected": WHOLE,
        "refused": WHOLE,
        "items": array(
            Answer(
                "UsageItem",
                {
                    "place": {"type": "integer", "minimum": 0, "examples": [0]},
                    "status": text("done", enum=["done", "refused"]),
                    "reasons": array(text()),
                },
            )
        ),
    },
)
LINE_USAGE = Answer("LineUsage", {"data": array(Record(shown.USAGE, DailyUsage)), "next": {"type": "null"}})


class UsageResource(PartnerScoped):
    """What lines moved, as the network counts it (MA15.2)."""

    NAME, SHAPE = "usage", shown.USAGE
    RECORDS: ClassVar = DailyUsage.objects

    @answers(LOADED, takes=inputs.UsageInput)
    def create(self, request: Request) -> HttpResponse:
        """Load the figures of thousands of lines and days; each is answered for itself (MA15.2)."""
        items = inputs.UsageInput.read(request)["items"]

        def act() -> tuple[int, Any]:
            loaded = metering.meter(
                items,
                customers=request.auth.partner.customers(),
                today=clock.business_day(),
                actor=request.auth.actor,
            )
            told = [
                {
                    "place": place,
                    "status": "refused" if place in loaded.refused else "done",
                    "reasons": list(loaded.refused.get(place, ())),
                }
                for place in range(len(items))
            ]
            counts = {"added": loaded.added, "corrected": loaded.corrected, "refused": len(loaded.refused)}
            return 200, {**counts, "items": told}

        return do(request, act)


def usage_of(line: Line, given: Mapping[str, str], today: date) -> list[dict[str, Any]]:
    """The days of a line in a stretch that the parameters name, the last thirty where they name none."""
    last = day_of(given, UNTIL) or today
    first = day_of(given, FROM) or last - timedelta(days=29)
    if last < first or (last - first).days >= MOST_DAYS:
        raise wrong(
            FROM,
            _("Ask for a stretch of days that ends after it begins and is not longer than 400 days."),
            "out-of-range",
        )
    days = DailyUsage.objects.of_line(line).between(first, last).order_by("day")
    return list(days.values("day", "up", "down"))


def day_of(given: Mapping[str, str], name: str) -> date | None:
    """The day in a parameter. Raises a refusal of it for anything else."""
    try:
        day: date | None = DayField(required=False, input_formats=["%Y-%m-%d"]).clean(given.get(name, ""))
    except ValidationError:
        raise wrong(name, _("Give a day as in 2026-12-25.")) from None
    return day
