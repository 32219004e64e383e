"""The page that shows the interface says all that its schema says, in both languages, and nothing of its own."""

import gzip
import re

import pytest


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_operation_and_every_shape_stand_on_the_page(cast, language: str):
    client = cast.client("anonymous")
    client.cookies["language"] = language
    schema = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/").content.decode()
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            assert path in page
            assert operation["summary"].replace("'", "&#x27;") in page
    linked = set(re.findall(r'href="#(shape-\w+)"', page))
    assert linked <= set(re.findall(r'id="(shape-\w+)"', page))
    assert len(linked) > 40


def test_the_page_is_long_and_sent_compressed(cast):
    answer = cast.client("anonymous").get("/api/", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 150_000 < len(gzip.decompress(answer.content))


def test_the_page_costs_no_look_at_the_database(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("anonymous")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/api/").status_code == 200
    assert not queries.captured_queries


def test_the_page_is_reached_from_the_tokens(cast):
    from django.urls import reverse

    client = cast.client("firm")
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery"})
    page = client.get(reverse("accounts:tokens")).content.decode()
    assert f'href="{reverse("interface:reference")}"' in page


@pytest.mark.parametrize("path", ["/api/v1/no-such-thing", "/api/v2/rules", "/api/v1/rules/a/b/c"])
def test_an_address_that_does_not_exist_is_told_as_programs_read_it(portal: str, path: str):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    for call in (client.get, client.post):
        answer = call(path)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
