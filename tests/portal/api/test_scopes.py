"""Which scope a token needs: a table of every operation, generated from the URL map, and held against what is answered.

``read`` is enough for what only asks, also for what costs much (a what-if); all that changes something needs ``write``.
"""

import pytest
from django.test import Client

pytestmark = pytest.mark.one_database


def scopes(cast) -> dict[str, str]:
    """Return the scope of every operation, as the schema publishes it."""
    schema = cast.client("anonymous").get("/api/v1/openapi.json").json()
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation["x-scope"]
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_publishes_the_scope_that_it_needs(cast):
    from qilian.portal.api.describing import WRITES, operations_of
    from qilian.portal.api.door import api

    published = scopes(cast)
    assert set(published) == {f"{method} {path}" for method, path, _ in operations_of(api)}
    for name, scope in published.items():
        assert scope == ("write" if name.split(" ")[0] in WRITES else "read"), name


@pytest.mark.parametrize("kind", ["firm", "laboratory", "window", "operator"])
def test_a_token_without_the_scope_is_refused_as_a_problem_and_with_it_comes_in(cast, rows, kind: str):
    """Rows exist, so that a refusal is the scope's; with the scope a token is refused for other reasons at most."""
    import json
    import re

    from django.core.cache import cache
    from django.db import transaction

    from qilian.portal.accounts import tokens

    actor = cast.actor(kind)
    reads, writes = (tokens.make(actor, "x", 30, may_write=may)[1] for may in (False, True))
    asked = {"read": 0, "write": 0}
    for name, scope in scopes(cast).items():
        method, path = name.split(" ")
        what = path.split("/")[1]
        values = {**rows, "number": rows.get(what, 1), "code": "zj-robot", "key": "x"}
        address = "/api/v1" + re.sub(r"{(\w+)}", lambda found, values=values: str(values[found[1]]), path)
        answers = {}
        for token in (reads, writes):
            cache.clear()  # the limits of requests are another test's
            with transaction.atomic():
                headers = {"Authorization": f"Bearer {token}"}
                answers[token] = Client().generic(method, address, "{}", "application/json", headers=headers)
                transaction.set_rollback(True)
        without, having = answers[reads], answers[writes]
        asked[scope] += 1
        if scope == "write":
            assert without.status_code == 403, (name, without.status_code)
            assert without["Content-Type"] == "application/problem+json"
            assert json.loads(without.content)["detail"] == "this token only reads", name
            assert b"this token only reads" not in having.content, name
        else:
            assert b"this token only reads" not in without.content, name
            assert without.status_code == having.status_code, name
    assert min(asked.values()) > 40
