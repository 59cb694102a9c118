"""The site, and what every app may use."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class IijiotConfig(AppConfig):
    """Users, and the ground on which the other apps stand."""

    name = "iijiot"
    verbose_name = _("Users and daily run")

    def ready(self) -> None:
        from iijiot import backup_watch as backup_watch  # declares its figures
        from iijiot import bulk_work as bulk_work  # declares its jobs
        from iijiot import checks, daily, database_roles, events, guards, proposals, records, roles, sealing
        from iijiot import job_keeping as job_keeping
        from iijiot.login import signals

        signals.connect()
        records.at_the_end(events.written)

        checks.register()
        post_migrate.connect(guards.guard_history)
        post_migrate.connect(guards.order_history)
        post_migrate.connect(database_roles.grant_rights, sender=self)
        post_migrate.connect(roles.make_groups, sender=self)
        daily.every_day(daily.Step("seal-history", _("Seal the history"), sealing.seal, due=sealing.due))
        daily.every_day(daily.Step("lapse-proposals", _("Let old proposals lapse"), proposals.lapse))
