"""The catalogue as data: the services, what each requires, how it ends, which fees it has; with the clause of each."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import AllOf, AnyOf, Holds, Service
from iijiot.api.describing import answers
from iijiot.api.paging import parameters
from iijiot.api.problems import cited
from iijiot.api.schemas import DAY, TRUTH, WHOLE, Answer, Maybe, array, text
from iijiot.api.views import Resource

CITED = {"clause": text("MA12.1"), "citation": text("モバイルアクセスサービス 第12条第1項")}
HELD = Answer("Held", {"code": text("iot"), "name": text(), "network": text()})
SERVICE = Answer(
    "Service",
    {
        "code": text("mobile-access"),
        "name": text("モバイルアクセスサービス"),
        "provision": text("MA"),
        "about": text(),
        "offered_since": DAY,
        "option_of": Maybe(text()),
        "counts_lines": TRUTH,
        "items": array(Answer("Item", {"code": text("TypeD"), "name": text("タイプD")})),
        "requires": Answer("Requirement", {"all_of": array(Answer("Part", {"any_of": array(HELD)})), **CITED}),
        "before_start": array(Answer("Condition", {"code": text(), "name": text(), **CITED})),
        "minimum_term": Answer("MinimumTerm", {"months": WHOLE, **CITED}),
        "ends": Answer("Cited", CITED),
        "ends_with": Answer("EndsWith", {"services": array(text("iot")), **CITED}),
        "fees": Answer("Fees", {"kinds": array(text("monthly")), **CITED}),
    },
)


class ServiceResource(Resource):
    """The services of the terms; the same for every partner."""

    NAME, PARAMETERS, EXAMPLE_ID = "services", (), "mobile-access"
    lookup_field = "code"

    @answers(Answer("ServiceList", {"data": array(SERVICE), "next": {"type": "null"}}))
    def list(self, request: Request) -> Response:
        """All of them: they are few."""
        parameters(request.query_params, [])
        return Response({"data": [told(service) for service in SERVICES.values()], "next": None})

    @answers(SERVICE)
    def retrieve(self, request: Request, code: str) -> Response:
        """One of them."""
        parameters(request.query_params, [])
        if code not in SERVICES:
            raise Http404
        return Response(told(SERVICES[code]))


def told(service: Service) -> dict[str, Any]:
    """A service as it is sent."""
    return {
        "code": service.code,
        "name": str(service.name),
        "provision": service.provision,
        "about": str(service.about),
        "offered_since": service.since,
        "option_of": service.option_of,
        "counts_lines": service.counts_lines,
        "items": [{"code": item.code, "name": str(item.words)} for item in service.items],
        "requires": required(service.eligibility),
        "before_start": [{"code": c.code, "name": str(c.words), **cited(c.said_by)} for c in service.before_start],
        "minimum_term": {"months": service.minimum_term.months, **cited(service.minimum_term.said_by)},
        "ends": cited(service.ends_on.said_by),
        "ends_with": {"services": list(service.ends_with.codes), **cited(service.ends_with.said_by)},
        "fees": {"kinds": [str(kind) for kind in service.fees.kinds], **cited(service.fees.said_by)},
    }


def required(requirement: AllOf) -> dict[str, Any]:
    """What a customer must hold: each of these parts, of a part with alternatives any one."""
    return {"all_of": [one_of(part) for part in requirement.parts], **cited(requirement.said_by)}


def one_of(part: Holds | AnyOf) -> dict[str, Any]:
    """One part of a requirement."""
    holds: tuple[Holds, ...] = part.parts if isinstance(part, AnyOf) else (part,)
    return {"any_of": [held(one) for one in holds]}


def held(one: Holds) -> Mapping[str, str]:
    """A service or subscription to be held."""
    return {"code": one.code, "name": str(one.words), "network": one.network}
