"""Seeds of second factors at rest: encrypted with keys made of SECRET_KEY, and of SECRET_KEY_FALLBACKS while these are kept."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PURPOSE = b"iijiot second factor"


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def encrypt(seed: str) -> str:
    """The seed as it is stored."""
    return _keys().encrypt(seed.encode()).decode()


def decrypt(stored: str) -> str:
    """The seed of what is stored. Raises ImproperlyConfigured where no key fits."""
    try:
        return _keys().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "The second factors were stored under another SECRET_KEY. Put that one into SECRET_KEY_FALLBACKS, "
            "or reset them: manage.py reset_second_factor LOGIN_ID"
        ) from error
