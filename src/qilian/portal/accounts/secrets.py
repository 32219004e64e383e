"""Secrets that are shown or mailed once and kept as digests: of invitations and of tokens for programs."""

import secrets
from hashlib import sha256


def new(prefix: str = "") -> str:
    """Return a secret of 256 random bits, after a prefix by which people and scanners know what it is."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a secret. It has too many bits to be guessed, so a quick digest is enough."""
    return sha256(secret.encode()).hexdigest()
