"""The pages on credentials: their programs run as printed, and the tests that they name exist."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"


def test_the_how_to_runs_as_printed(tmp_path, monkeypatch) -> None:
    """Its blocks, one after the other in an empty folder, with their own assertions."""
    page = (DOCS / "how-to" / "sign-and-verify-reports.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "sign-and-verify-reports.md", "exec"), names)
    assert len(blocks) == 8
    assert (tmp_path / "lab-2026.key.json").stat().st_mode & 0o077 == 0


def test_the_table_of_threats_names_tests_that_exist() -> None:
    """Every test that the page names in full is a function here."""
    page = (DOCS / "explanation" / "credentials.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_[a-z_]+)`", page))
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert len(named) > 10
    assert [name for name in sorted(named) if f"def {name}(" not in written] == []
