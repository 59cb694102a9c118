"""Secrets that a page shows once: kept encrypted in the session of whoever drew them, until the page has shown them."""

from typing import Any

from django.http import HttpRequest

from iijiot import ciphers

PURPOSE = b"secret shown once"
PREFIX = "shown-once "


def keep(request: HttpRequest, record: Any, secret: str) -> None:
    """Have the record's page show it to this user, the next time."""
    request.session[_name(record)] = ciphers.encrypt(secret, PURPOSE)


def told(request: HttpRequest, record: Any) -> str:
    """The secret, which is gone then; empty where there is none."""
    stored = request.session.pop(_name(record), "")
    return ciphers.decrypt(stored, PURPOSE) if stored else ""


def _name(record: Any) -> str:
    return f"{PREFIX}{record._meta.label_lower} {record.pk}"
