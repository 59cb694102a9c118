"""Where a partner's system gets its access token: client credentials alone (RFC 6749, 4.4), by a key that works."""

from typing import Any

from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import RevokeTokenView, TokenView

from contracts.partnering import working_key
from iijiot import clock
from iijiot.api.scopes import open_to, scopes


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


token = csrf_exempt(TokenView.as_view())
revoke = csrf_exempt(RevokeTokenView.as_view())
