"""Logging in through an OpenID Connect provider, e.g. of a province: a small provider runs beside the test."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET = "secret of the client"
KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
"""The provider's key, and somebody else's."""


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider that knows one person and checks what a client must send.

    ``says`` and ``claims`` change what it says of itself and of the person; ``key`` signs; None: no ID token.
    """

    person: dict[str, object]
    challenges: dict[str, tuple[str, str]]
    complaints: list[str]
    says: dict[str, object]
    claims: dict[str, object]
    key: object
    algorithm: str

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def code_for(self, asked: dict[str, list[str]]) -> str:
        """Return a code for what a browser asked at the authorisation endpoint, as if the person had agreed."""
        code = f"code{len(self.challenges)}"
        self.challenges[code] = (asked["code_challenge"][0], asked["nonce"][0])
        return code


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        if self.path.endswith("/.well-known/openid-configuration"):
            base = self.server.address
            return self._say(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    **self.server.says,
                }
            )
        if self.path == "/keys":
            import jwt

            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[0].public_key()))
            return self._say({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]})
        if self.path == "/userinfo" and self.headers["Authorization"] == "Bearer access":
            return self._say(self.server.person)
        return self._say({}, 404)

    def do_POST(self) -> None:
        from base64 import urlsafe_b64encode
        from hashlib import sha256

        import jwt

        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        proof = urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        challenge, nonce = self.server.challenges.pop(sent["code"], ("", ""))
        if sent.get("client_secret") != SECRET or challenge != proof:
            self.server.complaints.append(f"refused: {sorted(sent)}")
            return self._say({"error": "invalid_grant"}, 400)
        claims = {
            **self.server.person, "iss": self.server.address, "aud": "qilian", "iat": int(time.time()),
            "exp": int(time.time()) + 60, "nonce": nonce, **self.server.claims,
        }  # fmt: skip
        told = {"access_token": "access", "token_type": "Bearer"}
        if self.server.key is not None:
            key = "" if self.server.algorithm == "none" else self.server.key
            told["id_token"] = jwt.encode(claims, key, algorithm=self.server.algorithm, headers={"kid": "1"})
        return self._say(told)

    def _say(self, words: object, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(words).encode())

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def provider(portal: str) -> Iterator[Provider]:
    """A provider, and a portal that is set to it."""
    from django.core.cache import cache
    from django.test import override_settings

    from qilian.portal.settings import _oidc

    cache.clear()
    with Provider(("127.0.0.1", 0), Handler) as server:
        server.person = {"sub": "330000-77", "email": "yuan@zj.example", "email_verified": True, "name": "袁一"}
        server.challenges, server.complaints, server.says, server.claims = {}, [], {}, {}
        server.key, server.algorithm = KEYS[0], "RS256"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings = _oidc(["province", "浙里办", server.address, "qilian"])
        settings["openid_connect"]["APPS"][0]["secret"] = SECRET
        with override_settings(SOCIALACCOUNT_PROVIDERS=settings, SOCIALACCOUNT_ENABLED=True):
            yield server
        server.shutdown()


def begin(client) -> dict[str, list[str]]:
    """Press the button; return what the browser then asks of the provider."""
    answer = client.post("/accounts/oidc/province/login/")
    assert answer.status_code == 302, answer.content.decode()
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def finish(client, provider: Provider, asked: dict[str, list[str]], state: str = ""):
    form = {"code": provider.code_for(asked), "state": state or asked["state"][0]}
    return client.get("/accounts/oidc/province/login/callback/", form)


def sign_up(client):
    return client.post("/accounts/3rdparty/signup/", {"email": "yuan@zj.example", "name": "袁一"})


def test_a_person_comes_in_through_the_provider(provider: Provider):
    from django.test import Client

    from qilian.portal.accounts.models import User

    client = Client()
    assert "浙里办" in client.get("/accounts/login/").content.decode()
    asked = begin(client)
    assert asked["redirect_uri"] == ["http://testserver/accounts/oidc/province/login/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    answer = finish(client, provider, asked)
    assert not provider.complaints
    if "signup" in answer.headers["Location"]:
        sign_up(client)
    assert "_auth_user_id" in client.session
    person = User.objects.get()
    assert person.email == "yuan@zj.example"
    again = Client()
    finish(again, provider, begin(again))
    assert again.session["_auth_user_id"] == str(person.pk)
    assert User.objects.count() == 1


def test_the_button_needs_a_press(provider: Provider):
    """By GET alone nobody is sent to the provider: another site could log a visitor in as somebody else."""
    from django.test import Client

    assert Client().get("/accounts/oidc/province/login/").status_code == 200


def test_an_answer_that_was_not_asked_for_is_refused(provider: Provider):
    from django.test import Client

    from qilian.portal.accounts.models import User

    asked = begin(Client())
    victim = Client()
    finish(victim, provider, asked)
    assert "_auth_user_id" not in victim.session
    client = Client()
    asked = begin(client)
    finish(client, provider, asked, state="guessed")
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_the_provider_s_word_alone_takes_no_account_over(provider: Provider, cast):
    """An account with a password stays its owner's, though the provider names the same address."""
    from django.test import Client

    cast.actor("firm")
    provider.person["email"] = "firm@example.com"
    client = Client()
    finish(client, provider, begin(client))
    client.post("/accounts/3rdparty/signup/", {"email": "firm@example.com", "name": "x"})
    assert client.session.get("_auth_user_id") != str(cast.actor("firm").user.pk)


def _comes_in(provider: Provider) -> bool:
    """Return whether a person of the provider's gets as far as an account, or to the form that makes one."""
    from django.test import Client

    client = Client()
    answer = finish(client, provider, begin(client))
    return "_auth_user_id" in client.session or "signup" in answer.headers.get("Location", "")


def test_an_id_token_counts_only_with_the_provider_s_signature(provider: Provider):
    """Neither another key, nor a secret in the key's place, nor none at all; nor is it left out."""
    assert _comes_in(provider)
    for key, algorithm in ((KEYS[1], "RS256"), ("a secret in the place of the key" * 2, "HS256"), ("", "none")):
        provider.key, provider.algorithm = key, algorithm
        assert not _comes_in(provider), algorithm
    provider.key = None
    assert not _comes_in(provider)


def test_an_id_token_answers_the_question_of_this_session_and_no_other(provider: Provider):
    """Each login asks with a nonce of its own; a token with another's, an older one's or none is refused."""
    from django.test import Client

    nonces = [begin(Client())["nonce"][0] for _ in range(2)]
    assert len(set(nonces)) == 2
    assert all(len(nonce) == 43 for nonce in nonces)
    for nonce in (nonces[0], "", None):
        provider.claims = {"nonce": nonce}
        assert not _comes_in(provider), nonce
    provider.claims = {}
    assert _comes_in(provider)


def test_only_the_configured_issuer_s_metadata_and_tokens_count(provider: Provider):
    from django.test import Client

    for says in ({"issuer": "https://evil.example"}, {"issuer": f"{provider.address}/other"}, {"issuer": None}):
        provider.says = says
        answer = Client().post("/accounts/oidc/province/login/")
        assert "evil" not in answer.headers.get("Location", "")
        assert answer.status_code != 302, says
    provider.says = {}
    for claims in ({"iss": "https://evil.example"}, {"aud": "another client"}, {"exp": 1}):
        provider.claims = claims
        assert not _comes_in(provider), claims


def test_both_words_of_the_provider_are_of_the_same_person(provider: Provider):
    """OpenID Connect Core 5.3.2: what the access token opens must be of the ID token's person."""
    provider.claims = {"sub": "another"}
    assert not _comes_in(provider)


def test_a_person_who_is_locked_does_not_come_in_this_way(provider: Provider):
    from django.test import Client

    from qilian.portal.accounts.models import User

    client = Client()
    if "signup" in finish(client, provider, begin(client)).headers["Location"]:
        sign_up(client)
    User.objects.update(is_active=False)
    again = Client()
    finish(again, provider, begin(again))
    assert "_auth_user_id" not in again.session


def test_without_settings_there_is_no_provider(cast):
    from django.test import Client

    assert Client().post("/accounts/oidc/province/login/").status_code == 404
