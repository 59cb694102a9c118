"""What other systems read of invoices and payments."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django_filters import ChoiceFilter, FilterSet
from rest_framework.request import Request

from billing import collecting
from billing.api import inputs, shown
from billing.models import Invoice, Receipt
from billing.models.invoice_set import InvoiceQuerySet
from billing.models.invoice_state import UNISSUED, InvoiceKind, InvoiceState
from contracts.api.scoped import PartnerScoped
from contracts.api.shown import CUSTOMER_IDS, UNIT_IDS
from contracts.models import Customer, Partner
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import DayFilter, IdFilter
from iijiot.api.inputs import absent
from iijiot.lookups import keys_by

STATES = [(state.value, state.label) for state in InvoiceState if state not in UNISSUED]


def visible_to(partner: Partner) -> InvoiceQuerySet:
    """The issued documents that a partner's customers owe."""
    return Invoice.objects.issued().owed_by(partner.customers())


class InvoiceFilters(FilterSet):
    """Invoices, credit notes and statements."""

    state = ChoiceFilter(choices=STATES)
    kind = ChoiceFilter(choices=InvoiceKind.choices)
    customer = IdFilter(CUSTOMER_IDS, "customer__number")
    management_unit = IdFilter(UNIT_IDS, "management_unit__number")
    month = DayFilter()
    due_until = DayFilter(field_name="due_on", lookup_expr="lte")


class PaymentFilters(FilterSet):
    """Payments."""

    customer = IdFilter(CUSTOMER_IDS, "customer__number")
    value_from = DayFilter(field_name="value_on", lookup_expr="gte")
    value_until = DayFilter(field_name="value_on", lookup_expr="lte")


class InvoiceResource(PartnerScoped):
    """Issued documents; drafts are nobody's business yet. A debt that was passed on is its new debtor's (G17, G18)."""

    NAME, SHAPE, FILTERS = "invoices", shown.INVOICE, InvoiceFilters
    RECORDS = Invoice.objects
    ORDERS: ClassVar = {"number": ["number"], "month": ["month"], "due_on": ["due_on"]}

    def visible(self, request: Request) -> Any:
        """Those that the partner's customers owe."""
        return visible_to(request.auth.partner)


class PaymentResource(PartnerScoped):
    """Payments received."""

    NAME, SHAPE, FILTERS = "payments", shown.PAYMENT, PaymentFilters
    RECORDS = Receipt.objects
    ORDERS: ClassVar = {"number": ["number"], "value_on": ["value_on"]}

    @answers(status=201, takes=inputs.PaymentInput)
    def create(self, request: Request) -> HttpResponse:
        """Report a payment of a customer: it pays the invoices named, then the oldest due; the rest is credit (G33)."""
        sent = inputs.PaymentInput.read(request)
        customer = self.of_caller(request, Customer, sent.pop("customer"), "customer")
        invoices = self.named(request, sent.pop("invoices"))

        def act() -> tuple[int, Any]:
            today, actor = clock.business_day(), request.auth.actor
            made = collecting.enter(customer, invoices=invoices, today=today, actor=actor, **sent)
            return 201, self.shown(made)

        return do(request, act)

    def named(self, request: Request, numbers: list[str]) -> list[Invoice]:
        """The invoices with these numbers. Raises a refusal of the field where one is not the partner's customers'."""
        visible = visible_to(request.auth.partner)
        found = list(visible.among(list(keys_by(visible, "number", numbers).values())))
        if len(found) != len(set(numbers)):
            raise absent("invoices")
        return found
