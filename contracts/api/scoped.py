"""What every resource of a customer has in common: a partner sees of it what belongs to the customers shown to it."""

from typing import Any, ClassVar

from rest_framework.request import Request

from iijiot.api.views import Resource


class PartnerScoped(Resource):
    """Records of the customers that the partner may see; all others are not there."""

    RECORDS: ClassVar[Any]
    """The model's manager."""

    def visible(self, request: Request) -> Any:
        """Those of the partner's customers."""
        return self.RECORDS.all().of_customer(request.auth.partner.customers())
