"""Secrets that must be had back: stored encrypted, with keys made of SECRET_KEY, and of SECRET_KEY_FALLBACKS while kept."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _key(secret: str, purpose: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys(purpose: bytes) -> MultiFernet:
    return MultiFernet([_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def encrypt(text: str, purpose: bytes) -> str:
    """A text as it is stored; what is stored for one purpose opens for no other."""
    return _keys(purpose).encrypt(text.encode()).decode()


def decrypt(stored: str, purpose: bytes) -> str:
    """The text of what is stored. Raises InvalidToken where no key fits."""
    return _keys(purpose).decrypt(stored.encode()).decode()
