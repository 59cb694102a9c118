"""Where a partner's system gets its access token: client credentials alone (RFC 6749, 4.4), by a key that works."""

import base64
import re
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import RevokeTokenView, TokenView

from contracts.partnering import working_key
from iijiot import clock
from iijiot.api import limits
from iijiot.api.scopes import open_to, scopes

LAWFUL_CLIENT = re.compile(r"[A-Za-z0-9]{1,100}")


class KeyValidator(OAuth2Validator):
    """Knows a client only while its key works: neither revoked nor over, its partner not shut out (G5.4)."""

    def _load_application(self, client_id: str, request: Any) -> Any:
        """The client, if its key works."""
        client = super()._load_application(client_id, request)
        if client is None or working_key(client.client_id, at=clock.now()) is None:
            request.client = None
            return None
        return client


class ScopesOfKey(BaseScopes):
    """A token has of what its key is good for what was asked for, and nothing where nothing was."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every scope with what it is for."""
        return {name: str(scope.what) for name, scope in scopes().items()}

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What the client's key is good for, as far as its kind of partner may have it now."""
        key = working_key(application.client_id, at=clock.now()) if application is not None else None
        return sorted(key.good_for & set(open_to(key.partner.kind))) if key else []

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Nothing: who asks for no scope gets a token that opens nothing."""
        return []


class Guarded:
    """What a client comes to with its secret: a client is noted, and one that guesses is refused."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let it in, unless it has guessed too often."""
        client = client_named(request)
        request.client = f":{client}"  # type: ignore[attr-defined]
        refused = limits.guessed_too_often(request, client)
        if refused is not None:
            return refused
        answered: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answered


def client_named(request: HttpRequest) -> str:
    """The client id that is given, in the header or in the body, as far as it can be one."""
    scheme, _separator, given = request.headers.get("Authorization", "").partition(" ")
    named = request.POST.get("client_id", "")
    if scheme.lower() == "basic":
        try:
            named = base64.b64decode(given).decode("ascii").partition(":")[0]
        except ValueError:
            return ""
    return named if LAWFUL_CLIENT.fullmatch(named) else ""


class Token(Guarded, TokenView):
    """Where tokens are given."""


class Revocation(Guarded, RevokeTokenView):
    """Where tokens are made worthless."""


token = csrf_exempt(Token.as_view())
revoke = csrf_exempt(Revocation.as_view())
