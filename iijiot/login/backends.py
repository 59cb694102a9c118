"""Who is logged in, found at each request with what apps to the right know of everybody."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from iijiot.models import User

_along: list[str] = []


def read_along(name: str) -> None:
    """Have a relation of users read with whoever is logged in, so that no page asks for it by itself."""
    _along.append(name)


class Backend(AuthenticationBackend):
    """The library's, which reads along what was asked for."""

    def get_user(self, user_id: Any) -> User | None:
        """The user of a session; None where there is none any more, or he is kept out."""
        user = User.objects.of_key(user_id, _along)
        return user if user and self.user_can_authenticate(user) else None
