"""Scopes: what a key may do, resource by resource and verb by verb; the apps declare theirs when they are ready."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from iijiot.api.refusing import Problem
from iijiot.words import Words, said

READ, WRITE = "read", "write"
LOOKING = ("GET", "HEAD")


@dataclass(frozen=True)
class Scope:
    """One thing that a key may be good for, and the kinds of partners that may have it."""

    name: str
    what: Words
    kinds: frozenset[str]


_scopes: dict[str, Scope] = {}


def offer(name: str, what: Words, kinds: Iterable[str]) -> None:
    """Declare a scope, such as ``lines:read``; declaring it again changes nothing."""
    _scopes[name] = Scope(name, what, frozenset(kinds))


def scopes() -> dict[str, Scope]:
    """Every scope by its name."""
    return dict(_scopes)


def open_to(kind: str) -> list[str]:
    """The scopes that a partner of this kind may have."""
    return sorted(name for name, scope in _scopes.items() if kind in scope.kinds)


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
