"""The general provisions and the services."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    """Customers, applications, contracts and how they end."""

    name = "contracts"
    verbose_name = _("Contract management")

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset

        from contracts import admitting, demo, due, reference, rewriting
        from contracts import watching as watching  # declares its figures
        from contracts.api import offered
        from contracts.demo import partners
        from contracts.models import Erasure, Evidence
        from iijiot import file_store, sealing
        from iijiot.daily import every_day
        from iijiot.worlds import populate

        offered.declare()
        for step in due.STEPS:
            every_day(step)
        file_store.keeps(lambda keys: Evidence.objects.stored_among(keys), lambda: Evidence.objects.digests())
        sealing.explained_by(lambda cause: Erasure.objects.is_done(cause))
        for renewed in (password_changed, password_reset):
            renewed.connect(admitting.follow_password)
        populate(demo.PART)
        populate(partners.PART)
        post_migrate.connect(reference.load, sender=self)
        post_migrate.connect(rewriting.lay, sender=self)
