"""Seeds of second factors at rest (iijiot/ciphers.py)."""

from cryptography.fernet import InvalidToken
from django.core.exceptions import ImproperlyConfigured

from iijiot import ciphers

PURPOSE = b"iijiot second factor"


def encrypt(seed: str) -> str:
    """The seed as it is stored."""
    return ciphers.encrypt(seed, PURPOSE)


def decrypt(stored: str) -> str:
    """The seed of what is stored. Raises ImproperlyConfigured where no key fits."""
    try:
        return ciphers.decrypt(stored, PURPOSE)
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "The second factors were stored under another SECRET_KEY. Put that one into SECRET_KEY_FALLBACKS, "
            "or reset them: manage.py reset_second_factor LOGIN_ID"
        ) from error
