"""The security checklist is whole, says one of four things in each line, and names tests that exist."""

import re
from pathlib import Path

PAGE = "docs/reference/security-checklist.md"
LINE = re.compile(r"^\| (V\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
OF_LEVEL = {"1": 70, "2": 183}
"""How many requirements ASVS 5.0.0 has of each level."""


def lines(repository: Path) -> list[tuple[str, str, str, str]]:
    return LINE.findall((repository / PAGE).read_text(encoding="utf-8"))


def test_every_requirement_of_the_two_levels_has_its_line_in_order(repository: Path):
    found = lines(repository)
    assert {level: sum(each[1] == level for each in found) for level in OF_LEVEL} == OF_LEVEL
    numbers = [tuple(map(int, number[1:].split("."))) for number, *_ in found]
    assert numbers == sorted(set(numbers))
    assert {chapter for chapter, _, _ in numbers} == set(range(1, 18))


def test_every_line_says_how_it_stands(repository: Path):
    for number, _, _, standing in lines(repository):
        assert re.match(r"(met|operator|n/a|not met)\b", standing), number
        if not standing.startswith("met"):
            assert len(standing) > 10, f"{number}: why?"


def test_every_test_that_it_names_exists(repository: Path):
    page = (repository / PAGE).read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", page))
    written = "".join(path.read_text(encoding="utf-8") for path in (repository / "tests").rglob("test_*.py"))
    assert len(named) > 80
    assert sorted(name for name in named if f"def {name}(" not in written) == []
