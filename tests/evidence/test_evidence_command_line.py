"""`qilian plan --evidence` and `qilian evidence` as a user meets them, on the eight reports of the example."""

import json
from pathlib import Path

import pytest

PRODUCT = "examples/products/ufactory-xarm5.yaml"
JUDGED = ("--market", "CN", "--market", "EU", "--on", "2026-12-01")


@pytest.fixture
def reports(repository) -> Path:
    return repository / "examples/evidence"


def test_reports_held_take_tests_off_the_itinerary_and_the_plan_says_what_that_saves(qilian, repository, reports):
    """Accepted tests are decided with their clauses and are not routed; what that saves is told."""
    arguments = ("plan", repository / PRODUCT, *JUDGED, "--home", "杭州", "--limit", "0.2", "--json")
    without = json.loads(qilian(*arguments).stdout)
    held = json.loads(qilian(*arguments, "--evidence", reports).stdout)
    assert without["evidence"] is None
    answered = set(held["evidence"]["answered"])
    assert answered
    routed = {step["test"] for step in held["itinerary"]["steps"]}
    assert routed == {step["test"] for step in without["itinerary"]["steps"]} - answered
    outcomes = {test["id"]: test["decision"]["outcome"] for test in held["tests"]}
    assert {test for test, outcome in outcomes.items() if outcome == "accept"} == answered
    assert {"reject", "undecided"} <= set(outcomes.values())
    assert held["evidence"]["saved_price"] > 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reports_show_each_decision(qilian, repository, reports, tmp_path, language):
    """Text and HTML name the report and the clause that refused it."""
    result = qilian(
        *("plan", repository / PRODUCT, *JUDGED, "--home", "杭州", "--limit", "0.1", "--lang", language),
        *("--evidence", reports, "--html", "report.html"),
    )
    assert result.returncode == 0, result.stderr
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    for word in ("EX-07", "ACC-EDITION", "ACC-LAB-VALID", "ACC-PRODUCT", "ACC-AGE-5Y", "ACC-SEAL-BROKEN"):
        assert word in html
        assert word in result.stdout


def test_decide_lists_what_stops_being_accepted(qilian, repository, reports):
    """The dry-heat report by a replaced edition falls away in March 2027."""
    result = qilian(
        *("evidence", "decide", reports, "--product", repository / PRODUCT, *JUDGED, "--until", "2027-12-31", "--json")
    )
    assert result.returncode == 0, result.stderr
    expiries = json.loads(result.stdout)["outlook"]["expiries"]
    assert ("EX-06", "2027-03-26") in {(each["report"], each["date"]) for each in expiries}


def test_a_signed_report_verifies_and_a_changed_one_is_refused(qilian, reports, tmp_path):
    """Key, signature, trust list and check, all from the command line and without a network."""
    made = qilian("evidence", "key", "lab.json", "--name", "Sample laboratory")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "lab.json").stat().st_mode & 0o077 == 0
    assert qilian("evidence", "key", "lab.json", "--name", "Again").returncode == 2
    did = made.stdout.split(": ", 1)[1].strip()
    signed = qilian(
        *("evidence", "sign", reports / "01-performance.json", "--key", "lab.json", "--out", "signed"),
        *("--portal", "https://portal.example"),
    )
    assert signed.returncode == 0, signed.stderr
    [path] = (tmp_path / "signed").glob("*.vc.jwt")
    assert "https://portal.example/r/" in signed.stdout
    assert path.with_suffix(".svg").read_text(encoding="utf-8").startswith("<svg")
    laboratory = json.loads((reports / "01-performance.json").read_text(encoding="utf-8"))["laboratory"]["id"]
    (tmp_path / "trust.yaml").write_text(
        "format: qilian-trust/1\nissuers:\n"
        f"  - {{did: '{did}', name: Sample laboratory, roles: [report], laboratories: ['{laboratory}']}}\n",
        encoding="utf-8",
    )
    good = qilian("evidence", "verify", path, "--trust", "trust.yaml")
    assert good.returncode == 0, good.stdout + good.stderr
    text = path.read_text(encoding="ascii")
    middle = len(text) // 2
    changed = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    path.write_text(changed, encoding="ascii")
    bad = qilian("evidence", "verify", path, "--trust", "trust.yaml", "--json")
    assert bad.returncode == 1
    assert not json.loads(bad.stdout)[0]["ok"]


def test_bad_evidence_is_one_clear_line(qilian, repository, tmp_path):
    """No such file, no evidence, no trust list."""
    (tmp_path / "poem.json").write_text('{"roses": "red"}', encoding="utf-8")
    for arguments in (
        ("plan", repository / PRODUCT, *JUDGED, "--evidence", "missing.json"),
        ("plan", repository / PRODUCT, *JUDGED, "--evidence", "poem.json"),
        ("evidence", "verify", "poem.json", "--trust", "missing.yaml"),
    ):
        result = qilian(*arguments)
        assert result.returncode == 2, result.stderr
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
