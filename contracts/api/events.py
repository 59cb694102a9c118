"""The log of events: read on from where one stopped, so that nothing is missed."""

from typing import Any, ClassVar

import django_filters
from django.http import Http404
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.scoped import PartnerScoped
from iijiot import events
from iijiot.api.describing import answers
from iijiot.api.paging import CURSOR, LIMIT, SIZE, parameters, rows_after
from iijiot.api.schemas import TRUTH, Answer, Record, array, text
from iijiot.api.shapes import Part, Shape
from iijiot.models import Event

EVENT = Shape(
    None,
    {
        "id": Part("key"),
        "type": Part("type"),
        "object": Part("subject"),
        "sequence": Part("sequence", "integer"),
        "at": Part("at", "date-time"),
        "data": Part("data", "object"),
    },
    name="Event",
)
RECORD = Record(EVENT, Event)
PAGE = Answer("EventPage", {"data": array(RECORD), "cursor": text(), "more": TRUTH})


class EventFilters(FilterSet):
    """Events."""

    kind = django_filters.CharFilter()
    type = django_filters.CharFilter()
    object = django_filters.CharFilter(field_name="subject")


class EventResource(PartnerScoped):
    """What happened, in the order in which it became known; of what the caller can read anyway.

    An event says how its object is after it. Of two with the same object the one with the higher sequence is newer.
    """

    NAME, SHAPE, FILTERS = "events", EVENT, EventFilters
    PARAMETERS, EXAMPLE_ID = (CURSOR, LIMIT), "evt_contract_12"
    RECORDS = Event.objects
    ORDERS: ClassVar = {"place": ["place"]}

    def visible(self, request: Request) -> Any:
        """Those of the partner's customers, of kinds of records that the token can read."""
        of_partner = Event.objects.placed().of_customer(request.auth.partner.customers())
        return of_partner.of_kinds(events.kinds(request.auth.scopes))

    @answers(PAGE)
    def list(self, request: Request) -> Response:
        """The events after a cursor, and the cursor to go on from; the same again where nothing happened."""
        given = parameters(request.query_params, [*EventFilters.base_filters, *self.PARAMETERS])
        events.give_places()
        chosen = self.filtered(self.visible(request), given)
        rows, cursor = rows_after(chosen, given, self.ORDERS["place"], EVENT.paths())
        full = len(rows) == int(given.get(LIMIT, SIZE))
        return Response({"data": EVENT.tell_all(rows), "cursor": cursor, "more": full})

    @answers(RECORD)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One event."""
        parameters(request.query_params, [])
        events.give_places()
        rows = list(self.visible(request).identified("key", public_id[:80]).values("pk", *EVENT.paths()))
        if not rows:
            raise Http404
        return Response(EVENT.tell(rows[0]))
