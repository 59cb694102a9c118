"""The six digits that an authenticator app shows (RFC 6238)."""

from datetime import datetime

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PERIOD = 30
"""Seconds for which a code is good."""


def code_of(seed: str, at: datetime) -> str:
    """The code of a seed at a moment."""
    return format_hotp_value(hotp_value(seed, int(at.timestamp()) // PERIOD))


def seconds_left(at: datetime) -> int:
    """How long the code of a moment stays good."""
    return PERIOD - int(at.timestamp()) % PERIOD
