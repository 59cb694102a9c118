"""The portal's home: what needs attention first, then what the customer has, owes, and was told."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from iijiot.portal.panels import HOME, Entry, navigate, sections, todos
from iijiot.portal.views import PortalView


class Home(PortalView):
    """What a customer sees first."""

    template, part, title = "portal/home.html", "portal:home", _("Home")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everything of today."""
        shown = sections(HOME, self.member, self.customer, self.today)
        return self.render(todos=todos(self.member, self.today), sections=shown)


navigate(Entry("portal:home", _("Home"), 0))
