"""What other systems read of lines and SIM cards."""

from typing import ClassVar

import django_filters
from django_filters import ChoiceFilter, FilterSet

from contracts.api.scoped import PartnerScoped
from contracts.api.shown import CONTRACT_IDS
from iijiot.api.filters import DayFilter, IdFilter
from sims.api import shown
from sims.models import Line, SimCard
from sims.models.card_state import Custody
from sims.models.line_state import Service
from sims.models.product import FormFactor


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


class CardResource(PartnerScoped):
    """SIM cards that customers have or had on loan (MA1); those in stock belong to nobody and are not shown."""

    NAME, SHAPE, FILTERS = "sim-cards", shown.CARD, CardFilters
    RECORDS = SimCard.objects
    ORDERS: ClassVar = {"iccid": ["iccid"], "due_back_on": ["due_back_on"]}
