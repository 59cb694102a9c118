"""What other systems read of customers and contracts."""

from typing import Any

from rest_framework.request import Request

from contracts.api import filters, shown
from contracts.api.scoped import PartnerScoped
from contracts.models import Application, Contract, Customer, ExternalSubscription, ManagementUnit, Notice, Termination


class CustomerResource(PartnerScoped):
    """The customers shown to the partner (G40.3)."""

    NAME, SHAPE, FILTERS = "customers", shown.CUSTOMER, filters.CustomerFilters
    RECORDS = Customer.objects

    def visible(self, request: Request) -> Any:
        """Those shown to it."""
        return self.RECORDS.among(request.auth.partner.customers())


class UnitResource(PartnerScoped):
    """Management units: the part of a customer that an invoice goes to (G9.2)."""

    NAME, SHAPE, FILTERS = "management-units", shown.UNIT, filters.UnitFilters
    RECORDS = ManagementUnit.objects


class SubscriptionResource(PartnerScoped):
    """What customers hold under other terms."""

    NAME, SHAPE, FILTERS = "external-subscriptions", shown.SUBSCRIPTION, filters.SubscriptionFilters
    RECORDS = ExternalSubscription.objects


class ApplicationResource(PartnerScoped):
    """Applications (G12)."""

    NAME, SHAPE, FILTERS = "applications", shown.APPLICATION, filters.ApplicationFilters
    RECORDS = Application.objects
    ORDERS = {"received_at": ["received_at"], "number": ["number"]}


class ContractResource(PartnerScoped):
    """Contracts, with what they rest on."""

    NAME, SHAPE, FILTERS = "contracts", shown.CONTRACT, filters.ContractFilters
    RECORDS = Contract.objects
    ORDERS = {"number": ["number"], "ends_on": ["ends_on"], "billing_starts_on": ["billing_starts_on"]}


class TerminationResource(PartnerScoped):
    """Ends to come and ends that came (G29)."""

    NAME, SHAPE, FILTERS = "terminations", shown.TERMINATION, filters.TerminationFilters
    RECORDS = Termination.objects
    ORDERS = {"number": ["number"], "effective_on": ["effective_on"]}


class NoticeResource(PartnerScoped):
    """What customers were told (G12.2.1)."""

    NAME, SHAPE, FILTERS = "notices", shown.NOTICE, filters.NoticeFilters
    RECORDS = Notice.objects
    ORDERS = {"number": ["number"]}
