"""`qilian standards` as a user meets it: import, look up as of a date, search, changes, impact, doctor."""

import json
from functools import partial
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

EDITIONS = {
    "2006": ("2006-06", "95.99", None),
    "2011": ("2011-07", "95.99", "2006"),
    "2025": ("2025-02", "60.60", "2011"),
}


@pytest.fixture
def qilian(qilian):
    """Run ``qilian`` with a library of the test's own, whatever database the session's other tests use."""
    return partial(qilian, DATABASE_URL="")


@pytest.fixture
def catalogue(tmp_path):
    """A folder of three records in Relaton YAML, made up: three editions of a standard that does not exist."""
    folder = tmp_path / "made-up"
    folder.mkdir()
    for year, (published, stage, before) in EDITIONS.items():
        relation = (
            f"relation:\n- type: obsoletes\n  bibitem:\n    docid:\n    - id: ISO 99990-1:{before}\n      type: ISO\n"
            "      primary: true\n"
            if before
            else ""
        )
        (folder / f"iso-99990-1-{year}.yaml").write_text(
            f"---\nid: ISO99990-1-{year}\n"
            "title:\n- content: Widgets - Part 1 of the test\n  language:\n  - en\n  type: main\n"
            f"type: standard\ndocid:\n- id: ISO 99990-1:{year}\n  type: ISO\n  primary: true\n"
            f"date:\n- type: published\n  value: '{published}'\n"
            f"docstatus:\n  stage:\n    value: '{stage[:2]}'\n  substage:\n    value: '{stage[3:]}'\n{relation}",
            encoding="utf-8",
        )
    return folder


def test_a_library_answers_as_of_a_date(qilian, catalogue):
    """Import twice, then ask: the second import writes nothing; each date has its edition; search finds it."""
    first = qilian("standards", "import", catalogue, "--json", "--dated", "2025-06-02")
    assert first.returncode == 0, first.stderr
    [account] = json.loads(first.stdout)
    assert (account["read"], account["new"], account["rejected"]) == (3, 3, 0)
    [again] = json.loads(qilian("standards", "import", catalogue, "--json", "--dated", "2025-06-02").stdout)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)
    for day, edition in (("2007-01-01", "2006"), ("2015-06-01", "2011"), ("2026-12-01", "2025")):
        shown = qilian("standards", "show", "ISO 99990-1", "--on", day, "--json")
        assert shown.returncode == 0, shown.stderr
        answer = json.loads(shown.stdout)
        assert (answer["edition"], answer["status"]) == (f"ISO 99990-1:{edition}", "current")
    old = json.loads(qilian("standards", "show", "iso99990-1:2011", "--on", "2026-12-01", "--json").stdout)
    assert (old["status"], old["replaced_by"]) == ("superseded", ["ISO 99990-1:2025"])
    assert qilian("standards", "show", "ISO 99991", "--on", "2026-12-01").returncode == 1
    hits = json.loads(qilian("standards", "search", "widgets test", "--json").stdout)["hits"]
    assert "ISO 99990-1:2025" in {hit["reference"] for hit in hits}
    changes = json.loads(
        qilian("standards", "changes", "--since", "2025-01-01", "--until", "2025-12-31", "--json").stdout
    )
    assert any(each["reference"] == "ISO 99990-1:2025" for each in changes)


def test_changes_between_two_imports(qilian, catalogue):
    """Imports are numbered; what a later one found is told by its number, in text and JSON."""
    old = catalogue / "iso-99990-1-2011.yaml"
    withdrawn = old.read_text(encoding="utf-8")
    old.write_text(withdrawn.replace("'95'", "'90'").replace("'99'", "'93'"), encoding="utf-8")
    assert qilian("standards", "import", catalogue, "--source", "m", "--dated", "2025-06-02").returncode == 0
    old.write_text(withdrawn, encoding="utf-8")
    assert qilian("standards", "import", catalogue, "--source", "m", "--dated", "2025-09-01").returncode == 0
    runs = json.loads(qilian("standards", "imports", "--json").stdout)
    first, second = (run["import"] for run in runs if run["source"] == "m")
    assert str(second) in qilian("standards", "imports").stdout
    moved = json.loads(qilian("standards", "changes", "--after-import", first, "--json").stdout)
    assert [(each["import"], each["kind"], each["reference"], each["before"], each["after"]) for each in moved] == [
        (second, "withdrawn", "ISO 99990-1:2011", "90.93", "95.99")
    ]
    text = qilian("standards", "changes", "--after-import", first, "--until-import", second, "--lang", "en").stdout
    assert "withdrawn: 90.93 confirmed → 95.99 withdrawn" in text


def test_an_import_brings_search_up_to_date(qilian, catalogue, tmp_path):
    """The index is there when the import ends, so that no search has to wait for it."""
    pointer = Path(f"{tmp_path}-home") / "search" / "current.json"
    assert qilian("standards", "import", catalogue, "--dated", "2025-06-02").returncode == 0
    built = pointer.stat()
    assert qilian("standards", "search", "widgets").returncode == 0
    assert (pointer.stat().st_mtime_ns, pointer.stat().st_ino) == (built.st_mtime_ns, built.st_ino)


def test_a_plan_says_which_catalogue_it_judged_by(qilian, repository, catalogue):
    """Without a library the pack's own table; with one, its snapshot too."""
    arguments = (
        *("plan", repository / "examples/products/mir250.yaml", "--market", "EU", "--on", "2026-12-01"),
        *("--limit", "0.05", "--json"),
    )
    before = json.loads(qilian(*arguments).stdout)["catalogue"]["source"]
    assert "own table" in before
    assert qilian("standards", "import", catalogue, "--source", "made-up").returncode == 0
    after = json.loads(qilian(*arguments).stdout)["catalogue"]["source"]
    assert "made-up" in after


def test_json_keeps_to_its_published_schema(qilian, catalogue):
    """Each command's JSON, with a library and without an answer."""
    schema = json.loads((files("qilian.portal.library") / "schemas/standards.schema.json").read_text(encoding="utf-8"))

    def check(definition, *arguments):
        result = qilian("standards", *arguments, "--json")
        assert result.stdout, result.stderr
        printed = json.loads(result.stdout)
        jsonschema.validate(printed, {**schema, "$ref": f"#/$defs/{definition}"})
        return printed

    (catalogue / "bad.yaml").write_text("docid: [", encoding="utf-8")
    [account] = check("import", "import", catalogue, "--source", "m", "--dated", "2025-06-02")
    assert account["rejections"]
    (catalogue / "iso-99990-1-2006.yaml").unlink()
    check("import", "import", catalogue, "--source", "m", "--dated", "2025-09-01")
    assert check("imports", "imports")
    assert check("show", "show", "ISO 10218-1", "--on", "2026-12-01")["equivalents"]
    assert check("show", "show", "ISO 99990-1", "--on", "2015-06-01")["timeline"]
    assert check("show", "show", "ISO 99991")["edition"] is None
    assert check("search", "search", "widgets")["hits"]
    assert check("changes", "changes", "--since", "2025-01-01", "--until", "2025-12-31")
    assert check("moves", "changes", "--after-import", "0")


def test_impact_names_what_stands_on_an_edition(qilian):
    """Rules, tests and scope lines that cite ISO 10218-1, and the Chinese standard that adopts an older edition."""
    result = qilian("standards", "impact", "ISO 10218-1:2011", "ISO 10218-1:2025", "--json")
    assert result.returncode == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["rules"]
    assert data["tests"]
    text = qilian("standards", "impact", "ISO 10218-1:2011", "ISO 10218-1:2025", "--lang", "en")
    assert "ISO 10218-1:2025" in text.stdout


def test_a_file_of_which_nothing_is_a_record_is_a_negative_answer(qilian, tmp_path):
    """It is told why, and the library does not call itself filled by it."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("title: [no number]\n", encoding="utf-8")
    result = qilian("standards", "import", str(broken), "--lang", "en")
    assert result.returncode == 1
    assert "no primary identifier" in result.stdout
    answer = json.loads(qilian("standards", "show", "ISO 10218-1", "--json").stdout)
    assert "broken" not in [each["source"] for each in answer["snapshots"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "nowhere"),
        ("show", "no number at all"),
        ("show", "ISO 10218-1", "--on", "yesterday"),
        ("changes", "--since", "soon"),
        ("changes", "--since", "2025-01-01", "--until", "2024-01-01"),
        ("changes",),
        ("changes", "--since", "2025-01-01", "--after-import", "0"),
        ("changes", "--after-import", "4711"),
        ("search", "robot", "--status", "lost"),
        ("impact", "ISO 10218-1:2011", "ISO 10218-1:2011"),
    ],
)
def test_bad_input_is_one_clear_line(qilian, arguments):
    """Missing file, no reference, no date, no status, one edition twice."""
    result = qilian("standards", *arguments)
    assert result.returncode == 2, result.stdout
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert "Traceback" not in result.stderr
