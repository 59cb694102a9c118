"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimsConfig(AppConfig):
    """SIM cards, lines and equipment: issuing, measuring, throttling, and getting cards back (chapter 8 and MA)."""

    name = "sims"
    verbose_name = _("SIMs and lines")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from contracts import consequences
        from contracts.demo.life import join
        from contracts.models import lines_to_come
        from iijiot import file_store
        from iijiot.daily import every_day
        from iijiot.worlds import populate
        from sims import demo, due, ordering, reference
        from sims import importing as importing  # declares its jobs
        from sims import keeping as keeping  # declares what needs a customer's data
        from sims import watching as watching  # declares its figures
        from sims.api import offered
        from sims.following import Lines
        from sims.models import FileImport

        offered.declare()
        for step in due.STEPS:
            every_day(step)
        consequences.follow(Lines())
        lines_to_come.count_too(ordering.lines_to_come)
        populate(demo.PART)
        join(demo.told)
        file_store.keeps(lambda keys: FileImport.objects.stored_among(keys), lambda: FileImport.objects.digests())
        post_migrate.connect(reference.load, sender=self)
