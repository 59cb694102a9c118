"""Customers: who they are, and everything of one customer on one page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts import changing
from contracts.admin.account import IssueAccount, ProveByAccount
from contracts.admin.consent import ConsentToDisclose, RecordConsent
from contracts.admin.contact import AskForChannel, ChannelSetUp
from contracts.admin.death import ReportDeath
from contracts.admin.disclosure import Disclose
from contracts.admin.erasure import ProposeErasure
from contracts.admin.particulars import FileChange
from contracts.admin.shared import QueueFilter, customers_found, linked, searched_by_number
from contracts.admin.succession import FileSuccession
from contracts.admin.tree import contract_forest
from contracts.models import (
    Account,
    Application,
    Cap,
    ChangeReport,
    Consent,
    ContactChannel,
    Contract,
    Customer,
    Death,
    Dependency,
    Document,
    DocumentRequest,
    Erasure,
    ExternalSubscription,
    Finding,
    HeirFiling,
    ManagementUnit,
    Notice,
    Proof,
    StartCondition,
    Succession,
    Suspension,
    Termination,
    Violation,
)
from iijiot import clock
from iijiot.console.admin import ConsoleAdmin, ConsoleForm
from iijiot.console.history import show_history
from iijiot.console.panels import Panel, show_on
from iijiot.console.timeline import Belonging, Scope
from iijiot.rules import RuleViolation


def adding(kind: str, customer: Customer) -> str:
    """The form for a new record of this customer."""
    return reverse(f"admin:contracts_{kind}_add") + f"?customer={customer.pk}"


class CustomerForm(ConsoleForm):
    """A new customer, or corrected particulars."""

    def clean(self) -> dict[str, Any] | None:
        """Corrections say what was wrong."""
        cleaned = super().clean()
        if self.instance.pk:
            try:
                changing.correct(self.changed_data, self.cleaned_data.get("change_reason", ""))
            except RuleViolation as violation:
                self.add_error("change_reason", violation.as_validation_error())
        return cleaned


class CustomerQueue(QueueFilter):
    """Customers who wait for something."""

    queues: ClassVar = {"channel-pending": (_("Channel asked for"), lambda rows: rows.channel_pending())}


@admin.register(Customer)
class CustomerAdmin(ConsoleAdmin):
    """Customers."""

    form = CustomerForm
    list_display: ClassVar = ["number", "name", "kind", "corporate_number", "notice_email"]
    further_columns: ClassVar = ["name_kana", "address", "contact_person", "phone"]
    list_filter: ClassVar = [CustomerQueue, "kind"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(lambda rows, query: rows.among(customers_found(query)))
    search_help_text = _("Number, name or kana, corporate number, telephone or notice address")
    fields: ClassVar = [
        "kind",
        "name",
        "name_kana",
        "corporate_number",
        "evidence",
        "evidence_seen_on",
        "postal_code",
        "address",
        "contact_person",
        "phone",
        "notice_email",
        "note",
    ]

    dialogs: ClassVar = [
        AskForChannel,
        ChannelSetUp,
        FileChange,
        FileSuccession,
        ReportDeath,
        IssueAccount,
        ProveByAccount,
        RecordConsent,
        ConsentToDisclose,
        Disclose,
        ProposeErasure,
    ]

    def head(self, customer: Customer) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Number"), customer.number),
                (_("Kind"), customer.get_kind_display()),
                (_("Corporate number"), customer.corporate_number),
                (_("Notice address"), customer.notice_email),
                (_("Address"), f"{customer.postal_code} {customer.address}"),
                (_("Contact person"), customer.contact_person),
                (_("Telephone"), customer.phone),
            ],
            "note": customer.note,
            "links": [
                (_("Edit particulars"), "#particulars"),
                (_("New application"), adding("application", customer)),
                (_("New external subscription"), adding("externalsubscription", customer)),
                (_("New management unit"), adding("managementunit", customer)),
                (_("New violation"), adding("violation", customer)),
                (_("New information handed over"), adding("document", customer)),
            ],
        }


@admin.register(ManagementUnit)
class ManagementUnitAdmin(ConsoleAdmin):
    """Management units."""

    list_display: ClassVar = ["number", "name", "customer"]
    search_fields: ClassVar = ["number"]
    searched = staticmethod(searched_by_number)
    search_help_text = _("Number, or the customer by name, kana, number, telephone or address")
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer"]
    fixed_fields: ClassVar = ["customer"]

    def head(self, unit: ManagementUnit) -> dict[str, Any]:
        """Facts."""
        return {"facts": [(_("Number"), unit.number), (_("Customer"), linked(unit.customer))]}


def overview(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Units, the tree of contracts, subscriptions and applications."""
    asked = request.GET.get("trees", "1")
    return {
        "customer": customer,
        "forest": contract_forest(customer, int(asked) if asked.isascii() and asked.isdecimal() else 1),
        "contracts_url": f"{reverse('admin:contracts_contract_changelist')}?customer__id__exact={customer.pk}",
        "subscriptions": customer.external_subscriptions.all()[:50],
        "applications": customer.applications.open()[:50],
    }


show_on(
    "contracts.customer",
    Panel(_("Contracts and what they rest on"), "console/panel_contracts.html", overview, "contracts", 20),
)
show_on(
    "contracts.customer",
    Panel(
        _("Coming dates"),
        "console/panel_dates.html",
        lambda request, customer: {"dates": customer.coming_dates(clock.business_day())},
    ),
)
show_on(
    "contracts.customer",
    Panel(
        _("Notices"),
        "console/panel_notices.html",
        lambda request, customer: {"notices": customer.notices.all()[:10]},
    ),
)


def whole_customer(customer: Customer) -> Scope:
    """Everything of one customer."""
    own = (ManagementUnit, ContactChannel, Cap, ExternalSubscription, Application, Contract, Notice)
    happened = (Violation, ChangeReport, Death, Account, Proof, Consent, Document, Erasure)
    return [
        customer,
        *(Belonging(model, customer.pk) for model in own + happened),
        Finding.objects.of_customer(customer),
        DocumentRequest.objects.of_customer(customer),
        StartCondition.objects.of_customer(customer),
        Dependency.objects.of_customer(customer),
        Termination.objects.of_customer(customer),
        Suspension.objects.of_customer(customer),
        Succession.objects.of_customer(customer),
        HeirFiling.objects.of_customer(customer),
    ]


show_history("contracts.customer", whole_customer)
