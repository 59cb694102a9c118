"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Prices, charges, invoices and payments: what contracts and lines cost, and that it is paid."""

    name = "billing"
    verbose_name = _("Billing")
