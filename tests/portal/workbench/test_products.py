"""Products: who sees which, making one by hand and from a file, and what the list costs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

YAML = b"""id: robot-7
name: {zh: "\xe6\x9c\xba\xe5\x99\xa8\xe4\xba\xba 7", en: Robot 7}
parameters:
  product.kind: amr
  payload.rated: {value: 100 kg, source: data sheet, confidence: secondary}
  radio.bands: {unknown: true}
"""
WISHES = {"markets": ["CN", "EU"], "on": "2026-12-01", "home": "hangzhou", "specimens": "2"}


def seen(cast, kind: str, which: str = "", **of_actor: object) -> set[str]:
    from qilian.portal.workbench.models import Product

    return set(Product.objects.visible_to(cast.actor(kind, which, **of_actor)).values_list("name", flat=True))


def test_a_product_is_seen_by_its_owner_and_by_who_oversees_the_region(cast, make_product):
    make_product("firm", name="ours")
    make_product("person", name="mine")
    cast.actor("firm", "ningbo", region="330203")
    make_product("firm", "ningbo", name="theirs")

    assert seen(cast, "firm") == {"ours"}
    assert seen(cast, "firm", "ningbo") == {"theirs"}
    assert seen(cast, "person") == {"mine"}
    assert seen(cast, "person", "other") == set()
    assert seen(cast, "regulator") == {"ours", "theirs"}, "a province reads all firms in it, and no person's products"
    assert seen(cast, "regulator", "city", region="330200") == {"theirs"}
    assert seen(cast, "window", region="330100") == {"ours"}
    for kind in ("laboratory", "expert", "operator", "anonymous"):
        assert seen(cast, kind) == set(), kind


def pages(number: int) -> list[str]:
    start = f"/products/{number}"
    parts = ("", "obligations", "tests", "itinerary", "versions", "changes/1", "export/json", "export/html")
    return [f"{start}/", f"{start}/answers", f"{start}/evidence/", *(f"{start}/plans/1/{part}" for part in parts)]


def changing_pages(number: int) -> list[str]:
    start = f"/products/{number}"
    return [
        f"{start}/change",
        f"{start}/delete",
        f"{start}/questions/product.kind/",
        f"{start}/questions/product.kind/preview",
        f"{start}/evidence/add",
        f"{start}/evidence/1/remove",
        f"{start}/links/1/revoke",
        f"{start}/plans/make",
        f"{start}/plans/1/what-if",
        f"{start}/plans/1/links",
    ]


def test_what_is_another_firms_does_not_exist(cast, planned):
    for client in (cast.client("firm", "other"), cast.client("person"), cast.client("regulator", "x", region="110000")):
        for page in pages(planned.pk):
            assert client.get(page).status_code == 404, page
    for client in (cast.client("firm", "other"), cast.client("person")):
        for page in changing_pages(planned.pk):
            assert client.post(page).status_code == 404, page


def test_who_oversees_reads_and_changes_nothing(cast, planned):
    for kind in ("regulator", "window"):
        client = cast.client(kind, region="330000")
        for page in pages(planned.pk):
            assert client.get(page).status_code == 200, page
        for page in changing_pages(planned.pk):
            assert client.post(page).status_code == 403, page
        assert client.get(f"/products/{planned.pk}/plans/1/share").status_code == 404


def test_the_list_is_found_through_and_costs_the_same_for_many(cast, make_product, planned):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client("firm")
    with CaptureQueriesContext(connection) as few:
        client.get("/products/")
    for number in range(30):
        make_product(name=f"Robot {number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/products/")
    assert len(many) <= len(few) <= 8
    assert page.context["page"].paginator.count == 31
    assert len(page.context["page"]) == 25
    assert [row.name for row in client.get("/products/?q=bot+29").context["page"]] == ["Robot 29"]


def test_a_product_is_begun_with_its_name_and_markets(cast):
    client = cast.client("firm")
    answer = client.post("/products/new/questions", {**WISHES, "name": "New robot"})
    from qilian.portal.workbench.models import Product

    product = Product.objects.get()
    assert answer["Location"] == f"/products/{product.pk}/questions/"
    assert (product.organisation, product.person) == (cast.actor("firm").organisation, None)
    assert product.markets == ["CN", "EU"]
    page = client.post("/products/new/questions", {**WISHES, "name": "", "markets": []})
    assert set(page.context["form"].errors) == {"name", "markets"}


def test_a_file_is_read_with_units_and_sources_as_given(cast):
    file = SimpleUploadedFile("robot.yaml", YAML)
    answer = cast.client("person").post("/products/new/file", {**WISHES, "file": file})
    from qilian.portal.workbench.models import Product

    product = Product.objects.get()
    assert answer["Location"] == f"/products/{product.pk}/answers"
    assert product.person == cast.actor("person").user
    assert product.parameters["payload.rated"] == {
        "value": "100 kg", "source": "data sheet", "confidence": "secondary"
    }  # fmt: skip
    assert product.parameters["radio.bands"] == {"unknown": True}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("robot.yaml", YAML.replace(b"100 kg", b"100 s"), "robot.yaml line 5"),
        ("robot.yaml", YAML.replace(b"payload.rated", b"payload.rate"), "did you mean payload.rated"),
        ("robot.yaml", b"\xff\xfe\x00", "not UTF-8"),
        ("robot.yaml", b"a: &a [1]\nb: *a", "alias"),
        ("robot.aasx", b"PK\x03\x04rest", "archive"),
        ("../../etc/passwd", b"- 1", "not a product file"),
    ],
)
def test_a_faulty_file_is_refused_in_one_line(cast, name: str, content: bytes, said: str):
    page = cast.client("firm").post("/products/new/file", {**WISHES, "file": SimpleUploadedFile(name, content)})
    assert page.status_code == 200
    (error,) = page.context["form"].errors["file"]
    assert said in error
    assert "\n" not in error
    assert "/etc" not in error


def test_a_file_that_is_too_large_is_not_read(cast):
    file = SimpleUploadedFile("robot.yaml", b"#" * 1_000_001)
    page = cast.client("firm").post("/products/new/file", {**WISHES, "file": file})
    assert page.context["form"].errors["file"]


def test_a_product_goes_with_all_that_is_its(cast, planned):
    from qilian.portal.workbench.models import Plan, Product

    client = cast.client("firm")
    assert client.get(f"/products/{planned.pk}/delete").status_code == 200
    assert Product.objects.exists(), "asking is not deleting"
    client.post(f"/products/{planned.pk}/delete")
    assert not Product.objects.exists()
    assert not Plan.objects.exists()


def test_what_a_product_is_called_stays_text(cast, make_product):
    from qilian.portal.workbench import making

    product = make_product(name="<script>alert(1)</script>", maker='"><img src=x onerror=alert(1)>')
    making.make(product, cast.actor("firm"))
    client = cast.client("firm")
    for page in ["/products/", *pages(product.pk)[:-2]]:
        body = client.get(page).content.decode()
        assert "<script>alert" not in body, page
        assert "<img src=x" not in body, page
    assert b"<script>alert" not in client.get(f"/products/{product.pk}/plans/1/export/html").content
