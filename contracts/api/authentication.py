"""Who calls: the partner's system behind a bearer token, looked up anew with each request."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from contracts.partnering import Caller, caller_with
from iijiot import clock, log_lines

LONGEST = 200


class KeyAuthentication(BaseAuthentication):
    """A bearer token in the header, and nowhere else (RFC 6750, 2.1)."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        """The partner's user and the caller; None without a token that works."""
        scheme, _separator, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(token.strip()) <= LONGEST:
            return None
        caller = caller_with(token.strip(), at=clock.now())
        if caller is None:
            return None
        request._request.client = str(caller)  # noqa: SLF001 - for the log
        log_lines.known(caller.actor.mark)
        return caller.partner.user, caller

    def authenticate_header(self, request: Request) -> str:
        """What the caller is told to bring."""
        given = bool(request.headers.get("Authorization"))
        return 'Bearer realm="api", error="invalid_token"' if given else 'Bearer realm="api"'
