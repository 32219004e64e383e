"""Who sees which organisation, the list, the switch between one's own, the profile."""

import pytest

ALL = {"hangzhou firm", "ningbo firm", "ningbo laboratory", "guangzhou firm", "zhejiang regulator"}


@pytest.fixture
def towns(cast):
    """Organisations in Hangzhou, Ningbo and Guangzhou, and an operator in Zhejiang, by name."""
    from qilian.portal.accounts.models import Organisation

    cast.actor("operator")
    made = {
        name: Organisation.objects.create(kind=kind, name=name, region=region)
        for name, kind, region in (
            ("hangzhou firm", "firm", "330108"),
            ("ningbo firm", "firm", "330203"),
            ("ningbo laboratory", "laboratory", "330200"),
            ("guangzhou firm", "firm", "440100"),
            ("zhejiang regulator", "regulator", "330000"),
        )
    }
    return {organisation.pk: name for name, organisation in made.items()}


@pytest.mark.parametrize(
    ("kind", "region", "seen"),
    [
        ("regulator", "000000", ALL),
        ("regulator", "330000", {"hangzhou firm", "ningbo firm", "ningbo laboratory", "zhejiang regulator"}),
        ("regulator", "330200", {"ningbo firm", "ningbo laboratory"}),
        ("regulator", "330203", {"ningbo firm"}),
        ("operator", "330000", ALL),
        ("firm", "330203", set()),
        ("laboratory", "330200", set()),
        ("window", "330200", set()),
        ("expert", "330000", set()),
        ("person", "", set()),
        ("anonymous", "", set()),
    ],
)  # fmt: skip
def test_each_role_sees_its_own_and_what_it_oversees(cast, towns, kind: str, region: str, seen: set[str]):
    from qilian.portal.accounts.models import Organisation

    actor = cast.actor(kind, "asking" if kind != "operator" else "", region=region)
    visible = Organisation.objects.visible_to(actor)
    assert {towns[organisation.pk] for organisation in visible if organisation.pk in towns} == seen
    own = {organisation.name for organisation in visible if organisation.pk not in towns}
    expected = {str(actor.organisation)} if actor.organisation else set()
    assert own == expected | ({"operator"} if kind == "operator" else set())


def test_a_regulator_never_sees_the_operator_of_its_region(cast):
    from qilian.portal.accounts.models import Organisation

    cast.actor("operator")
    assert not Organisation.objects.visible_to(cast.actor("regulator")).filter(kind="operator").exists()


def test_the_list_of_a_regulator_and_an_address_outside_of_its_region(cast, towns):
    client = cast.client("regulator", region="330200")
    page = client.get("/accounts/organisations/").content.decode()
    assert "ningbo firm" in page
    assert "hangzhou firm" not in page
    numbers = {name: pk for pk, name in towns.items()}
    assert client.get(f"/accounts/organisations/{numbers['ningbo firm']}/").status_code == 200
    assert client.get(f"/accounts/organisations/{numbers['hangzhou firm']}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ningbo", {"ningbo firm", "ningbo laboratory"}),
        ("kind=laboratory", {"ningbo laboratory"}),
        ("region=440000", {"guangzhou firm"}),
        ("q=nothing+is+called+this", set()),
        ("region=999999", None),
    ],
)
def test_the_operator_searches(cast, towns, query: str, found: set[str] | None):
    page = cast.client("operator").get(f"/accounts/organisations/?{query}").content.decode()
    if found is None:
        assert "id_region_error" in page
    else:
        assert {name for name in towns.values() if name in page} == found


def test_a_long_list_comes_in_pages_and_few_queries(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qilian.portal.accounts.models import Organisation

    client = cast.client("operator")
    Organisation.objects.bulk_create(
        Organisation(kind="firm", name=f"firm {number:03}", region="330100") for number in range(60)
    )
    client.get("/accounts/organisations/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/accounts/organisations/?page=2&kind=firm").content.decode()
    assert len(queries) <= 6, [query["sql"] for query in queries]
    assert page.count("firm 0") == 25
    assert "kind=firm&amp;page=3" in page or "page=3&amp;kind=firm" in page


def test_a_person_switches_between_their_organisations_only(cast):
    from qilian.portal.accounts.models import Membership

    actor, client = cast.actor("firm"), cast.client("firm")
    second = cast.actor("laboratory").organisation
    assert client.post("/accounts/organisation/switch", {"organisation": second.pk}).status_code == 404
    Membership.objects.create(user=actor.user, organisation=second)
    client.post("/accounts/organisation/switch", {"organisation": second.pk})
    assert client.get("/").context["actor"].organisation == second
    page = client.get("/").content.decode()
    assert page.count('name="organisation"') == 2
    for wrong in ("", "x", "-1", "999999999"):
        assert client.post("/accounts/organisation/switch", {"organisation": wrong}).status_code == 404


def test_the_profile_keeps_name_and_language(cast):
    from qilian.portal.accounts.models import User

    client, user = cast.client("firm"), cast.actor("firm").user
    client.post("/accounts/profile/", {"name": "新名字", "language": "en"})
    kept = User.objects.get(pk=user.pk)
    assert (kept.name, kept.language) == ("新名字", "en")


def test_the_language_of_the_pages_becomes_that_of_the_mails(cast):
    from qilian.portal.accounts.models import User

    client, user = cast.client("firm"), cast.actor("firm").user
    client.post("/language", {"language": "en", "next": "/"})
    assert User.objects.get(pk=user.pk).language == "en"
    client.post("/language", {"language": "xx", "next": "/"})
    assert User.objects.get(pk=user.pk).language == "en"
    cast.client("anonymous").post("/language", {"language": "en"})
