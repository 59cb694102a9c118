"""Giving one's password once more, before something that binds."""

from typing import Any

from allauth.account.adapter import get_adapter


def password_is_right(user: Any, password: str) -> bool:
    """Whether this is the user's password; each try counts as one to log in, and too many are refused."""
    return bool(get_adapter().reauthenticate(user, password))
