"""Who runs a laboratory: the operator says so, on the page or by a program; one organisation at a time."""

import pytest


@pytest.fixture
def laboratory(portal: str) -> str:
    """The code of a laboratory that is kept here."""
    from qilian.portal.network.models import Laboratory
    from qilian.portal.network.storing import keep
    from qilian.portal.rulebook.reading import pack

    keep(pack().network)
    return Laboratory.objects.order_by("code").first().code


def put(client, code: str, number: int | None):
    body = {"laboratory": code, "organisation": number}
    return client.put("/api/v1/laboratories/organisation", body, content_type="application/json")


def runs(code: str) -> list[str]:
    from qilian.portal.accounts.models import Organisation

    return list(Organisation.objects.filter(laboratory=code).values_list("name", flat=True))


def test_a_laboratory_goes_from_one_organisation_to_another_and_to_nobody(cast, laboratory: str):
    operator = cast.client("operator")
    one, other = (cast.actor("laboratory", which).organisation for which in ("one", "other"))
    assert put(operator, laboratory, one.pk).status_code == 200
    assert runs(laboratory) == [one.name]
    assert operator.post(f"/laboratories/{laboratory}/assign", {"organisation": other.pk}).status_code == 302
    assert runs(laboratory) == [other.name]
    assert put(operator, laboratory, None).status_code == 200
    assert runs(laboratory) == []


def test_what_is_no_laboratory_gets_none_and_takes_none_away(cast, laboratory: str):
    """A firm, or a number that nobody has: whoever ran the laboratory goes on."""
    operator, one = cast.client("operator"), cast.actor("laboratory").organisation
    put(operator, laboratory, one.pk)
    for number in (cast.actor("firm").organisation.pk, 999_999):
        assert put(operator, laboratory, number).status_code == 404
        assert operator.post(f"/laboratories/{laboratory}/assign", {"organisation": number}).status_code == 404
        assert runs(laboratory) == [one.name]
    assert put(operator, "no-such-laboratory", one.pk).status_code == 404


def test_a_laboratory_does_not_take_one_for_itself(cast, laboratory: str):
    assert put(cast.client("laboratory"), laboratory, cast.actor("laboratory").organisation.pk).status_code == 403
    assert runs(laboratory) == []
