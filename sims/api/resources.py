"""What other systems read of lines and SIM cards, and what they do with them."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.scoped import PartnerScoped
from contracts.api.shown import CONTRACT_IDS
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import DayFilter, IdFilter
from iijiot.api.paging import parameters, wrong
from iijiot.api.schemas import DAY
from sims import activating, bulk, issuing, reporting
from sims.api import inputs, shown
from sims.api.many import Acts, answered_per_item, each
from sims.api.reports import REPORTED, reported
from sims.api.usage import DAYS, LINE_USAGE, usage_of
from sims.models import Line, SimCard
from sims.models.card_state import Custody
from sims.models.line_state import Service
from sims.models.product import FormFactor

MANY_LINES = answered_per_item("ManyLines", shown.LINE_IDS)
MANY_CARDS = answered_per_item("ManySimCards", shown.CARD_IDS)


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
    SCOPES: ClassVar = {"usage": "usage:read"}

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
        line = self.record(request, public_id)
        return reported(request, line, lambda: reporting.card_of(line))

    @answers(MANY_LINES, takes=inputs.ManyLinesInput)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Activate, pause or resume thousands of lines; each is answered for itself (G3, MA8.2)."""
        sent, actor = inputs.ManyLinesInput.read(request), request.auth.actor

        def activate(lines: Sequence[int]) -> list[int]:
            at = clock.business_moment()
            able = activating.can_have_addresses(lines, at)
            return activating.activate_all(able, on=clock.business_day(), at=at, actor=actor)

        def act() -> tuple[int, Any]:
            acts: dict[str, Acts] = {
                "activate": activate,
                "pause": lambda lines: bulk.pause(lines, actor=actor, reason=sent["reason"]),
                "resume": lambda lines: bulk.resume(lines, actor=actor, reason=sent["reason"]),
            }
            why = bulk.why_not_active if sent["act"] == "activate" else partial(bulk.why_not, act=sent["act"])
            visible = self.visible(request)
            return 200, each(
                visible,
                "number",
                shown.LINE_IDS,
                sent["lines"],
                acts[sent["act"]],
                lambda lines: why(Line.objects.among(lines)),
            )

        return do(request, act)

    @answers(LINE_USAGE, query=dict.fromkeys(DAYS, DAY))
    @action(detail=True, methods=["get"], url_path="usage")
    def usage(self, request: Request, public_id: str) -> Response:
        """What a line used, day by day: of the last month, or of the days asked for (MA15.2)."""
        line = self.record(request, public_id)
        rows = usage_of(line, parameters(request.query_params, DAYS), clock.business_day())
        return Response({"data": shown.USAGE.tell_all(rows), "next": None})


class CardResource(PartnerScoped):
    """SIM cards that customers have or had on loan (MA1); those in stock belong to nobody and are not shown."""

    NAME, SHAPE, FILTERS = "sim-cards", shown.CARD, CardFilters
    RECORDS = SimCard.objects
    ORDERS: ClassVar = {"iccid": ["iccid"], "due_back_on": ["due_back_on"]}

    @answers(takes=inputs.NothingInput)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, public_id: str) -> HttpResponse:
        """Say that the customer has received a card (MA1)."""
        card, actor = self.record(request, public_id), request.auth.actor
        inputs.NothingInput.read(request)
        return self.done(request, card, lambda: issuing.arrive([card.pk], actor=actor))

    @answers(REPORTED, status=201, takes=inputs.ReportInput)
    @action(detail=True, methods=["post"])
    def reports(self, request: Request, public_id: str) -> HttpResponse:
        """Report a fault or the loss of a card (MA10.1)."""
        card = self.record(request, public_id)
        return reported(request, card, lambda: card)

    @answers(takes=inputs.FoundInput)
    @action(detail=True, methods=["post"])
    def find(self, request: Request, public_id: str) -> HttpResponse:
        """Report that a lost card was found; it stays out of use (MA10.2.1)."""
        card, sent = self.record(request, public_id), inputs.FoundInput.read(request)
        on, actor = sent["found_on"] or clock.business_day(), request.auth.actor
        if on > clock.business_day():
            raise wrong("found_on", _("This day has not come yet. Check the day."), "out-of-range")
        return self.done(request, card, lambda: reporting.find(card, on=on, actor=actor, reason=sent["reason"]))

    @answers(MANY_CARDS, takes=inputs.ManyCardsInput)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Say that customers have received thousands of cards; each is answered for itself (MA1)."""
        sent, actor = inputs.ManyCardsInput.read(request), request.auth.actor

        def act() -> tuple[int, Any]:
            return 200, each(
                self.visible(request),
                "iccid",
                shown.CARD_IDS,
                sent["sim_cards"],
                lambda cards: bulk.arrive(cards, actor=actor),
                lambda cards: bulk.why_not(SimCard.objects.among(cards), "arrive"),
            )

        return do(request, act)
