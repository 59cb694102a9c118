"""Whether a key is good for what it asks."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from iijiot.api.refusing import Problem
from iijiot.words import said


class HasScope(BasePermission):
    """The caller's token has the scope that the view names for this method; a view that names none is closed."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """Raise the problem that names the scope which is missing."""
        if request.auth is None:
            return False
        wanted: str = view.scope_for(request)
        if wanted in request.auth.scopes:
            return True
        raise Problem(
            "scope-missing",
            said(_("Ask for a token with the scope “{scope}”."), scope=wanted),
            {"WWW-Authenticate": f'Bearer realm="api", error="insufficient_scope", scope="{wanted}"'},
            scope=wanted,
        )
