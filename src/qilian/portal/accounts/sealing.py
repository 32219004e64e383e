"""Seals the seeds of second factors before they are kept: who reads the database alone learns no code.

The key comes from the portal's secret key, which no table and no backup holds. With another secret key the seeds are
lost: who has a second factor then asks the operator to take it away, and sets up a new one.
"""

from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealingAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What django-allauth keeps of second factors, encrypted and authenticated (AES-128-CBC with HMAC-SHA-256)."""

    def encrypt(self, text: str) -> str:
        """Return the seed sealed."""
        return _box().encrypt(text.encode("utf-8")).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Return the seed; a random one if this key does not open it, so that no code fits: an empty one would."""
        try:
            return _box().decrypt(encrypted_text.encode("ascii")).decode("utf-8")
        except InvalidToken:
            return str(generate_totp_secret())


def _box() -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"qilian second factors").derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(derived))
