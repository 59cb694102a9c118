"""The catalogue as data: the services, what each requires, how it ends, which fees it has; with the clause of each."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.catalogue.services import SERVICES
from contracts.catalogue.vocabulary import AllOf, AnyOf, Holds, Service
from iijiot.api.paging import parameters
from iijiot.api.problems import cited
from iijiot.api.views import Resource


class ServiceResource(Resource):
    """The services of the terms; the same for every partner."""

    NAME = "services"
    lookup_field = "code"

    def list(self, request: Request) -> Response:
        """All of them: they are few."""
        parameters(request.query_params, [])
        return Response({"data": [told(service) for service in SERVICES.values()], "next": None})

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
