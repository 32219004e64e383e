"""Whom a change of edition hits: the lines of laboratories that are kept here, and the plans that one may read."""

import shutil

import pytest

pytestmark = pytest.mark.one_database

OLD, NEW = "ISO 3691-4:2020", "ISO 3691-4:2023"
"""What the sample vehicle's rules and tests cite."""


@pytest.fixture
def demo(cast, monkeypatch: pytest.MonkeyPatch):
    """The demo with its firm, laboratory and regulators."""
    from qilian.portal import demo as sample
    from qilian.portal.workbench import making

    monkeypatch.setattr(making, "LIMIT_SECONDS", 0.1)
    list(sample.fill())


def actor_of(login: str):
    from qilian.portal.accounts.actor import Actor
    from qilian.portal.accounts.models import Membership

    membership = Membership.objects.select_related("user", "organisation").get(user__email=f"{login}@demo.example")
    return Actor(membership.user, membership, (membership,))


def client_of(login: str):
    from django.test import Client

    client = Client()
    client.force_login(actor_of(login).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def hit(login: str, old: str = OLD, new: str = NEW):
    from qilian.portal.workbench.impacts import hit as find
    from qilian.standards import StandardRef

    return find(actor_of(login), StandardRef.parse(old), StandardRef.parse(new))


def test_a_plan_is_hit_by_what_binds_it_and_by_what_it_has_tested(demo):
    """Held against the plan itself: the affected tests are those whose methods name the document."""
    found = hit("firm")
    (product,) = found.products
    plan = product.product.current.result
    named = {each["id"] for each in plan["tests"] if any("3691-4" in reference for reference in each["references"])}
    assert named
    assert named <= set(product.tests)
    assert product.rules
    applying = {each["rule"] for each in plan["obligations"] if each["outcome"] == "applies"}
    assert set(product.rules) <= applying
    assert not set(product.undecided) & applying
    assert str(len(product.tests)) in product.todo.zh


def test_nobody_is_told_of_plans_that_they_may_not_read(demo):
    """The regulator of Ningbo and a laboratory read none of the firm of Hangzhou; the province's regulator does."""
    assert len(hit("regulator").products) == 1
    for login in ("ningbo", "laboratory", "expert"):
        assert not hit(login).products, login


def test_lines_that_are_kept_here_are_found_and_a_laboratory_s_own_come_first(demo):
    """A line that the laboratory has changed here counts as it is now, not as the pack had it."""
    from qilian.portal.network.models import Line

    before = hit("laboratory")
    mine = actor_of("laboratory").organisation.laboratory
    assert before.own
    assert {each.laboratory.id for each in before.own} == {mine}
    assert mine not in {each.laboratory.id for each in before.others}
    assert not hit("firm").own
    Line.objects.filter(laboratory__code=mine, row=before.own[0].line.row).delete()
    after = hit("laboratory")
    assert len(after.own) == len(before.own) - 1


def test_the_page_and_the_operation_say_the_same(demo):
    client = client_of("firm")
    page = client.get("/products/impact", {"old": OLD, "new": NEW}).content.decode()
    data = client.get("/api/v1/standards/impact", {"old": OLD, "new": NEW}).json()
    assert [each["id"] for each in data["products"]] == ["sample-amr-100"]
    assert data["plans_read"] >= 1
    for each in data["rules"]:
        assert f"/rules/{each['id']}" in page
    assert f"/products/{data['products'][0]['number']}/" in page


def test_laboratories_of_uploaded_scope_tables_are_told_by_page_and_operation(demo, home, tmp_path):
    from qilian.laboratories.scopes import import_scopes
    from qilian.portal.home import SCOPES_FOLDER

    client, asked = client_of("firm"), {"old": OLD, "new": NEW}
    assert client.get("/api/v1/standards/impact", asked).json()["holders"] is None
    table = tmp_path / "table.csv"
    rows = ("laboratory,object,parameter,standard", f"甲检测,AGV,制动,{OLD}", f"乙检测,AGV,制动,{NEW}")
    table.write_text("\n".join(rows), encoding="utf-8")
    try:
        import_scopes(table, home / SCOPES_FOLDER)
        holders = client.get("/api/v1/standards/impact", asked).json()["holders"]
        assert [each["name"] for each in holders["laboratories"]] == ["甲检测"]
        page = client.get("/products/impact", asked).content.decode()
        assert "甲检测" in page
        assert "乙检测" not in page
    finally:
        shutil.rmtree(home / SCOPES_FOLDER)


def test_what_is_no_standard_is_said_beside_its_field_and_one_edition_is_no_change(demo):
    client = client_of("firm")
    assert client.get("/products/impact").status_code == 200
    page = client.get("/products/impact", {"old": "???", "new": NEW}).content.decode()
    assert 'id="id_old_error"' in page
    page = client.get("/products/impact", {"old": NEW, "new": NEW}).content.decode()
    assert 'id="id_new_error"' in page
    assert client.get("/api/v1/standards/impact", {"old": NEW, "new": NEW}).status_code == 422


def test_a_standard_leads_to_whom_its_successor_hits(demo):
    page = client_of("firm").get("/standards/show", {"reference": "ISO 10218-1:2025"}).content.decode()
    assert "/products/impact?old=" in page
