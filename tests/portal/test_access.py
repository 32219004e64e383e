"""Every endpoint declares who may come in, and lets nobody else: the table endpoints.csv, held against the URL map.

A new endpoint without a line in the table, or a line without an endpoint, fails. Whether rows of another organisation
stay hidden is tested beside each app.
"""

import csv
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.one_database

TABLE = Path(__file__).with_name("endpoints.csv")
ACTORS = ("anonymous", "person", "firm", "laboratory", "window", "regulator", "expert", "operator")
SIGNS = {"y": "comes in", "a": "comes in if managing the organisation", "-": "is refused"}


def table() -> dict[str, dict[str, str]]:
    """Return the table's lines by endpoint."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {line["endpoint"]: line for line in csv.DictReader(stream)}


def declared(name: str, pattern: object) -> "object | None":
    """Return what an endpoint declares."""
    from django.urls import ResolverMatch

    from qilian.portal.accounts.access import access_of

    view_name = name.rpartition(":")[2]
    namespaces = name.split(":")[:-1]
    return access_of(ResolverMatch(pattern.callback, (), {}, view_name, namespaces=namespaces))


def test_every_endpoint_stands_in_the_table(portal: str, endpoints: list):
    assert {name for name, _, _ in endpoints} == set(table())


def test_every_endpoint_declares_what_the_table_says(portal: str, endpoints: list):
    lines = table()
    wrong = {}
    for name, _, pattern in endpoints:
        access = declared(name, pattern)
        assert access is not None, f"{name} declares no access"
        said = {actor: ("-" if actor not in access.actors else "a" if access.admin else "y") for actor in ACTORS}
        expected = {actor: lines[name][actor] for actor in ACTORS} if name in lines else {}
        if said != expected:
            wrong[name] = said
    assert not wrong


def _arguments(pattern: object) -> dict[str, object]:
    from django.urls.converters import get_converters

    samples = {"int": 1, "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
    kinds = {converter: name for name, converter in get_converters().items()}
    return {key: samples.get(kinds.get(value, "str"), "x") for key, value in pattern.pattern.converters.items()}


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_comes_in_who_is_not_declared(actor: str, cast, endpoints: list):
    """Asks every endpoint by GET and POST; what is behind the check may answer anything but 'refused' or 'log in'."""
    from django.urls import NoReverseMatch, reverse

    client = cast.client(actor)
    client.raise_request_exception = False
    for name, _, pattern in endpoints:
        if table()[name][actor] != "-" or name in {"account_logout"}:
            continue
        try:
            address = reverse(name, kwargs=_arguments(pattern))
        except NoReverseMatch:
            pytest.fail(f"{name} takes arguments that this test does not know; add a sample of their kind")
        for answer in (client.get(address), client.post(address)):
            if actor == "anonymous":
                assert answer.status_code == 302, (name, answer.status_code)
                assert "/accounts/login/" in answer["Location"]
            else:
                assert answer.status_code == 403, (name, answer.status_code)


def test_a_view_that_declares_nothing_is_refused_to_the_operator_too(cast, caplog: pytest.LogCaptureFixture):
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    from qilian.portal import urls

    forgotten = path("forgotten", lambda request: HttpResponse("in"), name="forgotten")
    map_with_it = ModuleType("map_with_it")
    map_with_it.urlpatterns, map_with_it.handler403 = [*urls.urlpatterns, forgotten], urls.handler403
    with override_settings(ROOT_URLCONF=map_with_it):
        assert cast.client("operator").get("/forgotten").status_code == 403
    assert "forgotten" in caplog.text
