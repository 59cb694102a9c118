"""What every resource of a customer has in common: a partner sees of it what belongs to the customers shown to it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from contracts.models import Customer
from iijiot.api.doing import do
from iijiot.api.inputs import absent
from iijiot.api.views import Resource


class PartnerScoped(Resource):
    """Records of the customers that the partner may see; all others are not there."""

    RECORDS: ClassVar[Any]
    """The model's manager."""

    def visible(self, request: Request) -> Any:
        """Those of the partner's customers."""
        return self.RECORDS.all().of_customer(request.auth.partner.customers())

    def done(self, request: Request, record: Any, act: Callable[[], object]) -> HttpResponse:
        """Do it to the version that the caller has seen, and tell the record as it is then."""

        def acted() -> tuple[int, Any]:
            act()
            return 200, self.shown(record)

        return do(request, acted, subject=record)

    def of_caller(self, request: Request, model: Any, number: str, field: str) -> Any:
        """The record that a body names, if it is of the partner's customers. Raises a refusal of that field."""
        customers = request.auth.partner.customers()
        rows = model.objects.among(customers) if model is Customer else model.objects.all().of_customer(customers)
        found = rows.identified("number", number).first()
        if found is None:
            raise absent(field)
        return found
