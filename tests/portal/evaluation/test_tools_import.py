"""A regulator gives its division's policy tools; every one that is not taken over is told with its line and why."""

from django.core.files.uploadedfile import SimpleUploadedFile

GOOD = """
- id: HZ-1
  kind: grant
  title: {zh: 检测券, en: Test voucher}
  gives: {zh: 检测费用的 30%, en: 30 % of what tests cost}
  level: city
  region: 杭州市
  when:
    all:
      - {parameter: firm.employees, below: 300}
  sources: [杭市监〔2026〕1 号]
  confidence: secondary
"""
BAD = """- id: HZ-2
  kind: grant
  title: {zh: 甲, en: A}
  gives: {zh: 乙, en: B}
  level: city
  region: 杭州市
  when: {parameter: firm.colour, is: red}
  confidence: unverified
- id: HZ-3
  kind: gift
  title: {zh: 甲, en: A}
  gives: {zh: 乙, en: B}
  level: city
  region: 杭州市
  when: {parameter: firm.employees, below: 300}
  confidence: unverified
- id: HZ-1
  kind: loan
  title: {zh: 甲, en: A}
  gives: {zh: 乙, en: B}
  level: city
  region: 杭州市
  when: {parameter: firm.employees, below: 300}
  confidence: unverified
"""


def send(client, content: str, name: str = "tools.yaml"):
    """Import a file; return the page that tells what became of it."""
    client.cookies["language"] = "en"
    return client.post("/evaluation/tools/import", {"file": SimpleUploadedFile(name, content.encode())}, follow=True)


def rows(page) -> list[list[object]]:
    """Return the account of what was not taken over: line, why."""
    return [[line, why.en] for line, why, _mend, _text in page.context["unread"]]


def test_tools_are_taken_over_and_the_others_are_told_with_their_lines(cast):
    """An unknown fact, an unknown kind, an id twice; the good one is kept."""
    from qilian.portal.evaluation.models import KeptTool

    page = send(cast.client("regulator", "city", region="330100"), GOOD + BAD)
    found = rows(page)
    assert [line for line, _why in found] == [13, 21, 29]
    assert "firm.colour" in found[0][1]
    assert "gift" in found[1][1] or "grant" in found[1][1]
    assert "HZ-1: also in line 2" in found[2][1]
    assert [(row.code, row.region) for row in KeptTool.objects.all()] == [("HZ-1", "330100")]


def test_a_firm_is_offered_those_of_its_divisions_instead_of_samples(cast):
    """A firm in Hangzhou sees the city's tool, one in Ningbo the pack's samples."""
    send(cast.client("regulator", "city", region="330100"), GOOD)
    near, far = cast.client("firm", region="330108"), cast.client("firm", "far", region="330203")
    near.post("/evaluation/tools/firm.employees/", {"answer": "100"})
    shown = near.get("/evaluation/tools/").content.decode()
    assert "HZ-1" in shown.split("符合条件")[-1]
    assert "SAMPLE-" not in shown
    other = far.get("/evaluation/tools/").content.decode()
    assert "HZ-1" not in other
    assert "SAMPLE-TEST-VOUCHER" in other
    assert (
        "HZ-1" in cast.client("regulator").get("/evaluation/tools/").content.decode()
    )  # the province sees those below


def test_a_later_import_replaces_what_has_its_id_and_a_tool_can_be_withdrawn(cast):
    """The same again is the same; the history stays; another authority can neither take the id nor withdraw."""
    from qilian.portal.evaluation.models import KeptTool, ToolTable

    city, other = cast.client("regulator", "city", region="330100"), cast.client("regulator", "o", region="330200")
    send(city, GOOD)
    send(city, GOOD)
    assert [(row.taken, row.same) for row in ToolTable.objects.order_by("pk")] == [(1, 0), (0, 1)]
    send(city, GOOD.replace("below: 300", "below: 500"))
    assert list(KeptTool.objects.order_by("pk").values_list("is_current", flat=True)) == [False, True]
    assert [why for _line, why in rows(send(other, GOOD))] == ["HZ-1: another authority has a tool of this id"]
    tool = KeptTool.objects.current().get()
    assert other.post(f"/evaluation/tools/{tool.pk}/withdraw").status_code == 404
    assert other.get(f"/evaluation/tools/imports/{ToolTable.objects.earliest('pk').pk}").status_code == 404
    assert f"/evaluation/tools/{tool.pk}/withdraw" in city.get("/evaluation/tools/").content.decode()
    city.post(f"/evaluation/tools/{tool.pk}/withdraw")
    assert not KeptTool.objects.current().exists()


def test_the_example_that_the_page_shows_can_be_imported(cast):
    from qilian.portal.evaluation.tool_importing import EXAMPLE

    client = cast.client("regulator", "city", region="330100")
    assert "HZ-2026-01" in client.get("/evaluation/tools/import").content.decode()
    assert rows(send(client, EXAMPLE)) == []


def test_a_csv_has_a_row_for_each_tool_with_its_condition_in_yaml(cast):
    """The second row's condition is none; a file without the columns, or without a list, is refused whole."""
    from qilian.portal.evaluation.models import KeptTool, ToolTable

    head = "id,kind,title_zh,gives_zh,when,from,source,confidence\n"
    good = 'HZ-7,loan,质量贷,贴息,"{parameter: firm.employees, below: 300}",2026-01-01,杭市监,secondary\n'
    client = cast.client("regulator", "city", region="330100")
    assert [line for line, _why in rows(send(client, f"{head}{good}HZ-8,loan,a,b,often,,,\n", "tools.csv"))] == [3]
    entry = KeptTool.objects.get().entry
    assert (entry["level"], entry["region"], entry["title"]["en"]) == ("city", "杭州市", "质量贷")
    for content, name in (("id,kind\na,grant\n", "tools.csv"), ("tools: none\n", "tools.yaml")):
        assert send(client, content, name).context["form"].errors
    assert ToolTable.objects.count() == 1


def test_a_program_asks_which_tools_fit_and_why(cast):
    """By the firm's answers, and by facts that it gives; a fact that is none is refused."""
    send(cast.client("regulator", "city", region="330100"), GOOD)
    client = cast.client("firm", region="330108")
    found = client.get("/api/v1/evaluation/tools").json()
    assert [(each["id"], each["outcome"], each["missing"]) for each in found["tools"]] == [
        ("HZ-1", "undecided", ["firm.employees"])
    ]
    assert [each["fact"] for each in found["questions"]] == ["firm.employees"]
    (said,) = client.get("/api/v1/evaluation/tools?fact=firm.employees=400").json()["tools"]
    assert (said["outcome"], said["because"]) == ("does_not_apply", ["firm.employees"])
    assert client.get("/api/v1/evaluation/tools?fact=firm.colour=red").status_code == 422
