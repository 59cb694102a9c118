"""How debts are collected, for all customers and as agreed with one."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing.models import PaymentPolicy, PaymentTerms
from contracts.admin.shared import linked, or_of_customers
from iijiot.amounts import yen
from iijiot.console.admin import ConsoleAdmin
from iijiot.console.history import show_history


@admin.register(PaymentPolicy)
class PaymentPolicyAdmin(ConsoleAdmin):
    """The one there is."""

    list_display: ClassVar = ["reminder_days", "suspension_days", "grace_waits_for_working_day"]
    fields: ClassVar = ["reminder_days", "suspension_days", "grace_waits_for_working_day"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Until it is there."""
        return super().has_add_permission(request) and PaymentPolicy.objects.there() is None

    def head(self, policy: PaymentPolicy) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Reminders, days after the due day"), policy.reminder_days),
                (_("Days overdue from which a suspension is proposed"), str(policy.suspension_days)),
            ]
        }


@admin.register(PaymentTerms)
class PaymentTermsAdmin(ConsoleAdmin):
    """What is agreed with single customers."""

    list_display: ClassVar = ["customer", "fee", "agreed_in"]
    fields: ClassVar = ["customer", "bank_fee_at_most", "agreed_in"]
    fixed_fields: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer"]
    search_fields: ClassVar = ["customer__name"]
    searched = staticmethod(lambda rows, query: or_of_customers(rows.none(), rows, query))
    search_help_text = _("The customer by name, kana or number")
    list_select_related: ClassVar = ["customer"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentTerms]:
        """The latest first."""
        return PaymentTerms.objects.order_by("-pk")

    @admin.display(description=_("bank's fee that we bear, up to"), ordering="bank_fee_at_most")
    def fee(self, terms: PaymentTerms) -> str:
        """In yen."""
        return yen(terms.bank_fee_at_most)

    def head(self, terms: PaymentTerms) -> dict[str, Any]:
        """Facts."""
        return {
            "facts": [
                (_("Customer"), linked(terms.customer)),
                (_("Bank's fee that we bear, up to"), yen(terms.bank_fee_at_most)),
                (_("Agreed in"), terms.agreed_in),
            ]
        }


show_history("billing.paymentpolicy", lambda policy: [policy])
show_history("billing.paymentterms", lambda terms: [terms])
