"""The app's place in the project."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimsConfig(AppConfig):
    """SIM cards, lines and equipment: issuing, measuring, throttling, and getting cards back (chapter 8 and MA)."""

    name = "sims"
    verbose_name = _("SIMs and lines")
