"""The console's site: the theme's, without what no page shows."""

from typing import Any

from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class ConsoleSite(UnfoldAdminSite):
    """Lists every kind of record only where a page asks for the list: the menu has one of its own."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made when it is looked at."""
        return SimpleLazyObject(lambda: UnfoldAdminSite.get_app_list(self, request, app_label))


class ConsoleConfig(AdminConfig):
    """Django's admin with this site."""

    default_site = "iijiot.console.site.ConsoleSite"
