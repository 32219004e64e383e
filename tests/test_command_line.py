"""The command line as a user meets it: in a process of its own, with good and with bad input."""

import gzip
import json
import os
from pathlib import Path

import pytest

PLAN = ("--market", "EU", "--on", "2026-12-01", "--home", "杭州", "--limit", "0.05")
PRODUCT = "id: p\nname: {zh: 样机, en: Sample}\nparameters:\n  product.kind: amr\n"


@pytest.fixture
def example(repository) -> Path:
    return repository / "examples/products/unitree-g1.yaml"


def assert_one_line_error(result, *words: str) -> None:
    """Exit code 2, one line on standard error, no traceback, nothing on standard output."""
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_plan_prints_all_four_parts_in_both_languages(qilian, example):
    """The main job, as text."""
    zh = qilian("plan", example, *PLAN)
    en = qilian("plan", example, *PLAN, "--lang", "en")
    assert zh.returncode == en.returncode == 0, zh.stderr + en.stderr
    for part in ("1 适用要求", "2 即将变化", "3 检测项目", "4 检测行程"):
        assert part in zh.stdout
    for part in ("1 What binds it", "2 Coming changes", "3 What must be tested", "4 Who and when"):
        assert part in en.stdout


def test_plan_writes_json_and_html(qilian, example, tmp_path):
    """--json prints one JSON object, --html writes one file and leaves no half-written one."""
    result = qilian("plan", example, *PLAN, "--json", "--html", "report.html")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["format"] == "qilian-plan/1"
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("  battery.energy: 432 kg\n", ["battery.energy: 432 kg: not an energy", "p.yaml line 5"]),
        ("  battery.enrgy: 432 Wh\n", ["battery.enrgy", "battery.energy", "p.yaml line 5"]),
        ("  radio.present: maybe\n", ["radio.present", "maybe", "p.yaml line 5"]),
        ("  battery.energy: 432\n", ["battery.energy", "Wh", "p.yaml line 5"]),
        ("  product.kind: humanoid\n", ["product.kind", "twice"]),
        ("  battery.energy: [\n", ["p.yaml line"]),
    ],
)
def test_a_fault_in_the_product_file_is_one_line_with_field_line_and_mend(qilian, tmp_path, lines, words):
    """Wrong unit, unknown parameter, wrong kind, no unit, doubled key, broken YAML."""
    (tmp_path / "p.yaml").write_text(PRODUCT + lines, encoding="utf-8")
    assert_one_line_error(qilian("plan", "p.yaml", *PLAN), *words)


def test_files_that_are_no_product_are_refused_in_one_line(qilian, tmp_path):
    """Missing, a directory, empty, 50 MB, a YAML bomb, deep nesting, binary."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    contents = {
        "empty.yaml": b"",
        "large.yaml": b"#" * 50_000_000,
        "bomb.yaml": bomb.encode(),
        "deep.yaml": b"[" * 5000,
        "binary.yaml": os.urandom(2000),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        assert_one_line_error(qilian("plan", name, *PLAN), name)
    (tmp_path / "folder").mkdir()
    assert_one_line_error(qilian("plan", "folder", *PLAN), "folder", "directory")
    assert_one_line_error(qilian("plan", "missing.yaml", *PLAN), "missing.yaml", "no such file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_read_permission_is_refused_in_one_line(qilian, tmp_path):
    """As an ordinary user."""
    path = tmp_path / "locked.yaml"
    path.write_text(PRODUCT, encoding="utf-8")
    path.chmod(0)
    assert_one_line_error(qilian("plan", path, *PLAN), "no permission")


def test_no_permission_is_one_clear_line(tmp_path, monkeypatch):
    """The same fault, seen from inside, so that it is tested for root as well."""
    from qilian.documents import DocumentError, read_bytes

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DocumentError, match="no permission to read"):
        read_bytes(tmp_path / "locked.yaml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--market", "MARS", "--on", "2026-12-01"], ["MARS", "EU"]),
        (["--market", "EU", "--on", "next Tuesday"], ["next Tuesday", "2026-12-01"]),
        (["--market", "EU", "--on", "2026-02-30"], ["2026-02-30"]),
        (["--market", "EU"], ["--on"]),
        (["--market", "EU", "--on", "2026-12-01", "--home", "杭洲"], ["杭洲", "杭州"]),
        (["--market", "EU", "--on", "2026-12-01", "--samples", "0"], ["samples"]),
        (["--market", "EU", "--on", "2026-12-01", "--labs", "nowhere"], ["nowhere"]),
        (["--market", "EU", "--on", "2026-12-01", "--pack", "nothing"], ["nothing", "robots"]),
        (["--market", "EU", "--on", "2026-12-01", "--limit", "0.05", "--html", "no/such/folder.html"], ["folder.html"]),
    ],
)
def test_a_wrong_argument_is_one_line_that_names_it(qilian, example, arguments, words):
    """Unknown market, date in words, impossible date, missing option, misspelt city, bad number, missing folder."""
    assert_one_line_error(qilian("plan", example, *arguments), *words)


def test_content_check_passes_on_the_robot_pack(qilian):
    """The pack that is shipped is sound, and the command says how much it looked at."""
    result = qilian("content", "check")
    assert result.returncode == 0, result.stdout
    assert "0 findings" in result.stdout


def test_route_solves_and_verifies_an_instance_and_refuses_a_tampered_plan(qilian, repository, tmp_path):
    """Solve a frozen instance, check the plan, move one test by an hour, check again."""
    instance = repository / "tests/routing/instances/n10-l20-s1.json.gz"
    solved = qilian("route", instance, "--limit", "1", "--json")
    assert solved.returncode == 0, solved.stderr
    (tmp_path / "plan.json").write_text(solved.stdout, encoding="utf-8")
    assert qilian("route", "verify", instance, "plan.json").returncode == 0
    plan = json.loads(solved.stdout)
    last = max(plan["assignments"], key=lambda each: each["end"])
    last["end"] += 1
    (tmp_path / "tampered.json").write_text(json.dumps(plan), encoding="utf-8")
    tampered = qilian("route", "verify", instance, "tampered.json")
    assert tampered.returncode == 1
    assert "duration" in tampered.stdout


def test_route_refuses_broken_instances_in_one_line(qilian, tmp_path):
    """Not JSON, another format, a gzip bomb."""
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * 400_000_000))
    for name in ("broken.json", "other.json", "bomb.json.gz", "missing.json"):
        assert_one_line_error(qilian("route", name), name)


def test_html_does_not_replace_what_is_not_a_regular_file(qilian, example, tmp_path):
    """A symbolic link keeps pointing; a pipe is refused and left alone; a file that happens to be called .part too."""
    (tmp_path / "target.html").write_text("old", encoding="utf-8")
    (tmp_path / "link.html").symlink_to(tmp_path / "target.html")
    (tmp_path / "link.html.part").write_text("mine", encoding="utf-8")
    assert qilian("plan", example, *PLAN, "--html", "link.html").returncode == 0
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "target.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "link.html.part").read_text(encoding="utf-8") == "mine"
    os.mkfifo(tmp_path / "pipe")
    assert_one_line_error(qilian("plan", example, *PLAN, "--html", "pipe"), "pipe", "not a regular file")
    assert (tmp_path / "pipe").is_fifo()
    for path in (".", "", "x" * 300, "no\0path"[:2] + "/" * 3 + "y/z"):
        assert_one_line_error(qilian("plan", example, *PLAN, "--html", path))


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252"])
def test_a_terminal_of_another_encoding_gets_an_answer(qilian, example, encoding):
    """Characters that it lacks are replaced; JSON is UTF-8 all the same."""
    assert qilian("plan", example, *PLAN, PYTHONIOENCODING=f"{encoding}:strict", LC_ALL="C").returncode == 0
    data = qilian("plan", example, *PLAN, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(data.stdout)["format"] == "qilian-plan/1"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_first_and_the_last_date_are_dates(qilian, example, day):
    """No overflow."""
    assert qilian("plan", example, "--market", "EU", "--on", day, "--limit", "0.05").returncode == 0


def test_a_reader_that_goes_away_is_no_error(repository, example):
    """`qilian plan … | head -1` ends with code 0."""
    import subprocess
    import sys

    command = [sys.executable, "-c", "from qilian.cli import main; main()", "plan", str(example), *PLAN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_help_lists_the_commands(qilian):
    """The first thing that a newcomer types."""
    result = qilian("--help")
    assert result.returncode == 0
    for command in ("plan", "content", "route"):
        assert command in result.stdout
