"""The site, and what every app may use."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class IijiotConfig(AppConfig):
    """Users, and the ground on which the other apps stand."""

    name = "iijiot"
    verbose_name = _("Users and daily run")

    def ready(self) -> None:
        from iijiot import guards, roles
        from iijiot.login import signals

        signals.connect()

        post_migrate.connect(guards.guard_history)
        post_migrate.connect(roles.make_groups, sender=self)
