"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Prices, charges, invoices and payments: what contracts and lines cost, and that it is paid."""

    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from billing import arrears, demo, due, forgiving, issuing, passing, publishing, reducing, reference, showing
        from billing.api import offered
        from billing.capping import MonthlyFees
        from billing.following import Money
        from billing.models import BankFile, InvoicePaper, PriceVersion
        from contracts import announcing, applying, consequences, notifying, screening, succeeding, suspending
        from contracts.models import fees_known
        from contracts.models.finding import Ground
        from iijiot import file_store, restoring
        from iijiot.daily import every_day
        from iijiot.worlds import populate

        offered.declare()
        for step in due.STEPS:
            every_day(step)
        applying.shown_by(showing.told)
        consequences.follow(Money())
        fees_known.told_by(MonthlyFees())
        announcing.announce_too(PriceVersion, publishing.TOLD)
        screening.propose(Ground.PAYMENT, arrears.risk_of)
        suspending.tell_overdue(arrears.overdue_words)
        succeeding.passes_too(passing.pass_all)
        forgiving.forgives(reducing.reduce)
        for kind, _clause in issuing.LETTERS.values():
            notifying.encloses(kind, issuing.enclosed)
        file_store.keeps(lambda keys: BankFile.objects.stored_among(keys), lambda: BankFile.objects.digests())
        populate(demo.PART)
        file_store.keeps(lambda keys: InvoicePaper.objects.stored_among(keys), lambda: InvoicePaper.objects.digests())
        restoring.prove_by("check_books")
        post_migrate.connect(reference.load, sender=self)
