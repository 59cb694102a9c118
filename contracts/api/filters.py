"""What lists can be narrowed by."""

import django_filters
from django_filters import ChoiceFilter, FilterSet

from contracts.api.shown import CONTRACT_IDS, CUSTOMER_IDS, SUBSCRIPTION_IDS, UNIT_IDS
from contracts.catalogue.external import EXTERNALS
from contracts.catalogue.services import SERVICES
from contracts.models import Notice
from contracts.models.application import State as ApplicationState
from contracts.models.contract import State as ContractState
from contracts.models.customer import CustomerKind
from contracts.models.notice import State as NoticeState
from contracts.models.termination import Origin
from contracts.models.termination import State as TerminationState
from iijiot.api.filters import DayFilter, IdFilter

SERVICE_CHOICES = [(service.code, service.name) for service in SERVICES.values()]


class CustomerFilters(FilterSet):
    """Customers."""

    kind = ChoiceFilter(choices=CustomerKind.choices)
    corporate_number = django_filters.CharFilter()


class UnitFilters(FilterSet):
    """Management units."""

    customer = IdFilter(CUSTOMER_IDS, "customer__number")


class SubscriptionFilters(FilterSet):
    """External subscriptions."""

    customer = IdFilter(CUSTOMER_IDS, "customer__number")
    service = ChoiceFilter(choices=[(external.code, external.name) for external in EXTERNALS.values()])


class ApplicationFilters(FilterSet):
    """Applications."""

    state = ChoiceFilter(choices=ApplicationState.choices)
    customer = IdFilter(CUSTOMER_IDS, "customer__number")
    service = ChoiceFilter(field_name="service_code", choices=SERVICE_CHOICES)


class ContractFilters(FilterSet):
    """Contracts."""

    state = ChoiceFilter(choices=ContractState.choices)
    service = ChoiceFilter(field_name="service_code", choices=SERVICE_CHOICES)
    customer = IdFilter(CUSTOMER_IDS, "customer__number")
    management_unit = IdFilter(UNIT_IDS, "management_unit__number")
    ends_from = DayFilter(field_name="ends_on", lookup_expr="gte")
    ends_until = DayFilter(field_name="ends_on", lookup_expr="lte")


class TerminationFilters(FilterSet):
    """Terminations."""

    state = ChoiceFilter(choices=TerminationState.choices)
    origin = ChoiceFilter(choices=Origin.choices)
    contract = IdFilter(CONTRACT_IDS, "contract__number")
    external_subscription = IdFilter(SUBSCRIPTION_IDS, "external__number")


class NoticeFilters(FilterSet):
    """Notices."""

    state = ChoiceFilter(choices=NoticeState.choices)
    kind = ChoiceFilter(choices=Notice.Kind.choices)
    customer = IdFilter(CUSTOMER_IDS, "customer__number")
    contract = IdFilter(CONTRACT_IDS, "contract__number")
