"""What approvers keep: caps and mail domains."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contracts.models import Cap, MailDomain
from iijiot.console.admin import ConsoleAdmin


@admin.register(Cap)
class CapAdmin(ConsoleAdmin):
    """Caps on what one customer may have at the same time."""

    list_display: ClassVar = ["service", "counts", "most", "customer"]
    list_select_related: ClassVar = ["customer"]
    autocomplete_fields: ClassVar = ["customer"]
    fixed_fields: ClassVar = ["customer", "service", "counts"]


@admin.register(MailDomain)
class MailDomainAdmin(ConsoleAdmin):
    """Domains refused or allowed as notice addresses."""

    list_display: ClassVar = ["domain", "verdict", "reason"]
    list_filter: ClassVar = ["verdict"]
    search_fields: ClassVar = ["domain__startswith"]
    search_help_text = _("Beginning of the domain")
    fixed_fields: ClassVar = ["domain"]
