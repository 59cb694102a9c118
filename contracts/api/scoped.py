"""What every resource of a customer has in common: a partner sees of it what belongs to the customers shown to it."""

from typing import Any, ClassVar

import django_filters
from rest_framework.request import Request

from iijiot.api.ids import PublicId
from iijiot.api.views import Resource


class PartnerScoped(Resource):
    """Records of the customers that the partner may see; all others are not there."""

    RECORDS: ClassVar[Any]
    """The model's manager."""

    def visible(self, request: Request) -> Any:
        """Those of the partner's customers."""
        return self.RECORDS.all().of_customer(request.auth.partner.customers())


class IdFilter(django_filters.CharFilter):
    """Those that belong to the record with a public id; nonsense is of none."""

    def __init__(self, ids: PublicId, field_name: str) -> None:
        self.ids = ids
        super().__init__(field_name=field_name)

    def filter(self, qs: Any, value: str) -> Any:
        """By its number."""
        if not value:
            return qs
        number = self.ids.number(value)
        return super().filter(qs, number) if number else qs.none()
