"""Every link of the README files and of the documentation to a file or a heading of this repository leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def test_every_link_to_a_file_leads_somewhere():
    lost, followed = [], 0
    for page in PAGES:
        for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
            path, _, _heading = unquote(target).partition("#")
            if re.match(r"[a-z]+:", path) or not path:
                continue
            followed += 1
            if not (page.parent / path).exists():
                lost.append(f"{page.relative_to(ROOT)}: {target}")
    assert not lost
    assert followed > 30


def test_every_page_of_the_documentation_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT / "docs").with_suffix("").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    assert sorted(page for page in pages if page != "index" and f"\n{page}\n" not in index) == []
