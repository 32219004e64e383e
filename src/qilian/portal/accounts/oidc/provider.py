"""The provider as django-allauth looks it up (``provider_class`` in the settings): asks with a nonce."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

from qilian.portal.accounts.oidc.adapter import Adapter


def nonce_of(verifier: str) -> str:
    """Return the nonce that belongs to a PKCE verifier.

    The verifier is random, kept in the session that asks, and good for one answer; so is what is derived from it, and
    nothing else need be kept. It tells nothing of the verifier, nor is it the challenge that is sent beside it.
    """
    return urlsafe_b64encode(sha256(b"nonce " + verifier.encode("ascii")).digest()).decode("ascii").rstrip("=")


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """Sends the nonce (OpenID Connect Core 3.1.2.1), and takes answers by :class:`Adapter`."""

    oauth2_adapter_class = Adapter

    def get_pkce_params(self) -> dict[str, Any]:
        """Return what is sent beside the question: the PKCE challenge, and the nonce of its verifier."""
        given = super().get_pkce_params()
        return {**given, "nonce": nonce_of(given["code_verifier"])}
