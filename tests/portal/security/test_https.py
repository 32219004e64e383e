"""What the settings for real use send over HTTPS: headers of every kind of answer, cookies, redirects from HTTP.

A process of its own has those settings; it tells this one what it was answered, as JSON.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKING = """
import json
from qilian.portal.serving import prepare

prepare()
from django.templatetags.static import static
from django.test import Client
from qilian.portal.accounts.models import User
from allauth.account.models import EmailAddress

person = User.objects.create_person("a@example.com", "correct horse battery")
EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
client = Client(SERVER_NAME="localhost", raise_request_exception=False)
told = {}


def ask(name, method, path, secure=True, **more):
    answer = getattr(client, method)(path, secure=secure, **more)
    cookies = {key: {**value, "value": bool(value.value)} for key, value in answer.cookies.items()}
    told[name] = {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies}


ask("front page", "get", "/")
ask("form", "get", "/accounts/login/")
ask("static file", "get", static("qilian/portal.css"))
ask("not found", "get", "/no/such/page")
ask("not found, static", "get", "/static/no/such/file.js")
ask("wrong method", "get", "/theme")
ask("interface", "get", "/api/v1/standards?text=x")
ask("interface, problem", "get", "/api/v1/nothing")
ask("too large", "post", "/accounts/login/", CONTENT_LENGTH=str(10**9))
ask("other host", "get", "/", headers={"host": "evil.example"})
ask("plain", "get", "/accounts/login/", secure=False)
ask("plain, interface", "get", "/api/v1/rules", secure=False)
ask("language", "post", "/language", data={"language": "en"})
ask("theme", "post", "/theme", data={"theme": "dark"})
ask("logged in", "post", "/accounts/login/", data={"login": "a@example.com", "password": "correct horse battery"})
ask("own page", "get", "/notices/")
ask("trace", "trace", "/")
ask("options", "options", "/accounts/login/", headers={"origin": "https://evil.example"})
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Answers by what was asked."""
    home = tmp_path_factory.mktemp("https")
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"QILIAN_HOME": str(home), "QILIAN_HTTPS": "on", "PYTHONWARNINGS": "ignore"}
    script = Path(home) / "asking.py"
    script.write_text(ASKING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


OVER_HTTPS = (
    "front page", "form", "static file", "not found", "not found, static", "wrong method", "interface",
    "interface, problem", "too large", "other host", "language", "theme", "logged in", "own page",
)  # fmt: skip


@pytest.mark.parametrize("name", OVER_HTTPS)
def test_every_kind_of_answer_has_the_headers_that_guard_the_browser(told, name: str):
    headers = told[name]["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers
    assert "X-Powered-By" not in headers


@pytest.mark.parametrize("name", OVER_HTTPS)
def test_every_answer_with_a_body_says_what_it_is(told, name: str):
    headers, kind = told[name]["headers"], told[name]["headers"].get("Content-Type", "")
    assert kind or headers.get("Content-Length", "0") == "0"
    if kind.startswith("text/"):
        assert "charset=" in kind


def test_every_cookie_is_for_this_host_https_and_same_site_only(told):
    cookies = {name: cookie for answer in told.values() for name, cookie in answer["cookies"].items()}
    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-language", "__Host-theme"}
    for name, cookie in cookies.items():
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name


def test_plain_http_leads_to_https(told):
    assert told["plain"]["status"] == 301
    assert told["plain"]["headers"]["Location"] == "https://localhost/accounts/login/"


def test_the_interface_answers_plain_http_with_an_error_and_no_redirect(told):
    """A program that forgot the s would go on sending its token in the clear, and nobody would notice."""
    assert told["plain, interface"]["status"] == 403
    assert "Location" not in told["plain, interface"]["headers"]


def test_another_host_name_is_no_name_of_this_portal(told):
    assert told["other host"]["status"] == 400


def test_pages_of_a_person_are_kept_by_no_cache(told):
    assert told["own page"]["status"] == 200
    assert "no-store" in told["own page"]["headers"]["Cache-Control"]


def test_the_method_trace_is_not_served(told):
    assert told["trace"]["status"] >= 400


def test_no_other_site_is_allowed_to_ask(told):
    assert not [key for key in told["options"]["headers"] if key.startswith("Access-Control")]
