"""The console's site: the theme's, without what no page shows."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class ConsoleSite(UnfoldAdminSite):
    """Lists every kind of record only where a page asks for the list: the menu has one of its own."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made when it is looked at."""
        return SimpleLazyObject(lambda: UnfoldAdminSite.get_app_list(self, request, app_label))


class ConsoleConfig(SimpleAdminConfig):
    """Django's admin with this site, whose pages are loaded with the site's addresses: a worker has no use for them."""

    default_site = "iijiot.console.site.ConsoleSite"

    def ready(self) -> None:
        """Have the checks of all pages load them first."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)


def check_pages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Django's checks of every page."""
    autodiscover()
    found: list[checks.CheckMessage] = check_admin_app(app_configs, **kwargs)
    return found
