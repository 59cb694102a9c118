"""The base of every resource: it declares what it shows, how it is filtered and ordered, and which scope it needs."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, MethodNotAllowed, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from iijiot.api import limits
from iijiot.api.paging import EXPAND, OWN, paged, parameters, wrong
from iijiot.api.refusing import Problem
from iijiot.api.scopes import LOOKING, READ, WRITE
from iijiot.api.shapes import Shape
from iijiot.records import version_of
from iijiot.words import said

MOST_EXPANDED = 5


class Resource(ViewSet):
    """Records of one kind, of the customers that the caller may see."""

    NAME: ClassVar[str]
    """In the address and in the scopes: contracts."""
    SHAPE: ClassVar[Shape]
    ORDERS: ClassVar[Mapping[str, Sequence[str]]] = {"number": ["number"]}
    """The orders that can be asked for, the usual one first."""
    FILTERS: ClassVar[Any] = None
    """A FilterSet of django-filter."""
    PARAMETERS: ClassVar[Sequence[str]] = OWN
    """What its list takes besides its filters."""
    EXAMPLE_ID: ClassVar[str] = ""
    """In the description, of records without a public id of the usual form."""
    SCOPES: ClassVar[Mapping[str, str]] = {}
    """The scopes of acts that belong to another resource than this one."""

    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    lookup_field = "public_id"

    def scope_for(self, request: Request) -> str:
        """The scope that a request needs."""
        usual = f"{self.NAME}:{READ if request.method in LOOKING else WRITE}"
        return self.SCOPES.get(self.action or "", usual)

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Hold what is sent as it is, before anything reads it: it is part of what makes two requests the same."""
        if request.method not in LOOKING:
            _held = request.body
        return super().initialize_request(request, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        """A method that the address does not take is refused as that, whoever asks."""
        if (request.method or "").lower() not in (self.action_map or {}):
            raise MethodNotAllowed(str(request.method))
        super().check_permissions(request)

    def throttled(self, request: Request, wait: float) -> NoReturn:
        """Refused, with how long to wait."""
        seconds = int(wait)
        raise Problem("too-many-requests", limits.told(seconds), {"Retry-After": str(seconds)})

    def visible(self, request: Request) -> Any:
        """The records that the caller may see. Every way to a record begins here."""
        raise NotImplementedError(type(self).__name__)

    def list(self, request: Request) -> Response:
        """A page of the records, filtered and ordered."""
        filters = self.FILTERS.base_filters if self.FILTERS is not None else {}
        given = parameters(request.query_params, [*filters, *self.PARAMETERS])
        shape = self.shape_for(given)
        records = self.filtered(self.visible(request), given)
        rows, following = paged(records, given, self.ORDERS, shape.paths(), request.path)
        return Response({"data": shape.tell_all(rows), "next": following})

    def retrieve(self, request: Request, public_id: str) -> Response:
        """One record, with its version as its ETag."""
        shape = self.shape_for(parameters(request.query_params, [EXPAND]))
        rows = list(self.one(request, public_id).values(*dict.fromkeys(["pk", *shape.paths()]))[:1])
        if not rows:
            raise Http404
        return Response(shape.tell_all(rows)[0], headers=self.version_headers(rows[0]["pk"]))

    def one(self, request: Request, public_id: str) -> Any:
        """The record with this id as a query; a record of another is a record that is not there."""
        number = self.SHAPE.ids.number(public_id) if self.SHAPE.ids else None
        if number is None:
            raise Http404
        return self.visible(request).identified(self.SHAPE.number, number)

    def record(self, request: Request, public_id: str) -> Any:
        """The record itself, for what is done with it."""
        found = self.one(request, public_id).first()
        if found is None:
            raise Http404
        return found

    def shown(self, record: Any) -> dict[str, Any]:
        """A record as it is now, for the answer to what was done with it."""
        return told_of(record, self.SHAPE)

    def version_headers(self, pk: int) -> dict[str, str]:
        """The ETag of a record whose changes are kept."""
        model = self.visible(self.request).model
        if not hasattr(model, "history"):
            return {}
        return {"ETag": etag(model, pk)}

    def shape_for(self, given: Mapping[str, str]) -> Shape:
        """The shape with what the caller wants to see whole."""
        wanted = given[EXPAND].split(",") if EXPAND in given else []
        known = self.SHAPE.expandable
        if len(wanted) > MOST_EXPANDED or set(wanted) - set(known):
            raise wrong(EXPAND, said(_("What can be expanded: {known}."), known="、".join(known) or "—"))
        return self.SHAPE.expanding(wanted)

    def filtered(self, records: Any, given: Mapping[str, str]) -> Any:
        """The records that the parameters leave."""
        if self.FILTERS is None:
            return records
        chosen = self.FILTERS(given, queryset=records, request=self.request)
        if not chosen.is_valid():
            raise invalid(chosen.errors)
        return chosen.qs

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Written out while the caller's language is spoken."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        if hasattr(finished, "render"):
            finished.render()
        return finished


def told_of(record: Any, shape: Shape) -> dict[str, Any]:
    """A record as its shape shows it now."""
    rows = list(type(record).objects.among([record.pk]).values(*dict.fromkeys(["pk", *shape.paths()])))
    return shape.tell_all(rows)[0]


def invalid(errors: Any) -> Exception:
    """The errors of a form as a refusal."""
    return ValidationError(
        {
            name: [ErrorDetail(error["message"], code=error["code"] or "invalid") for error in found]
            for name, found in errors.get_json_data().items()
        }
    )


def etag(model: Any, pk: int) -> str:
    """The version of a record: that of the latest row of its history."""
    return f'"{model._meta.model_name}-{version_of(model, pk)}"'
