"""What other systems read of lines and SIM cards, and what they do with them."""

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from django_filters import ChoiceFilter, FilterSet
from rest_framework.decorators import action
from rest_framework.request import Request

from contracts.api.scoped import PartnerScoped
from contracts.api.shown import CONTRACT_IDS
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import DayFilter, IdFilter
from iijiot.api.schemas import DAY, Answer, Maybe, Record, id_of, text
from sims import activating, reporting
from sims.api import inputs, shown
from sims.models import Line, SimCard
from sims.models.card_state import Custody
from sims.models.incident import Channel, Kind, State
from sims.models.line_state import Service
from sims.models.product import FormFactor


REPORTED = Answer(
    "Reported",
    {
        "report": Maybe(id_of(shown.REPORT_IDS)),
        "state": text("open", enum=State.values),
        "kind": text("loss", enum=Kind.values),
        "reported_on": DAY,
        "line": Record(shown.LINE, Line),
    },
)


class LineFilters(FilterSet):
    """Lines."""

    state = ChoiceFilter(choices=Service.choices)
    contract = IdFilter(CONTRACT_IDS, "contract__number")
    msisdn = django_filters.CharFilter()
    ends_from = DayFilter(field_name="ends_on", lookup_expr="gte")
    ends_until = DayFilter(field_name="ends_on", lookup_expr="lte")


class CardFilters(FilterSet):
    """SIM cards."""

    state = ChoiceFilter(choices=Custody.choices)
    form_factor = ChoiceFilter(choices=FormFactor.choices)
    line = IdFilter(shown.LINE_IDS, "line__number")
    imsi = django_filters.CharFilter()
    due_back_until = DayFilter(field_name="due_back_on", lookup_expr="lte")


class LineResource(PartnerScoped):
    """Lines of Mobile Access contracts (MA8)."""

    NAME, SHAPE, FILTERS = "lines", shown.LINE, LineFilters
    RECORDS = Line.objects
    ORDERS: ClassVar = {"number": ["number"], "ends_on": ["ends_on"]}

    @answers(takes=inputs.NothingInput)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, public_id: str) -> HttpResponse:
        """Put a line into service with its address (G3, MA5.2)."""
        line, actor = self.record(request, public_id), request.auth.actor
        inputs.NothingInput.read(request)
        at = clock.business_moment()
        return self.done(request, line, lambda: activating.activate(line, on=clock.business_day(), at=at, actor=actor))

    @answers(takes=inputs.WishInput)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, public_id: str) -> HttpResponse:
        """Pause a line at the customer's wish; its fees go on (MA8.2)."""
        line, sent = self.record(request, public_id), inputs.WishInput.read(request)
        return self.done(request, line, lambda: activating.pause(line, actor=request.auth.actor, **sent))

    @answers(takes=inputs.WishInput)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, public_id: str) -> HttpResponse:
        """End the pause (MA8.2)."""
        line, sent = self.record(request, public_id), inputs.WishInput.read(request)
        return self.done(request, line, lambda: activating.resume(line, actor=request.auth.actor, **sent))

    @answers(REPORTED, status=201, takes=inputs.ReportInput)
    @action(detail=True, methods=["post"])
    def reports(self, request: Request, public_id: str) -> HttpResponse:
        """Report a fault or the loss of the card that the line has now (MA10.1)."""
        line, sent = self.record(request, public_id), inputs.ReportInput.read(request)

        def act() -> tuple[int, Any]:
            today = clock.business_day()
            incident = reporting.report(
                reporting.card_of(line),
                kind=sent["kind"],
                channel=Channel.API,
                on=sent["reported_on"] or today,
                what=sent["what"],
                today=today,
                actor=request.auth.actor,
            )
            told = {"report": shown.REPORT_IDS.of(incident.number), "state": incident.state}
            return 201, {**told, "kind": incident.kind, "reported_on": incident.reported_on, "line": self.shown(line)}

        return do(request, act, subject=line)

    def done(self, request: Request, line: Line, act: Callable[[], object]) -> HttpResponse:
        """Do it, and tell the line as it is then."""

        def acted() -> tuple[int, Any]:
            act()
            return 200, self.shown(line)

        return do(request, acted, subject=line)


class CardResource(PartnerScoped):
    """SIM cards that customers have or had on loan (MA1); those in stock belong to nobody and are not shown."""

    NAME, SHAPE, FILTERS = "sim-cards", shown.CARD, CardFilters
    RECORDS = SimCard.objects
    ORDERS: ClassVar = {"iccid": ["iccid"], "due_back_on": ["due_back_on"]}
