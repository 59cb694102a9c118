"""Reports of faults and losses: taken, read, withdrawn (MA10.1, MA10.2.1)."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django_filters import ChoiceFilter, FilterSet
from rest_framework.decorators import action
from rest_framework.request import Request

from contracts.api.scoped import PartnerScoped
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import IdFilter
from iijiot.api.schemas import Record
from iijiot.api.views import told_of
from sims import reporting
from sims.api import inputs, shown
from sims.models import Incident, SimCard
from sims.models.incident import Channel, Kind, State

REPORTED = Record(shown.REPORT, Incident)


class ReportFilters(FilterSet):
    """Reports."""

    state = ChoiceFilter(choices=State.choices)
    kind = ChoiceFilter(choices=Kind.choices)
    line = IdFilter(shown.LINE_IDS, "line__number")
    sim_card = IdFilter(shown.CARD_IDS, "card__iccid")


class ReportResource(PartnerScoped):
    """Faults and losses of cards, as they were reported, and how their procedure ended (MA10.1)."""

    NAME, SHAPE, FILTERS = "reports", shown.REPORT, ReportFilters
    RECORDS = Incident.objects
    ORDERS: ClassVar = {"number": ["number"], "reported_on": ["reported_on"]}

    @answers(takes=inputs.WishInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> HttpResponse:
        """Withdraw the report of a fault: the card works after all; one of a loss stands (MA10.2.1)."""
        incident, sent = self.record(request, public_id), inputs.WishInput.read(request)
        today, actor = clock.business_day(), request.auth.actor
        return self.done(request, incident, lambda: reporting.withdraw(incident, on=today, actor=actor, **sent))


def reported(request: Request, subject: Any, card: Callable[[], SimCard]) -> HttpResponse:
    """Take a report on a card, and tell it (MA10.1)."""
    sent = inputs.ReportInput.read(request)

    def act() -> tuple[int, Any]:
        today = clock.business_day()
        incident = reporting.report(
            card(),
            kind=sent["kind"],
            channel=Channel.API,
            on=sent["reported_on"] or today,
            what=sent["what"],
            today=today,
            actor=request.auth.actor,
        )
        return 201, told_of(incident, shown.REPORT)

    return do(request, act, subject=subject)
