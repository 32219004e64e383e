"""Judges a provider's answer: the configured issuer's, signed by its key, for the question that this session asked.

django-allauth checks issuer, audience and end of the ID token; what it leaves to TLS is checked here (ASVS V6.8.2,
V10.5.1, V10.5.3; OpenID Connect Core 3.1.3.7, Discovery 4.3).
"""

from hmac import compare_digest
from typing import Any

import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Signatures by a key pair; ``none`` and those by a shared secret are not among them."""


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Takes an ID token only if all of that holds, and no login without one."""

    _nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's metadata; those of another issuer than the configured one are refused."""
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer")).rstrip("/") != self._configured():
            raise OAuth2Error("the metadata are of another issuer than the configured one")
        return config

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Exchange the code, and remember which nonce the question had."""
        from qilian.portal.accounts.oidc.provider import nonce_of

        self._nonce = nonce_of(pkce_code_verifier or "")
        answer: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return answer

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **given: Any) -> SocialLogin:
        """Refuse an answer without an ID token, and a person of whom the provider's two words differ (5.3.2)."""
        if not given["response"].get("id_token"):
            raise OAuth2Error("no ID token")
        login: SocialLogin = super().complete_login(request, app, token, **given)
        said = login.account.extra_data
        if "userinfo" in said and said["userinfo"].get("sub") != said["id_token"]["sub"]:
            raise OAuth2Error("the ID token is of another person")
        return login

    def _configured(self) -> str:
        address: str = self.get_provider().app.settings["server_url"]
        return address.partition("/.well-known/")[0].rstrip("/")

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in SIGNED_BY:
                raise OAuth2Error("an ID token must be signed by the provider's key")
        except jwt.PyJWTError as error:
            raise OAuth2Error("not an ID token") from error
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not compare_digest(str(claims.get("nonce", "")), self._nonce):
            raise OAuth2Error("the ID token answers another question")
        return claims
