"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Prices, charges, invoices and payments: what contracts and lines cost, and that it is paid."""

    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from billing import publishing, reference
        from billing.capping import MonthlyFees
        from billing.following import Money
        from billing.models import PriceVersion
        from contracts import announcing, consequences
        from contracts.models import fees_known

        consequences.follow(Money())
        fees_known.told_by(MonthlyFees())
        announcing.announce_too(PriceVersion, publishing.TOLD)
        post_migrate.connect(reference.load, sender=self)
