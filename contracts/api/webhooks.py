"""Webhooks: a partner opens addresses, is told there of what happens, and sees what was sent and what became of it."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import django_filters
from django.http import Http404, HttpResponse
from django_filters import ChoiceFilter, FilterSet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ListField

from contracts import delivering, hooking
from contracts.api.scoped import PartnerScoped
from contracts.models import Delivery, Webhook
from contracts.models.webhook import DeliveryState, WhyStopped
from iijiot import clock, events, outward
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import IdFilter
from iijiot.api.ids import PublicId
from iijiot.api.inputs import Input, Text
from iijiot.api.paging import parameters
from iijiot.api.schemas import Answer, Maybe, Record, array, text
from iijiot.api.scopes import READ
from iijiot.api.shapes import Link, Part, Shape
from iijiot.api.views import Resource
from iijiot.numbers import are_provisional

WEBHOOK_IDS = PublicId("wh")
MOST_TYPES = 100
ADDRESS = "^https://[A-Za-z0-9][!-~]*$"
MAIL = r"^[A-Za-z0-9_%+-]{1,30}(\.[A-Za-z0-9_%+-]{1,30})?@([A-Za-z0-9]([A-Za-z0-9-]{0,50}[A-Za-z0-9])?\.){1,3}[A-Za-z]{2,20}$"

WEBHOOK = Shape(
    WEBHOOK_IDS,
    {
        "number": Part("number"),
        "url": Part("url"),
        "types": Part("types", "texts", told=str.split),
        "contact": Part("contact"),
        "made_at": Part("made_at", "date-time"),
        "stopped_at": Part("stopped_at", "date-time", null=True),
        "why_stopped": Part("why_stopped"),
    },
    name="Webhook",
)

DELIVERY = Shape(
    None,
    {
        "id": Part("key"),
        "webhook": Link("webhook", WEBHOOK),
        "event": Part("event__key"),
        "type": Part("event__type"),
        "object": Part("event__subject"),
        "state": Part("state"),
        "tries": Part("tries", "objects"),
        "next_at": Part("next_at", "date-time", null=True),
        "settled_at": Part("settled_at", "date-time", null=True),
    },
    name="WebhookDelivery",
)
OPENED = Answer(
    "WebhookWithSecret",
    {"webhook": Record(WEBHOOK, Webhook), "secret": Maybe(text("whsec_c2VjcmV0IG9mIGFuIGV4YW1wbGU="))},
)
EVENT_TYPE = Answer("EventType", {"type": text("line.paused"), "kind": text("line")})
SENT_AGAIN = Record(DELIVERY, Delivery)


class WebhookInput(Input):
    """Where to, what of, and whom we write to when nothing gets through."""

    EXAMPLE: ClassVar = {
        "url": "https://partner.example/events",
        "types": ["line.*", "termination.scheduled"],
        "contact": "systems@partner.example",
    }

    url = Text(max_length=outward.LONGEST, pattern=ADDRESS, trim_whitespace=False)
    types = ListField(child=Text(max_length=80), min_length=1, max_length=MOST_TYPES)
    contact = Text(max_length=254, pattern=MAIL, trim_whitespace=False)


class WebhookChange(Input):
    """The same, of which all can be left out."""

    EXAMPLE: ClassVar = {"types": ["line.*"]}

    url = Text(max_length=outward.LONGEST, pattern=ADDRESS, trim_whitespace=False, required=False)
    types = ListField(child=Text(max_length=80), min_length=1, max_length=MOST_TYPES, required=False)
    contact = Text(max_length=254, pattern=MAIL, trim_whitespace=False, required=False)


class NothingInput(Input):
    """An act that needs nothing said."""


class StopInput(Input):
    """Why it is to be called no more, for the history."""

    reason = Text(required=False, allow_blank=True, default="", max_length=300)


class WebhookFilters(FilterSet):
    """Webhooks."""

    why_stopped = ChoiceFilter(choices=WhyStopped.choices)


class DeliveryFilters(FilterSet):
    """Deliveries."""

    state = ChoiceFilter(choices=DeliveryState.choices)
    webhook = IdFilter(WEBHOOK_IDS, "webhook__number")
    type = django_filters.CharFilter(field_name="event__type")
    event = django_filters.CharFilter(field_name="event__key")


def kinds_of(request: Request) -> list[str]:
    """The kinds of records that the caller's token can read."""
    return events.kinds(request.auth.scopes)


class WebhookResource(PartnerScoped):
    """Addresses of the partner that are told of events."""

    NAME, SHAPE, FILTERS = "webhooks", WEBHOOK, WebhookFilters
    RECORDS = Webhook.objects

    def visible(self, request: Request) -> Any:
        """Those of the partner."""
        return self.RECORDS.of_partner(request.auth.partner)

    @answers(OPENED, status=201, takes=WebhookInput)
    def create(self, request: Request) -> HttpResponse:
        """Open one. Its secret is told in this answer and never again."""
        sent = WebhookInput.read(request)

        def act() -> tuple[int, Any]:
            made = hooking.open_webhook(
                request.auth.partner, **sent, kinds=kinds_of(request), at=clock.now(), actor=request.auth.actor
            )
            return 201, self.with_secret(made)

        return do(request, act)

    @answers(takes=WebhookChange)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, public_id: str) -> HttpResponse:
        """Change where it goes, what of, or whom we write to."""
        webhook, sent = self.record(request, public_id), WebhookChange.read(request)
        as_it_is = {"url": webhook.url, "types": webhook.chosen, "contact": webhook.contact}
        values: Mapping[str, Any] = {**as_it_is, **sent}
        kinds: Collection[str] = kinds_of(request) if "types" in sent else events.kinds()
        return self.done(
            request, webhook, lambda: hooking.change(webhook, **values, kinds=kinds, actor=request.auth.actor)
        )

    @answers(OPENED, takes=NothingInput)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, public_id: str) -> HttpResponse:
        """Draw another secret; the former signs beside it for 24 hours (G5.4)."""
        webhook = self.record(request, public_id)
        NothingInput.read(request)

        def act() -> tuple[int, Any]:
            return 200, self.with_secret(hooking.rotate_secret(webhook, at=clock.now(), actor=request.auth.actor))

        return do(request, act, subject=webhook)

    @answers(takes=StopInput)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, public_id: str) -> HttpResponse:
        """Have it called no more."""
        webhook, sent = self.record(request, public_id), StopInput.read(request)
        return self.done(
            request,
            webhook,
            lambda: hooking.stop(webhook, WhyStopped.BY_HAND, at=clock.now(), actor=request.auth.actor, **sent),
        )

    @answers(takes=NothingInput)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, public_id: str) -> HttpResponse:
        """Have it called again, with what happens from now on."""
        webhook = self.record(request, public_id)
        NothingInput.read(request)
        return self.done(request, webhook, lambda: hooking.resume(webhook, actor=request.auth.actor))

    def with_secret(self, opened: hooking.Opened) -> dict[str, Any]:
        """The webhook with its secret; a dry run has drawn one that is good for nothing."""
        return {"webhook": self.shown(opened.webhook), "secret": None if are_provisional() else opened.secret}


class DeliveryResource(PartnerScoped):
    """What was told to the partner's addresses, try by try."""

    NAME, SHAPE, FILTERS = "webhook-deliveries", DELIVERY, DeliveryFilters
    RECORDS = Delivery.objects
    ORDERS: ClassVar = {"made": ["-pk"]}

    def scope_for(self, request: Request) -> str:
        """They go with their webhooks."""
        return super().scope_for(request).replace(self.NAME, WebhookResource.NAME)

    def visible(self, request: Request) -> Any:
        """Those to the partner's addresses."""
        return self.RECORDS.of_partner(request.auth.partner)

    def one(self, request: Request, public_id: str) -> Any:
        """The one with this id."""
        return self.visible(request).identified("key", public_id[:40])

    @answers(SENT_AGAIN, status=202, takes=NothingInput)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, public_id: str) -> HttpResponse:
        """Send it once more, now; under the same `webhook-id`, so that a receiver that has it drops it."""
        delivery = self.record(request, public_id)
        NothingInput.read(request)

        def act() -> tuple[int, Any]:
            delivering.resend(delivery, at=clock.now(), actor=request.auth.actor)
            return 202, DELIVERY.tell(self.one(request, public_id).values(*DELIVERY.paths())[0])

        return do(request, act)


class EventTypeResource(Resource):
    """The types of events of which the caller can be told."""

    NAME, PARAMETERS, EXAMPLE_ID = "event-types", (), "line.paused"

    def scope_for(self, request: Request) -> str:
        """They go with the events."""
        return f"events:{READ}"

    @answers(Answer("EventTypeList", {"data": array(EVENT_TYPE), "next": {"type": "null"}}))
    def list(self, request: Request) -> Response:
        """All of them; `line.*` in a webhook means all of a kind."""
        parameters(request.query_params, [])
        told = [{"type": name, "kind": kind} for kind in kinds_of(request) for name in events.types(kind)]
        return Response({"data": told, "next": None})

    @answers(EVENT_TYPE)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One of them."""
        parameters(request.query_params, [])
        kind = public_id.partition(".")[0]
        if kind not in kinds_of(request) or public_id not in events.types(kind):
            raise Http404
        return Response({"type": public_id, "kind": kind})
